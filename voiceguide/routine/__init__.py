"""Routines: the model, the reader for files, and the built-in library."""
