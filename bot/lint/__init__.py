"""Finds what is wrong with the shop's knowledge: contradictions, repeats, gaps, and what somebody planted."""
