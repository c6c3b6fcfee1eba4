"""Tests of voiceguide.text."""
