"""Tests of voiceguide.language."""
