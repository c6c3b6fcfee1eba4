"""The use cases: the only package that combines the steps."""
