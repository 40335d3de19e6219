"""The HTTP side: routes, streaming, static files."""
