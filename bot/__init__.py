"""Shopdesk: customer service and shopping guide for online shops, answered from evidence."""
