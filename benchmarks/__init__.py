"""Every figure that Shopdesk claims, as a command."""
