"""The text that Cekura shows, and that this package prints (platform_spec section k.2): ``[MM:SS] Role: text``.

A line that begins with no role goes on with the turn before it. The time may be absent.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pytest_agentsim.transcripts.cekura import (
    FUNCTION_CALL,
    ROLES,
    SPEAKERS,
    plain_role,
)
from pytest_agentsim.transcripts.entry import Entry, shown
from pytest_agentsim.transcripts.functions import called, returned
from pytest_agentsim.transcripts.told import Item, Said, Told

if TYPE_CHECKING:
    from pytest_agentsim.transcripts.entry import Problems

__all__ = ["fits", "read"]

_ROLE = "|".join(role.replace(" ", "[ _-]") for role in sorted(ROLES, key=len, reverse=True))
_LINE = re.compile(rf"\s*(?:\[((?:\d+:)?\d+:\d\d)\]\s*)?({_ROLE}):[ \t]?(.*)", re.IGNORECASE)
_CALL = re.compile(r"([^(]*)\((.*)\)", re.DOTALL)
_RESULT = re.compile(r"(.*?) -> (.*)", re.DOTALL)
# How this package indents the further lines of a turn.
_INDENTATION = " " * 8


def fits(text: str) -> bool:
    """Tell whether a text looks like one of this format."""
    return any(_LINE.fullmatch(line) for line in text.splitlines()[:20])


def read(text: str, problems: Problems) -> Told:
    """Read the lines of a transcript."""
    found: list[dict[str, str]] = []
    places: list[str] = []
    for number, line in enumerate(text.splitlines(), 1):
        if match := _LINE.fullmatch(line):
            time, role, words = match.groups()
            found.append({"role": role, "content": words, **({"time": time} if time else {})})
            places.append(f"line {number}")
        elif found:
            found[-1]["content"] += f"\n{line.removeprefix(_INDENTATION)}"
        elif line.strip():
            problems.add(f"it is {shown(line)}, expected [MM:SS] Role: text", f"line {number}")
    entries = (Entry(data, problems, place) for data, place in zip(found, places, strict=True))
    return Told(tuple(item for entry in entries if (item := _item(entry)) is not None))


def _item(entry: Entry) -> Item | None:
    role, words, time = (
        plain_role(entry.data["role"]),
        entry.data["content"].rstrip("\n"),
        entry.moment("time"),
    )
    if role in SPEAKERS:
        return Said(entry.place, SPEAKERS[role], words, time)
    is_call = role == FUNCTION_CALL
    match = (_CALL if is_call else _RESULT).fullmatch(words)
    if match is None:
        expected = "name(arguments)" if is_call else "name -> result"
        entry.problems.add(f"the {role} is {shown(words)}, expected {expected}", entry.place)
        return None
    name, value = match.groups()
    data = Entry({"name": name, "arguments": value, "result": value}, entry.problems, entry.place)
    # Two times in whole seconds would not tell how long the function took.
    return called(data, time) if is_call else returned(data, None)
