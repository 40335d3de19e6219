"""What customers say, read as a whole: opinions by aspect, topics, needs, and what changes."""
