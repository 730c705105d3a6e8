"""Regular expressions that are compiled when they are first used: there are many, and most runs need few."""

from __future__ import annotations

import re
from typing import Any, cast

__all__ = ["lazily"]


def lazily(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """Return what `re.compile` would, but compile at the first use. Raises re.error then."""
    return cast("re.Pattern[str]", _Lazy(pattern, flags))


class _Lazy:
    """Stands in for a pattern; keeps what was asked of the compiled one, so that this costs once."""

    def __init__(self, pattern: str, flags: int) -> None:
        self._source = (pattern, flags)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        value = getattr(re.compile(*self._source), name)
        setattr(self, name, value)
        return value
