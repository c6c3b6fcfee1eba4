"""Exporters: one writer for each kind of output."""
