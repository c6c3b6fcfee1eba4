"""Tests of voiceguide.routine."""
