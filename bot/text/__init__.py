"""What any text says on its face: its words and their spellings, figures, sums, places, and what kind of answer it asks for."""
