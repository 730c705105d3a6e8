"""ElevenLabs (platform_spec section k.7): ``{role: agent|user, message, tool_calls, tool_results, time_in_call_secs}``.

The time is when a turn began, in whole seconds; when it was finished is not told. An entry without a message has only
function calls or their results. `interrupted` tells that the other side cut the turn short, `is_error` that a function
call failed, and `tool_latency_secs` how long it took.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pytest_agentsim.result import Speaker
from pytest_agentsim.transcripts.entry import role_of
from pytest_agentsim.transcripts.functions import called, returned
from pytest_agentsim.transcripts.moments import Moment
from pytest_agentsim.transcripts.told import Item, Said, Told

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from pytest_agentsim.transcripts.entry import Entry

__all__ = ["fits", "read"]

SPEAKERS = {"user": Speaker.CALLER, "agent": Speaker.AGENT}
OF_OTHERS = ("time", "endTime", "secondsFromStart", "content")  # fields of formats that look alike


def fits(entry: Mapping[str, Any]) -> bool:
    """Tell whether an entry looks like one of this format."""
    return role_of(entry) in SPEAKERS and "message" in entry and all(key not in entry for key in OF_OTHERS)


def read(entries: Iterable[Entry]) -> Told:
    """Read the entries of a transcript."""
    called_at: dict[str, Moment | None] = {}
    return Told(tuple(item for entry in entries for item in _items(entry, called_at)))


def _items(entry: Entry, called_at: dict[str, Moment | None]) -> Iterator[Item]:
    role, time = entry.word("role", SPEAKERS), entry.moment("time_in_call_secs")
    if role and entry.data.get("message") is not None:
        text = entry.text("message")
        yield Said(entry.place, SPEAKERS[role], text, time, interrupted=entry.flag("interrupted"))
    for data in entry.each("tool_calls"):
        call = called(data, time, id_key="request_id", name_key="tool_name", arguments_key="params_as_json")
        called_at[call.id] = call.time
        yield call
    for data in entry.each("tool_results"):
        result = returned(
            data,
            None,
            id_key="request_id",
            name_key="tool_name",
            result_key="result_value",
            is_error=data.flag("is_error"),
        )
        yield replace(result, time=_after(called_at.get(result.id), data.seconds("tool_latency_secs")))


def _after(time: Moment | None, latency: float | None) -> Moment | None:
    """Return when a function call had its result; two times in whole seconds would not tell how long it took."""
    if time is None or latency is None:
        return None
    return Moment(time.seconds + latency, time.is_epoch)
