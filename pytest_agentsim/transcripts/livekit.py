"""LiveKit (platform_spec section k.9): a list of ``{role, content, timestamp}``, the timestamp in seconds.

It is when a turn began; when it was finished is not told. Looks like `cekura_chat`, and is read alike. The items of a
session's history are read, too: ``{type: message, role, content: [...], created_at, interrupted}``,
``{type: function_call, call_id, name, arguments}`` and ``{type: function_call_output, call_id, output, is_error}``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pytest_agentsim.transcripts.functions import called, returned
from pytest_agentsim.transcripts.messages import (
    INSTRUCTIONS,
    SPEAKERS,
    are_messages,
    read_messages,
    words_of,
)
from pytest_agentsim.transcripts.told import Item, Said, Told

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pytest_agentsim.transcripts.entry import Entry

__all__ = ["fits", "read"]

MESSAGE = "message"
CALL = "function_call"
OUTPUT = "function_call_output"
HANDOFF = "agent_handoff"  # from one of the agent's parts to another
TYPES = (MESSAGE, CALL, OUTPUT, HANDOFF)


def fits(entry: Mapping[str, Any]) -> bool:
    """Tell whether an entry looks like one of this format."""
    return are_messages(entry) or (isinstance(entry.get("type"), str) and entry["type"] in TYPES)


def read(entries: Sequence[Entry]) -> Told:
    """Read the entries of a transcript, or the items of a history."""
    if not any("type" in entry.data for entry in entries):
        return read_messages(entries)
    return Told(tuple(item for entry in entries if (item := _item(entry)) is not None))


def _item(entry: Entry) -> Item | None:
    kind, time = entry.word("type", TYPES), entry.moment("created_at")
    if kind == CALL:
        return called(entry, time, id_key="call_id")
    if kind == OUTPUT:
        failed = entry.flag("is_error")
        return returned(entry, time, id_key="call_id", result_key="output", is_error=failed)
    if kind != MESSAGE:
        return None
    role = entry.word("role", (*SPEAKERS, *INSTRUCTIONS))
    if role not in SPEAKERS:
        return None
    return Said(entry.place, SPEAKERS[role], words_of(entry), time, interrupted=entry.flag("interrupted"))
