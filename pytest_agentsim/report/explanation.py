"""Why the caller said what it said: each decision of a call with all triggers, for `--agentsim-explain`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pytest_agentsim.result import EventKind, Speaker
from pytest_agentsim.visible import shortened, visible_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_agentsim.result import CallResult

__all__ = ["explanation"]

LONGEST_WORDS = 200  # characters


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
        arrow = "->" if each["holds"] else "  "
        reason = f"  ({each['reason']})" if each["reason"] else ""
        yield visible_line(
            f"  {arrow} {each['score']:.2f}  {each['condition_id']}: {each['trigger']}{reason}"
        )
