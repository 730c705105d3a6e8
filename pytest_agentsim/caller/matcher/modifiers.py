"""What specifies a general noun: "departure" in "departure city", "birth" in "date of birth"."""

from __future__ import annotations

from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING

from pytest_agentsim.caller.matcher.lexicon import concepts
from pytest_agentsim.caller.matcher.words import STOP_WORDS, stem, tokens

if TYPE_CHECKING:
    from collections.abc import Mapping, Set

__all__ = ["Specified", "compare", "specified_nouns"]

# Nouns that name many different things until a word beside them says which.
GENERAL_NOUNS = """
    name number id code date day time hour address location city town area place account type kind amount price cost
    fee card station airport detail class status size preference list title fare
"""
GENERAL = frozenset(stem(word) for word in GENERAL_NOUNS.split())
# Said beside such nouns without specifying them.
EMPTY_WORDS = """
    full complete new exact specific preferred good best current available following convenient provide share spell
    enter confirm date time city name number particular certain desired
"""
EMPTY = STOP_WORDS | frozenset(EMPTY_WORDS.split())
LINKS = frozenset(("of", "for", "on", "from", "to"))
SKIPPED = frozenset(("the", "your", "a", "an", "this", "that", "his", "her", "their"))
BEFORE = 2


class Specified(StrEnum):
    """How the specifications of a noun that two texts share compare."""

    ALIKE = "specified alike"
    OTHERWISE = "specified otherwise"
    ONLY_SAID = "specified only by the agent"
    ONLY_WANTED = "specified only by the trigger"
    NEITHER = "not specified"


@lru_cache(maxsize=2048)
def specified_nouns(text: str) -> Mapping[str, frozenset[str]]:
    """Return the stems that specify each general noun of a text; none where it stands alone."""
    words = tokens(text)
    found: dict[str, set[str]] = {}
    for position, word in enumerate(words):
        noun = stem(word)
        if noun not in GENERAL:
            continue
        beside = [each for each in words[max(0, position - BEFORE) : position] if each not in EMPTY]
        beside += _after(words, position)
        found.setdefault(noun, set()).update(stem(each) for each in beside)
    return {noun: frozenset(beside) for noun, beside in found.items()}


def compare(wanted: Mapping[str, Set[str]], said: Mapping[str, Set[str]]) -> Specified | None:
    """Compare the nouns that both texts have; the pair most alike decides. None when they share none."""
    shared = wanted.keys() & said.keys()
    outcomes = {_compared(wanted[noun], said[noun]) for noun in shared}
    for outcome in (Specified.ALIKE, Specified.NEITHER, Specified.ONLY_WANTED, Specified.ONLY_SAID):
        if outcome in outcomes:
            return outcome
    return Specified.OTHERWISE if outcomes else None


def _compared(wanted: Set[str], said: Set[str]) -> Specified:
    if wanted and said:
        return Specified.ALIKE if _meant(wanted) & _meant(said) else Specified.OTHERWISE
    if wanted or said:
        return Specified.ONLY_WANTED if wanted else Specified.ONLY_SAID
    return Specified.NEITHER


def _meant(words: Set[str]) -> set[str]:
    return {*words, *(f"concept:{name}" for word in words for name in concepts(word))}


def _after(words: list[str], position: int) -> list[str]:
    """The first word that matters after a link such as "of": "birth" in "date of birth"."""
    rest = words[position + 1 : position + 5]
    if not rest or rest[0] not in LINKS:
        return []
    return [each for each in rest[1:] if each not in SKIPPED and each not in EMPTY][:2]
