"""Loads: asked for, carried out, gone on with after a crash, and done again when what was loaded changes."""
