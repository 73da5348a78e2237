"""Answers, conversations and comparisons as files to take away, in the sources' exact words."""

from assistant.takeaway.bundle import take_away
from assistant.takeaway.models import File, Form, Taken

__all__ = ["File", "Form", "Taken", "take_away"]
