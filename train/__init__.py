"""Training of the bundled embedder and its translation table; not part of the wheel."""
