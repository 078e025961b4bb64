"""What tests/bench is made of."""
