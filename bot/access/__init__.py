"""Who speaks, and from which page."""
