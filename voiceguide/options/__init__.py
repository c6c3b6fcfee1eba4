"""Everything a person can choose for a session, its voice and its file; ``table.py`` has one row per option."""
