"""What was said on a call, as data for a language model: text in which nothing can pass for anything else.

Each entry is a line of JSON, in which no word of the agent can begin a line of its own, and the whole stands between
two marks that are made from its content, which nobody who is quoted in it can know.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from pytest_agentsim.result import Speaker

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from pytest_agentsim.result import CallResult, Turn

__all__ = ["entries_of_call", "entries_of_turns", "quoted"]

NAMES = {Speaker.CALLER: "testing agent", Speaker.AGENT: "main agent"}


def quoted(title: str, entries: Iterable[Mapping[str, Any]]) -> str:
    """Return entries as JSON, one a line, between marks."""
    lines = "\n".join(json.dumps(entry, ensure_ascii=False) for entry in entries)
    digest = hashlib.sha256(lines.encode("utf-8", "backslashreplace")).hexdigest()[:12]
    return f"<{title} {digest}>\n{lines}\n</{title} {digest}>"


def entries_of_turns(turns: Sequence[Turn]) -> list[dict[str, Any]]:
    """Return what both sides have said, in order."""
    return [{"speaker": NAMES[turn.speaker], "says": turn.text} for turn in turns]


def entries_of_call(call: CallResult) -> list[dict[str, Any]]:
    """Return what was said and which functions were called, in order; without times, which differ on every call."""
    return list(_entries(call))


def _entries(call: CallResult) -> Iterator[dict[str, Any]]:
    calls = list(call.tool_calls)
    for turn in call.turns:
        while calls and calls[0].after_turn < turn.number:
            yield _tool_entry(calls.pop(0))
        entry: dict[str, Any] = {"turn": turn.number, "speaker": NAMES[turn.speaker], "says": turn.text}
        if turn.interrupted:
            entry["interrupted"] = True
        yield entry
    for each in calls:
        yield _tool_entry(each)


def _tool_entry(call: Any) -> dict[str, Any]:
    entry = {"speaker": "main agent", "calls": call.name, "arguments": call.arguments}
    if call.result is not None:
        entry["result"] = call.result
    return entry
