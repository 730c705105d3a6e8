"""Chat messages with a role and words, as a language model has them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pytest_agentsim.result import Speaker
from pytest_agentsim.transcripts.entry import role_of
from pytest_agentsim.transcripts.told import Said, Told

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pytest_agentsim.transcripts.entry import Entry

__all__ = ["INSTRUCTIONS", "SPEAKERS", "are_messages", "read_messages", "words_of"]

SPEAKERS = {"user": Speaker.CALLER, "assistant": Speaker.AGENT}
# What the agent was told to do, which is no part of the conversation.
INSTRUCTIONS = ("system", "developer")


def are_messages(entry: Mapping[str, Any]) -> bool:
    """Tell whether an entry looks like a message with the time at which it was sent."""
    return role_of(entry) in (*SPEAKERS, *INSTRUCTIONS) and "content" in entry and "timestamp" in entry


def read_messages(entries: Iterable[Entry]) -> Told:
    """Read messages with their times; when each was finished is not known."""
    items = []
    for entry in entries:
        role = entry.word("role", (*SPEAKERS, *INSTRUCTIONS))
        if role in SPEAKERS:
            text, time = words_of(entry), entry.moment("timestamp")
            items.append(Said(entry.place, SPEAKERS[role], text, time, interrupted=entry.flag("interrupted")))
    return Told(tuple(items))


def words_of(entry: Entry) -> str:
    """Return the words of a message: a string, or a list of strings and of objects with a `text`; others are none."""
    content = entry.data.get("content")
    if not isinstance(content, list):
        return entry.text("content")
    parts = (part.get("text") if isinstance(part, dict) else part for part in content)
    return " ".join(part for part in parts if isinstance(part, str))
