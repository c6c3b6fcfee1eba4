"""Everything that a listener hears, or a reader of captions or a page sees: one object per language."""
