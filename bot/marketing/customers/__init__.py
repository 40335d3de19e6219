"""Who the customers are: lifecycle, segments, tags, and how likely each buys again."""
