"""Tests of voiceguide.export."""
