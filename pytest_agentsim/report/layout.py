"""Paragraphs in the columns of a terminal, wrapped by how wide their characters are, with styles for their pieces."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

__all__ = ["EVIDENCE", "STYLES", "Line", "Paragraph", "Piece", "cells", "laid_out", "plain", "underline"]

Piece = tuple[str, str]
"""A text in one line that can be shown as it is, and the name of its style."""

Line = tuple[Piece, ...]

EVIDENCE = "evidence"
"""The style of words because of which an expectation was not met."""

STYLES: dict[str, dict[str, bool]] = {
    "": {},
    "title": {"bold": True},
    "faint": {"light": True},
    "bad": {"red": True, "bold": True},
    "quote": {"red": True},
    "good": {"green": True},
    "doubt": {"yellow": True},
    "met": {"green": True, "bold": True},
    EVIDENCE: {"red": True, "bold": True, "invert": True},
    "caller": {"cyan": True, "bold": True},
    "agent": {"green": True, "bold": True},
    "tool": {"yellow": True, "bold": True},
}
"""How each style is marked up by pytest's terminal writer."""

_UNDERLINED = {EVIDENCE: "^", "met": "~"}


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A text that flows beside its `lead`, which stands before its first line."""

    lead: Line
    pieces: Line = ()

    def to_json(self) -> list[Any]:
        """The paragraph as JSON-able data; `from_json` is its inverse."""
        return [list(map(list, self.lead)), list(map(list, self.pieces))]

    @classmethod
    def from_json(cls, data: Sequence[Any]) -> Paragraph:
        lead, pieces = ([(text, style) for text, style in line] for line in data)
        return cls(tuple(lead), tuple(pieces))


def cells(text: str) -> int:
    """Return how many cells of a terminal a text takes that can be seen."""
    if text.isascii():
        return len(text)
    return sum(map(_cells_of, text))


def _cells_of(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def laid_out(paragraph: Paragraph, width: int) -> Iterator[Line]:
    """Yield the lines of a paragraph, none wider than so many cells unless its lead leaves no room at all."""
    text = plain(paragraph.pieces)
    indentation = cells(plain(paragraph.lead))
    lead = paragraph.lead
    for start, end in _wrapped(text, max(2, width - indentation)):
        yield (*lead, *_cut_out(paragraph.pieces, start, end))
        lead = ((" " * indentation, ""),)
    if not text:
        yield lead


def plain(line: Iterable[Piece]) -> str:
    """Return the text of some pieces without their styles."""
    return "".join(text for text, _ in line)


def underline(line: Line) -> str:
    """Return what stands below a line where no colour tells its evidence; empty where it has none."""
    marks = (_UNDERLINED.get(style, " ") * cells(text) for text, style in line)
    return "".join(marks).rstrip()


def _wrapped(text: str, width: int) -> Iterator[tuple[int, int]]:
    """Yield from where to where in a text each line goes: to the last blank that fits, or as far as it fits."""
    start = 0
    while start < len(text):
        end, used, blank = start, 0, start
        while end < len(text) and (used := used + _cells_of(text[end])) <= width:
            if text[end] == " ":
                blank = end
            end += 1
        if end < len(text) and text[end] != " " and blank > start:
            end = blank
        yield start, end
        start = end
        while start < len(text) and text[start] == " ":
            start += 1


def _cut_out(pieces: Line, start: int, end: int) -> Iterator[Piece]:
    position = 0
    for text, style in pieces:
        first, last = max(start - position, 0), min(end - position, len(text))
        if first < last:
            yield text[first:last], style
        position += len(text)
