"""Why the caller said what it said: each decision of a call with all triggers, for `--agentsim-explain`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pytest_agentsim.result import EventKind, Speaker
from pytest_agentsim.visible import shortened, visible_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_agentsim.result import CallResult

__all__ = ["candidate_line", "explanation"]

LONGEST_WORDS = 200  # characters
UNLIMITED = 1_000_000


def explanation(result: CallResult) -> str:
    """Lay out what the agent said, and how each trigger fared with it: a trigger that holds is marked by an arrow."""
    lines = [visible_line(f"{result.scenario} ({result.personality})")]
    turns = {turn.number: turn for turn in result.turns}
    latest = 0
    for event in result.events:
        if event.kind in (EventKind.AGENT_TURN, EventKind.CALLER_TURN):
            latest = event.data["number"]
        elif event.kind is EventKind.DECISION:
            heard = turns.get(latest)
            words = heard.text if heard is not None and heard.speaker is Speaker.AGENT else ""
            lines += [
                "",
                f"turn {latest:<3} agent: {visible_line(shortened(' '.join(words.split()), LONGEST_WORDS))}",
            ]
            lines += _decision(event.data)
    if len(lines) == 1:
        lines.append("no trigger was asked for")
    return "\n".join(lines)


def _decision(data: dict[str, Any]) -> Iterator[str]:
    yield f"  {data['move'].replace('_', ' ')}; a trigger holds from {data['threshold']:.2f}"
    for each in data["candidates"]:
        yield candidate_line(each)


def candidate_line(candidate: dict[str, Any], *, trigger: int = UNLIMITED, reason: int = UNLIMITED) -> str:
    """Say how a trigger fared, with so many characters of it and of the reason; an arrow marks one that holds."""
    arrow = "->" if candidate["holds"] else "  "
    why = f"  ({shortened(candidate['reason'], reason)})" if candidate["reason"] else ""
    wanted = f"{candidate['condition_id']}: {shortened(candidate['trigger'], trigger)}"
    return visible_line(f"  {arrow} {candidate['score']:.2f}  {wanted}{why}")
