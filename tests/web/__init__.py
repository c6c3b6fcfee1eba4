"""Tests of voiceguide.web."""
