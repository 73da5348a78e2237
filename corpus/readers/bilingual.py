"""Texts in two languages side by side: one is read, and the owner is told.

Read across, neither would be a text. Both are the treaty, but the provisions of two languages in one tree would
be found, and cited, twice.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from corpus.readers.elements import text_of, words_of
from corpus.readers.languages import language_of
from corpus.readers.layout import LEFT, RIGHT

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from lxml.etree import _Element as Element

    from corpus.readers.lines import Line

_PREFERRED = "English"
_BESIDE = 0.25
"""Share of a page's text that must be marked as in one language before it counts as a version of the whole."""


def one_language(lines: Sequence[Line]) -> tuple[list[Line], tuple[str, ...]]:
    """Keep one of two languages that stand side by side, English if it is one of them.

    Returns:
        The lines, and a notice for the owner if any were left out.
    """
    left, right = (
        language_of(" ".join(line.text for line in lines if line.column == column))
        for column in (LEFT, RIGHT)
    )
    if left is None or right is None or left == right:
        return list(lines), ()
    kept = RIGHT if right == _PREFERRED else LEFT
    return [line for line in lines if line.column in {0, kept}], (
        _notice([left, right], right if kept == RIGHT else left),
    )


def other_language(root: Element) -> tuple[set[Element], list[str]]:
    """Find the elements of a page that say in another language what stands beside them.

    Returns:
        Table cells, or elements that the page marks with their language, to be left out; and notices for the owner.
    """
    left_out, notices = other_columns(by_column(_rows(table)) for table in root.iter("table"))
    marked: defaultdict[str, list[Element]] = defaultdict(list)
    for element in root.iter("div", "section", "article", "td", "p"):
        if element.get("lang") and not any(
            one.get("lang") for one in element.iterancestors("div", "section", "td")
        ):
            marked[str(element.get("lang"))[:2].lower()].append(element)
    columns = [column for column in marked.values() if _share(column, root) >= _BESIDE]
    beside, more = other_columns([columns])
    return left_out | beside, [*notices, *more]


def _share(elements: Sequence[Element], root: Element) -> float:
    return sum(len(text_of(one)) for one in elements) / max(len(text_of(root)), 1)


def other_columns(tables: Iterable[list[list[Element]]]) -> tuple[set[Element], list[str]]:
    """Find the columns of tables that are in another language than the one to be read.

    Args:
        tables: Each as its columns of cells.

    Returns:
        The cells to be left out, and the notices for the owner.
    """
    left_out: set[Element] = set()
    notices: list[str] = []
    for columns in tables:
        spoken = [language_of(" ".join(words_of(cell) for cell in column)) for column in columns]
        languages = [language for language in spoken if language]
        if len(set(languages)) > 1:
            kept = _PREFERRED if _PREFERRED in languages else languages[0]
            for language, column in zip(spoken, columns, strict=True):
                left_out.update(column if language not in {None, kept} else ())
            notices.append(_notice(languages, kept))
    return left_out, list(dict.fromkeys(notices))


def by_column(rows: Sequence[list[Element]]) -> list[list[Element]]:
    """Turn a table's rows of cells into columns; short rows fill the first columns."""
    width = max(map(len, rows), default=0)
    return [[row[place] for row in rows if place < len(row)] for place in range(width)]


def _rows(table: Element) -> list[list[Element]]:
    """Return the cells of a table's own rows that have at least two."""
    rows = [row for row in table.iter("tr") if next(row.iterancestors("table"), None) is table]
    cells = [[cell for cell in row if cell.tag in {"td", "th"}] for row in rows]
    return [row for row in cells if len(row) > 1]


def _notice(languages: Sequence[str], kept: str) -> str:
    spoken = " and ".join(dict.fromkeys(languages))
    return f"it is set in {spoken} side by side; only the {kept} text was read"
