"""The owner's tests: whole conversations as YAML, with what each reply must be."""
