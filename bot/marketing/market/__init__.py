"""The market around the shop: competitors' offers as they are fed in, and where the shop's own customers are lost."""
