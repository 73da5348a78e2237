"""What a user may set, by settings file (``HOME/settings.toml``), environment (``TREATY_…``) or option.

Unknown keys are refused: a misspelt setting that silently does nothing is worse than an error.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any

import platformdirs
from pydantic import AfterValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from assistant.errors import SettingsError
from corpus.pinpoint import Style
from index.vectors_server import VectorServer

_PREFIX = "TREATY_"
"""Of the environment variables; what else begins so must be one of them."""
_LABEL = r"[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?"
_ADDRESS = re.compile(
    rf"(?P<scheme>https?)://(?P<host>{_LABEL}(?:\.{_LABEL})*|\[[0-9A-Fa-f:.]+\])(?::(?P<port>[0-9]{{1,5}}))?"
    r"(?:/[A-Za-z0-9._~/-]*)?"
)
"""Of an endpoint. Narrower than the standard's: nothing that two programs could read as two different hosts."""
_LAST_PORT = 65_535
_IPV6 = 6
_HEADER = re.compile(r"[!-~]*")
_KEY, _TOKEN = "endpoint_key", "index_token"
_SECRETS = (_KEY, _TOKEN)
"""From the environment only, and never shown."""


def is_loopback(host: str) -> bool:
    """Tell whether a host, as it stands in an address, is this machine itself."""
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def _is_host(host: str) -> bool:
    try:
        return not host.startswith("[") or ip_address(host.strip("[]")).version == _IPV6
    except ValueError:
        return False


def _endpoint_url(url: str) -> str:
    """Return an endpoint's address without a slash at its end, or refuse it without repeating what it says."""
    if not url:  # as an environment variable is emptied
        return url
    match = _address(url)
    if match is None:
        raise SettingsError(
            "setting 'endpoint_url': expected an address such as http://127.0.0.1:11434/v1, found something else. "
            "Write http or https, a host and a path; a key belongs in the variable TREATY_ENDPOINT_KEY"
        )
    if match["scheme"] == "http" and not is_loopback(match["host"]):
        raise SettingsError(
            f"setting 'endpoint_url': expected https for another machine, found http for {match['host']}; questions "
            "and the key would travel unencrypted. Write https, or use an endpoint on this machine (127.0.0.1)"
        )
    return url.rstrip("/")


def _address(url: str) -> re.Match[str] | None:
    match = _ADDRESS.fullmatch(url)
    if match is None or not 1 <= int(match["port"] or 1) <= _LAST_PORT or not _is_host(match["host"]):
        return None
    return match


def _index_server(url: str) -> str:
    """Return a vector server's address without a slash at its end, or refuse it without repeating what it says."""
    if url and _address(url) is None:
        raise SettingsError(
            "setting 'index_server': expected an address such as http://127.0.0.1:8000, found something else. "
            "Write http or https, a host and a port; a token belongs in the variable TREATY_INDEX_TOKEN"
        )
    return url.rstrip("/")


def _index_token(token: SecretStr) -> SecretStr:
    """Return a token that fits into a header, or refuse it without showing it."""
    if not _HEADER.fullmatch(token.get_secret_value()):
        raise SettingsError(
            f"setting '{_TOKEN}': expected printable ASCII characters without spaces, found others. "
            "Set or unset the variable TREATY_INDEX_TOKEN"
        )
    return token


def _endpoint_key(key: SecretStr) -> SecretStr:
    """Return a key that fits into a header, or refuse it without showing it."""
    if not _HEADER.fullmatch(key.get_secret_value()):
        raise SettingsError(
            f"setting '{_KEY}': expected printable ASCII characters without spaces, found others. "
            "Set or unset the variable TREATY_ENDPOINT_KEY"
        )
    return key


class Settings(BaseSettings):
    """The program's settings; every field can be set by ``TREATY_<FIELD>`` or in the settings file."""

    model_config = SettingsConfigDict(
        env_prefix=_PREFIX, extra="forbid", frozen=True, hide_input_in_errors=True
    )

    home: Path = Field(
        default_factory=lambda: Path(platformdirs.user_data_dir("treaty-assistant", appauthor=False))
    )
    embedded: bool = True
    embedder: str = "bundled"
    reranker: str = "bundled"
    allow_downloads: bool = False
    """Whether a model hub may be asked for an encoder or cross-encoder that is not on this machine."""
    passage_tokens: int = Field(default=220, ge=40, le=480)
    max_megabytes: int = Field(default=50, ge=1)
    max_pages: int = Field(default=3000, ge=1)
    max_waiting: int = Field(default=64, ge=1, le=1000)
    """Questions that may wait for an answer of the served chat; one more is told that it is busy."""
    style: Style = Style.OSCOLA
    """How citations are written, where no option says otherwise."""
    endpoint_url: Annotated[str, AfterValidator(_endpoint_url)] | None = None
    """Base address of an OpenAI-compatible endpoint (``docs/own-models.md``); None for none, the default."""
    endpoint_model: str = Field(default="", max_length=200)
    """The model's name there; needed with an address."""
    endpoint_key: Annotated[SecretStr, AfterValidator(_endpoint_key)] | None = None
    """Sent as a bearer token; from the environment only, and never shown."""
    endpoint_timeout: float = Field(default=15.0, gt=0, le=600)
    """Seconds for one request, everything included; after them a question goes on without it."""
    index_server: Annotated[str, AfterValidator(_index_server)] | None = None
    """Address of a Chroma server that has the vectors (``docs/scaling.md``); None for this machine's disk."""
    index_token: Annotated[SecretStr, AfterValidator(_index_token)] | None = None
    """Sent to that server as a bearer token; from the environment only, and never shown."""

    @property
    def vector_server(self) -> VectorServer | None:
        """The server that has the vectors, or None."""
        if not self.index_server:
            return None
        return VectorServer(
            self.index_server, self.index_token.get_secret_value() if self.index_token else ""
        )


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
        made = Settings(**{**in_file, **environment})
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"]) or "settings"
        raise SettingsError(
            f"setting '{key}': {first['msg'].lower()}{_found(first)}. "
            f"Known settings: {', '.join(Settings.model_fields)}"
        ) from error
    if made.endpoint_url and not made.endpoint_model.strip():
        raise SettingsError(
            "setting 'endpoint_model': expected the name of a model at endpoint_url, found none. "
            "Set it, or remove endpoint_url"
        )
    return made


def _found(problem: Mapping[str, Any]) -> str:
    """Return what was found, unless it may hold a secret: under its name, a misspelt one, or in a table."""
    misplaced = problem["type"] == "extra_forbidden" or isinstance(problem["input"], dict | list)
    secret = misplaced or any(key in problem["loc"] for key in _SECRETS)
    return "" if secret else f"; found {problem['input']!r}"


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
        settings = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise SettingsError(f"{path}: expected a TOML file, found: {error}. Mend or remove it") from error
    for key in _SECRETS:
        if key in settings:
            raise SettingsError(
                f"setting '{key}': expected in the environment only, found in {path}. "
                f"Remove it there and set the variable {_PREFIX}{key.upper()}"
            )
    return settings
