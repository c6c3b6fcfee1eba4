"""Tests of voiceguide.stitch."""
