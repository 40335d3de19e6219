"""Loading, chunking, embedding, indexing and retrieval of what the shop knows."""
