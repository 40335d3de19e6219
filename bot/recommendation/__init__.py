"""What a customer is likely to want next, learned from the shop's own interactions when they are loaded."""
