"""Vapi (platform_spec section k.4): ``{role: user|bot, message, time, endTime, secondsFromStart, duration}``.

`time` and `endTime` are epoch milliseconds, `duration` is in milliseconds. Function calls are entries of their own,
``{role: tool_calls, toolCalls: [{id, function: {name, arguments}}]}`` and
``{role: tool_call_result, toolCallId, name, result}``.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pytest_agentsim.result import Speaker
from pytest_agentsim.transcripts.entry import role_of
from pytest_agentsim.transcripts.functions import called, returned
from pytest_agentsim.transcripts.moments import Moment, read_moment
from pytest_agentsim.transcripts.told import Item, Said, Told

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from pytest_agentsim.transcripts.entry import Entry

__all__ = ["fits", "read"]

SPEAKERS = {"user": Speaker.CALLER, "bot": Speaker.AGENT, "assistant": Speaker.AGENT}
INSTRUCTIONS = "system"
CALLS = "tool_calls"
RESULT = "tool_call_result"
ROLES = ("user", "bot", INSTRUCTIONS, CALLS, RESULT)


def fits(entry: Mapping[str, Any]) -> bool:
    """Tell whether an entry looks like one of this format."""
    if role_of(entry) in (*SPEAKERS, INSTRUCTIONS):
        return "message" in entry and ("secondsFromStart" in entry or "time" in entry)
    return (role_of(entry) == CALLS and "toolCalls" in entry) or (
        role_of(entry) == RESULT and "toolCallId" in entry
    )


def read(entries: Sequence[Entry]) -> Told:
    """Read the entries of a transcript."""
    # The seconds since the start of turns and of function calls do not begin at the same moment; epoch times do.
    by_epoch = all(entry.data.get("time") is not None for entry in entries)
    began = next(_began(entries), None) if by_epoch else None
    return Told(tuple(item for entry in entries for item in _items(entry, by_epoch=by_epoch)), began)


def _began(entries: Iterable[Entry]) -> Iterator[float]:
    """Yield when the call began by each turn that tells both of its times, in seconds since the epoch."""
    for entry in entries:
        if entry.role in SPEAKERS:
            time = read_moment(entry.data.get("time"))
            since = read_moment(entry.data.get("secondsFromStart"))
            if time is not None and since is not None and time.is_epoch and not since.is_epoch:
                yield time.seconds - since.seconds


def _items(entry: Entry, *, by_epoch: bool) -> Iterator[Item]:
    role = entry.role
    if role in SPEAKERS:
        time, end = _span(entry, by_epoch=by_epoch)
        yield Said(entry.place, SPEAKERS[role], entry.text("message"), time, end, entry.flag("interrupted"))
    elif role == CALLS:
        time = entry.moment("time" if by_epoch else "secondsFromStart")
        if entry.data.get("toolCalls") is None:
            entry.wrong("toolCalls", "a list")
        for call in entry.each("toolCalls"):
            yield replace(called(call.within("function"), time), id=call.optional_text("id"))
    elif role == RESULT:
        time = entry.moment("time" if by_epoch else "secondsFromStart")
        yield returned(entry, time, id_key="toolCallId")
    elif role != INSTRUCTIONS:
        entry.wrong("role", f"one of {', '.join(ROLES)}")


def _span(entry: Entry, *, by_epoch: bool) -> tuple[Moment | None, Moment | None]:
    if by_epoch:
        return entry.span("time", "endTime")
    start, duration = entry.moment("secondsFromStart"), entry.seconds("duration", scale=0.001)
    if start is None or duration is None:
        return start, None
    return start, Moment(start.seconds + duration, start.is_epoch)
