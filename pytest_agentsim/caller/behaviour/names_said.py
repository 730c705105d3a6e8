"""Names of people in what an agent says to the caller, where it is the caller that they may be of."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pytest_agentsim.caller.behaviour.agreement import words_of
from pytest_agentsim.caller.patterns import lazily

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["NameSaid", "names_in"]

# Strong places have a name in whatever letters, weak ones only one with capitals.
_NAME = r"(?-i:[A-Z][\w'-]+(?: [A-Z][\w'-]+){0,3})"
_ANY_NAME = (
    r"[a-z][\w'-]+(?: (?!and\b|is\b|born\b|with\b|your\b|for\b|correct\b|right\b|that\b|on\b|at\b)"
    r"[a-z][\w'-]+){0,2}"
)
_STRONG = (
    r"\bname(?: is| was|'s|:)?(?: still| listed as)?|\bspeaking (?:with|to)|\btalking to|\bis this|\bthis is|"
    r"\bunder the name(?: of)?|\bare you|\bdid you say|\bm(?:r|rs|s)\b\.?"
)
_WEAK = r"\bi have|\bunder|\bfor|\bthat's|\bit's|\bit is|\bis it|\bas|\bso|\bheard|\bsaid"
_NAMES = lazily(
    rf"(?:{_STRONG}) (?P<strong>{_NAME})|(?:{_WEAK})[,:]? (?P<weak>{_NAME})|^(?P<first>{_NAME})",
    re.IGNORECASE,
)
_IN_SMALL_LETTERS = lazily(rf"(?:{_STRONG}) (?P<strong>{_ANY_NAME})", re.IGNORECASE)
_NO_NAMES_TEXT = """
    a an the your you it that this still not correct right okay ok so and i we calling sure ready on in at there my all
    any looking available able just yes no correctly new patient customer caller great perfect thanks thank got dr
    doctor let alright sorry hello hi good is are was be being do does did trying interested confirm account phone
    number date birth born address email today tomorrow
    january february march april may june july august september october november december
    monday tuesday wednesday thursday friday saturday sunday
"""
_NO_NAMES = frozenset(_NO_NAMES_TEXT.split())


@dataclass(frozen=True, slots=True)
class NameSaid:
    """The words of what may be a name, in small letters.

    `is_plain` tells that it can be nothing else, `of_the_caller` that the agent calls the caller so.
    """

    words: tuple[str, ...]
    is_plain: bool
    of_the_caller: bool


def names_in(sentence: str) -> Iterator[NameSaid]:
    """Return what may be names in a sentence; one that a recogniser has written has no capitals."""
    patterns = (_NAMES, _IN_SMALL_LETTERS) if sentence == sentence.lower() else (_NAMES,)
    for found in (each for pattern in patterns for each in pattern.finditer(sentence)):
        groups = found.groupdict()
        strong = groups["strong"] or ""
        words = words_of(strong or groups.get("weak") or groups.get("first") or "")
        while words and words[0] in _NO_NAMES:
            del words[0]
        if words and not words[0].isdigit():
            is_plain = _NO_NAMES.isdisjoint(words) and (bool(strong) or len(words) > 1)
            yield NameSaid(tuple(words), is_plain, bool(strong))
