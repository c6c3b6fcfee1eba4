"""Tests of voiceguide.mp3."""
