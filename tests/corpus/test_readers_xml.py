"""Reading XML of legal texts, whatever its vocabulary."""

from __future__ import annotations

import re

import pytest

from corpus.errors import EmptyDocument, ReadError, UnreadableFile
from corpus.models import Document, Kind
from corpus.pinpoint import FOOTNOTES
from corpus.readers import read_document


def read(text: str) -> Document:
    return read_document(text.encode(), "pact.xml")


COLLECTION = """<?xml version="1.0" encoding="UTF-8"?>
<treaty><meta><name>Lakes - Rivers</name><language>en</language></meta><body>
  <chapter number="CHAPTER 1" name="Waters">
    <article number="ARTICLE 1.1" name="Aims">Each Party shall, in the lakes of the \n\n
Kingdom: \n\n\n(a) count boats; and \n\n\n(b) mend
nets.</article>
    <article number="2">Boats float &mdash; always.</article>
  </chapter></body></treaty>"""

OFFICIAL = """<AGR><BIB.INSTANCE><DATE>20040501</DATE></BIB.INSTANCE>
<TITLE><TI><P>PACT <HT TYPE="UC">on lakes</HT></P></TI></TITLE>
<PREAMBLE><GR.CONSID><CONSID><NP><NO.P>(1)</NO.P><TXT>Water is wet.</TXT></NP></CONSID></GR.CONSID></PREAMBLE>
<ENACTING.TERMS><ARTICLE><TI.ART>Article 5</TI.ART><STI.ART>Boats</STI.ART>
<PARAG><NO.PARAG>1.</NO.PARAG><ALINEA><P>Boats <HT TYPE="ITALIC">float</HT> as <QUOT.START CODE="2018"/>boats<QUOT.END
CODE="2019"/><NOTE NOTE.ID="E1"><P>Of reed.</P></NOTE>:</P>
<LIST><ITEM><NP><NO.P>(a)</NO.P><TXT>by day;</TXT></NP></ITEM>
<ITEM><NP><NO.P>(b)</NO.P><TXT>by night.</TXT></NP></ITEM></LIST></ALINEA></PARAG></ARTICLE></ENACTING.TERMS></AGR>"""

STANDARD = """<akomaNtoso xmlns="http://example.org/akn"><act name="pact"><meta><identification source="#x"/></meta>
<preface><p>A <docTitle>Pact on the Lakes and Rivers</docTitle></p></preface><body><chapter><num>CHAPTER I</num>
<heading>Waters</heading><article><num>Article 1</num><heading>Scope</heading><paragraph>
<num>1.</num><content>
<p>It covers <ref href="#l">lakes</ref><authorialNote marker="1"><p>And ponds.</p></authorialNote>.</p></content>
</paragraph><paragraph><num>2.</num><list><intro><p>It binds:</p></intro>
<point><num>(a)</num><content><p>boats.</p></content>
</point></list></paragraph></article></chapter></body></act></akomaNtoso>"""


@pytest.mark.parametrize(
    ("source", "blocks", "heads"),
    [
        (
            COLLECTION,
            [
                "CHAPTER 1",
                "Waters",
                "ARTICLE 1.1",
                "Aims",
                "Each Party shall, in the lakes of the Kingdom:",
                "(a) count boats; and",
                "(b) mend nets.",
                "Article 2",
                "Boats float — always.",
            ],
            ["CHAPTER 1", "Waters", "ARTICLE 1.1", "Aims", "Article 2"],
        ),
        (
            OFFICIAL,
            [
                "PACT on lakes",
                "(1) Water is wet.",
                "Article 5",
                "Boats",
                "1. Boats float as ‘boats’:",
                "(a) by day;",
                "(b) by night.",
                FOOTNOTES,
                "Of reed.",
            ],
            ["PACT on lakes", "Article 5", "Boats", FOOTNOTES],
        ),
        (
            STANDARD,
            [
                "A Pact on the Lakes and Rivers",
                "CHAPTER I",
                "Waters",
                "Article 1",
                "Scope",
                "1. It covers lakes.",
                "2. It binds:",
                "(a) boats.",
                FOOTNOTES,
                "1 And ponds.",
            ],
            ["CHAPTER I", "Waters", "Article 1", "Scope", FOOTNOTES],
        ),
    ],
    ids=["collection", "official journal", "standard"],
)
def test_vocabularies_are_read_without_their_schema(source: str, blocks: list[str], heads: list[str]) -> None:
    document = read(source)
    assert document.text.split("\n\n") == blocks
    assert [heading.span.of(document.text) for heading in document.headings] == heads


def test_headings_rank_by_their_depth() -> None:
    levels = {
        heading.span.of(document.text): heading.level
        for document in [read(STANDARD)]
        for heading in document.headings
    }
    assert levels["CHAPTER I"] == levels["Waters"] < levels["Article 1"] == levels["Scope"]


def test_titles_and_languages_come_from_the_metadata() -> None:
    assert read(STANDARD).title == "Pact on the Lakes and Rivers"
    assert read('<a xml:lang="fr"><p>Un mot</p></a>').provenance.language == "fr"
    three = "".join(f'<article number="{n}" name="Boats">Float.</article>' for n in (1, 2, 3))
    assert read(f"<treaty>{three}</treaty>").kind is Kind.TREATY


def test_tables_keep_their_rows() -> None:
    rows = "".join(
        f"<row><entry>{goods}</entry><entry>{duty}</entry></row>"
        for goods, duty in [("Boats", "5"), ("Nets", "7")]
    )
    assert read(f"<doc><p>Duties:</p><table>{rows}</table></doc>").text == "Duties:\n\nBoats\t5\nNets\t7"


def test_a_web_page_in_an_xml_file_is_read_as_one() -> None:
    assert (
        read('<html xmlns="http://www.w3.org/1999/xhtml"><body><ol><li>Boats</li></ol></body></html>').text
        == "1. Boats"
    )


@pytest.mark.parametrize(
    ("source", "error", "words"),
    [
        (
            "<a>\n<b></a>",
            UnreadableFile,
            "line 2: expected well-formed XML, found Opening and ending tag mismatch",
        ),
        ("plain words", UnreadableFile, "line 1: expected well-formed XML"),
        ("<a><p>Boats <![CDATA[ are\n\nfree</p></a>", UnreadableFile, "CData section not finished are free"),
        (
            '<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>',
            UnreadableFile,
            "it uses &x;, which only its own document type",
        ),
        ('<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hosts">]><a>&x;</a>', UnreadableFile, "it uses &x;"),
        ("<package><p>x</p></package>", UnreadableFile, "it is a Word document saved as XML"),
        ("<a><meta>x</meta></a>", EmptyDocument, "no words"),
    ],
)
def test_xml_refusals(source: str, error: type[ReadError], words: str) -> None:
    with pytest.raises(error, match=re.escape(words)) as caught:
        read(source)
    assert "\n" not in str(caught.value)
