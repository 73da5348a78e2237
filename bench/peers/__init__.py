"""The systems that are measured, each a process of its own that answers lines of JSON; imports nothing heavy."""
