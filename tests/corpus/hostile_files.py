"""Files written to do harm: small ones that unpack, nest, repeat or point without end."""

from __future__ import annotations

import io
import zipfile
import zlib

from tests.corpus.written_files import lake_treaty, pdf, word_file

_DEEP = 100_000
_WORDS = [(72.0, 700.0, "Article 1"), (72.0, 680.0, "Boats are free.")]


def word_with(parts: dict[str, bytes]) -> bytes:
    """Pack a Word document with some of its parts replaced or added."""
    good = word_file(lake_treaty())
    packed = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(good)) as archive,
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as made,
    ):
        for name in archive.namelist():
            if name not in parts:
                made.writestr(name, archive.read(name))
        for name, content in parts.items():
            made.writestr(name, content)
    return packed.getvalue()


def word_body(inside: bytes) -> bytes:
    """Return the main part of a Word document with this in its body."""
    space = b'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    return b"<w:document " + space + b"><w:body>" + inside + b"</w:body></w:document>"


def word_bomb(megabytes: int) -> bytes:
    """Pack a Word document whose one paragraph is that large and packs a thousand to one."""
    letters = b"a" * (megabytes * 1_000_000)
    return word_with({"word/document.xml": word_body(b"<w:p><w:r><w:t>" + letters + b"</w:t></w:r></w:p>")})


def word_crowd(megabytes: int) -> bytes:
    """Pack a Word document of millions of empty paragraphs: each takes far more memory than its letters."""
    paragraph = b"<w:p><w:r><w:t>a</w:t></w:r></w:p>"
    return word_with({"word/document.xml": word_body(paragraph * (megabytes * 1_000_000 // len(paragraph)))})


def nested_bomb() -> bytes:
    """Pack a Word document that carries an archive of archives, each of which unpacks to a thousand times its size."""
    inner = b"\0" * 10_000_000
    for level in range(3):
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for copy in range(8):
                archive.writestr(f"{level}-{copy}.zip", inner)
        inner = packed.getvalue()
    return word_with({"word/embeddings/inner.zip": inner})


def word_nested() -> bytes:
    """Pack a Word document with runs within content controls, as deep as its parser lets through and deeper."""
    deep = 2_000
    inner = (
        b"<w:sdt><w:sdtContent>" * deep
        + b"<w:p><w:r><w:t>a</w:t></w:r></w:p>"
        + b"</w:sdtContent></w:sdt>" * deep
    )
    return word_with({"word/document.xml": word_body(inner)})


def deep_html() -> bytes:
    """Write a page of 100,000 elements, each within the one before."""
    return b"<html><body>" + b"<div>" * _DEEP + b"Boats are free." + b"</div>" * _DEEP + b"</body></html>"


def deep_xml() -> bytes:
    """Write an XML file of 100,000 elements, each within the one before."""
    return b"<a>" * _DEEP + b"Boats are free." + b"</a>" * _DEEP


def laughs() -> bytes:
    """Write an XML file of ten entities, each ten times the one before."""
    entities = ['<!ENTITY e0 "ha">'] + [f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 11)]
    return f"<!DOCTYPE a [{''.join(entities)}]><a>&e10;</a>".encode()


def fetching_xml(address: str) -> bytes:
    """Write an XML file whose text is another file's, or a network address's."""
    return f'<!DOCTYPE a [<!ENTITY other SYSTEM "{address}">]><a>Boats. &other;</a>'.encode()


def fetching_by_type(address: str) -> bytes:
    """Write an XML file whose document type is to be fetched, in full and by a parameter entity."""
    return f'<!DOCTYPE a SYSTEM "{address}" [<!ENTITY % p SYSTEM "{address}"> %p;]><a>Boats are free.</a>'.encode()


def yaml_laughs() -> bytes:
    """Write front matter of anchors, each nine times the one before."""
    lines = ["a0: &a0 [ha, ha]"] + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    return ("---\n" + "\n".join(lines) + "\ntitle: *a11\n---\nBoats are free.\n").encode()


# -- PDF


def pdf_of(*objects: str | bytes, root: int = 1) -> bytes:
    """Put numbered objects, from 1, into a PDF."""
    out, places = bytearray(b"%PDF-1.7\n"), []
    for number, content in enumerate(objects, start=1):
        places.append(len(out))
        told = content.encode("latin-1") if isinstance(content, str) else content
        out += b"%d 0 obj\n%s\nendobj\n" % (number, told)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    end = b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root %d 0 R >>\nstartxref\n%d\n%%%%EOF\n"
    return bytes(out) + end % (size, table, size, root, len(out))


def stream(content: bytes, entries: str = "") -> bytes:
    """Write a stream object."""
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(content), entries.encode(), content)


_CATALOG = "<< /Type /Catalog /Pages 2 0 R >>"
_PAGES = "<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
_FONT = "<< /Type /Font /Subtype /Type1 /BaseFont /Courier >>"
_SHOWN = b"BT /F1 10 Tf 72 700 Td (Boats are free.) Tj ET"


def _page(box: str = "0 0 612 792", more: str = "", resources: str = "") -> str:
    return (
        f"<< /Type /Page /Parent 2 0 R /MediaBox [{box}] /Contents 4 0 R {more} "
        f"/Resources << /Font << /F1 5 0 R >> {resources} >> >>"
    )


def pdf_that_draws_itself() -> bytes:
    """Write a PDF with a form that draws itself, twice."""
    form = stream(
        b"/X Do /X Do " + _SHOWN, "/Type /XObject /Subtype /Form /BBox [0 0 612 792] /Resources 7 0 R"
    )
    resources = "<< /Font << /F1 5 0 R >> /XObject << /X 6 0 R >> >>"
    page = _page(resources="/XObject << /X 6 0 R >>")
    return pdf_of(_CATALOG, _PAGES, page, stream(b"/X Do " + _SHOWN), _FONT, form, resources)


def pdf_forms_of_forms() -> bytes:
    """Write a PDF with thirty forms, each of which draws the next one ten times."""
    many, first = 30, 6
    forms = [
        stream(
            b"/X Do " * 10 if n < many - 1 else _SHOWN,
            "/Type /XObject /Subtype /Form /BBox [0 0 612 792] "
            f"/Resources << /Font << /F1 5 0 R >> /XObject << /X {first + n + 1} 0 R >> >>",
        )
        for n in range(many)
    ]
    return pdf_of(
        _CATALOG, _PAGES, _page(resources=f"/XObject << /X {first} 0 R >>"), stream(b"/X Do"), _FONT, *forms
    )


def pdf_of_endless_pages() -> bytes:
    """Write a PDF whose page tree holds itself."""
    pages = "<< /Type /Pages /Kids [2 0 R 3 0 R 2 0 R] /Count 1000000 /Parent 2 0 R >>"
    return pdf_of(_CATALOG, pages, _page(), stream(_SHOWN), _FONT)


def pdf_of_endless_bookmarks() -> bytes:
    """Write a PDF whose bookmarks follow each other in a ring and hold themselves."""
    catalog = "<< /Type /Catalog /Pages 2 0 R /Outlines 6 0 R >>"
    ring = ["<< /Type /Outlines /First 7 0 R /Last 8 0 R >>"]
    ring += [
        f"<< /Title (Article {n}) /Parent 6 0 R /Next {15 - n} 0 R /First {n} 0 R /Dest [3 0 R /Fit] >>"
        for n in (7, 8)
    ]
    return pdf_of(catalog, _PAGES, _page(), stream(_SHOWN), _FONT, *ring)


def pdf_whose_length_is_itself() -> bytes:
    """Write a PDF with a stream whose length is the stream."""
    looped = b"<< /Length 4 0 R >>\nstream\n" + _SHOWN + b"\nendstream"
    return pdf_of(_CATALOG, _PAGES, _page(), looped, _FONT)


def pdf_whose_tables_follow_each_other() -> bytes:
    """Write a PDF whose cross-reference table names itself as the one before."""
    good = pdf([_WORDS])
    at = good.rindex(b"startxref\n") + len(b"startxref\n")
    place = good[at:].split(b"\n")[0]
    return good.replace(b"/Root 1 0 R", b"/Root 1 0 R /Prev " + place)


def pdf_of_many_objects(count: int) -> bytes:
    """Write a PDF of so many objects that nothing needs."""
    return pdf_of(_CATALOG, _PAGES, _page(), stream(_SHOWN), _FONT, *["[]"] * count)


def pdf_bomb(megabytes: int) -> bytes:
    """Write a PDF whose page unpacks to that much, twice over."""
    once = zlib.compress(_SHOWN + b" " * (megabytes * 1_000_000), 9)
    return pdf_of(
        _CATALOG,
        _PAGES,
        _page(),
        stream(zlib.compress(once, 9), "/Filter [/FlateDecode /FlateDecode]"),
        _FONT,
    )


def pdf_crowd(count: int) -> bytes:
    """Write a PDF with a page of so many letters, each set by itself."""
    content = b"BT /F1 10 Tf 72 700 Td " + b"(a) Tj 1 0 Td " * count + b"ET"
    return pdf_of(_CATALOG, _PAGES, _page(), stream(zlib.compress(content), "/Filter /FlateDecode"), _FONT)


def pdf_of_boxes(box: str) -> bytes:
    """Write a PDF with a page of that size."""
    return pdf_of(_CATALOG, _PAGES, _page(box), stream(_SHOWN), _FONT)


def pdf_with_file() -> bytes:
    """Write a PDF that carries another file and would start it."""
    catalog = (
        "<< /Type /Catalog /Pages 2 0 R /OpenAction << /S /Launch /F (calc.exe) >> "
        "/Names << /EmbeddedFiles << /Names [(a.exe) 6 0 R] >> /JavaScript << /Names [(j) 8 0 R] >> >> >>"
    )
    spec = "<< /Type /Filespec /F (a.exe) /EF << /F 7 0 R >> >>"
    script = "<< /S /JavaScript /JS (app.alert\\(1\\);while\\(true\\){}) >>"
    return pdf_of(catalog, _PAGES, _page(), stream(_SHOWN), _FONT, spec, stream(b"MZ harm"), script)
