"""How much alike the sounds of words are, in the phones of the CMU dictionary."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["PHONES", "distance", "least_distance"]

# Where the tongue is for a vowel: how low (0 to 3) and how far back (0 to 2), and where it is in the end.
VOWELS = {
    "IY": ((0.0, 0.0), (0.0, 0.0)),
    "IH": ((0.6, 0.4), (0.6, 0.4)),
    "EY": ((1.2, 0.0), (0.4, 0.2)),
    "EH": ((2.0, 0.3), (2.0, 0.3)),
    "AE": ((2.7, 0.3), (2.7, 0.3)),
    "AH": ((1.7, 1.0), (1.7, 1.0)),
    "ER": ((1.4, 1.1), (1.4, 1.1)),
    "AA": ((3.0, 1.7), (3.0, 1.7)),
    "AO": ((2.3, 2.0), (2.3, 2.0)),
    "OW": ((1.4, 1.9), (0.7, 2.0)),
    "UH": ((0.7, 1.6), (0.7, 1.6)),
    "UW": ((0.0, 1.9), (0.0, 1.9)),
    "AY": ((3.0, 1.2), (0.5, 0.3)),
    "AW": ((3.0, 1.1), (0.7, 1.7)),
    "OY": ((2.0, 2.0), (0.5, 0.3)),
}
OTHER_VOWEL = 0.12
APART = 1 / 6  # a step of the tongue, at either end

# Where in the mouth a consonant is made (0, the lips, to 6, the throat), how, and with voice or without.
CONSONANTS = {
    "P": (0.0, "stop", False),
    "B": (0.0, "stop", True),
    "M": (0.0, "nasal", True),
    "W": (0.5, "glide", True),
    "F": (0.7, "fricative", False),
    "V": (0.7, "fricative", True),
    "TH": (1.4, "fricative", False),
    "DH": (1.4, "fricative", True),
    "T": (2.0, "stop", False),
    "D": (2.0, "stop", True),
    "N": (2.0, "nasal", True),
    "S": (2.2, "sibilant", False),
    "Z": (2.2, "sibilant", True),
    "L": (2.2, "liquid", True),
    "R": (2.8, "liquid", True),
    "SH": (3.0, "sibilant", False),
    "ZH": (3.0, "sibilant", True),
    "CH": (3.0, "affricate", False),
    "JH": (3.0, "affricate", True),
    "Y": (3.4, "glide", True),
    "K": (4.5, "stop", False),
    "G": (4.5, "stop", True),
    "NG": (4.5, "nasal", True),
    "HH": (6.0, "fricative", False),
}
PLACE = 0.22  # a step
OTHER_VOICE = 0.25
# Manners that are taken for one another; of any other two it costs OTHER_MANNER.
MANNERS = {
    frozenset(("stop", "affricate")): 0.35,
    frozenset(("sibilant", "affricate")): 0.3,
    frozenset(("fricative", "sibilant")): 0.3,
    frozenset(("stop", "fricative")): 0.4,
    frozenset(("stop", "nasal")): 0.5,
    frozenset(("liquid", "glide")): 0.4,
    frozenset(("liquid", "nasal")): 0.6,
}
OTHER_MANNER = 0.8
MOST = 1.0
NEVER = 9.0  # a vowel is not taken for a consonant

# What it costs that a phone is not heard, or heard where none is; these hardly sound between others, or in the end.
FAINT = {
    "HH": 0.35,
    "AH": 0.4,
    "T": 0.45,
    "D": 0.45,
    "Y": 0.45,
    "P": 0.5,
    "B": 0.5,
    "K": 0.5,
    "G": 0.5,
    "DH": 0.5,
    "R": 0.5,
    "IH": 0.55,
    "CH": 0.6,
    "L": 0.6,
}
LOST = 0.75
LEAST_LOST = min(FAINT.values())

PHONES = frozenset((*VOWELS, *CONSONANTS))


def distance(heard: Sequence[str], meant: Sequence[str], most: float = float("inf")) -> float:
    """Return the least that it costs to hear `heard` where `meant` was said; if that is more than `most`, any more.

    A phone that is taken for another costs 0 to 1 by how far they are apart, one too many or too few 0.35 to 0.75.
    The order of the two makes no difference.
    """
    lost, taken = _costs()
    row = [0.0]
    for wanted in meant:
        row.append(row[-1] + lost[wanted])
    for phone in heard:
        added, instead = lost[phone], taken[phone]
        diagonal = row[0]
        row[0] = left = least = diagonal + added
        for at, wanted in enumerate(meant, start=1):
            above = row[at]
            cost = diagonal + instead[wanted]
            if above + added < cost:
                cost = above + added
            left += lost[wanted]
            if left < cost:
                cost = left
            row[at] = left = cost
            if cost < least:
                least = cost
            diagonal = above
        if least > most:
            return least
    return row[-1]


@lru_cache(maxsize=65_536)
def least_distance(heard: tuple[str, ...], meant: tuple[str, ...]) -> float:
    """Return what the distance is at least, by what is quickly seen: how many vowels and consonants there are."""
    vowels = sum(map(_is_vowel, heard)) - sum(map(_is_vowel, meant))
    consonants = len(heard) - len(meant) - vowels
    return LEAST_LOST * (abs(vowels) + abs(consonants))


_is_vowel = VOWELS.__contains__


@cache
def _costs() -> tuple[dict[str, float], dict[str, dict[str, float]]]:
    """What a phone costs that is lost, and by phone what it costs to take others for it."""
    lost = {phone: FAINT.get(phone, LOST) for phone in PHONES}
    return lost, {one: {other: _taken(one, other) for other in PHONES} for one in PHONES}


def _taken(one: str, other: str) -> float:
    if one == other:
        return 0.0
    if (one in VOWELS) != (other in VOWELS):
        return NEVER
    return min(MOST, _vowels(one, other) if one in VOWELS else _consonants(one, other))


def _vowels(one: str, other: str) -> float:
    (low, back), (end_low, end_back) = VOWELS[one]
    (other_low, other_back), (other_end_low, other_end_back) = VOWELS[other]
    steps = abs(low - other_low) + abs(back - other_back)
    steps += abs(end_low - other_end_low) + abs(end_back - other_end_back)
    return OTHER_VOWEL + APART * steps


def _consonants(one: str, other: str) -> float:
    place, manner, voiced = CONSONANTS[one]
    other_place, other_manner, other_voiced = CONSONANTS[other]
    cost = PLACE * abs(place - other_place) + (OTHER_VOICE if voiced != other_voiced else 0.0)
    if manner != other_manner:
        cost += MANNERS.get(frozenset((manner, other_manner)), OTHER_MANNER)
    return cost
