"""Entries ``{role, content, start_time, end_time}`` with function calls in `data`, as two formats have them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pytest_agentsim.transcripts.entry import role_of
from pytest_agentsim.transcripts.functions import called, returned
from pytest_agentsim.transcripts.told import Item, Said, Told

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pytest_agentsim.result import Speaker
    from pytest_agentsim.transcripts.entry import Entry

__all__ = ["Roles", "plain_item", "read_plain"]


OF_OTHERS = ("timestamp", "words", "type")  # fields of formats that look alike


@dataclass(frozen=True, slots=True)
class Roles:
    """What a format calls who is speaking, a function call and its result; `instructions` are not read."""

    speakers: Mapping[str, Speaker]
    call: str
    result: str
    instructions: tuple[str, ...]

    def may_be(self, entry: Mapping[str, Any]) -> bool:
        """Tell whether an entry has one of the roles, and what belongs to it."""
        role = role_of(entry)
        if role in (self.call, self.result):
            return "data" in entry
        is_said = role in (*self.speakers, *self.instructions) and "content" in entry
        return is_said and all(key not in entry for key in OF_OTHERS)


def read_plain(entries: Iterable[Entry], roles: Roles) -> Told:
    """Read the entries of a transcript."""
    return Told(tuple(item for entry in entries if (item := plain_item(entry, roles)) is not None))


def plain_item(entry: Entry, roles: Roles) -> Item | None:
    """Read an entry; None if it is none of the conversation."""
    role = entry.word("role", (*roles.speakers, *roles.instructions, roles.call, roles.result))
    if role in roles.speakers:
        start, end = entry.span("start_time", "end_time")
        return Said(entry.place, roles.speakers[role], entry.text("content"), start, end)
    if role == roles.call:
        return called(entry.within("data"), entry.moment("start_time"))
    if role == roles.result:
        return returned(entry.within("data"), entry.moment("start_time"))
    return None
