"""The order desk: what may be done to an order, what a customer wants done, and doing it after their yes."""
