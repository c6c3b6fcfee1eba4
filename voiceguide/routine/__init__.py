"""What the author of a routine means: the model, the reader for files, and the built-in library."""
