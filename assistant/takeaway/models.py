"""What is taken away, in which form, and the file that comes of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from assistant.takeaway.acting import web_address

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from assistant.compare import Compared
    from assistant.models import Answer

_LONGEST_NAME = 60
"""Characters of a file's name before its suffix; names of 255 bytes are refused by common file systems."""


class Form(StrEnum):
    """A form that something can be taken away in."""

    MARKDOWN = "md"
    DOCX = "docx"
    JSON = "json"
    CSL = "csl"
    BIBTEX = "bib"

    @property
    def suffix(self) -> str:
        """The end of a file's name; of two that fit, the longer tells the form."""
        return ".csl.json" if self is Form.CSL else f".{self.value}"

    @property
    def media_type(self) -> str:
        """The media type a browser is told (IANA; RFC 7763 for Markdown)."""
        return _MEDIA_TYPES[self]

    @classmethod
    def of_name(cls, name: str) -> Form | None:
        """Return the form that a file's name asks for by its suffix, or None."""
        forms = sorted(cls, key=lambda form: -len(form.suffix))
        return next((form for form in forms if name.casefold().endswith(form.suffix)), None)


_MEDIA_TYPES = {
    Form.MARKDOWN: "text/markdown; charset=utf-8",
    Form.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    Form.JSON: "application/json",
    Form.CSL: "application/vnd.citationstyles.csl+json",
    Form.BIBTEX: "application/x-bibtex; charset=utf-8",
}


@dataclass(frozen=True, slots=True)
class File:
    """A file to hand over: its name, media type and bytes."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Taken:
    """What is taken away.

    Attributes:
        title: Heads the file and names it; the question, where there is only one.
        parts: Answers and comparisons, in the order they were asked for.
        made: When, with its time zone.
        texts: Canonical texts by document id; they fill in the words of each segment in JSON.
        base: Address of the web chat, put before every stable link; empty to leave links relative.
        attached: Whether definitions and provisions referred to follow each quotation.

    Raises:
        ValueError: If there is no part, ``made`` has no time zone, or ``base`` is no address of the web.
    """

    title: str
    parts: tuple[Answer | Compared, ...]
    made: datetime
    texts: Mapping[str, str]
    base: str = ""
    attached: bool = True

    def __post_init__(self) -> None:
        if not self.parts:
            raise ValueError("expected at least one answer or comparison to take away, found none")
        if self.made.tzinfo is None:
            raise ValueError(f"expected a time with its time zone, found {self.made.isoformat()}")
        if self.base and not web_address(self.base):
            raise ValueError(f"expected an address such as https://example.org/, found {self.base!r}")

    def link(self, link: str) -> str:
        """Return a stable link (``#/documents/…``) after the address of the web chat, if that is known."""
        if not self.base:
            return link
        return f"{self.base.partition('#')[0].rstrip('/')}/{link}"

    def name(self, form: Form) -> str:
        """Return a file name of plain letters, digits and hyphens, which no system reads as anything else."""
        words = "-".join(re.findall(r"[a-z0-9]+", self.title.casefold()))[:_LONGEST_NAME].strip("-")
        return f"treaty-{words or 'answer'}{form.suffix}"
