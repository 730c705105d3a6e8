"""Pipecat (platform_spec section k.8): ``{role: user|assistant, content}``, timed with `start_time` and `end_time`.

Function calls are entries of their own, ``{role: tool_call, data: {id, name, arguments}}`` and
``{role: tool_call_result, data: {id, name, result}}``. The messages of a pipeline's context, which are those of a
language model, are read, too: there, an assistant's message has its calls in `tool_calls`, and
``{role: tool, tool_call_id, content}`` has a result.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pytest_agentsim.transcripts.entry import role_of
from pytest_agentsim.transcripts.functions import called, returned
from pytest_agentsim.transcripts.messages import INSTRUCTIONS, SPEAKERS, words_of
from pytest_agentsim.transcripts.moments import read_moment
from pytest_agentsim.transcripts.plain import Roles, plain_item
from pytest_agentsim.transcripts.told import Item, Said, Told

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from pytest_agentsim.transcripts.entry import Entry

__all__ = ["fits", "read"]

TOOL = "tool"
ROLES = Roles(SPEAKERS, "tool_call", "tool_call_result", INSTRUCTIONS)


def fits(entry: Mapping[str, Any]) -> bool:
    """Tell whether an entry looks like one of this format."""
    if role_of(entry) == TOOL:
        return "tool_call_id" in entry
    start = read_moment(entry.get("start_time"))
    may_be = ROLES.may_be(entry) or (role_of(entry) == "assistant" and "tool_calls" in entry)
    return may_be and not (start is not None and start.is_epoch)


def read(entries: Iterable[Entry]) -> Told:
    """Read the entries of a transcript."""
    return Told(tuple(item for entry in entries for item in _items(entry)))


def _items(entry: Entry) -> Iterator[Item]:
    if entry.role == TOOL:
        yield returned(entry, None, id_key="tool_call_id", result_key="content")
        return
    calls = entry.each("tool_calls")
    # A message that only calls functions has no words.
    if entry.role in SPEAKERS and (entry.data.get("content") is not None or not calls):
        start, end = entry.span("start_time", "end_time")
        yield Said(entry.place, SPEAKERS[entry.role], words_of(entry), start, end)
    elif entry.role not in SPEAKERS and (item := plain_item(entry, ROLES)) is not None:
        yield item
    for call in calls:
        yield replace(called(call.within("function"), None), id=call.optional_text("id"))
