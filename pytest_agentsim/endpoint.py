"""Where an agent is reached over text, and the settings of its calls."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict
from urllib.parse import unquote, urlsplit

from pytest_agentsim.errors import ConfigurationError
from pytest_agentsim.redaction import Redactor, Secret, expand_environment

if TYPE_CHECKING:
    from collections.abc import Mapping
    from urllib.parse import SplitResult

__all__ = ["EndpointSettings", "TextEndpoint", "address_of", "expand", "seconds"]

# The timers of X-RUBRIC (platform_spec section b.1).
TURN_TIMEOUT = 120.0
MAX_DURATION = 600.0
CONNECT_TIMEOUT = 10.0

DEFAULT_PORTS = {"ws": 80, "wss": 443}

NO_SECRET = Secret("")

_EXAMPLE = "it should look like ws://127.0.0.1:8080/path"
_NOT_IN_URL = re.compile(r"[\s\x00-\x1f\x7f]")
_HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_HEADER_VALUE = re.compile(r"[\t\x20-\x7e]*")
_CREDENTIAL_HEADER = re.compile(r"authorization|cookie|token|secret|password|api-?key", re.IGNORECASE)


class EndpointSettings(TypedDict, total=False):
    """The settings of a `TextEndpoint` other than its address, as keyword arguments."""

    secret: str | Secret
    agent_id: str
    headers: Mapping[str, str] | None
    turn_timeout: float
    max_duration: float
    connect_timeout: float
    ca_file: str


@dataclass(frozen=True, slots=True, repr=False)
class TextEndpoint:
    """Where an agent speaks X-RUBRIC; `create` reads and checks settings as a person writes them.

    `turn_timeout` is how long the agent has for a reply, `max_duration` how long a call may take,
    `connect_timeout` how long connecting may take, all in seconds. `ca_file` holds the certificates to trust
    for ``wss://``, in PEM; empty for those of the system. `hidden` are secrets within the other settings.
    """

    url: str
    secret: Secret = NO_SECRET
    agent_id: str = "agent"
    headers: Mapping[str, str] = field(default_factory=dict, hash=False)
    turn_timeout: float = TURN_TIMEOUT
    max_duration: float = MAX_DURATION
    connect_timeout: float = CONNECT_TIMEOUT
    ca_file: str = ""
    hidden: tuple[Secret, ...] = ()

    @classmethod
    def create(
        cls,
        url: str,
        *,
        secret: str | Secret = "",
        agent_id: str = "agent",
        headers: Mapping[str, str] | None = None,
        turn_timeout: float = TURN_TIMEOUT,
        max_duration: float = MAX_DURATION,
        connect_timeout: float = CONNECT_TIMEOUT,
        ca_file: str = "",
    ) -> TextEndpoint:
        """Fill in ``${NAME}`` from the environment in every string and check the settings.

        Raises ConfigurationError, with a sentence that names the setting, for what cannot work.
        """
        address, from_url = expand("url", url)
        revealed, from_secret = (
            (secret.reveal(), ()) if isinstance(secret, Secret) else expand("secret", secret)
        )
        values, from_headers = _expand_headers(headers or {})
        endpoint = cls(
            url=address,
            secret=Secret(revealed),
            agent_id=expand("agent_id", agent_id)[0],
            headers=values,
            turn_timeout=seconds("turn_timeout", turn_timeout),
            max_duration=seconds("max_duration", max_duration),
            connect_timeout=seconds("connect_timeout", connect_timeout),
            ca_file=expand("ca_file", ca_file)[0],
            hidden=(*_hidden_in_url(_split(address), from_url), *from_secret, *from_headers),
        )
        _check(endpoint)
        return endpoint

    @property
    def secrets(self) -> tuple[Secret, ...]:
        """What must never appear in a report: the secret, and those in the headers and in the URL."""
        return tuple(dict.fromkeys(each for each in (self.secret, *self.hidden) if each))

    def __repr__(self) -> str:
        shown = Redactor(self.secrets)
        return (
            f"TextEndpoint(url={shown.text(self.url)!r}, secret={self.secret!r}, agent_id={self.agent_id!r}, "
            f"headers={shown.data(dict(self.headers))!r}, turn_timeout={self.turn_timeout!r}, "
            f"max_duration={self.max_duration!r}, connect_timeout={self.connect_timeout!r}, "
            f"ca_file={self.ca_file!r})"
        )


def expand(setting: str, value: str) -> tuple[str, tuple[Secret, ...]]:
    """Fill in ``${NAME}`` in one setting; its name stands in the message of a ConfigurationError."""
    if not isinstance(value, str):
        raise ConfigurationError(f"{setting} must be a string, not {type(value).__name__}")
    try:
        return expand_environment(value)
    except ConfigurationError as error:
        raise ConfigurationError(f"{setting}: {error}") from None


def address_of(url: str) -> tuple[str, int]:
    """Return host and TCP port of a WebSocket URL; raises ConfigurationError for one that cannot be used."""
    parts = _split(url)
    return str(parts.hostname), parts.port or DEFAULT_PORTS[parts.scheme]


def seconds(setting: str, value: float) -> float:
    """Check a time in one setting; raises ConfigurationError for what is not a positive number."""
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if not is_number or not 0 < value < math.inf:
        raise ConfigurationError(f"{setting} must be a positive number of seconds, not {value!r}")
    return float(value)


def _split(url: str) -> SplitResult:
    # The URL itself is not quoted in the messages: it may hold a password.
    try:
        parts = urlsplit(url)
        port_is_usable = parts.port != 0
    except ValueError:
        raise ConfigurationError(f"url cannot be read; {_EXAMPLE}") from None
    if parts.scheme not in DEFAULT_PORTS:
        raise ConfigurationError(f"url must begin with ws:// or wss://; {_EXAMPLE}")
    if not parts.hostname:
        raise ConfigurationError(f"url names no host; {_EXAMPLE}")
    if not port_is_usable:
        raise ConfigurationError(f"url has port 0, at which nothing can be reached; {_EXAMPLE}")
    if parts.fragment or _NOT_IN_URL.search(url):
        raise ConfigurationError(f"url must have neither a #fragment nor white space in it; {_EXAMPLE}")
    return parts


def _hidden_in_url(parts: SplitResult, expanded: tuple[Secret, ...]) -> tuple[Secret, ...]:
    """Hosts and paths are no secrets; a password is, and what the environment brought into user or query."""
    private = f"{parts.username or ''}?{parts.query}"
    found = [each for each in expanded if each.reveal() in private]
    if parts.password:
        found += [Secret(parts.password), Secret(unquote(parts.password))]
    return tuple(found)


def _expand_headers(headers: Mapping[str, str]) -> tuple[dict[str, str], tuple[Secret, ...]]:
    values: dict[str, str] = {}
    found: list[Secret] = []
    for name, written in headers.items():
        values[name], expanded = expand(f"header {name}", written)
        found += expanded
        if _CREDENTIAL_HEADER.search(name):
            found += [Secret(values[name]), *(Secret(word) for word in values[name].split()[1:])]
    return values, tuple(found)


def _check(endpoint: TextEndpoint) -> None:
    for name in endpoint.headers:
        if not _HEADER_NAME.fullmatch(name):
            raise ConfigurationError(f"header {name!r}: that is not the name of an HTTP header")
    travelling = {"secret": endpoint.secret.reveal(), "agent_id": endpoint.agent_id}
    travelling |= {f"header {name}": value for name, value in endpoint.headers.items()}
    for setting, value in travelling.items():
        if not _HEADER_VALUE.fullmatch(value) or value != value.strip():
            raise ConfigurationError(
                f"{setting} travels as an HTTP header and cannot: only printable ASCII can, "
                "without a line break, and without blanks at either end"
            )
    if endpoint.ca_file and not Path(endpoint.ca_file).is_file():
        raise ConfigurationError(f"ca_file: there is no file {endpoint.ca_file!r}")
