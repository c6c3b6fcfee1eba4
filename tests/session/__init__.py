"""Tests of voiceguide.session."""
