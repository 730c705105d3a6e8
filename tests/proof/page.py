"""Writes `docs/proof.md`: every row measured anew. Run it as ``python -m tests.proof.page``."""

from __future__ import annotations

import asyncio
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from tests.proof import rows_of_built_in, rows_of_personalities, rows_of_tags, rows_of_text
from tests.proof.row import ROWS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.proof.row import Row, Value

PAGE = Path(__file__).parent.parent.parent / "docs" / "proof.md"

OPENING = """# What each tag and each field does, measured

Every row is a call, made by the project's own tests over a real WebSocket in virtual time, and a number measured in its
recording, on the wire or in what the call delivered. The tests fail where the number is not what is expected; this page is
written by `python -m tests.proof.page`. Words are spoken by espeak-ng where a row is about speech, else by a voice of the
tests that takes 50 ms a letter, so that lengths are known.
"""


def written(row: Row, measured: Value) -> str:
    """One line of the table."""
    holds = "yes" if row.holds_for(measured) else "**no**"
    expected = _number(row.expected, row.unit)
    tolerance = "exact" if isinstance(row.expected, str) or not row.tolerance else f"± {row.tolerance:g}"
    cells = (
        f"`{row.subject}`",
        row.scenario,
        row.what,
        _number(measured, row.unit),
        expected,
        tolerance,
        holds,
    )
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _number(value: Value, unit: str) -> str:
    number = value if isinstance(value, str) else f"{value:.4g}"
    return f"{number} {unit}".strip()


def page(measured: Mapping[Row, Value]) -> str:
    """The whole page; `measured` has the value of each row."""
    parts = [OPENING]
    for module in (rows_of_tags, rows_of_text, rows_of_personalities, rows_of_built_in):
        parts.append(f"\n## {module.TITLE}\n\n{module.INTRODUCTION}\n")
        parts.append(
            "| of | call | what | measured | expected | tolerance | holds |\n|---|---|---|---|---|---|---|"
        )
        parts += [written(row, measured[row]) for row in ROWS if row.measure.__module__ == module.__name__]
    return "\n".join(parts) + "\n"


async def measure_all() -> dict[Row, Value]:
    measured = {}
    for row in ROWS:
        with TemporaryDirectory() as folder:
            measured[row] = await row.measure(Path(folder))
    return measured


if __name__ == "__main__":
    PAGE.write_text(page(asyncio.run(measure_all())), encoding="utf-8")
