"""Chat messages with a role, words and the time at which they were sent, as two formats have them alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pytest_agentsim.result import Speaker
from pytest_agentsim.transcripts.entry import role_of
from pytest_agentsim.transcripts.told import Said, Told

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pytest_agentsim.transcripts.entry import Entry

__all__ = ["SPEAKERS", "are_messages", "read_messages"]

SPEAKERS = {"user": Speaker.CALLER, "assistant": Speaker.AGENT}
# What the agent was told to do, which is no part of the conversation.
INSTRUCTIONS = ("system", "developer")


def are_messages(entry: Mapping[str, Any]) -> bool:
    """Tell whether an entry looks like a message with its time."""
    return role_of(entry) in (*SPEAKERS, *INSTRUCTIONS) and "content" in entry and "timestamp" in entry


def read_messages(entries: Iterable[Entry]) -> Told:
    """Read messages; when each was finished is not known."""
    items = []
    for entry in entries:
        role = entry.word("role", (*SPEAKERS, *INSTRUCTIONS))
        if role in SPEAKERS:
            text, time = entry.text("content"), entry.moment("timestamp")
            items.append(Said(entry.place, SPEAKERS[role], text, time, interrupted=entry.flag("interrupted")))
    return Told(tuple(items))
