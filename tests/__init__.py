"""The tests mirror the package; `tests.sound` holds what measures a finished file."""
