"""The splice: a session's MP3 frames, assembled from encoded blocks and one silent frame."""
