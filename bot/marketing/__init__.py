"""What the shop knows of its customers and market, and what it says to them."""
