"""Tests of voiceguide.speech."""
