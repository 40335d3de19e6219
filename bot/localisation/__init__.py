"""What the owner is told, in both languages and in the shop's time."""
