"""XML of legal texts, whatever its vocabulary: Akoma Ntoso, Formex, national schemas, collections of treaties.

No schema is known here. What an element is follows from its name, where many schemas agree (``num``, ``heading``,
``footnote``, ``meta``), and from where it stands: in running text it is inline, elsewhere it is a block. Numbers and
titles that a schema keeps in attributes are written out where a reader of the page would see them.
"""

from __future__ import annotations

import html.entities
import re
from typing import TYPE_CHECKING

from lxml import etree

from corpus.errors import EmptyDocument, UnreadableFile
from corpus.normalise import (
    CHARACTERS,
    MappedText,
    apply,
    control_characters,
    inner_blanks,
    newline_form,
    plain_hyphens,
    plain_spaces,
    soft_hyphens,
    tidy_white_space,
)
from corpus.readers import html as html_reader
from corpus.readers import xmlnames
from corpus.readers.blocks import Blocks
from corpus.readers.elements import check_memory
from corpus.readers.encoding import decode
from corpus.readers.reading import Limits, Metadata, Reading, headings_in
from corpus.readers.xmlwalk import Walk

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

READER = "xml/1"

_DECLARATION = re.compile(r"\A\s*<\?xml[^>]*\?>")
_ENCODING = re.compile(rb"^\s*<\?xml[^>]{0,100}?encoding\s*=\s*[\"']([\w.:-]{2,40})", re.IGNORECASE)
_NAMED = re.compile(r"&([A-Za-z][A-Za-z0-9]{1,31});")
_XML_ENTITIES = frozenset(["amp", "lt", "gt", "quot", "apos"])
_WORD_ROOTS = frozenset(["package", "worddocument"])
_LANGUAGE = re.compile(r"[a-z]{2}(?:-[A-Za-z]{2,8})?")
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def read(raw: bytes, name: str, limits: Limits) -> Reading:
    """Read an XML file.

    Raises:
        UnreadableFile: If it is not well-formed, needs entities that it declares itself, or is a Word file's XML.
        EmptyDocument: If there is no element in it.
    """
    root = _parsed(raw, name)
    kind = xmlnames.local(root)
    if kind == "html":
        return html_reader.read(raw, name, limits)
    if kind in _WORD_ROOTS:
        raise UnreadableFile(name, "it is a Word document saved as XML", "Save it as DOCX and add that")
    blocks = Blocks()
    Walk(blocks).through(root)
    text, marks = blocks.finished()
    mapped = apply(MappedText.of(text), *CHARACTERS, soft_hyphens, plain_spaces, plain_hyphens)
    mapped = apply(mapped, inner_blanks, tidy_white_space)
    metadata = Metadata(language=_language(root))
    title = xmlnames.title_of(root)
    return Reading(mapped, READER, headings_in(mapped, marks), metadata=metadata, property_title=title)


def _parsed(raw: bytes, name: str) -> Element:
    """Parse a file without ever following an entity, a document type or an address."""
    declared = _ENCODING.match(raw)
    source = MappedText.of(decode(raw, name, declared=declared[1].decode("ascii") if declared else None))
    text = _DECLARATION.sub("", apply(source, newline_form, control_characters).text)
    text = _NAMED.sub(_character, text)
    if not text.strip():
        raise EmptyDocument(name, "there is no element in it", "Check that this is the file you meant")
    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        remove_comments=True,
        remove_pis=True,
        strip_cdata=True,
    )
    try:
        root: Element = etree.fromstring(text.encode(), parser)
    except etree.XMLSyntaxError as error:
        check_memory(error)
        line = error.lineno or 1
        found = " ".join(str(error.msg).split(", line")[0].split())  # which may repeat lines of the file
        reason = f"line {line}: expected well-formed XML, found {found}"
        raise UnreadableFile(name, reason, "Correct it, or save the text as HTML or plain text") from error
    entity = next(iter(root.iter(etree.Entity)), None)
    if entity is not None:
        reason = f"it uses {entity.text}, which only its own document type explains"
        raise UnreadableFile(name, reason, "Write the entities out and add that file")
    return root


def _character(match: re.Match[str]) -> str:
    """Write out the entities of HTML, which XML files use without declaring them."""
    code = html.entities.name2codepoint.get(match[1])
    return match.group() if code is None or match[1] in _XML_ENTITIES else chr(code)


def _language(root: Element) -> str | None:
    """Return the language that the root element or the metadata names."""
    named = [root.get(_XML_LANG), root.get("lang")]
    named += [element.text for element in root.iter() if xmlnames.local(element) == "language"][:1]
    return next((one.strip() for one in named if one and _LANGUAGE.fullmatch(one.strip())), None)
