"""Pipecat (platform_spec section k.8): ``{role: user|assistant, content}``, timed with `start_time` and `end_time`.

Function calls are entries of their own, ``{role: tool_call, data: {id, name, arguments}}`` and
``{role: tool_call_result, data: {id, name, result}}``. Plain chat messages of a language model are read, too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pytest_agentsim.transcripts.messages import INSTRUCTIONS, SPEAKERS
from pytest_agentsim.transcripts.moments import read_moment
from pytest_agentsim.transcripts.plain import Roles, read_plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pytest_agentsim.transcripts.entry import Entry
    from pytest_agentsim.transcripts.told import Told

__all__ = ["fits", "read"]

ROLES = Roles(SPEAKERS, "tool_call", "tool_call_result", INSTRUCTIONS)


def fits(entry: Mapping[str, Any]) -> bool:
    """Tell whether an entry looks like one of this format."""
    start = read_moment(entry.get("start_time"))
    return ROLES.may_be(entry) and not (start is not None and start.is_epoch)


def read(entries: Iterable[Entry]) -> Told:
    """Read the entries of a transcript."""
    return read_plain(entries, ROLES)
