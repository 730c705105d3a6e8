"""Keeping secrets out of whatever is printed, logged or stored."""

from __future__ import annotations

import json
import os
import re
from base64 import b64encode
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, quote_plus

from pytest_agentsim.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = [
    "MASK",
    "SHORTEST_IN_TEXT",
    "Redactor",
    "Secret",
    "expand_environment",
    "names_credential",
    "redactor_for",
]

MASK = "***"

# Shorter secrets would also be found in the middle of ordinary words and numbers.
SHORTEST_IN_TEXT = 4

# Most values of an event; told by their type, because asking for abstract base classes takes longer.
_WITHOUT_TEXT = frozenset((int, float, bool, type(None)))

_CREDENTIAL = re.compile(r"authorization|cookie|token|secret|password|api[-_]?key", re.IGNORECASE)
_REFERENCE = re.compile(r"\$\$\{|\$\{([^}]*)\}")
_VARIABLE_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_PERCENT_ESCAPE = re.compile(r"%[0-9A-F]{2}")


class Secret:
    """A string that does not show itself: `repr`, `str` and `format` give ``***``, `reveal` gives the string.

    Secrets are equal by value, false when empty, and can be pickled; the pickle holds the string.
    """

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """Return the secret itself."""
        return self._value

    def __repr__(self) -> str:
        return MASK

    def __format__(self, specification: str) -> str:
        return format(MASK, specification)

    def __bool__(self) -> bool:
        return bool(self._value)

    def __eq__(self, other: object) -> bool:
        return self._value == other._value if isinstance(other, Secret) else NotImplemented

    def __hash__(self) -> int:
        return hash((Secret, self._value))

    def __reduce__(self) -> tuple[type[Secret], tuple[str]]:
        return Secret, (self._value,)


class Redactor:
    """Replaces secrets by ``***``, also where they are JSON-escaped, URL-quoted or base64-encoded.

    A secret of fewer than `SHORTEST_IN_TEXT` characters is replaced only where it is a whole string, such as
    the value of a header; within running text it stays.
    """

    def __init__(self, secrets: Iterable[Secret | str] = ()) -> None:
        revealed = {each.reveal() if isinstance(each, Secret) else each for each in secrets}
        self._whole = frozenset(revealed - {""})
        spellings = {
            spelling
            for secret in self._whole
            if len(secret) >= SHORTEST_IN_TEXT
            for spelling in _spellings(secret)
        }
        # The longest first, so that of a secret that begins with another one nothing is left over.
        ordered = sorted(spellings, key=lambda spelling: (-len(spelling), spelling))
        self._pattern = re.compile("|".join(map(re.escape, ordered))) if ordered else None

    def text(self, value: str) -> str:
        """Return `value` with every secret in it replaced."""
        if value in self._whole:
            return MASK
        return value if self._pattern is None else self._pattern.sub(MASK, value)

    def data(self, value: Any) -> Any:
        """Return JSON-like data with the secrets in its strings replaced, also in keys; the rest stays."""
        kind = type(value)
        if kind is str:
            return self.text(value)
        if kind in _WITHOUT_TEXT:
            return value
        if kind is dict:
            return {self.data(key): self.data(item) for key, item in value.items()}
        if isinstance(value, str):
            redacted = self.text(value)
            return value if redacted == value else redacted
        if isinstance(value, Secret):
            return MASK
        if isinstance(value, Mapping):
            return {self.data(key): self.data(item) for key, item in value.items()}
        if isinstance(value, list):
            return [self.data(item) for item in value]
        if isinstance(value, tuple):
            return tuple(self.data(item) for item in value)
        return value

    def spans(self, value: str) -> Iterator[tuple[int, int]]:
        """Yield where the secrets in running text begin and end."""
        if self._pattern is not None:
            yield from (match.span() for match in self._pattern.finditer(value))


def names_credential(name: str) -> bool:
    """Tell by the name of a header or a parameter whether its value is a secret."""
    return _CREDENTIAL.search(name) is not None


@lru_cache(maxsize=64)
def redactor_for(secrets: tuple[Secret, ...]) -> Redactor:
    """Return the redactor of these secrets, made once for all calls that share them."""
    return Redactor(secrets)


def expand_environment(value: str, environ: Mapping[str, str] = os.environ) -> tuple[str, tuple[Secret, ...]]:
    """Replace each ``${NAME}`` by the environment variable; return the result and what was filled in.

    ``$${NAME}`` stays a literal ``${NAME}``. Raises ConfigurationError for a variable that is not set.
    """
    found: list[Secret] = []

    def fill_in(match: re.Match[str]) -> str:
        name = match[1]
        if name is None:
            return "${"
        found.append(Secret(_variable(name, environ)))
        return found[-1].reveal()

    return _REFERENCE.sub(fill_in, value), tuple(secret for secret in found if secret)


def _variable(name: str, environ: Mapping[str, str]) -> str:
    if not _VARIABLE_NAME.fullmatch(name):
        raise ConfigurationError(
            f"${{{name}}} names no environment variable; write $${{{name}}} to mean it as it stands"
        )
    if name not in environ:
        raise ConfigurationError(
            f"environment variable {name} is not set; set it, or write $${{{name}}} to mean it as it stands"
        )
    return environ[name]


def _spellings(secret: str) -> Iterator[str]:
    yield secret
    yield repr(secret)[1:-1]
    # As it stands in the representation of a text that has both kinds of quotes.
    yield repr(secret + "\"'")[1:-4]
    yield from _json_spellings(secret)
    yield from _url_spellings(secret)
    yield from _base64_spellings(secret)


def _json_spellings(secret: str) -> Iterator[str]:
    for ensure_ascii in (True, False):
        once = json.dumps(secret, ensure_ascii=ensure_ascii)[1:-1]
        yield once
        # The arguments of a function call are JSON within JSON.
        yield json.dumps(once, ensure_ascii=ensure_ascii)[1:-1]
        yield once.replace("/", "\\/")


def _url_spellings(secret: str) -> Iterator[str]:
    raw = _encoded(secret)
    # The last as JavaScript's encodeURIComponent has it.
    for quoted in (quote(raw, safe=""), quote(raw), quote_plus(raw), quote(raw, safe="!'()*")):
        yield quoted
        yield _PERCENT_ESCAPE.sub(lambda match: match[0].lower(), quoted)


def _base64_spellings(secret: str) -> Iterator[str]:
    raw = _encoded(secret)
    whole = b64encode(raw).decode("ascii")
    cores = (_base64_core(raw, bytes_before) for bytes_before in range(3))
    for spelling in (whole, whole.rstrip("="), *cores):
        yield spelling
        yield spelling.replace("+", "-").replace("/", "_")


def _base64_core(raw: bytes, bytes_before: int) -> str:
    """Return what of the encoding is the same whatever stands before and after `raw`."""
    first = -(-bytes_before * 8 // 6)
    last = (bytes_before + len(raw)) * 8 // 6
    return b64encode(bytes(bytes_before) + raw).decode("ascii")[first:last]


def _encoded(secret: str) -> bytes:
    # An environment variable may hold bytes that are not UTF-8, which Python keeps as lone surrogates.
    return secret.encode("utf-8", "surrogatepass")
