"""Prompt templates, one file per prompt and language, and the loader that checks them."""
