"""Tests of voiceguide.script."""
