"""Programs run in a mount namespace of their own: on a disk that is nearly full, in a folder that is read only.

The namespace goes with the program, and its mounts with it. Where the system does not let us make one, tests skip.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]


def on_a_small_disk(program: str, folder: Path, megabytes: float) -> subprocess.CompletedProcess[str]:
    """Run Python with ``folder`` (as ``sys.argv[1]``) on a disk of that size, holding what the folder holds now."""
    beside = folder.with_name(f"{folder.name}-before")
    shutil.copytree(folder, beside)
    mount = f'mount -t tmpfs -o size={int(megabytes * 1024)}k tmpfs "$1" && cp -a "$2/." "$1"'
    return _confined(mount, program, folder, beside)


def read_only(program: str, folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run Python with ``folder`` (as ``sys.argv[1]``) read only, for root too."""
    mount = 'mount --bind "$1" "$1" && mount -o remount,bind,ro "$1"'
    return _confined(mount, program, folder, folder, **variables)


def _confined(
    mount: str, program: str, folder: Path, other: Path, **variables: str
) -> subprocess.CompletedProcess[str]:
    if (
        shutil.which("unshare") is None
        or _run("mount -t tmpfs tmpfs /mnt", "", folder, other).returncode != 0
    ):
        pytest.skip("this system lets us mount nothing (unshare --user --map-root-user --mount)")
    return _run(mount, program, folder, other, **variables)


def _run(
    mount: str, program: str, folder: Path, other: Path, **variables: str
) -> subprocess.CompletedProcess[str]:
    script = f'{mount} || exit 99; test -z "$4" || exec "$3" -c "$4" "$1"'
    apart = ("unshare", "--user", "--map-root-user", "--mount", "sh", "-c", script, "sh")
    return subprocess.run(
        [*apart, str(folder), str(other), sys.executable, program],
        env=os.environ | {"PYTHONPATH": str(PROJECT)} | variables,
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
