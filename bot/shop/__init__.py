"""The shop's own data: catalogue, orders, customers."""
