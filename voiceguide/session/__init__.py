"""The use cases. The only place where the steps meet."""
