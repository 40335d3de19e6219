"""What the shop's people and customers found good, as training data for a language model of the shop's own."""
