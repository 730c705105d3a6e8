"""Text as it is compared: what an author writes and what an agent says differ in blanks, case and kinds of quotes."""

from __future__ import annotations

import unicodedata

__all__ = ["plain", "squeezed"]

# What word processors and language models make of the plain quotes.
_STRAIGHT_QUOTES = str.maketrans("\N{LEFT SINGLE QUOTATION MARK}\N{RIGHT SINGLE QUOTATION MARK}“”", "''\"\"")


def plain(text: str) -> str:
    """Return text for a comparison in which case, blanks and kinds of quotes do not matter."""
    composed = unicodedata.normalize("NFC", text)
    return squeezed(composed.translate(_STRAIGHT_QUOTES).casefold())


def squeezed(text: str) -> str:
    """Return text with single blanks."""
    return " ".join(text.split())
