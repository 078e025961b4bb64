"""What `evaluate` is made of: material, ways to enlarge, measures, tables and plots."""
