"""Retell (platform_spec section k.5): ``{role: user|agent, content, words: [{word, start, end}]}`` in seconds.

A turn lasts from its first word to its last. Function calls are entries of their own,
``{role: tool_call_invocation, tool_call_id, name, arguments}`` and ``{role: tool_call_result, tool_call_id, content}``,
in newer transcripts with their time in `time_sec` and whether the call was `successful`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pytest_agentsim.result import Speaker
from pytest_agentsim.transcripts.entry import role_of
from pytest_agentsim.transcripts.functions import called, returned
from pytest_agentsim.transcripts.told import Item, Said, Told

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pytest_agentsim.transcripts.entry import Entry
    from pytest_agentsim.transcripts.moments import Moment

__all__ = ["fits", "read"]

SPEAKERS = {"user": Speaker.CALLER, "agent": Speaker.AGENT}
INVOCATION = "tool_call_invocation"
RESULT = "tool_call_result"
# A person to whom the agent has passed the caller on; the moves of the agent between the parts of its own script.
NO_PART = ("transfer_target", "node_transition", "injected")


def fits(entry: Mapping[str, Any]) -> bool:
    """Tell whether an entry looks like one of this format."""
    match role_of(entry):
        case "user":
            return "content" in entry and "words" in entry
        case "agent":
            return "content" in entry and "message" not in entry and "start_time" not in entry
        case "tool_call_result":
            return "tool_call_id" in entry
        case role:
            return role in (INVOCATION, *NO_PART)


def read(entries: Iterable[Entry]) -> Told:
    """Read the entries of a transcript."""
    return Told(tuple(item for entry in entries if (item := _item(entry)) is not None))


def _item(entry: Entry) -> Item | None:
    role = entry.role
    if role in SPEAKERS:
        start, end = _span(entry)
        return Said(entry.place, SPEAKERS[role], entry.text("content").strip(), start, end)
    if role == INVOCATION:
        return called(entry, entry.moment("time_sec"), id_key="tool_call_id")
    if role == RESULT:
        return returned(
            entry,
            entry.moment("time_sec"),
            id_key="tool_call_id",
            result_key="content",
            is_error="successful" in entry.data and not entry.flag("successful"),
        )
    if role not in NO_PART:
        entry.wrong("role", f"one of {', '.join((*SPEAKERS, INVOCATION, RESULT))}")
    return None


def _span(entry: Entry) -> tuple[Moment | None, Moment | None]:
    spans = [word.span("start", "end") for word in entry.each("words")]
    starts = [start for start, _ in spans if start is not None]
    ends = [end for _, end in spans if end is not None]
    return (
        min(starts, key=lambda each: each.seconds, default=None),
        max(ends, key=lambda each: each.seconds, default=None),
    )
