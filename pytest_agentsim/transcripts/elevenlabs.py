"""ElevenLabs (platform_spec section k.7): ``{role: agent|user, message, tool_calls, tool_results, time_in_call_secs}``.

The time is when a turn began, in whole seconds; when it was finished is not told. An entry without a message has only
function calls or their results. `interrupted` tells that the other side cut the turn short.
"""

from __future__ import annotations

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
    return Told(tuple(item for entry in entries for item in _items(entry)))


def _items(entry: Entry) -> Iterator[Item]:
    role, time = entry.word("role", SPEAKERS), entry.moment("time_in_call_secs")
    if role and entry.data.get("message") is not None:
        text = entry.text("message")
        yield Said(entry.place, SPEAKERS[role], text, time, interrupted=entry.flag("interrupted"))
    for call in entry.each("tool_calls"):
        yield called(call, time, id_key="request_id", name_key="tool_name", arguments_key="params_as_json")
    for result in entry.each("tool_results"):
        latency = result.seconds("tool_latency_secs")
        after = None if time is None else Moment(time.seconds + (latency or 0.0), time.is_epoch)
        yield returned(result, after, id_key="request_id", name_key="tool_name", result_key="result_value")
