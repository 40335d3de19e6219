"""One port: the chat page, the HTTP API, and what protects both."""
