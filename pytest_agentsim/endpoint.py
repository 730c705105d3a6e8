"""What the endpoints of an agent have in common, whichever channel they are for."""

from __future__ import annotations

import math
import re
from abc import ABC, abstractmethod
from dataclasses import KW_ONLY, dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, TypedDict
from urllib.parse import unquote, urlsplit

from pytest_agentsim.errors import ConfigurationError
from pytest_agentsim.redaction import Redactor, Secret, expand_environment, names_credential

if TYPE_CHECKING:
    from collections.abc import Mapping
    from urllib.parse import SplitResult

__all__ = [
    "NO_SECRET",
    "Addresses",
    "CommonSettings",
    "Endpoint",
    "address_of",
    "check_travelling",
    "expand",
    "expand_secret",
    "seconds",
    "truth",
]

# The timers of the platforms (platform_spec sections a and b.1).
MAX_DURATION = 600.0
CONNECT_TIMEOUT = 10.0

DEFAULT_PORTS = {"ws": 80, "wss": 443}

NO_SECRET = Secret("")

_EXAMPLE = "it should look like ws://127.0.0.1:8080/path"
_NOT_IN_URL = re.compile(r"[\s\x00-\x1f\x7f]")
_HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_HEADER_VALUE = re.compile(r"[\t\x20-\x7e]*")


_TIMES = frozenset({"turn_timeout", "max_duration", "connect_timeout"})


class CommonSettings(TypedDict, total=False):
    """The settings that every endpoint has beside its address, as keyword arguments."""

    headers: Mapping[str, str] | None
    turn_timeout: float
    max_duration: float
    connect_timeout: float
    ca_file: str
    verify: bool
    sms_webhook: str


@dataclass(frozen=True, slots=True)
class Addresses:
    """The URLs at which an agent is reached; an empty one where it does not speak."""

    text: str = ""
    voice: str = ""

    def items(self) -> tuple[tuple[str, str], ...]:
        """Return the URLs that there are, each after the name of the setting that holds it."""
        both = (("text_url", self.text), ("voice_url", self.voice))
        return tuple((name, url) for name, url in both if url)

    def replaced(self, old: str, new: str) -> Addresses:
        """Return the URLs with some text in them replaced."""
        return Addresses(self.text.replace(old, new), self.voice.replace(old, new))

    def __str__(self) -> str:
        return " and ".join(url for _, url in self.items())


@dataclass(frozen=True, slots=True, repr=False)
class Endpoint(ABC):
    """Where an agent is reached; `create` of its subclasses checks settings as a person writes them.

    `turn_timeout` is how long the agent has for a turn, `max_duration` how long a call may take,
    `connect_timeout` how long connecting may take, all in seconds. `ca_file` holds the certificates to trust
    for ``wss://``, in PEM; empty for those of the system. Without `verify` every certificate is accepted.
    `sms_webhook` is the http(s) address to which the caller's text messages are posted; empty for none.
    `hidden` are secrets within the other settings.
    """

    URL_SETTING: ClassVar[str] = "url"

    url: str
    _: KW_ONLY
    headers: Mapping[str, str] = field(default_factory=dict, hash=False)
    turn_timeout: float
    max_duration: float = MAX_DURATION
    connect_timeout: float = CONNECT_TIMEOUT
    ca_file: str = ""
    verify: bool = True
    sms_webhook: str = ""
    hidden: tuple[Secret, ...] = ()

    @property
    @abstractmethod
    def credentials(self) -> tuple[Secret, ...]:
        """The secrets that are settings by themselves."""

    @property
    def secrets(self) -> tuple[Secret, ...]:
        """What must never appear in a report: the credentials, and the secrets in the headers and in the URL."""
        return tuple(dict.fromkeys(each for each in (*self.credentials, *self.hidden) if each))

    def __repr__(self) -> str:
        redactor = Redactor(self.secrets)
        shown = ", ".join(
            f"{each.name}={_shown(getattr(self, each.name), redactor)}"
            for each in fields(self)
            if each.name != "hidden"
        )
        return f"{type(self).__name__}({shown})"

    @classmethod
    def _common_fields(cls, url: str, settings: CommonSettings) -> dict[str, Any]:
        """Return what `create` was given of the common settings, expanded and checked, as fields."""
        given: dict[str, Any] = dict(settings)
        address, from_url = expand(cls.URL_SETTING, url)
        headers, from_headers = _expand_headers(given.get("headers") or {})
        webhook, from_webhook = _webhook(given.get("sms_webhook", ""))
        return {
            **given,
            **{name: seconds(name, given[name]) for name in _TIMES & given.keys()},
            "url": address,
            "headers": headers,
            "ca_file": _file("ca_file", given.get("ca_file", "")),
            "verify": truth("verify", given.get("verify", True)),
            "sms_webhook": webhook,
            "hidden": (
                *_hidden_in_url(_split(address, cls.URL_SETTING), from_url),
                *from_headers,
                *from_webhook,
            ),
        }


def expand(setting: str, value: str) -> tuple[str, tuple[Secret, ...]]:
    """Fill in ``${NAME}`` in one setting; its name stands in the message of a ConfigurationError."""
    if not isinstance(value, str):
        raise ConfigurationError(f"{setting} must be a string, not {type(value).__name__}")
    try:
        return expand_environment(value)
    except ConfigurationError as error:
        raise ConfigurationError(f"{setting}: {error}") from None


def expand_secret(setting: str, value: str | Secret) -> tuple[Secret, tuple[Secret, ...]]:
    """Fill in ``${NAME}`` in a secret that a person has written; a `Secret` is taken as it is."""
    if isinstance(value, Secret):
        return value, ()
    revealed, found = expand(setting, value)
    return Secret(revealed), found


def address_of(url: str) -> tuple[str, int]:
    """Return host and TCP port of a WebSocket URL; raises ConfigurationError for one that cannot be used."""
    parts = _split(url, "url")
    return str(parts.hostname), parts.port or DEFAULT_PORTS[parts.scheme]


def seconds(setting: str, value: float, *, or_zero: bool = False) -> float:
    """Check a time in one setting; raises ConfigurationError for what is not a positive number."""
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if is_number and (0 < value < math.inf or (or_zero and value == 0)):
        return float(value)
    kind = "a number of seconds, 0 or more" if or_zero else "a positive number of seconds"
    raise ConfigurationError(f"{setting} must be {kind}, not {value!r}")


def truth(setting: str, value: bool) -> bool:
    """Check a setting that is true or false; raises ConfigurationError for anything else."""
    if not isinstance(value, bool):
        raise ConfigurationError(f"{setting} must be True or False, not {value!r}")
    return value


def check_travelling(setting: str, value: str) -> None:
    """Raise ConfigurationError for a value that cannot be sent in an HTTP header."""
    if not _HEADER_VALUE.fullmatch(value) or value != value.strip():
        raise ConfigurationError(
            f"{setting} travels as an HTTP header and cannot: only printable ASCII can, "
            "without a line break, and without blanks at either end"
        )


def _shown(value: object, redactor: Redactor) -> str:
    return repr(value if isinstance(value, Secret) else redactor.data(value))


def _file(setting: str, written: str) -> str:
    path, _ = expand(setting, written)
    if path and not Path(path).is_file():
        raise ConfigurationError(f"{setting}: there is no file {path!r}")
    return path


def _split(url: str, setting: str) -> SplitResult:
    # The URL itself is not quoted in the messages: it may hold a password.
    try:
        parts = urlsplit(url)
        port_is_usable = parts.port != 0
    except ValueError:
        raise ConfigurationError(f"{setting} cannot be read; {_EXAMPLE}") from None
    if parts.scheme not in DEFAULT_PORTS:
        raise ConfigurationError(f"{setting} must begin with ws:// or wss://; {_EXAMPLE}")
    if not parts.hostname:
        raise ConfigurationError(f"{setting} names no host; {_EXAMPLE}")
    if not port_is_usable:
        raise ConfigurationError(f"{setting} has port 0, at which nothing can be reached; {_EXAMPLE}")
    if parts.fragment or _NOT_IN_URL.search(url):
        raise ConfigurationError(f"{setting} must have neither a #fragment nor white space in it; {_EXAMPLE}")
    return parts


def _webhook(written: str) -> tuple[str, tuple[Secret, ...]]:
    address, found = expand("sms_webhook", written)
    if not address:
        return "", ()
    try:
        parts = urlsplit(address)
        is_usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_usable = False
    if not is_usable or _NOT_IN_URL.search(address):
        raise ConfigurationError(
            "sms_webhook must be an http:// or https:// address, such as http://127.0.0.1:8080/sms"
        )
    return address, _hidden_in_url(parts, found)


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
        if not _HEADER_NAME.fullmatch(name):
            raise ConfigurationError(f"header {name!r}: that is not the name of an HTTP header")
        values[name], expanded = expand(f"header {name}", written)
        check_travelling(f"header {name}", values[name])
        found += expanded
        if names_credential(name):
            found += [Secret(values[name]), *(Secret(word) for word in values[name].split()[1:])]
    return values, tuple(found)
