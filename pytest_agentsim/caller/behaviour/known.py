"""What a caller knows when something is read back to it: the values of its profile, and those that it has said."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pytest_agentsim.caller.behaviour.values import Kind, Value, comparable, in_figures, main_value, values_in
from pytest_agentsim.caller.patterns import lazily
from pytest_agentsim.caller.spoken import named, said_of, words_of_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from typing import Any

    from pytest_agentsim.caller.identity import Identity

__all__ = ["Known", "data_of", "is_labelled", "known_values"]

OWN = lazily(r"\bmy (?P<name>[\w' ]{2,40}?) (?:is|are)\s*$", re.IGNORECASE)
# What is said of data that no profile names so.
OTHER_NAMES = {
    "born": {"date", "birth"},
    "reach": {"phone"},
    "call": {"phone"},
    "live": {"address"},
    "located": {"address"},
}
MOMENTS = (Kind.WEEKDAY, Kind.DATE, Kind.TIME)
PEOPLE = frozenset(("party", "people", "guests", "persons", "passengers", "adults", "size"))


@dataclass(frozen=True, slots=True)
class Known:
    """A value that the caller knows, of its profile or of its own words, and as it says it.

    `name` is empty where nobody names it; `turn` counts the caller's turns, and is -1 for the profile's.
    """

    value: Value
    name: str
    text: str
    turn: int = -1

    @property
    def subject(self) -> object:
        """What it is a value of; of two with the same subject the later one counts."""
        counted = self.value.key[0] if self.value.kind is Kind.COUNT else ""
        return self.name or (self.value.kind, counted)

    def correction(self, identity: Identity) -> str:
        """Return what the caller says that it is."""
        if self.name:
            return identity.my(self.name, self.text)
        return self.text if identity.terse else f"I said {self.text}."


def known_values(variables: Mapping[str, Any], said: Sequence[tuple[str, str]]) -> Iterator[Known]:
    """Return what the caller knows; a value that it has given another one for is left out."""
    own = tuple(_of_profile(variables))
    spoken = [
        _named_by(each, question, own)
        for turn, (question, text) in enumerate(said)
        for each in _said(turn, text)
    ]
    latest = {each.subject: each.turn for each in spoken}
    yield from (each for each in own if each.subject not in latest)
    yield from (each for each in spoken if latest[each.subject] == each.turn)


def is_labelled(name: str, label: str) -> bool:
    """Whether the words before a value name the datum."""
    words = set(words_of_key(label))
    for word, meaning in OTHER_NAMES.items():
        if word in words:
            words |= meaning
    return words_of_key(name) <= words


def data_of(variables: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Return the keys and values of a profile that can be said, without those that are headers."""
    for key, value in variables.items():
        if (
            not str(key).lower().startswith("x-")
            and isinstance(value, str | int | float)
            and not isinstance(value, bool)
        ):
            yield str(key), value


def _named_by(known: Known, question: str, own: Iterable[Known]) -> Known:
    """Name a bare value as the profile does that has it, or as the agent does that has asked for it."""
    if known.name:
        return known
    alike_in_kind = [each for each in own if comparable(each.value, known.value)]
    for each in alike_in_kind:
        if each.value.key == known.value.key:
            return replace(each, turn=known.turn)
    asked = next((each for each in alike_in_kind if is_labelled(each.name, question)), None)
    return replace(known, name=asked.name) if asked is not None else known


def _of_profile(variables: Mapping[str, Any]) -> Iterator[Known]:
    for key, value in data_of(variables):
        text = said_of(key, value)
        if len(text) < 3 and text.isdigit() and PEOPLE & set(words_of_key(key)):
            yield Known(Value(Kind.COUNT, ("people", int(text)), text), named(key), text)
            continue
        own = main_value(text)
        if own is not None:
            yield Known(own, named(key), text)


def _said(turn: int, text: str) -> Iterator[Known]:
    written = in_figures(text)
    values = values_in(written)
    moments = [each for each in values if each.kind in MOMENTS]
    for value in values:
        own = OWN.search(written[: value.start])
        if own is not None:
            yield Known(value, own["name"], value.text, turn)
        elif value.kind in MOMENTS:
            whole = written[moments[0].start : moments[-1].end].strip(" ,.")
            yield Known(value, "", re.sub(r"^(?:at|around|by)\s+", "", whole), turn)
        elif value.kind is Kind.COUNT:
            yield Known(value, "", f"{value.key[1]} {value.key[0]}", turn)
        elif value.kind is not Kind.SPELLED:
            yield Known(value, "", value.text, turn)
