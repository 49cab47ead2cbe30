"""Files in, library out: reading, cleaning, cutting into passages, embedding, and the library on disk."""
