"""Who may use the served chat: a file of names and scrypt hashes, and the check against it.

A line is ``name:scrypt$LOG2N$R$P$SALT$KEY``, salt and key in base64; blank lines and lines that begin with ``#`` are
passed over. Nothing here repeats a password or a hash in an error.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.errors import PasswordsError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

SHORTEST = 10
"""Characters of a password; with the waits after failures, and scrypt, shorter ones are what can be guessed."""
LONGEST = 1000
"""Characters of a password that are looked at, so that nobody sends a novel to be hashed."""
LOG2N, R, P = 15, 8, 3
"""Cost of a hash: 32 MB and about a fifth of a second (OWASP, password storage: an equal of its first choice)."""
_MOST = (17, 8, 8)
"""Costs that a file may name: at most 128 MB a check, so that a mistyped line does not take the machine."""
_SALT, _KEY = 16, 32
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@+-]{0,63}")
_LINE = re.compile(
    r"(?P<name>[^:]+):scrypt\$(\d{1,2})\$(\d{1,2})\$(\d{1,2})\$([A-Za-z0-9+/=]+)\$([A-Za-z0-9+/=]+)"
)


@dataclass(frozen=True, slots=True)
class Hash:
    """A password's scrypt hash with what it was made with."""

    log2n: int
    r: int
    p: int
    salt: bytes
    key: bytes

    def fits(self, password: str) -> bool:
        """Tell whether a password is the one, in a time that does not tell how near it came."""
        return hmac.compare_digest(_derived(password, self.salt, self.log2n, self.r, self.p), self.key)

    def __str__(self) -> str:
        """Return it as it stands in the file."""
        salt, key = (base64.b64encode(one).decode() for one in (self.salt, self.key))
        return f"scrypt${self.log2n}${self.r}${self.p}${salt}${key}"


class Accounts:
    """Names and their hashes.

    Args:
        hashes: By name.
    """

    def __init__(self, hashes: Mapping[str, Hash]) -> None:
        self._hashes = dict(hashes)
        # Of no password: an unknown name costs what a known one costs, and no time tells which names there are.
        costs = next(iter(self._hashes.values()), Hash(LOG2N, R, P, b"", b""))
        self._nobody = Hash(
            costs.log2n, costs.r, costs.p, secrets.token_bytes(_SALT), secrets.token_bytes(_KEY)
        )

    def __len__(self) -> int:
        return len(self._hashes)

    def admits(self, name: str, password: str) -> bool:
        """Tell whether a name goes with a password. Takes as long for an unknown name."""
        known = self._hashes.get(name)
        fits = (known or self._nobody).fits(password[: LONGEST + 1])
        return fits and known is not None


def line_of(name: str, password: str) -> str:
    """Return the line of the file for a name and a password, with a fresh salt.

    Raises:
        PasswordsError: If the name or the password cannot be used.
    """
    if _NAME.fullmatch(name) is None:
        raise PasswordsError(
            "expected a name of letters, digits and . _ @ + -, at most 64, found another. Choose such a name"
        )
    if not SHORTEST <= len(password) <= LONGEST:
        raise PasswordsError(
            f"expected a password of {SHORTEST} to {LONGEST} characters, found {len(password)}. Choose another"
        )
    salt = secrets.token_bytes(_SALT)
    return f"{name}:{Hash(LOG2N, R, P, salt, _derived(password, salt, LOG2N, R, P))}"


def read(path: Path) -> Accounts:
    """Return the accounts of a file.

    Raises:
        PasswordsError: If it cannot be read, holds nobody, or has a line that is not of the form.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise PasswordsError(
            f"{path}: expected a file of names and hashes, found it cannot be read. Make it with: treaty password NAME"
        ) from error
    hashes: dict[str, Hash] = {}
    for number, line in enumerate(lines, start=1):
        if line.strip() and not line.startswith("#"):
            name, made = _read_line(line.strip(), f"{path}, line {number}")
            if name in hashes:
                raise PasswordsError(
                    f"{path}, line {number}: expected each name once, found it again. Remove one"
                )
            hashes[name] = made
    if not hashes:
        raise PasswordsError(
            f"{path}: expected a name and its hash, found none. Make one with: treaty password NAME"
        )
    return Accounts(hashes)


def open_to_others(path: Path) -> bool:
    """Tell whether other users of this machine may read a file."""
    return bool(path.stat().st_mode & 0o077)


def _read_line(line: str, where: str) -> tuple[str, Hash]:
    match = _LINE.fullmatch(line)
    try:
        if match is None or _NAME.fullmatch(match["name"]) is None:
            raise ValueError  # noqa: TRY301 - one message for all that a line can be instead
        costs = log2n, r, p = int(match[2]), int(match[3]), int(match[4])
        salt, key = (base64.b64decode(match[n], validate=True) for n in (5, 6))
        bounded = all(1 <= cost <= most for cost, most in zip(costs, _MOST, strict=True))
        if not bounded or len(salt) < _SALT or len(key) != _KEY:
            raise ValueError  # noqa: TRY301
    except (ValueError, binascii.Error) as error:
        raise PasswordsError(
            f"{where}: expected name:scrypt$…, found something else. Make the line with: treaty password NAME"
        ) from error
    return match["name"], Hash(log2n, r, p, salt, key)


def _derived(password: str, salt: bytes, log2n: int, r: int, p: int) -> bytes:
    n = 1 << log2n
    return hashlib.scrypt(
        password.encode(errors="surrogatepass"),
        salt=salt,
        n=n,
        r=r,
        p=p,
        dklen=_KEY,
        maxmem=256 * r * (n + p),
    )
