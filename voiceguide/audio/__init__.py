"""Sound itself: chimes, loudness, decoding, and what turns a raw recording into a finished clip."""
