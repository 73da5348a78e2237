"""Reading any file: which reader it goes to, what it is called, and which files are refused with what words.

What each format becomes is told in the modules beside this one.
"""

from __future__ import annotations

import re
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.errors import EmptyDocument, ReadError, TooLarge, UnknownFormat, UnreadableFile
from corpus.models import Kind
from corpus.readers import Limits, identity, read_document
from tests.corpus.written_files import GUIDE, lake_treaty, pdf, printed, word_file

SENTENCE = (
    "Boats of either Party may use the whole river by day and by night if they carry a lamp and a bell."
)

WHOLE_FILES = {
    "lakes.docx": word_file(lake_treaty()),
    "river.pdf": pdf([printed(f"1. {SENTENCE}", f"2. {SENTENCE}")], bookmarks=[(0, SENTENCE)]),
    "page.html": f"<style>p {{counter-increment: n}}</style><table><tr><td><p>{SENTENCE}<sup>1</sup></table>".encode(),
    "pact.xml": f"<pact><article number='1'><num>1.</num><p>{SENTENCE}</p><note>x</note></article></pact>".encode(),
    "guide.md": GUIDE.encode(),
    "typed.txt": "\n".join(words for _, _, words in printed(SENTENCE, SENTENCE, SENTENCE)).encode(),
}


@given(st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 255)), min_size=1, max_size=20))
@settings(max_examples=60, deadline=None)
def test_damaged_files_are_refused_and_never_crash(damage: list[tuple[int, int]]) -> None:
    for name, whole in WHOLE_FILES.items():
        raw = bytearray(whole)
        for place, byte in damage:
            raw[place % len(raw)] = byte
        with suppress(ReadError):
            assert read_document(bytes(raw), name).text


@pytest.mark.parametrize(
    ("name", "piece"),
    [
        ("a.txt", "the Parties share the water "),
        ("a.txt", "a-\n"),
        ("a.md", "**a"),
        ("a.md", "^[[^a"),
        ("a.md", "_a*b`"),
        ("a.html", "<b>a</b> <sup>1</sup>"),
        ("a.html", "<p><a href='#x'>1</a>"),
        ("a.xml", "a\n\n"),
    ],
)
def test_a_long_file_without_line_ends_or_with_too_many_is_read_in_time(name: str, piece: str) -> None:
    # One step too many for each character of what came before, and this would take hours.
    text = piece * (500_000 // len(piece))
    raw = f"<a>{text}x</a>" if name == "a.xml" else text
    assert read_document(raw.encode(), name).text


# -- any file ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "raw", "error", "words"),
    [
        ("a.txt", b"%PDF-1.7 ...", UnreadableFile, "the name ends in .txt, but the content is a PDF"),
        ("a.md", b"<!DOCTYPE html><p>x", UnreadableFile, "the content is an HTML page"),
        ("a.pdf", b"plain words", UnreadableFile, "the content is plain text"),
        ("a.docx", b"%PDF-1.7 ...", UnreadableFile, "the content is a PDF"),
        ("a.html", b"PK\x03\x04", UnreadableFile, "the content is a ZIP archive"),
        ("a.txt", b"\x00\x01\x02", UnreadableFile, "the content is not text"),
        ("a.odt", b"x", UnknownFormat, "no reader for '.odt' files"),
        ("README", b"x", UnknownFormat, "the name has no ending"),
        ("a.txt", b"", EmptyDocument, "the file is empty"),
        ("a.md", b"# ***\n\n---\n", EmptyDocument, "no words"),
        ("a.html", b"<script>x</script>", EmptyDocument, "no words"),
        ("a.txt", b"x" * 2_000_000, TooLarge, "2.0 MB where 1.0 MB are allowed"),
    ],
)
def test_refusals_say_in_one_line_what_was_found(
    name: str, raw: bytes, error: type[ReadError], words: str
) -> None:
    with pytest.raises(error, match=re.escape(words)) as caught:
        read_document(raw, name, limits=Limits(max_bytes=1_000_000))
    assert str(caught.value).startswith(f"{name}: ")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "document_id"),
    [
        ("Vienna Convention (1969).pdf", "vienna-convention-1969"),
        ("C:\\texts\\Übereinkommen_groß.docx", "ubereinkommen-gross"),
        ("../../etc/passwd.txt", "passwd"),
        ("Łódź–Kraków.md", "lodz-krakow"),
        ("条约.txt", "document-"),
        ("ДСЕ-185.txt", "185-"),
        ("-.txt", "document-"),
        ("x" * 200 + ".txt", "x" * 71 + "-"),
    ],
)
def test_ids_are_slugs_of_file_names(name: str, document_id: str) -> None:
    found = identity.document_id(name)
    assert found == document_id or (
        document_id.endswith("-") and re.fullmatch(re.escape(document_id) + "[0-9a-f]{8}", found)
    )
    assert found == identity.document_id(name)


def test_names_in_another_script_differ() -> None:
    assert identity.document_id("条约.txt") != identity.document_id("公约.txt")


BODY = """

Harbour rules and pilots: the harbour has rules, the pilots know the rules of the harbour and the pilots keep them. The
harbour is open by day and by night, and the pilots of the harbour are on duty by day and by night as well."""


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("# Harbour rules\n\n## Of the entry and the exit\n\ntext", "Harbour rules"),
        ("## Contents\n\n# Harbour rules\n\ntext", "Harbour rules"),
        (
            "##Verdrag inzake de havens\n\n####Convention on the Harbours\n\n### Article 1\n\ntext",
            "Convention on the Harbours",
        ),
        (
            "##Verdrag inzake havens\n\n### Article 1\n\n#### Scope of the rules\n\ntext",
            "Verdrag inzake havens",
        ),
        ("### Article 1\n\nShort.", "file"),
        (
            "18 C\nSunday, 1 March 2026\n\nHow pilots keep the harbour safe" + BODY,
            "How pilots keep the harbour safe",
        ),
        ("Ann Other Ann Other\nHead of Digital Trade Policy\n" + BODY, "file"),
        (BODY, "file"),
    ],
)
def test_titles_come_from_the_text_or_the_file_name(text: str, title: str) -> None:
    suffix = ".md" if "#" in text else ".txt"
    assert read_document(text.encode(), f"file{suffix}").title == title


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Article 1\nScope\nArticle 2\nTerms\nArticle 3\nEnd", Kind.TREATY),
        ("Article 1.1\na\nArticle 1.2\nb\nArticle 2.1\nc", Kind.TREATY),
        ("ARTICLE I\na\nARTICLE II\nb\nARTICLE III\nc", Kind.TREATY),
        ("Article 3 of the pact, and\nArticle 2 of it, and\nArticle 1 as well", Kind.COMMENTARY),
        ("# Joint Declaration on Harbours\n\nwords", Kind.DECLARATION),
        ("# What the Declaration on Harbours means\n\nwords", Kind.COMMENTARY),
        ("# Notes\n\nwords", Kind.COMMENTARY),
    ],
)
def test_kinds_are_told_by_title_and_articles(text: str, kind: Kind) -> None:
    assert read_document(text.encode(), "file.md").kind is kind


def test_provenance_is_kept() -> None:
    document = read_document(
        b"words", "a.txt", address="https://example.org/a", retrieved="2026-01-31T10:00:00+00:00"
    )
    found = document.provenance
    assert (found.path, found.reader, found.address) == ("a.txt", "plain/3", "https://example.org/a")
    assert (found.retrieved, found.language, len(found.sha256)) == ("2026-01-31T10:00:00+00:00", "en", 64)
