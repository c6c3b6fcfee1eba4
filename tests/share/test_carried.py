"""What a file says of itself, and what is said where it lies."""
