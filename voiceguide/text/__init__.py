"""How texts and quantities are read and shown, the same everywhere."""
