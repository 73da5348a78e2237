"""Reading web pages: what a reader of the page sees, whatever the publisher wrapped it in."""

from __future__ import annotations

import pytest

from corpus.errors import EmptyDocument, UnreadableFile
from corpus.models import Document
from corpus.pinpoint import FOOTNOTES
from corpus.readers import read_document

PAGE = """<!DOCTYPE html><html lang="en-GB"><head><title>Treaty on Rivers</title><style>p {}</style></head><body>
<nav>Home</nav><header><h1>Site name</h1><p>Search</p></header><form>
<article><header><h1>Treaty   on
Rivers</h1></header><p>Signs such as &lt;script&gt; and &amp;lt; stay<sup><a href="#n">1</a></sup>.<br>Next line
<p>Unclosed <em>paragraph</em>
<ol><li>first<ol type="a"><li>alpha</li><li>beta</ol><li>second</ol>
<ol type="i" start="3"><li>three<li>(iv) written</ol><ul><li>bullet</ul>
<table><tr><th>State<th>Since<tr><td>Utopia<td><p>2001</p></table>
<table><tr><td>(b)</td><td><p>point:</p><table><tr><td>(i)<td>inner</table></td></tr></table>
<script>alert(1)</script><div style="display: none">hidden</div></article></form><footer>foot</footer></body>"""


def read(page: str, name: str = "page.html") -> Document:
    return read_document(page.encode(), name)


def blocks(body: str) -> list[str]:
    return read(f"<html><body>{body}</body></html>").text.split("\n\n")


def heads(document: Document) -> list[tuple[str, int]]:
    return [(heading.span.of(document.text), heading.level) for heading in document.headings]


def test_an_html_page_is_its_text() -> None:
    document = read(PAGE)
    assert document.text.split("\n\n") == [
        "Treaty on Rivers",
        "Signs such as <script> and &lt; stay.\nNext line",
        "Unclosed paragraph",
        "1. first",
        "(a) alpha",
        "(b) beta",
        "2. second",
        "(iii) three",
        "(iv) written",
        "- bullet",
        "State\tSince\nUtopia\t2001",
        "(b) point:",
        "(i) inner",
    ]
    assert heads(document) == [("Treaty on Rivers", 1)]
    assert (document.title, document.provenance.language) == ("Treaty on Rivers", "en-GB")


TEXT = "".join(
    f"<p>{n}. Boats of the Parties float on the lake by day and by night.</p>" for n in range(1, 9)
)
PARAGRAPHS = [f"{n}. Boats of the Parties float on the lake by day and by night." for n in range(1, 9)]
LINKS = "".join(f'<li><a href="/p{n}">Entry {n}</a></li>' for n in range(6))


@pytest.mark.parametrize(
    "wrapping",
    [
        "<div id='cookieConsent'>We use cookies.</div>{}",
        "<div class='main-menu'><ul>" + LINKS + "</ul></div>{}",
        "<div class='breadcrumbs'>Home &gt; Treaties</div>{}<div class='socialShare'>Share this</div>",
        "<ul>" + LINKS + "</ul>{}",
        "<table><tr><td>" + LINKS.replace("li>", "p>") + "</td><td>{}</td></tr></table>",
        "<table><tr><td><table><tr><td>{}</td></tr></table></td></tr></table>",
        "<main>{}</main><div>Other news of the site</div>",
        "<div class='menu-content'>{}</div>",
        "<div role='navigation'>Menu</div>{}<p><a href='#top'>Back to top</a></p>",
        "<aside>See also</aside>{}<dialog>Sign up</dialog><button>Print</button>",
        "{}<div hidden>x</div>",
    ],
    ids="cookies menu crumbs list side layout main named top aside hidden".split(),
)
def test_what_a_site_puts_around_its_text_goes(wrapping: str) -> None:
    assert blocks(wrapping.format(TEXT)) == PARAGRAPHS


def test_a_table_of_contents_of_links_goes_and_the_headings_stay() -> None:
    contents = "".join(f'<li><a href="#a{n}">Article {n}</a></li>' for n in range(1, 6))
    articles = "".join(f'<h3 id="a{n}">Article {n}</h3>{TEXT}' for n in range(1, 6))
    found = blocks(f"<ul>{contents}</ul>{articles}")
    assert [block for block in found if block.startswith("Article")] == [f"Article {n}" for n in range(1, 6)]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("<ol type=A start=2><li>x<li>y</ol>", ["(B) x", "(C) y"]),
        ("<ol><li value=7>x<li>y</ol>", ["7. x", "8. y"]),
        ("<ol reversed><li>x<li>y</ol>", ["2. x", "1. y"]),
        ("<ol style='list-style-type: lower-roman'><li>x<li>y</ol>", ["(i) x", "(ii) y"]),
        ("<style>ol.p {list-style: lower-latin}</style><ol class=p><li>x<li>y</ol>", ["(a) x", "(b) y"]),
        ("<style>ol {list-style: none}</style><ol><li>(1) x<li>(2) y</ol>", ["(1) x", "(2) y"]),
        (
            (
                "<style>div {counter-reset: n} p::before {counter-increment: n;"
                " content: '(' counter(n, lower-alpha) ')'}</style><div><p>x</p><p>y</p></div><div><p>z</p></div>"
            ),
            ["(a) x", "(b) y", "(a) z"],
        ),
        (
            (
                "<style>section {counter-increment: a} section > h2:before {content: 'Article ' counter(a)}</style>"
                "<section><h2>Boats</h2><p>x</p></section><section><h2>Nets</h2><p>y</p></section>"
            ),
            ["Article 1 Boats", "x", "Article 2 Nets", "y"],
        ),
        ("<style>@media print {p {display: none}} .x {display: none}</style><p>a</p><p class=x>b</p>", ["a"]),
        ("<dl><dt>(a)<dd>boats;<dt>(b)<dd>nets.</dl>", ["(a) boats;", "(b) nets."]),
        ("<table><tr><td><p>(a)</p></td><td><p>boats;</p></td></tr></table>", ["(a) boats;"]),
        ("&nbsp;&nbsp;&nbsp;1.&nbsp;One<br><br>&nbsp; 2.&nbsp;&nbsp;Two", ["1. One", "2. Two"]),
        ("<p>bo\u200bats and na\u00advy \u2011 sail\u2011less</p>", ["boats and navy - sail-less"]),
        ("<p>10 m<sup>2</sup> on the 1<sup>st</sup> day</p>", ["10 m2 on the 1st day"]),
    ],
)
def test_numbers_stand_in_the_text_as_a_reader_sees_them(body: str, expected: list[str]) -> None:
    assert blocks(body) == expected


# -- footnotes ------------------------------------------------------------------------------------------------

NOTES = [FOOTNOTES, "1 Of reed.", "2 Of cotton."]


@pytest.mark.parametrize(
    ("body", "notes"),
    [
        (
            (
                "<p>Boats<sup><a href='#fn1'>1</a></sup> and nets<sup><a href='#fn2'>2</a></sup> float.</p>"
                "<p id=fn1>1 Of reed. <a href='#r1'>↩</a></p><p id=fn2>2 Of cotton.</p>"
            ),
            NOTES,
        ),
        (
            (
                "<p>Boats<a href='#_ftn1' name='_ftnref1'>[1]</a> and nets<a href='#_ftn2'>[2]</a> float.</p>"
                "<div id=ftn1><p class=MsoFootnoteText><a href='#_ftnref1' name='_ftn1'>[1]</a> Of reed.</p></div>"
                "<div id=ftn2><p class=MsoFootnoteText><a name='_ftn2'>[2]</a> Of cotton.</p></div>"
            ),
            [FOOTNOTES, "[1] Of reed.", "[2] Of cotton."],
        ),
        (
            (
                "<p>Boats<sup>1</sup> and nets<sup>2</sup> float.</p>"
                "<p><sup>1</sup> Of reed.</p><p><sup>2</sup> Of cotton.</p>"
            ),
            NOTES,
        ),
        (
            (
                "<p>Boats<a id=c1 href='#n1'>(<span>1</span>)</a> and nets<a href='#n2'>(2)</a> float.</p>"
                "<p class=note><a id=n1 href='#c1'>(1)</a> Of reed.</p><p class=note><a id=n2>(2)</a> Of cotton.</p>"
            ),
            [FOOTNOTES, "(1) Of reed.", "(2) Of cotton."],
        ),
        (
            (
                "<p>Boats<sup id=r1><a href='#n1'>1</a></sup> and nets<sup><a href='#n2'>2</a></sup> float.</p>"
                "<ol class=footnotes><li id=n1>Of reed.</li><li id=n2>Of cotton.</li></ol>"
            ),
            [FOOTNOTES, "1. Of reed.", "2. Of cotton."],
        ),
    ],
    ids="linked word raised paired list".split(),
)
def test_footnotes_come_after_the_text_and_their_marks_go(body: str, notes: list[str]) -> None:
    found = blocks(f"{TEXT}{body}<p>Lamps burn.</p>")
    assert found == [*PARAGRAPHS, "Boats and nets float.", "Lamps burn.", *notes]


def test_links_to_provisions_are_no_note_marks() -> None:
    page = f"<p>Under Article <a href='#a5'>5</a> and paragraph <a href='#p1'>1</a>.</p>{TEXT}<p id=a5>5 Boats.</p>"
    assert blocks(page)[0] == "Under Article 5 and paragraph 1."


# -- headings -------------------------------------------------------------------------------------------------


def test_headings_are_told_by_class_or_by_bold_type_and_neighbours() -> None:
    page = (
        "<p><b>Pact on Boats</b></p><p class='ti-art'>Article 1</p><p class='sti-art'>Scope</p><p>Boats float.</p>"
        "<p align=center><strong>Voting</strong></p><p><b>Article 2</b></p><p><b>Nets</b></p>"
        "<p><b>Net</b> means a net.</p><p><b>For the Lake Republic:</b></p><p><b>A. Boatman</b></p>"
    )
    assert heads(read(page)) == [
        ("Pact on Boats", 1),
        ("Article 1", 4),
        ("Scope", 4),
        ("Voting", 4),
        ("Article 2", 4),
        ("Nets", 4),
    ]


# -- encodings, languages, broken lines, refusals ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("page", "text"),
    [
        (
            "<meta charset=iso-8859-2><p>Język żaglowców jest łatwy</p>".encode("iso-8859-2"),
            "Język żaglowców jest łatwy",
        ),
        ("<meta charset=iso-8859-1><p>the “lake” – cafés</p>".encode("cp1252"), "the “lake” – cafés"),
        (
            b'<?xml version="1.0" encoding="utf-8"?><html xmlns="http://www.w3.org/1999/xhtml"><p>Plain words</p>',
            "Plain words",
        ),
        ("<p>the lake\u2019s shore</p>".encode().decode("cp1252").encode(), "the lake’s shore"),
    ],
)
def test_pages_are_decoded_as_browsers_do(page: bytes, text: str) -> None:
    assert read_document(page, "page.xhtml").text == text


EAU = (
    "Les eaux de la rivière sont partagées entre les Parties et les bateaux peuvent naviguer sur la rivière."
)
WATER = "The waters of the river are shared by the Parties and the boats may sail on all of the river by day."


def test_of_two_languages_side_by_side_one_is_read_and_the_owner_told() -> None:
    rows = "".join(f"<tr><td>{n}. {EAU}</td><td>{n}. {WATER}</td></tr>" for n in (1, 2, 3))
    marked = "".join(f"<div lang=fr>{n}. {EAU}</div><div lang=en>{n}. {WATER}</div>" for n in (1, 2, 3))
    document = read(f"<table>{rows}</table>")
    assert document.text.split() == " ".join(f"{n}. {WATER}" for n in (1, 2, 3)).split()
    assert read(marked).text.split() == document.text.split()
    assert document.notices == (
        "it is set in French and English side by side; only the English text was read",
    )


def test_lines_broken_by_width_are_joined() -> None:
    typed = (
        "1. The Parties share the water of the river in equal\nparts and measure it every day at the bridge that\n"
        "stands between them.\n\n2. When rain falls for more than three days the\nParties open the locks and let the"
        " water pass for as\nlong as it rains."
    )
    joined = [" ".join(part.split()) for part in typed.split("\n\n")]
    assert blocks(f"<pre>{typed}</pre>") == joined
    broken = "".join(f"<p>{part.replace(chr(10), '<br>')}</p>" for part in typed.split("\n\n"))
    assert blocks(broken) == joined


def test_html_refusals() -> None:
    with pytest.raises(UnreadableFile, match="nested too deeply"):
        read("<div>" * 400 + "deep" + "</div>" * 400)
    with pytest.raises(EmptyDocument, match=r"only frames other pages \(top.htm, text.htm\)"):
        read("<frameset><frame src=top.htm><frame src=text.htm></frameset>")
