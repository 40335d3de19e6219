"""Campaigns and the experiments inside them: who sees which variant, and what came of it."""
