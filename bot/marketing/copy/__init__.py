"""Texts that sell: written from the catalogue, checked against it and against words that the law forbids."""
