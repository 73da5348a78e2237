"""How we know: cases with known answers, asked of a real assistant, and what they say about it."""
