"""Audio: clips, chimes, levels, mixing, decoding. All of it is mono, with 16-bit samples."""
