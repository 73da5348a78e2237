"""One treaty in many layouts: how publishers print the same articles, as transformations with known outcome.

The articles are those of an independent edition. Title, preamble, divisions, annexes and final formula around
them are written here, so that a layout shows what it is about and nothing else. What a parse must find is known
because the text was put together from it.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from eval.structure_gold import Unit

WIDTH = 72
_PER_CHAPTER = 12
_LINES_A_PAGE = 45
_NOTED = 10
"""Every so many blocks a footnote stands after one."""
_ROMAN = ((100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))
_ONES = """one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
    seventeen eighteen nineteen""".split()
_FIRSTS = """first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth
    fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth""".split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_LAST_WORD = 99
"""Numbers are written out up to here; a longer treaty has no layout of that kind."""

TITLE = "Convention on Layouts"
_PREAMBLE = (
    "The Parties to this Convention,",
    "Recalling that print has many forms,",
    "Have agreed as follows:",
)
_CLOSING = (
    "IN WITNESS WHEREOF the undersigned have signed this Convention.",
    "DONE at Typeface in a single copy.",
)
_ANNEX = ("Each Party lists its typefaces.", "The list is kept in order.", "The Council keeps the list.")


@dataclass(frozen=True, slots=True)
class Article:
    """An article of the edition.

    Attributes:
        number: From 1.
        heading: Empty where the treaty has none.
        paragraphs: Its text, a block each.
        whole: Whether its beginning and its end are whole in the edition.
    """

    number: int
    heading: str
    paragraphs: tuple[str, ...]
    whole: tuple[bool, bool] = (True, True)


@dataclass(frozen=True, slots=True)
class Printed:
    """A treaty laid out.

    Attributes:
        name: File name; its ending chooses the reader.
        text: The file's text.
        units: The articles a parse must find in the main text, in order, and then those of annexes.
    """

    name: str
    text: str
    units: tuple[Unit, ...]


Block = tuple[str, str]
"""Kind (``title``, ``text``, ``division``, ``label``, ``heading``, ``annex``) and words of a stretch of print."""
Namer = Callable[[Article], str]
Setter = Callable[[Sequence[Block]], str]


@dataclass(frozen=True, slots=True)
class Layout:
    """A way of printing.

    Attributes:
        name: What it is called in the table.
        label: What an article's number looks like; ``{}`` is the number, ``{h}`` a heading beside it.
        number: How numbers are counted and written.
        setter: How blocks become text.
        chapters: What stands before each dozen of articles, from its number; None for nothing.
        before: Blocks of a table of contents, from all articles.
        change: What is done to the text of an article.
        annexed: Whether an annex with articles of its own follows.
        heading: ``below``, ``beside``, ``above`` or ``none``.
        suffix: The reader's.
        most: Articles of the longest treaty that can be printed so; None for any.
    """

    name: str
    label: str = "Article {}"
    number: Namer = lambda article: str(article.number)
    setter: Setter | None = None
    chapters: Callable[[int], str] | None = None
    contents: Callable[[Sequence[tuple[str, str]]], list[str]] | None = None
    change: Callable[[Article, str], str] = lambda _, text: text
    annexed: bool = False
    heading: str = "below"
    suffix: str = ".txt"
    most: int | None = None

    def printed(self, articles: Sequence[Article]) -> Printed:
        """Lay the articles out."""
        blocks: list[Block] = [("title", TITLE)]
        named = [(self._label(article), article.heading) for article in articles]
        if self.contents:
            blocks += [("label", line) for line in self.contents(named)]
        blocks += [("text", words) for words in _PREAMBLE]
        units: list[Unit] = []
        for article in articles:
            if self.chapters and (article.number - 1) % _PER_CHAPTER == 0:
                blocks.append(("division", self.chapters((article.number - 1) // _PER_CHAPTER + 1)))
            paragraphs = tuple(self.change(article, text) for text in article.paragraphs)
            blocks += self._article(article, paragraphs)
            units.append(Unit(("", self.number(article), 1), "\n".join(paragraphs), article.whole))
        blocks += [("text", words) for words in _CLOSING]
        if self.annexed:
            blocks += [("annex", "ANNEX I"), ("heading", "LIST OF TYPEFACES")]
            for number, words in enumerate(_ANNEX, start=1):
                annexed = Article(number, "", (words,))
                blocks += [("label", self.label.format(self.number(annexed), h="")), ("text", words)]
                units.append(Unit(("I", self.number(annexed), 1), words))
        return Printed(f"layout{self.suffix}", (self.setter or spaced)(blocks), tuple(units))

    def _label(self, article: Article) -> str:
        return self.label.format(self.number(article), h=article.heading)

    def _article(self, article: Article, paragraphs: tuple[str, ...]) -> list[Block]:
        label: Block = ("label", self._label(article).strip())
        text: list[Block] = [("text", words) for words in paragraphs]
        if not article.heading or self.heading in {"beside", "none"}:
            return [label, *text]
        heading: Block = ("heading", article.heading)
        return [heading, label, *text] if self.heading == "above" else [label, heading, *text]


# -- how blocks become text


def spaced(blocks: Sequence[Block]) -> str:
    """An empty line between blocks."""
    return "\n\n".join(words for _, words in blocks)


def lined(blocks: Sequence[Block]) -> str:
    """Each block on its line, no empty lines."""
    return "\n".join(words for _, words in blocks)


def running(blocks: Sequence[Block]) -> str:
    """The whole treaty on one line."""
    return " ".join(words for _, words in blocks)


def running_articles(blocks: Sequence[Block]) -> str:
    """Each article on one line, label and heading included."""
    text = "".join(("\n" if kind not in {"text", "heading"} else " ") + words for kind, words in blocks)
    return text.strip()


def text_below(blocks: Sequence[Block]) -> str:
    """Label and heading on one line, all text of the article on the next."""
    text = ""
    for (kind, words), before in zip(blocks, [("title", ""), *blocks], strict=False):
        text += (" " if kind == before[0] == "text" else "\n") + words
    return text.strip()


def wrapped(blocks: Sequence[Block], *, gap: str = "\n\n", indent: str = "") -> str:
    """Lines broken at ``WIDTH``."""
    return gap.join(
        textwrap.fill(words, WIDTH, initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False)
        for _, words in blocks
    )


def closely_wrapped(blocks: Sequence[Block]) -> str:
    """Lines broken, no empty lines."""
    return wrapped(blocks, gap="\n")


def indented(blocks: Sequence[Block]) -> str:
    """Lines broken and indented, labels centred."""
    return "\n\n".join(
        words.center(WIDTH + 8).rstrip()
        if kind in {"label", "heading"}
        else wrapped([(kind, words)], indent=" " * 8)
        for kind, words in blocks
    )


def paged(blocks: Sequence[Block]) -> str:
    """Lines broken, and a running head with the page number between pages."""
    lines = wrapped(blocks).split("\n")
    pages = [lines[at : at + _LINES_A_PAGE] for at in range(0, len(lines), _LINES_A_PAGE)]
    return "\n".join(
        "\n".join([*page, "", f"- {n} -", "", TITLE.upper(), ""]) for n, page in enumerate(pages, 1)
    )


def noted(blocks: Sequence[Block]) -> str:
    """Footnotes after every tenth block."""
    notes = 0
    pieces = []
    for place, (kind, words) in enumerate(blocks):
        pieces.append(words)
        if kind == "text" and place % _NOTED == 0:
            notes += 1
            pieces.append(f"{notes} See the note on print at the end of the collection.")
    return "\n\n".join(pieces)


def in_capitals(blocks: Sequence[Block]) -> str:
    """Labels and headings in capitals, the text in small letters only, on one line."""
    return " ".join(
        words.upper() if kind in {"label", "division"} else words.lower() for kind, words in blocks
    )


def bold(blocks: Sequence[Block]) -> str:
    """Markdown with bold labels in place of headings."""
    return "\n\n".join(
        f"**{words}**" if kind in {"label", "heading", "division", "annex"} else words
        for kind, words in blocks
    )


def hashed(blocks: Sequence[Block]) -> str:
    """Markdown headings."""
    marks = {"title": "# ", "division": "## ", "annex": "## ", "label": "### ", "heading": "#### "}
    return "\n\n".join(marks.get(kind, "") + words for kind, words in blocks)


def tagged(blocks: Sequence[Block]) -> str:
    """HTML that has paragraphs only."""
    lines = (words.replace("&", "&amp;").replace("<", "&lt;") for _, words in blocks)
    body = "".join(f"<p>{line}</p>\n" for line in lines)
    return f"<html><head><title>{TITLE}</title></head><body>{body}</body></html>"


# -- how numbers are written


def roman(number: int) -> str:
    """Write a number in Roman numerals."""
    written = ""
    for value, letters in _ROMAN:
        count, number = divmod(number, value)
        written += letters * count
    return written


def in_words(number: int, *, ordinal: bool = False) -> str:
    """Write a number below a hundred out."""
    units = _FIRSTS if ordinal else _ONES
    if number < len(units) + 1:
        return units[number - 1]
    tens, unit = divmod(number, 10)
    whole = _TENS[tens - 2]
    if not unit:
        return whole.removesuffix("y") + "ieth" if ordinal else whole
    return f"{whole}-{units[unit - 1]}"


def _chapter_and_place(article: Article) -> tuple[int, int]:
    chapter, place = divmod(article.number - 1, _PER_CHAPTER)
    return chapter + 1, place + 1


def _in_chapter(form: str) -> Namer:
    return lambda article: form.format(*_chapter_and_place(article))


def _firstly(article: Article) -> str:
    return in_words(article.number, ordinal=True).capitalize()


def _chapter(number: int) -> str:
    return f"CHAPTER {number}"


def _part_the(number: int) -> str:
    return f"PART THE {in_words(number, ordinal=True).upper()}"


def _roman_chapter(number: int) -> str:
    return f"CHAPTER {roman(number)}"


def _inserted(article: Article) -> str:
    """Number every seventh article as one put in later."""
    base = article.number - article.number // 7
    kinds = ("bis", "ter")
    return f"{base} {kinds[0]}" if article.number % 7 == 0 else str(base)


def _lettered(article: Article) -> str:
    base = article.number - article.number // 7
    return f"{base}A" if article.number % 7 == 0 else str(base)


# -- tables of contents, changes of text


def _dotted(named: Sequence[tuple[str, str]]) -> list[str]:
    return [
        "CONTENTS",
        *(f"{label} {heading} {'.' * 20} {n + 3}" for n, (label, heading) in enumerate(named)),
    ]


def _paged_contents(named: Sequence[tuple[str, str]]) -> list[str]:
    return ["Table of contents", *(f"{label} {heading} {n + 3}" for n, (label, heading) in enumerate(named))]


def _bare_contents(named: Sequence[tuple[str, str]]) -> list[str]:
    return ["Contents", *(f"{label} {heading}".strip() for label, heading in named)]


def _decimal(article: Article, text: str) -> str:
    """Number paragraphs 3.1, 3.2 in article 3."""
    return re.sub(r"^(\d{1,2})\s?\.\s", rf"{article.number}.\1 ", text)


def _amending(article: Article, text: str) -> str:
    """Put quoted articles of another treaty after the text of every fifth article."""
    if article.number % 5 or text != article.paragraphs[-1]:
        return text
    following = article.number + 1
    return (
        f"{text}\n\nThe following is put in the place of another text:\n\n“Article {following}\n\nQuoted matter\n\n"
        f"Keepers trim lamps.\n\nArticle {following + 1}\n\nMore quoted matter\n\nKeepers ring bells.”"
    )


LAYOUTS = (
    Layout("blank lines between blocks"),
    Layout("one line a block", setter=lined),
    Layout("one line for all", setter=running),
    Layout("one line for all, ARTICLE 3", "ARTICLE {}", setter=running, chapters=_roman_chapter),
    Layout("one line for all, heading beside with a dash", "Article {} – {h}", setter=running, heading="beside"),
    Layout("one line an article", setter=running_articles),
    Layout("small letters on one line, labels in capitals", setter=in_capitals, heading="none"),
    Layout("broken lines", setter=wrapped),
    Layout("broken lines, no empty ones", setter=closely_wrapped),
    Layout("broken lines, no empty ones, no headings", setter=closely_wrapped, heading="none"),
    Layout("broken lines, indented, centred labels", setter=indented),
    Layout("pages with running heads", setter=paged),
    Layout("footnotes between", setter=noted),
    Layout("ARTICLE III", "ARTICLE {}", number=lambda a: roman(a.number)),
    Layout("Article III. Text beside", "Article {}.", number=lambda a: roman(a.number), setter=running_articles),
    Layout("Art. 3.- Heading", "Art. {}.- {h}", heading="beside", setter=lined),
    Layout("ARTICLE 3: HEADING", "ARTICLE {}: {h}", heading="beside"),
    Layout("Article 3 — Heading, broken lines", "Article {} — {h}", heading="beside", setter=closely_wrapped),
    Layout("ARTICLE 3 Heading, text below", "ARTICLE {} {h}", heading="beside", setter=text_below),
    Layout("Article 2.1: Heading", "Article {}: {h}", _in_chapter("{}.{}"), chapters=_chapter, heading="beside"),
    Layout("Article 2-01", "Article {}", _in_chapter("{}-{:02}"), chapters=_roman_chapter, setter=lined),
    Layout("Article 201", "Article {}: {h}", _in_chapter("{}{:02}"), chapters=_chapter, heading="beside"),
    Layout("numbers anew in each chapter", "Article {}", _in_chapter("{1}"), chapters=_chapter),
    Layout("ARTICLE ONE", "ARTICLE {}", number=lambda a: in_words(a.number).upper(), most=_LAST_WORD),
    Layout("Article the First", "Article the {}", number=_firstly, most=_LAST_WORD),
    Layout("Section 5.", "Section {}.", setter=lined),
    Layout("Rule 3", "Rule {}", chapters=lambda n: f"PART {roman(n)}"),
    Layout("Article 8 bis", "Article {}", _inserted),
    Layout("Article 15A", "ARTICLE {}", _lettered, setter=running),
    Layout("heading above the number", heading="above"),
    Layout("contents with dots", contents=_dotted),
    Layout("contents with page numbers", contents=_paged_contents, setter=lined),
    Layout("contents bare", contents=_bare_contents),
    Layout("contents bare, on one line", "ARTICLE {}", contents=_bare_contents, setter=running),
    Layout("parts in words", chapters=_part_the, setter=closely_wrapped),
    Layout("paragraphs 3.1, 3.2", change=_decimal, setter=lined),
    Layout("annex with articles", annexed=True),
    Layout("annex with articles, one line", "ARTICLE {}", annexed=True, setter=running),
    Layout("quoted articles of another treaty", change=_amending),
    Layout("Markdown, bold labels", setter=bold, suffix=".md"),
    Layout("Markdown headings", setter=hashed, suffix=".md", annexed=True),
    Layout("HTML paragraphs", setter=tagged, suffix=".html"),
)  # fmt: skip
