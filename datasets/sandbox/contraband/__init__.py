"""What is hidden, and where."""
