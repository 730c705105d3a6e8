"""Foreign text and numbers as the page shows them."""

from __future__ import annotations

import json
from typing import Any

from pytest_agentsim.visible import visible, visible_line

__all__ = [
    "LONGEST_TEXT",
    "data_shown",
    "in_script",
    "line_shown",
    "number_shown",
    "seconds_shown",
    "text_shown",
]

LONGEST_TEXT = 20_000  # characters of one text; the artifacts have the rest
LONGEST_LINE = 300  # characters of a name
LONGEST_DATA = 4_000  # characters of arguments, results and metadata


def text_shown(text: str, limit: int = LONGEST_TEXT) -> str:
    """Return a text without anything that hides or acts; what is too long says how much of it is missing."""
    left_out = len(text) - limit
    if left_out <= 0:
        return visible(text)
    return f"{visible(text[:limit])}… ({left_out} more characters are in the call's artifacts)"


def line_shown(text: str, limit: int = LONGEST_LINE) -> str:
    """Return a name in one line, shortened if it is too long for one."""
    return visible_line(text if len(text) <= limit else f"{text[: limit - 1]}…")


def data_shown(data: Any) -> str:
    """Return what an agent has sent as JSON to be read; a string stays as it is."""
    text = data if isinstance(data, str) else json.dumps(data, ensure_ascii=False, default=str)
    return text_shown(text, LONGEST_DATA)


def number_shown(value: object, unit: str = "") -> str:
    """Return a metric's value with its unit, in as many digits as somebody reads."""
    if isinstance(value, bool):
        return "passed" if value else "failed"
    if not isinstance(value, int | float):
        return line_shown(str(value))
    if unit == "s":
        return seconds_shown(value)
    size = abs(value)
    if isinstance(value, int) or size >= 1000:
        shown = f"{value:.0f}"
    else:
        shown = f"{value:.3g}" if size < 100 else f"{value:.1f}"
    return f"{shown} {unit}" if unit else shown


def seconds_shown(seconds: float | None) -> str:
    """Return a duration in the unit that fits it: milliseconds below a second, minutes from one on."""
    if seconds is None:
        return "unknown"
    size = abs(seconds)
    if size < 0.0995:
        return f"{seconds * 1000:.1f} ms" if size < 0.00995 else f"{seconds * 1000:.0f} ms"
    if size < 59.95:
        return f"{seconds:.2f} s" if size < 9.995 else f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest:02d} s"


def in_script(data: Any) -> str:
    """Return data as JSON that can stand in a `script` element: nothing in it can end the element or begin another.

    HTML ends a script at "</script" and has a state of its own after "<!--"; without "<" there is neither.
    """
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    text = text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
    return text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
