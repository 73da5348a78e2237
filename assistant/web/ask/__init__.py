"""Asking: the conversation, what the browser keeps of it, and the tab."""
