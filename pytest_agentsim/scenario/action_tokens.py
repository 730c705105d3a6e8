"""Cuts the source of an action into words, tags and what only looks like a tag.

The source is read once from left to right. A piece that is no tag ends where it stops to look like one,
except that a quote which is never closed takes all that follows; so no piece depends on the others.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from pytest_agentsim.scenario.action_nodes import EMOTIONS

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Attribute", "Kind", "Token", "tokens"]

# "<" begins a tag only before a letter: "3 < 5" is words.
_START = re.compile(rf"<(?=/?[A-Za-z])|\[(?P<emotion>{'|'.join(EMOTIONS)})\]")
_NAME = re.compile(r"</?(?P<name>[A-Za-z][\w-]*+)")
_END = re.compile(r"\s*+(?P<slash>/?)\s*+>")
_ATTRIBUTE = re.compile(r"\s*+(?P<name>[A-Za-z_][\w:.-]*+)(?:\s*+=\s*+(?P<quote>[\"'])?)?")
# Quotes belong to the placeholder in digits="{{test_profile["pin code"]}}".
_PLACEHOLDER = r"""\{\{[^{}<>"'\[\]]*+(?:\[\s*+(?:"[^"{}<>]*+"|'[^'{}<>]*+')\s*+\][^{}<>"'\[\]]*+)++\}\}"""
_UP_TO_QUOTE = {quote: re.compile(rf"{_PLACEHOLDER}|(?P<end>{quote})") for quote in "\"'"}
_NEXT = re.compile(r"\s*+(?P<character>\S)")
_ENTITY = re.compile(r"&(?:quot|amp|lt|gt|apos);")
_LITERAL_HINT = 'if "<" is meant to be spoken, put a space after it'


class Kind(Enum):
    """What a token is."""

    TEXT = "text"
    EMOTION = "emotion"
    OPENING = "opening"
    SELF_CLOSING = "self-closing"
    CLOSING = "closing"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Attribute:
    """An attribute with its entities decoded; `offset` is where its value begins."""

    name: str
    value: str
    offset: int


@dataclass(frozen=True, slots=True)
class Token:
    """One piece of the source; `message` and `hint` say what is wrong with a broken one."""

    kind: Kind
    start: int
    source: str
    name: str = ""
    attributes: tuple[Attribute, ...] = ()
    message: str = ""
    hint: str = ""


def tokens(source: str) -> Iterator[Token]:
    """Cut the source into tokens that join to the source again, in linear time."""
    position = 0
    while match := _START.search(source, position):
        if match.start() > position:
            yield Token(Kind.TEXT, position, source[position : match.start()])
        if match["emotion"]:
            token = Token(Kind.EMOTION, match.start(), match[0], match["emotion"])
        else:
            token = _Tag(source, match.start()).read()
        yield token
        position = token.start + len(token.source)
    if position < len(source):
        yield Token(Kind.TEXT, position, source[position:])


class _Tag:
    """Reads one tag."""

    def __init__(self, source: str, start: int) -> None:
        name = _NAME.match(source, start)
        assert name is not None  # noqa: S101 - _START has seen a letter
        self._source = source
        self._start = start
        self._name = name["name"]
        self._position = name.end()
        self._attributes: list[Attribute] = []

    def read(self) -> Token:
        """Return the tag, or as much as looks like one."""
        closing = self._source.startswith("</", self._start)
        while True:
            if end := _END.match(self._source, self._position):
                return self._finished(end, closing=closing)
            attribute = None if closing else _ATTRIBUTE.match(self._source, self._position)
            if attribute is None:
                return self._stopped()
            if attribute["quote"] is None:
                self._position = attribute.end()
                return self._broken(
                    f"the attribute {attribute['name']} in <{self._name}> needs a value in quotes",
                    f'write {attribute["name"]}="…" with straight quotes',
                )
            if not self._take_value(attribute):
                self._position = len(self._source)
                return self._broken(
                    f"the value of {attribute['name']} in <{self._name}> is never closed",
                    "add the closing quote",
                )

    def _take_value(self, attribute: re.Match[str]) -> bool:
        start = position = attribute.end()
        while step := _UP_TO_QUOTE[attribute["quote"]].search(self._source, position):
            position = step.end()
            if step["end"]:
                value = _ENTITY.sub(
                    lambda entity: html.unescape(entity[0]), self._source[start : step.start()]
                )
                self._attributes.append(Attribute(attribute["name"], value, start))
                self._position = position
                return True
        return False

    def _finished(self, end: re.Match[str], *, closing: bool) -> Token:
        self._position = end.end()
        if closing:
            return self._broken(f"</{self._name}/> is no tag") if end["slash"] else self._token(Kind.CLOSING)
        return self._token(Kind.SELF_CLOSING if end["slash"] else Kind.OPENING)

    def _stopped(self) -> Token:
        after = _NEXT.match(self._source, self._position)
        character = after["character"] if after else ""
        if character in {"", "<"}:
            return self._broken(
                f"the tag <{self._name}> is never closed", f'add "/>" or ">"; {_LITERAL_HINT}'
            )
        return self._broken(f"unexpected {character!r} in the tag <{self._name}>", _LITERAL_HINT)

    def _token(self, kind: Kind) -> Token:
        source = self._source[self._start : self._position]
        return Token(kind, self._start, source, self._name, tuple(self._attributes))

    def _broken(self, message: str, hint: str = "") -> Token:
        source = self._source[self._start : self._position]
        return Token(Kind.BROKEN, self._start, source, self._name, (), message, hint)
