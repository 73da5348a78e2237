"""Which language a stretch of text is in, told by its script or by its commonest words.

Nothing here needs a model: a few dozen words make up a third of any prose, and scripts that other languages do
not share speak for themselves.
"""

from __future__ import annotations

import re
from collections import Counter

_COMMON_WORDS = {
    "English": "the of and to in shall that by for any be with its this which or is are as under",
    "French": "le la les des du et à de en que qui au aux dans par pour sur une un est sont ou ce l d",
    "Spanish": "el la los las del y en que por para con una un al se su o no sus como es entre",
    "Portuguese": "o a os as do da dos das e em que por para com uma um ao no na ou se não sua entre",
    "Italian": "il lo la i gli le di del della dei delle e in che per con una un al nel si o non sono",
    "German": "der die das den dem des und in zu von mit für auf ist sind nicht eine ein oder zur im werden",
    "Dutch": "de het een van en in te op voor met dat die is zijn niet door aan bij of wordt worden",
    "Danish": "og i at det en den til er som på de med for af ikke der et eller skal kan",
    "Swedish": "och i att det en den till är som på de med för av inte ett eller ska kan om",
    "Norwegian": "og i å det en den til er som på de med for av ikke et eller skal kan om",
    "Polish": "i w z na do o nie się jest oraz lub przez dla od po za że być ich",
    "Turkish": "ve bir bu için ile olarak da de veya her olan tarafından göre kadar",
}
_SCRIPTS = (
    ("Russian", re.compile("[\u0400-\u04ff]")),
    ("Greek", re.compile("[\u0370-\u03ff]")),
    ("Arabic", re.compile("[\u0600-\u06ff]")),
    ("Hebrew", re.compile("[\u0590-\u05ff]")),
    ("Japanese", re.compile("[\u3040-\u30ff]")),
    ("Korean", re.compile("[\uac00-\ud7a3]")),
    ("Chinese", re.compile("[\u4e00-\u9fff]")),
    ("Thai", re.compile("[\u0e00-\u0e7f]")),
)
"""Each named for the language it is most used for; Japanese before Chinese, whose letters it shares."""

_LETTER = re.compile(r"[^\W\d_]")
_WORD = re.compile(r"[^\W\d_]+")
_SCRIPT_SHARE = 0.3
_WORDS_OF = {language: frozenset(words.split()) for language, words in _COMMON_WORDS.items()}
_LEAST_WORDS = 12
"""Fewer words tell no language apart from its neighbours."""

_LEAST_SHARE = 0.12
"""Share of the words that must be common ones: prose has a quarter and more, lists of names have none."""

_LEAST_LEAD = 1.3
"""The language must have this many times the common words of the next one; kin such as Danish and Norwegian do not."""


def language_of(text: str) -> str | None:
    """Return the English name of the language most of ``text`` is in; None if it does not tell."""
    letters = len(_LETTER.findall(text))
    for language, script in _SCRIPTS:
        if letters and len(script.findall(text)) > _SCRIPT_SHARE * letters:
            return language
    words = [word.lower() for word in _WORD.findall(text)]
    if len(words) < _LEAST_WORDS:
        return None
    counts = Counter(words)
    scores = sorted(
        ((sum(counts[word] for word in common), language) for language, common in _WORDS_OF.items()),
        reverse=True,
    )
    (best, language), (second, _) = scores[:2]
    if best < _LEAST_SHARE * len(words) or best < _LEAST_LEAD * second:
        return None
    return language
