"""What leaves the house: one writer an output."""
