"""What the summary says of scenarios that were run several times."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pytest_agentsim.visible import shortened, visible_line
from pytest_agentsim.wording import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["repetition_lines"]

LONGEST_REASON = 160  # characters


def repetition_lines(items: Sequence[tuple[str, dict[str, Any]]], *, most: int) -> list[str]:
    """Lay out how the runs of the `most` important repeated items went, the failing and the flakiest ones first.

    Each item is its node id with what `Tally.to_json` made.
    """
    if not items:
        return []
    flaky = sum(tally["is_flaky"] for _, tally in items)
    passed, runs, saved = (sum(tally[key] for _, tally in items) for key in ("passed", "runs", "saved"))
    lines = [f"{counted(len(items), 'scenario')}, {flaky} flaky; {passed} of {counted(runs, 'run')} passed"]
    for name, tally in sorted(items, key=lambda item: _importance(item[1]))[:most]:
        lines.append(visible_line(name.rpartition("::")[2] or name))
        lines.append(f"  {tally['passed']} of {tally['runs']}, {tally['rate_text']}")
        if tally["flaky_text"]:
            lines.append(f"  {shortened(visible_line(tally['flaky_text']), LONGEST_REASON)}")
    if len(items) > most:
        lines.append(f"… and {len(items) - most} more, which the JUnit file has")
    if saved:
        lines.append(f"until sure: {counted(saved, 'call')} of {runs + saved} not needed")
    return lines


def _importance(tally: dict[str, Any]) -> tuple[int, float]:
    """What fails first, then what is flaky, of these the nearest to a coin's toss."""
    kind = 0 if not tally["passes"] else 1 if tally["is_flaky"] else 2
    return kind, abs(tally["passed"] / tally["runs"] - 0.5)
