"""Tests of voiceguide.audio."""
