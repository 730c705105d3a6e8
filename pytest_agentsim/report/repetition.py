"""What the summary says of scenarios that were run several times."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pytest_agentsim.visible import shortened, visible_line
from pytest_agentsim.wording import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["repetition_lines"]

MOST_ITEMS = 10
LONGEST_REASON = 160  # characters


def repetition_lines(items: Sequence[tuple[str, dict[str, Any]]]) -> list[str]:
    """Lay out how the runs of each repeated item went, the failing and the flaky ones first.

    Each item is its node id with what `Tally.to_json` made.
    """
    if not items:
        return []
    flaky = sum(tally["is_flaky"] for _, tally in items)
    passed, runs, saved = (sum(tally[key] for _, tally in items) for key in ("passed", "runs", "saved"))
    lines = [
        f"repeated: {counted(len(items), 'scenario')}, {flaky} flaky; {passed} of {counted(runs, 'run')} passed"
    ]
    for name, tally in sorted(items, key=lambda item: _importance(item[1]))[:MOST_ITEMS]:
        lines.append(f"  {visible_line(name)}: {tally['passed']} of {tally['runs']}, {tally['rate_text']}")
        if tally["flaky_text"]:
            lines.append(f"    {shortened(visible_line(tally['flaky_text']), LONGEST_REASON)}")
    if len(items) > MOST_ITEMS:
        lines.append(f"  … and {len(items) - MOST_ITEMS} more, which the JUnit file has")
    if saved:
        lines.append(f"until sure: {counted(saved, 'call')} of {runs + saved} not needed")
    return lines


def _importance(tally: dict[str, Any]) -> int:
    if not tally["passes"]:
        return 0
    return 1 if tally["is_flaky"] else 2
