"""How far a sentence is about what a trigger is about."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from pytest_agentsim.caller.matcher.answers import word_types
from pytest_agentsim.caller.matcher.lexicon import SAME, SYNONYM, concepts, processes, weight

if TYPE_CHECKING:
    from collections.abc import Iterable, Set

__all__ = ["all_processes", "covered", "near", "typed"]

MAKING = frozenset(("book", "order", "cab", "play", "pay"))
UNDOING = frozenset(("cancel", "reschedule", "refund", "return", "deny"))
# How much a word counts whose type of data is there without the word.
TYPED = 0.9


def near(word: str, words: frozenset[str]) -> float:
    """Return how sure it is that a stem occurs: itself, through a synonym, or not (0)."""
    if word in words:
        return SAME
    return 0.0 if concepts(word).isdisjoint(_meanings(words)) else SYNONYM


@lru_cache(maxsize=8192)
def covered(wanted: Iterable[str], words: frozenset[str], types: Set[str] = frozenset()) -> float:
    """Return the weighted share of the wanted stems that occur, or whose type of data is there (`types`)."""
    meanings = _meanings(words)
    total = found = 0.0
    for word in wanted:
        counts = weight(word)
        total += counts
        if word in words:
            found += counts * SAME
        elif types and not word_types(word).isdisjoint(types):
            found += counts * TYPED
        elif not concepts(word).isdisjoint(meanings):
            found += counts * SYNONYM
    if not total:  # "where you are going": nothing but the type of the answer
        return TYPED if types else 0.0
    return found / total


def typed(word: str, types: Set[str]) -> bool:
    """Whether a stem names a type of data that is among `types`."""
    return not word_types(word).isdisjoint(types)


def all_processes(words: Iterable[str]) -> frozenset[str]:
    """Return the kinds of business that the stems name.

    "Your appointment has been cancelled" is about cancelling: what is undone names the object only.
    """
    found = frozenset(name for word in words for name in processes(word))
    return found - MAKING if found & UNDOING else found


@lru_cache(maxsize=2048)
def _meanings(words: frozenset[str]) -> frozenset[str]:
    return frozenset(name for word in words for name in concepts(word))
