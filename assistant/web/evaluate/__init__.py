"""Evaluating: the suite run from the page, and what came of it."""
