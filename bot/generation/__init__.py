"""From evidence to a checked reply: writers, fact gate, citations, follow-ups."""
