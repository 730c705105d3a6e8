"""How far a sentence is about what a trigger is about."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from pytest_agentsim.caller.matcher.answers import word_types
from pytest_agentsim.caller.matcher.lexicon import SAME, SYNONYM, concepts, processes, weight
from pytest_agentsim.caller.patterns import lazily

if TYPE_CHECKING:
    from collections.abc import Iterable, Set

__all__ = ["all_processes", "covered", "near", "opposed", "typed"]

# Data of one type that comes in twos: who asks for one does not ask for the other.
OPPOSITES = tuple(
    (lazily(one), lazily(other))
    for one, other in (
        (
            r"\b(?:from|leav\w+|depart\w*|start\w*|pick\w*|origin\w*|board\w*)\b",
            (
                r"\b(?:destination|arriv\w*|go|going|goes|head\w*|visit\w*|drop\w*|return\w*|end|ends|"
                r"ending|back|till|until|land\w*|(?:travel\w*|fly\w*|get|ride|trip|bus|flight|train) "
                r"to|to (?:where|which|what)|where to)\b|\bto\W*$"
            ),
        ),
        (
            r"\b(?:outbound|onward|first leg|departing|out|leaving|leave)\b",
            r"\b(?:return\w*|inbound|second leg|coming back|come back|way back|back)\b",
        ),
        (r"\bcheck(?:ing)?[- ]?in\b", r"\bcheck(?:ing)?[- ]?out\b"),
        (r"\b(?:bed|beds|bedrooms?)\b", r"\b(?:bath|baths|bathrooms?)\b"),
        (r"\bfirst name\b|\bgiven name\b", r"\b(?:last|family) name\b|\bsurname\b"),
        (r"\bchecking\b", r"\bsavings?\b"),
        (r"\bbilling\b", r"\b(?:shipping|delivery|mailing)\b"),
        (r"\bcheap\w*|\blow\w*\b", r"\bhigh\w*\b"),
        (r"\bopen\b", r"\bclosed?\b"),
        (r"\bavailable\b", r"\bunavailable\b"),
        (r"\b(?:approved|accepted)\b", r"\b(?:denied|declined|rejected)\b"),
        (r"\beligible\b", r"\bineligible\b"),
        (r"\bmorning\b", r"\b(?:afternoon|evening)\b"),
        (
            r"\bnew (?:customer|patient|member|client)\b",
            r"\b(?:existing|returning|current) (?:customer|patient|member|client)\b",
        ),
    )
)


MAKING = frozenset(("book", "order", "cab", "play", "pay"))
UNDOING = frozenset(("cancel", "reschedule", "refund", "return", "deny"))
# How much a word counts whose type of data is there without the word.
TYPED = 0.9


def near(word: str, words: Set[str]) -> float:
    """Return how sure it is that a stem occurs: itself, through a synonym, or not (0)."""
    if word in words:
        return SAME
    wanted = concepts(word)
    return SYNONYM if wanted and any(not wanted.isdisjoint(concepts(each)) for each in words) else 0.0


def covered(wanted: Iterable[str], words: Set[str], types: Set[str] = frozenset()) -> float:
    """Return the weighted share of the wanted stems that occur, or whose type of data is there (`types`)."""
    total = found = 0.0
    for word in wanted:
        total += weight(word)
        found += weight(word) * max(near(word, words), TYPED * typed(word, types))
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
def opposed(wanted: str, said: str) -> bool:
    """Whether one text names one side of a pair of opposites only, and the other the other only."""
    for one, other in OPPOSITES:
        wants = (one.search(wanted) is not None, other.search(wanted) is not None)
        if wants in ((True, False), (False, True)):
            says = (one.search(said) is not None, other.search(said) is not None)
            if says == (wants[1], wants[0]):
                return True
    return False
