"""Hostile files: each is read in a process of its own within bounds, and becomes a document or one clear line."""

from __future__ import annotations

import os
import re
import socket
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from assistant import arguments
from corpus import contained_children
from corpus.contained import Bounds, close_children, is_of, read_contained, read_quoting
from corpus.contained_children import Answer, Child, Stopped
from corpus.errors import ReaderFailed, ReadError, ReadingStopped, TooLarge, UnknownFormat, UnreadableFile
from corpus.intake import bytes_of
from corpus.library import Library
from corpus.models import Heading, Span
from corpus.readers import Limits, read_document
from tests.corpus import hostile_files as hostile
from tests.corpus.mutated_files import mutants, seeds
from tests.corpus.written_files import pdf

on_linux = pytest.mark.skipif(sys.platform != "linux", reason="needs the limits and the /proc of Linux")
SMALL = Bounds(memory=700_000_000, seconds=20)
BOATS = b"Article 1\n\nBoats are free.\n"


@pytest.fixture(scope="module", autouse=True)
def _no_child_stays() -> Iterator[None]:
    yield
    close_children()


def refusal(raw: bytes, name: str, bounds: Bounds = SMALL) -> ReadError:
    with pytest.raises(ReadError) as caught:
        read_contained(raw, name, bounds=bounds, structure=True)
    assert str(caught.value).isprintable()
    return caught.value


# -- a document comes back as its reader made it


@pytest.mark.parametrize(("name", "raw"), seeds(), ids=[name for name, _ in seeds()])
def test_what_comes_back_is_what_the_reader_says(name: str, raw: bytes) -> None:
    address, moment = "https://example.org/lakes", "2026-01-31T00:00:00+00:00"
    found = read_contained(raw, name, address=address, retrieved=moment, structure=True)
    assert found == read_document(raw, name, address=address, retrieved=moment)


def test_refusals_come_back_as_they_are_raised() -> None:
    error = refusal(b"---\nkind: song\n---\nwords", "song.md")
    with pytest.raises(UnreadableFile) as direct:
        read_document(b"---\nkind: song\n---\nwords", "song.md")
    assert (type(error), str(error)) == (UnreadableFile, str(direct.value))
    assert (error.name, error.reason, error.remedy) == (
        direct.value.name,
        direct.value.reason,
        direct.value.remedy,
    )


def test_block_quotes_come_with_the_document_when_asked_for() -> None:
    read = read_quoting(
        b"<p>It says:</p><blockquote>Boats are free.</blockquote>", "memo.html", limits=Limits()
    )
    assert read.block_quotes == ("Boats are free.",)
    assert "Boats are free." in read.document.text


def test_many_files_share_one_child_and_none_its_memory() -> None:
    close_children()
    read_contained(BOATS, "a.txt")
    (child,) = contained_children._IDLE
    for number in range(20):
        read_contained(BOATS + b"%d" % number, "a.txt")
    (same,) = contained_children._IDLE
    assert same is child


def test_a_child_that_ended_meanwhile_is_replaced() -> None:
    read_contained(BOATS, "a.txt")
    for child in contained_children._IDLE:
        child.kill()
        child._process.wait()
    assert read_contained(BOATS, "a.txt").text.startswith("Article 1")


def test_files_are_read_side_by_side() -> None:
    found: list[str] = []
    threads = [
        threading.Thread(target=lambda n=n: found.append(read_contained(BOATS, f"{n}.txt").id))
        for n in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == [str(n) for n in range(8)]


# -- what a child may do


def answer(code: str, bounds: Bounds = SMALL) -> Answer:
    """Have code run where a file is read: it stands in for the decoding of a plain text."""
    body = "".join(f"    {line}\n" for line in code.splitlines())
    program = (
        "import sys\n"
        "sys.path[:] = sys.argv[1:]\n"
        "from corpus import contained_child\n"
        "from corpus.readers import plain\n"
        f"def decode(raw, name):\n{body}"
        "plain.decode = decode\n"
        "contained_child.main()\n"
    )
    limits = {"max_bytes": 1_000, "max_pages": 1}
    asked = {"name": "a.txt", "limits": limits, "memory": bounds.memory, "seconds": bounds.seconds}
    child = Child(program)
    try:
        return child.answer(
            {**asked, "address": None, "retrieved": None, "structure": False, "quotes": False},
            b"words",
            bounds,
        )
    finally:
        child.close()


def text(code: str) -> str:
    found = answer(code).document
    assert found is not None
    return found.text


@on_linux
@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("open('/etc/passwd')", "OSError"),
        ("import socket; socket.create_connection(('127.0.0.1', 9), 1)", "OSError"),
        ("open('left-behind.txt', 'w')", "(?:OSError|FileNotFoundError)"),
        ("import os; os.pipe()", "OSError"),
        ("raise KeyError(1)", "KeyError"),
    ],
)
def test_a_reader_can_open_nothing(code: str, found: str) -> None:
    broke = answer(code).broke
    assert broke is not None
    assert re.fullmatch(rf"{found} at \S+:\d+", broke)


@on_linux
def test_a_reader_knows_nothing_of_its_user(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TREATY_SECRET", "key")
    known = text("import os; return ' '.join(['names', *os.environ])").split()[1:]
    assert set(known) <= {"LC_CTYPE", "SYSTEMROOT", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH"}


@on_linux
def test_a_reader_inherits_no_descriptor() -> None:
    with tempfile.TemporaryFile() as file:
        os.set_inheritable(file.fileno(), True)
        held = text(
            "import os\nheld = []\nfor n in range(64):\n  try:\n    os.fstat(n)\n    held.append(str(n))\n"
            "  except OSError:\n    pass\nreturn 'held ' + ' '.join(held)"
        )
    assert held == "held 0 1 2 3"


@on_linux
def test_a_reader_works_in_a_folder_that_is_gone() -> None:
    before = set(Path(tempfile.gettempdir()).glob("treaty-reading-*"))
    assert "FileNotFoundError" in (answer("import os; return os.getcwd()").broke or "")
    assert set(Path(tempfile.gettempdir()).glob("treaty-reading-*")) <= before


@on_linux
@pytest.mark.parametrize(
    ("code", "kind", "words"),
    [
        ("return 'a' * 3_000_000_000", ReadingStopped, "within 700 MB of memory, but it takes more"),
        ("while True: pass", ReadingStopped, "within 1 s, but it takes longer"),
        ("import time; time.sleep(600)", ReadingStopped, "within 1 s, but it takes longer"),
        ("import os; os.kill(os.getpid(), 11)", ReaderFailed, "crashed or ran out of memory (SIGSEGV)"),
        ("import os; os._exit(9)", ReaderFailed, "ended without an answer (exit code 9)"),
        (
            "return 'word ' * 30_000",
            ReadingStopped,
            "at most 100,000 bytes of text and headings, found 15",
        ),
        ("import os; os.write(3, bytes(7) + b'\\2{}'); os._exit(0)", ReaderFailed, "an answer that is none"),
    ],
)
def test_each_bound_has_its_words(code: str, kind: type[ReadError], words: str) -> None:
    with pytest.raises(Stopped) as caught:
        answer(code, Bounds(memory=SMALL.memory, seconds=1, answer=100_000))
    assert caught.value.kind is kind
    assert words in caught.value.reason


def test_endless_recursion_is_a_refusal() -> None:
    refused = answer("return decode(raw, name)").refused
    assert refused is not None
    assert "nested too deeply" in refused[2]


def test_an_answer_that_cannot_be_true_is_refused() -> None:
    good = read_document(BOATS, "a.txt")
    told = good.provenance
    assert is_of(good, BOATS, "a.txt")
    for lie in (
        replace(good, id="../escape"),
        replace(good, text="\n"),
        replace(good, headings=(Heading(Span(0, len(good.text) + 1), 1),)),
        replace(good, provenance=replace(told, sha256="0" * 64)),
        replace(good, provenance=replace(told, path="other.txt")),
    ):
        assert not is_of(lie, BOATS, "a.txt")


# -- files that unpack, nest, repeat or point without end


@on_linux
@pytest.mark.parametrize(
    ("name", "written", "kind", "words"),
    [
        ("bomb.docx", lambda: hostile.word_bomb(210), TooLarge, "it unpacks to 210,"),
        ("long.docx", lambda: hostile.word_bomb(20), UnreadableFile, "no Word document that can be read"),
        ("crowd.docx", lambda: hostile.word_crowd(20), ReadingStopped, "within 300 MB of memory"),
        ("deep.docx", hostile.word_nested, UnreadableFile, "no Word document that can be read"),
        (
            "laughs.docx",
            lambda: hostile.word_with({"word/document.xml": hostile.laughs()}),
            UnreadableFile,
            "no Word",
        ),
        ("deep.html", hostile.deep_html, UnreadableFile, "nested too deeply"),
        ("deep.xml", hostile.deep_xml, UnreadableFile, "xcessive depth"),
        ("laughs.xml", hostile.laughs, UnreadableFile, "expected well-formed XML"),
        (
            "laughs.md",
            hostile.yaml_laughs,
            UnreadableFile,
            "line 3: the front matter repeats a value by an alias (*a0)",
        ),
        ("pages.pdf", hostile.pdf_of_endless_pages, TooLarge, "1,000,000 pages where 3,000 are allowed"),
        (
            "box.pdf",
            lambda: hostile.pdf_of_boxes("-1e38 -1e38 1e38 1e38"),
            ReadError,
            "expected text on its pages",
        ),
        ("self.pdf", hostile.pdf_that_draws_itself, ReadError, ""),
        ("forms.pdf", hostile.pdf_forms_of_forms, ReadError, ""),
    ],
)
def test_what_uses_everything_up_is_stopped(
    name: str, written: Callable[[], bytes], kind: type[ReadError], words: str
) -> None:
    error = refusal(written(), name, Bounds(memory=300_000_000, seconds=5))
    assert isinstance(error, kind)
    assert words in str(error)
    assert read_contained(BOATS, "next.txt").id == "next"


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("marks.pdf", hostile.pdf_of_endless_bookmarks),
        ("length.pdf", hostile.pdf_whose_length_is_itself),
        ("tables.pdf", hostile.pdf_whose_tables_follow_each_other),
        ("carrier.pdf", hostile.pdf_with_file),
        ("objects.pdf", lambda: hostile.pdf_of_many_objects(200_000)),
        ("type.xml", lambda: hostile.fetching_by_type("file:///etc/passwd")),
        ("spans.html", lambda: b"<table>" + b"<tr><td colspan=1000 rowspan=65534>Boats are free." * 30),
        ("list.html", lambda: b"<ol start=99999999999999999999><li value=-5>Boats are free."),
    ],
)
def test_what_only_looks_endless_is_read(name: str, written: Callable[[], bytes]) -> None:
    assert "Boats are free." in read_contained(written(), name, bounds=SMALL, structure=True).text


def test_archives_within_a_word_file_stay_packed() -> None:
    assert "Boats" in read_contained(hostile.nested_bomb(), "nested.docx", bounds=SMALL).text


def test_no_entity_fetches_a_file_or_an_address(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("the harbour key", encoding="utf-8")
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.5)
        for address in (secret.as_uri(), f"http://127.0.0.1:{server.getsockname()[1]}/key"):
            assert "&other;" in refusal(hostile.fetching_xml(address), "a.xml").reason
            assert read_contained(hostile.fetching_by_type(address), "a.xml").text == "Boats are free."
            body = hostile.word_body(b"<w:p><w:r><w:t>Boats. &other;</w:t></w:r></w:p>")
            typed = f'<!DOCTYPE w [<!ENTITY other SYSTEM "{address}">]>'.encode() + body
            word = read_contained(hostile.word_with({"word/document.xml": typed}), "a.docx")
            assert "harbour key" not in word.text
        with pytest.raises(TimeoutError):
            server.accept()


# -- files that are not what they are called, and are no text


@pytest.mark.parametrize(
    ("name", "raw", "words"),
    [
        ("a.txt", pdf([[(72, 700, "words")]]), "the name ends in .txt, but the content is a PDF"),
        ("a.md", hostile.nested_bomb(), "the name ends in .md, but the content is a ZIP archive"),
        ("a.pdf", b"<!DOCTYPE html><p>words", "the name ends in .pdf, but the content is an HTML page"),
        ("a.docx", b"words", "the name ends in .docx, but the content is plain text"),
        ("a.html", b"\x89PNG\r\n", "the content is a PNG image"),
        ("a.txt", b"words and\0 words", "the content is not text"),
        ("a.txt", b"", "the file is empty"),
        ("a.pdf", b"", "the file is empty"),
        ("a.txt", b" \n\t ", "there are no words in it"),
        ("a.exe", b"words", "no reader for '.exe' files"),
        ("a", b"words", "the name has no ending"),
        ("a.txt", b"\xff\xfea", "is not valid utf-16"),
        ("a.xml", b'<?xml version="1.0" encoding="punycode"?><a>b', "expected well-formed XML"),
    ],
)
def test_what_is_not_what_it_is_called_is_refused(name: str, raw: bytes, words: str) -> None:
    assert words in str(refusal(raw, name))


@pytest.mark.parametrize(
    "raw",
    [
        "Boats are free – always.".encode("utf-16-le"),
        b"Boats are free \x96 always.",
        "Boats are free – always.".encode(),
    ],
)
def test_text_in_other_encodings_is_read(raw: bytes) -> None:
    assert read_contained(raw, "a.txt").text == "Boats are free – always."


@pytest.mark.parametrize("code", ["D800", "DFFF", "0000"])
def test_halves_of_characters_never_become_text(code: str) -> None:
    found = read_contained(f'<a><p>Boats<QUOT.START CODE="{code}"/> float</p></a>'.encode(), "a.xml")
    assert found.text == "Boats float"
    symbol = f'<w:p><w:r><w:t>Boats</w:t><w:sym w:char="{code}"/></w:r></w:p>'.encode()
    packed = hostile.word_with({"word/document.xml": hostile.word_body(symbol)})
    assert read_contained(packed, "a.docx").text == "Boats"


def test_a_line_of_a_hundred_megabytes_is_over_the_limit() -> None:
    assert "100.0 MB where 50.0 MB are allowed" in str(refusal(b"a" * 100_000_000, "a.txt"))


@on_linux
def test_a_line_of_ten_megabytes_is_read_or_stopped_in_time() -> None:
    try:
        found = read_contained(b"words " * 1_700_000, "a.txt", bounds=Bounds(seconds=20), structure=True)
    except ReadingStopped as error:
        assert "s, but it takes longer" in error.reason  # noqa: PT017 - either end is right
    else:
        assert len(found.text) > 10_000_000


# -- names and places


@pytest.mark.parametrize(
    ("name", "called", "key"),
    [
        ("../../boats.txt", "boats.txt", "boats"),
        ("/etc/boats.txt", "boats.txt", "boats"),
        ("C:\\boats.txt", "boats.txt", "boats"),
        ("..\\..\\boats.txt", "boats.txt", "boats"),
        ("CON.txt", "CON.txt", "con"),
        ("boats.\u202etxt.md", "boats.\u202etxt.md", "boats-txt"),
        ("bo\0ats.txt", "bo\0ats.txt", "bo-ats"),
        ("..txt", "..txt", "document-"),
        ("bo\nats\x1b[2J.txt", "bo\nats\x1b[2J.txt", "bo-ats-2j"),
        ("ｂｏａｔｓ.txt", "ｂｏａｔｓ.txt", "boats"),
        ("é" * 300 + ".txt", "é" * 300 + ".txt", "e" * 71),
    ],
)
def test_a_name_is_only_ever_a_label(tmp_path: Path, name: str, called: str, key: str) -> None:
    library = Library(tmp_path / "home")
    entry = library.add_bytes(BOATS, name)
    assert entry.name == called
    assert entry.id.startswith(key)
    assert library.document(entry.id).provenance.path == called
    outside = [path for path in tmp_path.rglob("*") if not path.is_relative_to(library.folder)]
    assert outside == [library.folder.parent]


@pytest.mark.parametrize("name", ["boats.txt.", "boats.txt ", "boats.txt\0", ".txt", ""])
def test_a_name_whose_ending_is_none_is_refused(name: str) -> None:
    with pytest.raises(UnknownFormat):
        read_contained(BOATS, name)


def test_a_name_that_is_no_text_is_told_as_its_bytes() -> None:
    assert read_contained(BOATS, "bo\udcffats.txt").provenance.path == "bo\\udcffats.txt"


def test_a_link_that_is_named_is_followed_to_a_file_only(tmp_path: Path) -> None:
    (tmp_path / "boats.txt").write_bytes(BOATS)
    link = tmp_path / "link.txt"
    link.symlink_to("boats.txt")
    assert bytes_of(link, Limits()) == BOATS
    link.unlink()
    link.symlink_to("link.txt")
    with pytest.raises(UnreadableFile, match="Check the path"):
        bytes_of(link, Limits())


def test_links_in_a_folder_are_left_alone(tmp_path: Path) -> None:
    inside, outside = tmp_path / "in", tmp_path / "out"
    for folder in (inside, outside):
        folder.mkdir()
        (folder / "boats.txt").write_bytes(BOATS)
    (inside / "file.txt").symlink_to(outside / "boats.txt")
    (inside / "folder").symlink_to(outside)
    assert list(arguments.files([inside])) == [inside / "boats.txt"]
    assert list(arguments.links([inside])) == [inside / "file.txt", inside / "folder"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes in the file system here")
def test_pipes_devices_folders_and_sockets_are_no_files(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.txt"
    os.mkfifo(pipe)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "s.txt"))
        for path, words in [
            (pipe, "expected a file, found a pipe"),
            (Path("/dev/zero"), "expected a file, found a device"),
            (tmp_path, "expected a file, found a folder"),
            (tmp_path / "s.txt", "No such device or address"),
            (tmp_path / "bo\0ats.txt", "no path"),
            (tmp_path / ("a" * 300), "File name too long"),
        ]:
            with pytest.raises(UnreadableFile, match=words):
                bytes_of(path, Limits())


def test_a_file_over_the_limit_is_not_taken_in(tmp_path: Path) -> None:
    large = tmp_path / "large.txt"
    with large.open("wb") as file:
        file.truncate(10**12)
    with pytest.raises(TooLarge, match="1,000,000,000,000 bytes where 50,000,000 are allowed"):
        bytes_of(large, Limits())


# -- broken files


def test_broken_files_become_documents_or_refusals() -> None:
    outcomes = {"read": 0, "refused": 0}
    for name, raw in mutants(150, seed=20260131):
        try:
            read_contained(raw, name, bounds=SMALL, structure=True)
        except ReadError as error:
            if isinstance(error, ReaderFailed | ReadingStopped):
                raise
            outcomes["refused"] += 1
        else:
            outcomes["read"] += 1
    assert min(outcomes.values()) > 20
