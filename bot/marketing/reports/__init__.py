"""Short reports on paper and on a page: HTML and PDF of the same blocks, with plots."""
