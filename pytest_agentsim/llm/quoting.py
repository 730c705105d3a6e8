"""What was said on a call, as data for a language model: text in which nothing can pass for anything else.

Each entry is a line of JSON, in which no word of the agent can begin a line of its own, and the whole stands between
two marks that are made from its content, which nobody who is quoted in it can know.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from pytest_agentsim.result import Speaker
from pytest_agentsim.visible import shortened

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from pytest_agentsim.result import CallResult, Turn

__all__ = ["entries_of_call", "entries_of_turns", "entry_of_agent", "quoted"]

LONGEST_TURN = 20_000  # characters of it that a model sees

NAMES = {Speaker.CALLER: "testing agent", Speaker.AGENT: "main agent"}


def quoted(title: str, entries: Iterable[Mapping[str, Any]]) -> str:
    """Return entries as JSON, one a line, between marks."""
    lines = "\n".join(json.dumps(entry, ensure_ascii=False) for entry in entries)
    # Half a character, as a broken agent may send it, cannot be sent on.
    lines = lines.encode("utf-8", "replace").decode()
    digest = hashlib.sha256(lines.encode()).hexdigest()[:12]
    return f"<{title} {digest}>\n{lines}\n</{title} {digest}>"


def entries_of_turns(turns: Sequence[Turn]) -> list[dict[str, Any]]:
    """Return what both sides have said, in order."""
    return [{"speaker": NAMES[turn.speaker], "says": _text_of(turn)} for turn in turns]


def entry_of_agent(words: str) -> dict[str, Any]:
    """Return what the agent has just said."""
    return {"speaker": NAMES[Speaker.AGENT], "says": shortened(words, LONGEST_TURN)}


def entries_of_call(call: CallResult) -> list[dict[str, Any]]:
    """Return what was said and which functions were called, in order; without times, which differ on every call."""
    return list(_entries(call))


def _entries(call: CallResult) -> Iterator[dict[str, Any]]:
    calls = list(call.tool_calls)
    for turn in call.turns:
        while calls and calls[0].after_turn < turn.number:
            yield _tool_entry(calls.pop(0))
        entry: dict[str, Any] = {"turn": turn.number, "speaker": NAMES[turn.speaker], "says": _text_of(turn)}
        if turn.interrupted:
            entry["interrupted"] = True
        yield entry
    for each in calls:
        yield _tool_entry(each)


def _text_of(turn: Turn) -> str:
    return shortened(turn.text, LONGEST_TURN)


def _tool_entry(call: Any) -> dict[str, Any]:
    entry = {"speaker": "main agent", "calls": call.name, "arguments": call.arguments}
    if call.result is not None:
        entry["result"] = call.result
    return entry
