"""Markdown: a parser reads every quotation as its words to the last character, and nothing of a document acts."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from assistant.permalinks import exact_link
from assistant.takeaway import Form, Taken, take_away
from assistant.takeaway.acting import one_line, visible
from corpus.models import Kind
from corpus.pinpoint import Style
from tests.assistant.taken_things import (
    HARBOURS,
    HOSTILE,
    PUBLISHED,
    answered,
    compared,
    declined,
    lines,
    quoted,
    taken,
    texts,
    with_definition,
)

PARSERS = {"commonmark": MarkdownIt("commonmark"), "tables": MarkdownIt("js-default", {"html": True})}
"""CommonMark itself, and a dialect with tables and strikethrough; HTML acts in both."""
OWN = {"text", "hardbreak"}
"""All that may stand in a quotation."""


def markdown(made: Taken, style: Style = Style.OSCOLA) -> str:
    return take_away(made, Form.MARKDOWN, style).content.decode()


def inlines(tokens: list[Token], name: str) -> list[list[Token]]:
    """Return, for each block of a name, the inline tokens directly or indirectly in it."""
    found: list[list[Token]] = []
    depth = 0
    for token in tokens:
        if token.type == f"{name}_open":
            depth += 1
            found.append([])
        elif token.type == f"{name}_close":
            depth -= 1
        elif depth and token.type == "inline":
            found[-1].append(token)
    return found


def words(block: list[Token]) -> str:
    """Return what is read in a block; it must hold nothing but words and line breaks."""
    paragraphs = []
    for inline in block:
        children = inline.children or []
        assert {child.type for child in children} <= OWN
        paragraphs.append("".join("\n" if c.type == "hardbreak" else c.content for c in children))
    return "\n\n".join(paragraphs)


@pytest.mark.parametrize("parser", PARSERS.values(), ids=PARSERS)
@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_quotation_is_read_as_its_words(parser: MarkdownIt, text: str) -> None:
    (block,) = inlines(parser.parse(markdown(taken(answered("q", quoted(text))))), "blockquote")
    assert words(block) == f"{visible(text)}[^1]"


@given(st.lists(texts, min_size=1, max_size=3), st.sampled_from(sorted(PARSERS)))
@example(["a\n\n\n\nb\n", "\n\na", " x\n"], "commonmark")
def test_every_quotation_is_read_as_its_words(found: list[str], parser: str) -> None:
    made = markdown(taken(answered("q", *(quoted(text) for text in found))))
    blocks = inlines(PARSERS[parser].parse(made), "blockquote")
    assert [words(block) for block in blocks] == [
        f"{visible(text)}[^{number}]" for number, text in enumerate(found, start=1)
    ]


@given(lines, lines, texts, st.sampled_from(sorted(PARSERS)))
def test_titles_and_questions_are_words_and_the_file_has_only_our_own_marks(
    title: str, question: str, text: str, parser: str
) -> None:
    made = taken(
        answered(question, quoted(text, title=title, address=PUBLISHED)),
        declined(question, quoted(text, id="other", title=title)),
        compared(question, (text,), ()),
        title=title,
    )
    tokens = PARSERS[parser].parse(markdown(made))
    assert [words(block) for block in inlines(tokens, "heading")] == [
        one_line(title),
        one_line(question),
        one_line(question),
        "Nearest passages (not an answer)",
        one_line(question),
        "Treaty of Port 0",
        "Treaty of Port 1",
        "Documents quoted",
    ]
    kinds = {token.type.removesuffix("_open").removesuffix("_close") for token in tokens}
    assert kinds <= {"heading", "inline", "paragraph", "blockquote", "bullet_list", "list_item", "hr"}
    inner = [child for token in tokens for child in token.children or []]
    assert {child.type for child in inner} <= OWN | {
        "strong_open", "strong_close", "em_open", "em_close", "link_open", "link_close", "code_inline", "softbreak",
    }  # fmt: skip
    # The source of a document is linked in its first footnote and in the list of documents.
    assert {child.attrs["href"] for child in inner if child.type == "link_open"} == {PUBLISHED}


@given(lines)
def test_every_footnote_is_there_for_parsers_that_know_none(title: str) -> None:
    made = markdown(taken(answered("q", quoted("Oil.", title=title), quoted("Wax.", title=title))))
    environment: dict[str, object] = {}
    tokens = PARSERS["commonmark"].parse(made, environment)
    assert not environment.get("references")
    read = [token.content for token in tokens if token.type == "inline"]
    assert [line[:4] for line in read if line.startswith("[^")] == ["[^1]", "[^2]"]


def test_a_sheet_reads_like_this() -> None:
    beacon = quoted("A *beacon* is a light.", "Article 1", address=PUBLISHED)
    oil = with_definition(
        quoted("2. Each Party keeps:\n(a) oil; and\n\n(b) wax.", "Article 2", "2", address=PUBLISHED), beacon
    )
    guide = quoted("Oil is dear.", "Oil", id="guide", title="On oil", kind=Kind.GUIDE)
    digest = oil.sha256
    links = [f"https://chat.example/{exact_link(one)}" for one in (oil, beacon, guide)]
    assert markdown(taken(answered("What of oil?", oil, guide), base="https://chat.example/")) == (
        "# What of oil?\n"
        "\n"
        f"**{HARBOURS}**\n"
        "\n"
        "> 2\\. Each Party keeps:\\\n"
        "> \\(a) oil; and\n"
        ">\n"
        "> \\(b) wax.[^1]\n"
        "\n"
        "*Defined term: beacon (its beginning)*\n"
        "\n"
        "> A \\*beacon\\* is a light.[^2]\n"
        "\n"
        "**On oil (guide)**\n"
        "\n"
        "> Oil is dear.[^3]\n"
        "\n"
        "*Searched: 2 documents, 1,234 passages; index g7.*\n"
        "\n"
        "## Documents quoted\n"
        "\n"
        f"- {HARBOURS}: file harbours.md, SHA-256 {digest}, <{PUBLISHED}>\n"
        f"- On oil (guide): file harbours.md, SHA-256 {guide.sha256}\n"
        "\n"
        "---\n"
        "\n"
        "Every quotation above is in the words of the document it is cited to, as listed here; \\[…\\] marks words "
        "that were left out. Quoted on 4 March 2026, 10:20 UTC.\n"
        "\n"
        f"[^1]: {HARBOURS}, art 2(2) \\<<{PUBLISHED}>\\>. <{links[0]}>\n"
        "\n"
        f"[^2]: {HARBOURS} (n 1) art 1. <{links[1]}>\n"
        "\n"
        f"[^3]: On oil (guide), “Oil”. <{links[2]}>\n"
    )
