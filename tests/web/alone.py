"""The program on a network of its own, which has no way out: every attempt to find one is counted, and heard.

Run as a program it is inside: ``python -m tests.web.alone FOLDER`` uses the commands and the served page as a reader
would and prints what came of it, in JSON. Two things tell of attempts. The system counts, for all processes of the
network whatever they are written in, packets for which there is no route and datagrams (a name that is looked up is
one, even if the answer would be on this machine). And every Python process that reads its environment tells what it
connects to and looks up; where from, too, so that the source can be found.

``unshare`` of util-linux makes the network; where the system does not let us, tests skip.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.web.browsing import ROOT
from tests.web.simultaneous_chats import BEFORE, QUESTIONS, TREATIES, serving

WAYS = (("unshare", "--net"), ("unshare", "--user", "--map-root-user", "--net"))
"""As root, and as anybody."""

SECONDS = 540
READY_SECONDS = 240.0
KEPT = ("PATH", "HOME", "LANG", "XDG_CACHE_HOME", "SYSTEMROOT", "LD_LIBRARY_PATH")
"""All that is handed on of the environment. Some libraries keep quiet where a variable says that this is continuous
integration, and would here too."""

LISTENER = """
import json, os, socket, sys, traceback
HEARD = ("socket.connect", "socket.sendto", "socket.sendmsg", "socket.getaddrinfo", "socket.gethostbyname",
         "socket.gethostbyaddr", "socket.getnameinfo")
HERE = ("127.0.0.1", "::1", "localhost", "", None)
def hear(event, given):
    if event not in HEARD:
        return
    place = given[0] if "get" in event else given[1]
    host = place[0] if isinstance(place, tuple) else place
    unix = event != "socket.getaddrinfo" and getattr(given[0], "family", None) == socket.AF_UNIX
    if unix or host in HERE or place is None:
        return
    stack = [f"{one.filename}:{one.lineno}" for one in traceback.extract_stack()[:-1]]
    line = json.dumps([event, repr(place), stack[-6:]]) + "\\n"
    handle = os.open(os.environ["HEARD_IN"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    os.write(handle, line.encode())
    os.close(handle)
sys.addaudithook(hear)
"""
"""Becomes ``sitecustomize`` of the processes, which the interpreter imports before anything of ours."""

COMMANDS = """
import sys
from assistant.cli import main
before = ["treaty", "--home", sys.argv[1], "--no-embedded"]
for words in (["corpus", "add", *sys.argv[3:]], ["index"], ["ask", sys.argv[2]], ["doctor"]):
    sys.argv = [*before, *words]
    try:
        main()
    except SystemExit as end:
        if end.code:
            raise
"""
"""Four commands in one process, which imports the models once."""

LOOKING_OUT = """
import socket
with socket.socket() as out:
    try:
        out.connect(("192.0.2.1", 80))
    except OSError:
        pass
try:
    socket.getaddrinfo("treaties.example", 443)
except OSError:
    pass
"""
"""What must be counted and heard; the address and the name are kept for examples by the standards."""


def inside(folder: Path) -> dict[str, Any]:
    """Run ``main`` on a network of its own and return what it printed; skip where that cannot be made."""
    way = next((one for one in WAYS if shutil.which(one[0]) and _works(one)), None)
    if way is None:
        pytest.skip("this system lets us make no network of our own (unshare --net)")
    (folder / "sitecustomize.py").write_text(LISTENER, encoding="utf-8")
    variables = {"PYTHONPATH": f"{folder}{os.pathsep}{ROOT}", "HEARD_IN": str(folder / "heard")}
    done = subprocess.run(
        [*way, sys.executable, "-m", "tests.web.alone", str(folder)],
        env={name: os.environ[name] for name in KEPT if name in os.environ} | variables,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        check=False,
        timeout=SECONDS,
    )
    assert done.returncode == 0, done.stdout
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def main() -> None:
    """Use the program, then look for the way out; print what was done, counted and heard before and after."""
    folder = Path(sys.argv[1])
    _raise_loopback()
    commands = _commands(folder)
    page = _page(folder / "home")
    quiet = {"counted": counted(), "heard": _heard()}
    subprocess.run([sys.executable, "-c", LOOKING_OUT], check=True, timeout=60)
    loud = {"counted": counted(), "heard": _heard()}
    sys.stdout.write(json.dumps({"commands": commands, "page": page, "used": quiet, "looked out": loud}))


def counted() -> dict[str, int]:
    """Return what the system counted on this network: no route, by both protocols, and datagrams sent."""
    rows = [line.split() for line in Path("/proc/net/snmp").read_text("ascii").splitlines()]
    table = {
        f"{names[0]}{name}": int(number)
        for names, numbers in zip(rows[::2], rows[1::2], strict=True)
        for name, number in zip(names[1:], numbers[1:], strict=True)
    }
    six = Path("/proc/net/snmp6")  # not there where the system does without that protocol
    lines = (
        six.read_text("ascii").splitlines() if six.exists() else ["Ip6OutNoRoutes 0", "Udp6OutDatagrams 0"]
    )
    table |= {name: int(number) for name, number in map(str.split, lines)}
    return {
        "no route": table["Ip:OutNoRoutes"] + table["Ip6OutNoRoutes"],
        "datagrams": table["Udp:OutDatagrams"] + table["Udp6OutDatagrams"],
    }


def _commands(folder: Path) -> str:
    for name, text in TREATIES.items():
        (folder / name).write_text(text.format(n=BEFORE), encoding="utf-8")
    paths = [str(folder / name) for name in TREATIES]
    return subprocess.run(
        [sys.executable, "-c", COMMANDS, str(folder / "home"), QUESTIONS[0], *paths],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        timeout=SECONDS,
    ).stdout


def _page(home: Path) -> list[str]:
    """Open the page with all that it loads, ask, and return the quotations."""
    with serving(home) as page, httpx.Client(base_url=page.address, timeout=READY_SECONDS) as http:
        until = time.monotonic() + READY_SECONDS
        while http.get("/healthz").status_code != httpx.codes.OK and time.monotonic() < until:
            time.sleep(0.25)
        drawn = http.get("/").raise_for_status().text
        for address in {part.split('"')[0] for part in drawn.split('src="')[1:]}:
            http.get(address)
        http.get("/config").raise_for_status()
        answer = http.post("/gradio_api/run/ask", json={"data": [QUESTIONS[2], None, None, None]})
        return [quote["text"] for quote in answer.raise_for_status().json()["data"][0]["quotes"]]


def _heard() -> list[Any]:
    path = Path(os.environ["HEARD_IN"])
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()] if path.exists() else []


def _works(way: tuple[str, ...]) -> bool:
    done = subprocess.run([*way, "true"], capture_output=True, check=False, timeout=60)
    return done.returncode == 0


def _raise_loopback() -> None:
    """Bring up the interface to this machine itself, the only one there is; what ``ip link set lo up`` does."""
    import fcntl
    import struct

    set_flags, up_and_running = (
        0x8914,
        0x41,
    )  # SIOCSIFFLAGS; IFF_UP, IFF_RUNNING (linux/sockios.h, linux/if.h)
    with socket.socket() as any_socket:
        fcntl.ioctl(any_socket, set_flags, struct.pack("16sH14x", b"lo", up_and_running))


if __name__ == "__main__":
    main()
