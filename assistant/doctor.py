"""What is installed, which models there are, whether library and index are sound; and what of it can be mended safely.

A finding is one line: what was found and what to do. Mending (``--fix``) removes what dead processes left, gives a file
that was damaged its bytes back where the library has them under another name, and makes the index again from the
library. It never removes a document, nor a file that this program did not make.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from assistant import doctor_index, doctor_library, doctor_system
from assistant.advice import usable
from assistant.doctor_check import Check
from corpus.errors import TreatyError

if TYPE_CHECKING:
    from collections.abc import Callable

    from assistant.settings import Settings

__all__ = ["Check", "examine", "mend"]

_TRIAL = "May a party leave the treaty again?"
"""What the user's own model is asked to reword."""


def examine(settings: Settings) -> tuple[Check, ...]:
    """Return every check, in the order in which a first start needs them."""
    return tuple(_checks(settings))


def mend(checks: tuple[Check, ...]) -> tuple[str, ...]:
    """Mend what can be mended safely, and return what was done, a line each; what failed says so.

    Args:
        checks: What was found. Of several that need the same mending it is done once.
    """
    done: dict[Callable[[], str], str] = {}
    for check in checks:
        if check.ok or check.fix is None or check.fix in done:
            continue
        try:
            done[check.fix] = check.fix()
        except TreatyError as error:
            done[check.fix] = f"{check.name} could not be mended: {error}"
    return tuple(line for line in done.values() if line)


def _checks(settings: Settings) -> Iterator[Check]:
    yield from doctor_system.installed()
    yield doctor_system.home(settings)
    yield from doctor_system.models(settings)
    yield from _endpoint(settings)
    yield from doctor_library.checks(settings)
    yield from doctor_index.checks(settings)
    yield doctor_system.left_in_temporary()


def _endpoint(settings: Settings) -> Iterator[Check]:
    """Ask the user's own model for one rewording, if there is such a model."""
    from assistant.wiring import adviser

    try:
        found = adviser(settings)
        if found is not None:
            wordings = usable(_TRIAL, found.reword(_TRIAL))
            well = f"{settings.endpoint_model} at {settings.endpoint_url} gave {len(wordings)} wordings"
            yield Check("endpoint", bool(wordings), well, "Use another model as endpoint_model")
    except TreatyError as error:
        yield Check("endpoint", ok=False, found=str(error))
