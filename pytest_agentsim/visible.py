"""Foreign text for people's eyes: nothing in it acts on a terminal, hides, or goes on for ever."""

from __future__ import annotations

import unicodedata

__all__ = ["shortened", "visible", "visible_line"]

ELLIPSIS = "…"
_LAYOUT = "\n\t"
_WITHOUT_LAYOUT = str.maketrans("", "", _LAYOUT)
# Of what is in front of a place of interest, as much is shown as gives it a context.
_SHARE_BEFORE = 3


def visible(text: str) -> str:
    """Return `text` with escapes for what cannot be seen; line feeds and tabs stay.

    Escaped are control, bidirectional and other format characters, lone surrogates, and what Unicode has not
    assigned. The outcome can be encoded, printed, and stand in XML 1.0; to repeat it changes nothing.
    """
    if text.translate(_WITHOUT_LAYOUT).isprintable():
        return text
    return "".join(each if each in _LAYOUT or _can_be_seen(each) else _escaped(each) for each in text)


def visible_line(text: str) -> str:
    """Return `text` as `visible` does, in one line: line feeds and tabs are escaped as well."""
    if text.isprintable():
        return text
    return "".join(each if _can_be_seen(each) else _escaped(each) for each in text)


def shortened(text: str, limit: int, *, around: int = 0) -> str:
    """Return a piece of at most `limit` characters, with an ellipsis where something was left out.

    The character at the index `around` is in it.
    """
    if len(text) <= limit:
        return text
    start = max(0, min(around - limit // _SHARE_BEFORE, len(text) - limit))
    end = start + limit
    head = ELLIPSIS if start else ""
    tail = ELLIPSIS if end < len(text) else ""
    return f"{head}{text[start + len(head) : end - len(tail)]}{tail}"


def _can_be_seen(character: str) -> bool:
    # Spaces of other widths are not "printable" to Python; French and Japanese texts are full of them.
    return character.isprintable() or unicodedata.category(character) == "Zs"


def _escaped(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")
