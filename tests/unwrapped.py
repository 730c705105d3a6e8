"""What a failing item or the summary says, however wide the terminal is that it was laid out for."""

from __future__ import annotations

import re

__all__ = ["unwrapped"]

BREAK = re.compile(r"\s*\n(?:E\b)?\s*")


def unwrapped(text: str) -> str:
    """Return a text in one line: pytest's margin is left out, and so many spaces are one."""
    return " ".join(BREAK.sub(" ", text).split())
