"""Files: what is untrusted is read within limits, and what is written is there whole or not at all."""
