"""How often someone may try to log in: a few times freely, then with waits that grow.

An attempt is counted before the password is looked at, so that a hundred at once count as a hundred; one that
succeeds is forgotten. What is remembered is bounded, and keys are kept as digests: no names and no addresses.
"""

from __future__ import annotations

import hashlib
import ipaddress
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

FREE = 5
"""Failures before the first wait: a person who mistypes is not held up."""
FIRST_WAIT = 2.0
"""Seconds; each further failure doubles it."""
LONGEST_WAIT = 300.0
"""Seconds; a name that others guess at is usable again after five minutes at most."""
FORGOTTEN = 3600.0
"""Seconds after which failures no longer count."""
MOST = 10_000
"""Keys remembered; the one that was seen longest ago goes first."""
_IPV6_SITE = 64
"""Bits of an IPv6 address that one site has: its own to change are the others."""


@dataclass(slots=True)
class _Failures:
    count: int
    last: float
    until: float


class Throttle:
    """Counts failures by key.

    Args:
        clock: Seconds that only grow; for tests.
        most: Keys remembered.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic, most: int = MOST) -> None:
        self._clock, self._most = clock, most
        self._seen: OrderedDict[bytes, _Failures] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._seen)

    def begin(self, *keys: str) -> float:
        """Count an attempt under every key, and return 0; or count nothing and return the seconds to wait."""
        now, digests = self._clock(), [_digest(key) for key in keys]
        with self._lock:
            wait = max((self._wait(one, now) for one in digests), default=0.0)
            if wait <= 0:
                for one in digests:
                    self._count(one, now)
        return max(wait, 0.0)

    def forgive(self, *keys: str) -> None:
        """Forget the failures of these keys: the last attempt succeeded."""
        with self._lock:
            for key in keys:
                self._seen.pop(_digest(key), None)

    def _wait(self, key: bytes, now: float) -> float:
        found = self._seen.get(key)
        if found is not None and now - found.last > FORGOTTEN:
            del self._seen[key]
            return 0.0
        return found.until - now if found is not None else 0.0

    def _count(self, key: bytes, now: float) -> None:
        found = self._seen.pop(key, None) or _Failures(0, now, now)
        found.count, found.last = found.count + 1, now
        if found.count >= FREE:
            # the exponent is bounded before the power is taken: a power of a large count is no float
            found.until = now + min(LONGEST_WAIT, FIRST_WAIT * 2.0 ** min(found.count - FREE, 16))
        self._seen[key] = found
        while len(self._seen) > self._most:
            self._seen.popitem(last=False)


def site_of(address: str) -> str:
    """Return what one client can hardly change of its address: an IPv4 address whole, of IPv6 the first 64 bits."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv4Address):
        return str(found)
    return str(found.ipv4_mapped or ipaddress.ip_network((int(found), _IPV6_SITE), strict=False))


def _digest(key: str) -> bytes:
    return hashlib.sha256(key.encode(errors="surrogatepass")).digest()
