"""What a user may set, by settings file (``HOME/settings.toml``), environment (``TREATY_…``) or option.

Unknown keys are refused: a misspelt setting that silently does nothing is worse than an error.
"""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import Any

import platformdirs
from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from assistant.errors import SettingsError

_PREFIX = "TREATY_"
"""Of the environment variables; what else begins so must be one of them."""


class Settings(BaseSettings):
    """The program's settings; every field can be set by ``TREATY_<FIELD>`` or in the settings file."""

    model_config = SettingsConfigDict(env_prefix=_PREFIX, extra="forbid", frozen=True)

    home: Path = Field(
        default_factory=lambda: Path(platformdirs.user_data_dir("treaty-assistant", appauthor=False))
    )
    embedded: bool = True
    embedder: str = "bundled"
    reranker: str = "bundled"
    passage_tokens: int = Field(default=220, ge=40, le=480)
    max_megabytes: int = Field(default=50, ge=1)
    max_pages: int = Field(default=3000, ge=1)


def load(home: Path | None = None, **given: Any) -> Settings:
    """Return the settings: options given, over environment, over the settings file, over the defaults.

    Raises:
        SettingsError: If a key is unknown or a value does not fit; the message names the key.
    """
    _refuse_unknown_variables()
    options = {key: value for key, value in given.items() if value is not None}
    if home is not None:
        options["home"] = home.expanduser()
    try:
        base = Settings(**options)
        in_file = _from_file(base.home / "settings.toml")
        environment = {k: getattr(base, k) for k in base.model_fields_set}
        return Settings(**{**in_file, **environment})
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"]) or "settings"
        raise SettingsError(
            f"setting '{key}': {first['msg'].lower()}; found {first.get('input')!r}. "
            f"Known settings: {', '.join(Settings.model_fields)}"
        ) from error


def _refuse_unknown_variables() -> None:
    """Refuse a misspelt variable, as a misspelt key is: pydantic reads the names it knows and no others."""
    known = {f"{_PREFIX}{name.upper()}" for name in Settings.model_fields}
    unknown = sorted(
        name for name in os.environ if name.upper().startswith(_PREFIX) and name.upper() not in known
    )
    if unknown:
        raise SettingsError(
            f"environment variable {unknown[0]}: expected one of {', '.join(sorted(known))}. Correct or unset it"
        )


def _from_file(path: Path) -> dict[str, Any]:
    if not path.is_file():
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise SettingsError(f"{path}: expected a TOML file, found: {error}. Mend or remove it") from error
