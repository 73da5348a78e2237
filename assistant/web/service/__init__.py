"""Serving: the listening address, the door before it, endpoints for programs, numbers for whoever runs it."""
