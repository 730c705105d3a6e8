"""What all who use the library of espeak-ng in one process have to mind."""

from __future__ import annotations

import locale
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["LOCK", "same_locale"]

LOCK = threading.Lock()
"""To be held while the library works: it has one state for all of its users."""


@contextmanager
def same_locale() -> Iterator[None]:
    """Undo what the library does to the character set of the process."""
    before = locale.setlocale(locale.LC_CTYPE)
    try:
        yield
    finally:
        if locale.setlocale(locale.LC_CTYPE) != before:
            locale.setlocale(locale.LC_CTYPE, before)
