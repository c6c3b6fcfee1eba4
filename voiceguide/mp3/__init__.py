"""From timeline and clips to the frames of one MP3."""
