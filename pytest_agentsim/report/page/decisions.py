"""Why the caller said what it said: what its matcher made of each turn of the agent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pytest_agentsim.report.page.words import line_shown, text_shown
from pytest_agentsim.result import EventKind
from pytest_agentsim.wording import listed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pytest_agentsim.result import CallResult, Event

__all__ = ["decisions"]

MOST_CANDIDATES = 50
LONGEST_REASON = 500  # characters

WITHOUT_TRIGGERS = {
    "first_message": "The first message was still to be said.",
    "followup": "A followup was pending, which speaks alone.",
    "clarification": "No condition holds, so the caller asks again.",
    "answer": "No condition holds, and the caller gives what it is asked for from its profile.",
    "farewell": "No condition holds, and the caller takes its leave.",
    "wait": "No condition holds, so the caller waits.",
    "give_up": "No condition holds once more, so the caller gives up.",
}


def decisions(result: CallResult) -> dict[int, dict[str, Any]]:
    """Return the last decision after each turn of the agent, by the number of the turn.

    Each has ``words``, one sentence, the ``threshold`` and the ``candidates``, the likeliest first.
    """
    found: dict[int, dict[str, Any]] = {}
    turn = 0
    for event in result.events:
        if event.kind is EventKind.AGENT_TURN:
            turn = int(event.data.get("number", turn))
        elif event.kind is EventKind.DECISION:
            found[turn] = _explained(event)
    return found


def _explained(event: Event) -> dict[str, Any]:
    candidates = sorted(event.data.get("candidates", ()), key=lambda each: -float(each.get("score") or 0))
    threshold = event.data.get("threshold")
    return {
        "words": _sentence(str(event.data.get("move", "")), candidates),
        "threshold": threshold,
        "candidates": [
            {
                "id": each.get("condition_id"),
                "trigger": text_shown(str(each.get("trigger", "")), LONGEST_REASON),
                "score": each.get("score"),
                "holds": bool(each.get("holds")),
                "reason": text_shown(str(each.get("reason", "")), LONGEST_REASON),
            }
            for each in candidates[:MOST_CANDIDATES]
        ],
    }


def _sentence(move: str, candidates: Iterable[Mapping[str, Any]]) -> str:
    holding = [each["condition_id"] for each in candidates if each.get("holds")]
    if move == "followup" and holding:
        return f"{WITHOUT_TRIGGERS[move]} Also holding: {listed('condition', holding)}."
    if holding:
        verb = "holds" if len(holding) == 1 else "hold"
        return f"{listed('condition', holding).capitalize()} {verb}."
    return WITHOUT_TRIGGERS.get(move, f"No condition holds; the caller's move: {line_shown(move)}.")
