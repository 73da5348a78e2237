"""Comparing: instruments side by side on one topic."""
