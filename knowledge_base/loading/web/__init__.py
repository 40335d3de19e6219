"""Pages of the web: fetched politely, from public addresses only, and read again only where they have changed."""
