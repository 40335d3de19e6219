"""Training of the models that ship, each by one command."""
