"""Tests of voiceguide.share."""
