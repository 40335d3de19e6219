"""What is known of one customer: drawn from the shop's data, corrected by the customer."""
