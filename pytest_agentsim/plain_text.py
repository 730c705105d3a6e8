"""Text as it is compared: what an author writes and what an agent says differ in blanks, case and kinds of quotes."""

from __future__ import annotations

import re
import unicodedata

__all__ = ["plain", "squeezed", "where"]

# What word processors and language models make of the plain quotes.
_STRAIGHT_QUOTES = str.maketrans("\N{LEFT SINGLE QUOTATION MARK}\N{RIGHT SINGLE QUOTATION MARK}“”", "''\"\"")


def plain(text: str) -> str:
    """Return text for a comparison in which case, blanks and kinds of quotes do not matter."""
    composed = unicodedata.normalize("NFC", text)
    return squeezed(composed.translate(_STRAIGHT_QUOTES).casefold())


def squeezed(text: str) -> str:
    """Return text with single blanks."""
    return " ".join(text.split())


def where(wanted: str, text: str) -> tuple[int, int] | None:
    """Return from where to where in a text something stands, compared as `plain` does; None where it does not.

    Where composing characters makes the place uncertain, it is all of the text.
    """
    sought = plain(wanted)
    if not sought or sought not in plain(text):
        return None
    if text.isascii():
        found = re.search(r"\s+".join(map(re.escape, sought.split(" "))), text, re.IGNORECASE)
        return found.span() if found else (0, len(text))
    return _where_in_pieces(sought, text)


# A character with the marks that may be composed with it, or some blanks.
_PIECE = re.compile(r"\s+|\S[\u0300-\u036f]*")


def _where_in_pieces(sought: str, text: str) -> tuple[int, int]:
    pieces: list[str] = []
    places: list[tuple[int, int]] = []  # of each character of what the pieces come to
    for found in _PIECE.finditer(text):
        piece = " " if found.group().isspace() else plain(found.group())
        pieces.append(piece)
        places += [found.span()] * len(piece)
    start = "".join(pieces).find(sought)
    return (places[start][0], places[start + len(sought) - 1][1]) if start >= 0 else (0, len(text))
