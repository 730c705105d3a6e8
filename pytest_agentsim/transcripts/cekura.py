"""The JSON that Cekura gives and takes, and that this package writes itself (platform_spec section k.1 and k.2).

A list of ``{role, content, start_time, end_time}`` in seconds. In ``transcript_json`` each has a ``time`` as "MM:SS",
which is used where the exact times are not there.
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

__all__ = ["FUNCTION_CALL", "FUNCTION_CALL_RESULT", "ROLES", "SPEAKERS", "fits", "plain_role", "read"]

SPEAKERS = {"testing agent": Speaker.CALLER, "main agent": Speaker.AGENT}
# What customers call them who send their own transcripts (platform_spec appendix 1, row 25).
OTHER_NAMES = {
    "user": Speaker.CALLER,
    "agent": Speaker.AGENT,
    "assistant": Speaker.AGENT,
    "bot": Speaker.AGENT,
}
FUNCTION_CALL = "function call"
FUNCTION_CALL_RESULT = "function call result"
ROLES = ("Testing Agent", "Main Agent", "Function Call", "Function Call Result")


def fits(entry: Mapping[str, Any]) -> bool:
    """Tell whether an entry looks like one of this format."""
    if role_of(entry) in ("user", "agent"):
        return "content" in entry and "start_time" in entry
    return plain_role(role_of(entry)) in (*SPEAKERS, FUNCTION_CALL, FUNCTION_CALL_RESULT)


def read(entries: Iterable[Entry]) -> Told:
    """Read the entries of a transcript."""
    return Told(tuple(item for entry in entries if (item := _item(entry)) is not None))


def plain_role(role: str) -> str:
    """Return a role as it is compared: "main-agent" is the Main Agent, too (platform_spec appendix 1, row 25)."""
    return role.replace("-", " ").replace("_", " ").lower()


def _item(entry: Entry) -> Item | None:
    role = plain_role(entry.role)
    speaker = SPEAKERS.get(role) or OTHER_NAMES.get(role)
    if speaker is not None:
        start, end = entry.span("start_time", "end_time")
        start = entry.moment("time") if start is None else start
        return Said(entry.place, speaker, entry.text("content"), start, end)
    if role == FUNCTION_CALL:
        return called(entry.within("data"), entry.moment("start_time", "time"))
    if role == FUNCTION_CALL_RESULT:
        # Two times in whole seconds would not tell how long the function took.
        return returned(entry.within("data"), entry.moment("start_time"))
    entry.wrong("role", f"one of {', '.join(ROLES)}")
    return None
