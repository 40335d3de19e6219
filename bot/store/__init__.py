"""State that outlives a turn, in SQL."""
