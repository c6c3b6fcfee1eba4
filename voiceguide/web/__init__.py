"""A static site: pages to play sessions from, and a feed."""
