"""The language a question takes a text to be authentic in, where the words found name others."""

from __future__ import annotations

import re

from assistant.premises.words import Contradiction

_LANGUAGES = (
    "Albanian Arabic Armenian Azerbaijani Belarusian Bengali Bulgarian Catalan Chinese Croatian Czech "
    "Danish Dutch English "
    "Estonian Finnish French Georgian German Greek Hebrew Hindi Hungarian Icelandic Indonesian Irish "
    "Italian Japanese Korean "
    "Latin Latvian Lithuanian Malay Maltese Norwegian Persian Polish Portuguese Romanian Russian Serbian "
    "Slovak Slovenian "
    "Spanish Swahili Swedish Thai Turkish Ukrainian Urdu Vietnamese"
).split()
_LANGUAGE = re.compile(rf"\b(?:{'|'.join(_LANGUAGES)})\b")
_AUTHENTIC = re.compile(r"\bauthentic|\boriginal\b|\bequally\b|\bequal authority\b", re.IGNORECASE)
_TAKES_FOR_GRANTED = re.compile(r"^\W*(?:since when|why|when|how|where|(?:which|what) \w+)\b", re.IGNORECASE)


def contradiction(question: str, quoted: str, _around: str = "") -> Contradiction | None:
    """Return a language of the question that is not among the authentic ones; None if there is none."""
    if not (
        _TAKES_FOR_GRANTED.search(question) and _AUTHENTIC.search(question) and _AUTHENTIC.search(quoted)
    ):
        return None
    given = list(_LANGUAGE.finditer(quoted))
    for said in _LANGUAGE.finditer(question):
        if given and all(one[0] != said[0] for one in given):
            return Contradiction(said[0], quoted[given[0].start() : given[-1].end()])
    return None
