"""Tests of voiceguide.store."""
