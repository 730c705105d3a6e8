"""Paths into JSON, as `response_mapping` has them: ``$.a.b``, ``$.a[0]``, ``$.a[-1]``, ``$.m["odd-key"]``.

The subset of platform_spec section c.7: no wildcards, no filters, no recursion.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

__all__ = ["JsonPath", "PathMissesError"]

_STEP = re.compile(
    r"\.(?P<key>[\w-]+)"
    r"|\[\s*(?P<index>-?[0-9]{1,9})\s*\]"
    r"""|\[\s*(?:"(?P<double>(?:[^"\\]|\\.)*)"|'(?P<single>(?:[^'\\]|\\.)*)')\s*\]"""
)


class PathMissesError(LookupError):
    """A document has nothing where a path leads; the message says how far it led."""


@dataclass(frozen=True, slots=True)
class JsonPath:
    """A path as written, and its steps: a str is a key, an int an index, negative ones from the end."""

    source: str
    steps: tuple[str | int, ...]

    @classmethod
    def parse(cls, source: str) -> JsonPath:
        """Read a path; raises ValueError, which says from where on it cannot be read."""
        if not source.startswith("$"):
            raise ValueError('a path begins with "$"')
        steps: list[str | int] = []
        position = 1
        while position < len(source):
            step = _STEP.match(source, position)
            if step is None:
                raise ValueError(f"{source[position:]!r} is neither .key nor [0] nor ['key']")
            steps.append(_step(step))
            position = step.end()
        return cls(source, tuple(steps))

    def find(self, document: Any) -> Any:
        """Return what the document has there; raises PathMissesError."""
        value, walked = document, "$"
        for step in self.steps:
            if isinstance(step, int):
                if not isinstance(value, list):
                    raise PathMissesError(f"{walked} is no list")
                if not -len(value) <= step < len(value):
                    raise PathMissesError(f"{walked} has {len(value)} entries, there is no [{step}]")
                value, walked = value[step], f"{walked}[{step}]"
            else:
                if not isinstance(value, dict):
                    raise PathMissesError(f"{walked} is no object")
                if step not in value:
                    raise PathMissesError(f"{walked} has no key {step!r}")
                value, walked = value[step], f"{walked}.{step}"
        return value


def _step(match: re.Match[str]) -> str | int:
    if match["index"] is not None:
        return int(match["index"])
    if match["key"] is not None:
        return match["key"]
    if match["double"] is not None:
        return str(json.loads(f'"{match["double"]}"', strict=False))
    return re.sub(r"\\(.)", r"\1", match["single"])
