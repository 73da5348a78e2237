"""What every measured system is, and how it is spoken to: a line of JSON in, a line of JSON out.

Each system runs in a process of its own, under its own interpreter, so that its memory and its imports are its own
and a peer's packages never meet the program's. Only the standard library is used here: the peers have another venv.

    {"do": "index", "texts": DIR, "store": DIR, "drawn": bool}   → {"seconds", "passages", …}
    {"do": "open", "texts": DIR, "store": DIR, "drawn": bool}    → {"seconds"}
    {"do": "ask", "question": str}                → {"seconds", "hits": [[document, start, end], …], "declined": bool}
    {"do": "many", "questions": [str], "clients": n}             → {"seconds"}
    {"do": "memory"}                                             → {"resident", "peak"}   megabytes, null if unknown

``texts`` holds one file ``ID.txt`` a document, its canonical text; offsets count its code points, ends exclusive.
``drawn`` asks for vectors drawn by chance in place of an encoder's while building. What fails is answered by
``{"error": str}``.
"""

from __future__ import annotations

import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any, Protocol

Json = dict[str, Any]

TOP_K = 10
"""Passages a system is asked for."""


class Refused(Exception):
    """A request that the system cannot serve, in words."""


class System(Protocol):
    """A system that is measured."""

    def index(self, texts: Path, store: Path, *, drawn: bool) -> Json:
        """Make the index match the texts; return what is to be known of it besides the time it took."""
        ...

    def open(self, texts: Path, store: Path, *, drawn: bool) -> None:
        """Make ready to be asked."""
        ...

    def ask(self, question: str) -> Json:
        """Return ``hits``, best first, and whether it ``declined``."""
        ...


def serve(system: System) -> None:
    """Answer requests from standard input until it ends; what libraries print goes to standard error."""
    told = sys.stdout
    with redirect_stdout(sys.stderr):
        for line in sys.stdin:
            try:
                reply = answer(system, json.loads(line))
            except (Refused, OSError, ValueError, KeyError) as error:
                reply = {"error": f"{type(error).__name__}: {error}"}
            told.write(json.dumps(reply) + "\n")
            told.flush()


def answer(system: System, request: Json) -> Json:
    """Serve one request.

    Raises:
        Refused: If it is none of those listed above.
    """
    do = request.get("do")
    if do == "memory":
        return memory()
    started = time.perf_counter()
    found: Json = {}
    if do in ("index", "open"):
        place = Path(request["texts"]), Path(request["store"])
        drawn = bool(request.get("drawn"))
        if do == "index":
            found = system.index(*place, drawn=drawn)
        else:
            system.open(*place, drawn=drawn)
    elif do == "ask":
        found = system.ask(request["question"])
    elif do == "many":
        with ThreadPoolExecutor(request["clients"]) as clients:
            list(clients.map(system.ask, request["questions"]))
    else:
        found = own(system, request)
    return {"seconds": time.perf_counter() - started, **found}


def own(system: System, request: Json) -> Json:
    """Serve a request that only this system knows: one of its methods, named by ``do`` and given the rest.

    Raises:
        Refused: If it has none of that name.
    """
    given = {name: value for name, value in request.items() if name != "do"}
    method = getattr(system, str(request.get("do")), None)
    if method is None or str(request.get("do")).startswith("_"):
        raise Refused(f"expected a request that {type(system).__name__} knows, found {request.get('do')!r}")
    if "texts" in given:
        given |= {name: Path(given[name]) for name in ("texts", "store")}
    found: Json = method(**given)
    return found


def memory(process: int | str = "self") -> Json:
    """Return a process's memory in megabytes (10⁶ bytes), null where the system does not tell."""
    status = Path(f"/proc/{process}/status")
    return memory_in(status.read_text(encoding="utf-8") if status.is_file() else "")


def memory_in(text: str) -> Json:
    """Return the memory that the text of ``/proc/<pid>/status`` tells of (proc(5); its kB are 1,024 bytes)."""
    fields = dict(line.split(":", 1) for line in text.splitlines() if ":" in line)
    sizes = {"resident": "VmRSS", "peak": "VmHWM"}
    return {
        name: int(fields[field].split()[0]) * 1024 / 1e6 if field in fields else None
        for name, field in sizes.items()
    }


def texts_in(folder: Path) -> dict[str, str]:
    """Return the documents of a folder by id, in order."""
    return {path.stem: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.txt"))}
