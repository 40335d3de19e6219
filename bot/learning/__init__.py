"""Getting better by being used: what customers asked in vain, and the entries that answer it."""
