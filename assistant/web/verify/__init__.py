"""Verifying: every quotation and pinpoint of somebody's text."""
