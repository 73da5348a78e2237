"""How it is found: models, the passage store, the vectors, and generations of both."""
