"""Writes the table of personalities.md from the package: ``python docs/make_personalities.py``."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pytest_agentsim.scenario.personality import BUILT_IN

if TYPE_CHECKING:
    from pytest_agentsim.scenario.personality import Personality

PAGE = Path(__file__).parent / "personalities.md"
START, END = "<!-- made by docs/make_personalities.py -->\n", "<!-- end -->\n"


def table() -> str:
    """Return a row for each built-in personality, with what it has that `normal` has not."""
    rows = ["| name | who it is | fields |", "|---|---|---|"]
    for name, personality in BUILT_IN.items():
        rows.append(f"| `{name}` | {personality.prompt or 'Nobody special.'} | {_differences(personality)} |")
    return "\n".join(rows) + "\n"


def page(text: str) -> str:
    """Return the page with the table anew."""
    before, _, rest = text.partition(START)
    _, _, after = rest.partition(END)
    return f"{before}{START}\n{table()}\n{END}{after}"


def _differences(personality: Personality) -> str:
    normal = BUILT_IN["normal"]
    parts = [
        f"`{each.name}: {_written(getattr(personality, each.name))}`"
        for each in fields(personality)
        if each.name not in ("name", "prompt")
        and getattr(personality, each.name) != getattr(normal, each.name)
    ]
    return ", ".join(parts)


def _written(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name}: {below}" for name, below in value.items()) + "}"
    return str(value)


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
