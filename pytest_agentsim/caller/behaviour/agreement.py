"""Whether what an agent reads back agrees with the caller's data: "and correct if wrong"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import Enum, auto
from typing import TYPE_CHECKING, Any

from pytest_agentsim.caller.behaviour.values import agree, comparable, in_figures, main_value, values_in
from pytest_agentsim.caller.patterns import lazily
from pytest_agentsim.caller.spoken import look_up

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pytest_agentsim.caller.identity import Identity
    from pytest_agentsim.caller.spoken import Datum

__all__ = ["Agreement", "alike", "compared", "verified", "words_of"]

# How near to each other words are that a recogniser has mistaken for one another.
ALIKE = 0.8

# Names of what is more than one datum, or none of the profile's.
WHOLE = lazily(
    r"\b(?:details?|information|info|everything|summary|that|it|data|booking|appointment|order|reservation|identity)\b",
    re.IGNORECASE,
)
STATED = (
    r"\b{name}\b(?:\s+(?:is|as|was|of|to be)|\s*:)?\s+"
    r"(?!correct|right|still|the same|changed|in|on)(?P<value>[\w@.' -]{{2,60}})"
)
READ_BACK = lazily(
    r"(?:\b(?:is it|that's|that is|it's|i have|i heard|you said|spelled|under)|^)\s+(?P<value>(?-i:[A-Z])[\w' -]+)",
    re.IGNORECASE,
)


class Agreement(Enum):
    """What the agent's words say of one datum."""

    SAME = auto()
    DIFFERENT = auto()
    SILENT = auto()


@dataclass(frozen=True, slots=True)
class _Compared:
    name: str
    value: str
    agreement: Agreement


def verified(item: str, agent_text: str, identity: Identity) -> str:
    """Return what the caller says when the agent reads an item back: yes, or what is wrong about it.

    A datum that the agent does not state is given; where the profile has none of the item, it is taken to be right.
    """
    yes = "Yes." if identity.terse else "Yes, that's correct."
    found = [
        _Compared(name, datum.value, compared(datum.value, name, agent_text))
        for name, datum in _data(item, identity.variables)
    ]
    wrong = [each for each in found if each.agreement is Agreement.DIFFERENT]
    if wrong:
        stated = " ".join(identity.my(each.name, each.value) for each in wrong)
        return f"No, {stated if identity.terse else stated[0].lower() + stated[1:]}"
    is_stated = any(each.agreement is Agreement.SAME for each in found)
    if is_stated or not found or WHOLE.search(item):
        return yes
    return " ".join(identity.my(each.name, each.value) for each in found)


def compared(value: str, name: str, agent_text: str) -> Agreement:
    """Compare a datum, as it is said, with what the agent says in the same breath."""
    own = main_value(value)
    if own is None:
        return _compared_words(value, name, agent_text)
    stated = [each for each in values_in(in_figures(agent_text)) if comparable(own, each)]
    if not stated:
        return Agreement.SILENT
    return Agreement.SAME if any(agree(own, each) for each in stated) else Agreement.DIFFERENT


def _data(item: str, variables: Mapping[str, Any]) -> Iterator[tuple[str, Datum]]:
    for name in re.split(r"\s*,\s*(?:and\s+)?|\s+and\s+", item):
        datum = look_up(name, variables) if name.strip() else None
        if datum is not None:
            yield re.sub(r"^(?:your|the)\s+", "", name.strip(), flags=re.IGNORECASE), datum


def _compared_words(value: str, name: str, text: str) -> Agreement:
    wanted, words = words_of(value), words_of(text)
    if not wanted:
        return Agreement.SILENT
    windows = (words[start : start + len(wanted)] for start in range(len(words) - len(wanted) + 1))
    if any(alike(" ".join(window), " ".join(wanted)) for window in windows):
        return Agreement.SAME
    last = re.escape(name.split()[-1])
    stated = re.search(STATED.format(name=last), text, re.IGNORECASE) or READ_BACK.search(text)
    return Agreement.DIFFERENT if stated else Agreement.SILENT


def words_of(text: str) -> list[str]:
    """Return the words of a text in small letters."""
    return re.findall(r"[^\W_]+", text.lower().replace("'", ""))


def alike(one: str, other: str) -> bool:
    """Whether a recogniser may have mistaken one for the other."""
    return one == other or SequenceMatcher(None, one, other).ratio() >= ALIKE
