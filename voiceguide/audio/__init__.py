"""Sound: clips, chimes, levels, mixing, decoding. A sound is mono, and its samples are 16-bit."""
