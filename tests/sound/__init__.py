"""Tests of voiceguide.sound."""
