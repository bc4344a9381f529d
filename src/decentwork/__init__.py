"""What the notebooks of the book share."""
