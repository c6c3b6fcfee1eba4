"""Bytes by key, so that nothing is spoken or encoded twice."""
