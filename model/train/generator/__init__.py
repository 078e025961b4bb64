"""Training, export and evaluation of the generators that `superres` ships."""
