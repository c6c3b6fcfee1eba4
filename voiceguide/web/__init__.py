"""The published site: static pages that play sessions, and a podcast feed."""
