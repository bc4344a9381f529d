"""What makes and checks the book, and is not needed to read it: shared by tools and tests."""
