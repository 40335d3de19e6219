"""The fact gate: no figure and no promise of a reply passes that its evidence does not state."""
