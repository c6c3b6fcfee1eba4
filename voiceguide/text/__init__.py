"""Parses and formats texts and quantities, the same way everywhere."""
