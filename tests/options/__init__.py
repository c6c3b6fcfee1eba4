"""Tests of voiceguide.options."""
