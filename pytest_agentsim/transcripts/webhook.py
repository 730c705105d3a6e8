"""What a customer's own webhook sends to Cekura (platform_spec section k.10).

``{role: bot|user|system|function_call|function_call_result, content, start_time, end_time, data}``, the times in epoch
milliseconds and optional; `data` is ``{id, name, arguments}`` or ``{id, name, result}``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pytest_agentsim.result import Speaker
from pytest_agentsim.transcripts.moments import read_moment
from pytest_agentsim.transcripts.plain import Roles, read_plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pytest_agentsim.transcripts.entry import Entry
    from pytest_agentsim.transcripts.told import Told

__all__ = ["fits", "read"]

SPEAKERS = {"user": Speaker.CALLER, "bot": Speaker.AGENT}
ROLES = Roles(SPEAKERS, "function_call", "function_call_result", ("system",))


def fits(entry: Mapping[str, Any]) -> bool:
    """Tell whether an entry looks like one of this format."""
    start = read_moment(entry.get("start_time"))
    return ROLES.may_be(entry) and (start is None or start.is_epoch)


def read(entries: Iterable[Entry]) -> Told:
    """Read the entries of a transcript."""
    return read_plain(entries, ROLES)
