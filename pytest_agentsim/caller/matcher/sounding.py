"""Which words of a recognised turn sound like what the triggers wait for, and are read as that."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence, Set
from dataclasses import dataclass
from functools import lru_cache

from pytest_agentsim.caller.matcher import lexicon
from pytest_agentsim.caller.matcher.answers import word_types
from pytest_agentsim.caller.matcher.phones import distance, least_distance
from pytest_agentsim.caller.matcher.wordings import Phrase, subjects_of, wordings_of
from pytest_agentsim.caller.matcher.words import STOP_WORDS, stem

__all__ = ["Misheard", "Pronounce", "Reading", "Sounding"]

# The ways to say a word, in phones of the CMU dictionary.
Pronounce = Callable[[str], Sequence[Sequence[str]]]

LONGEST_TEXT = 200  # words; what comes after them stays as it was recognised
LONGEST_RUN = 3  # words that may have been meant as one or two
ROUNDS = 2  # what was read may stand beside what is still to be read
WAYS = 4  # to say a run of words that are compared
KEPT = 256  # readings

# How far what was heard may be from what was meant, for each phone of that, by the number of its phones.
MOST = ((3, 0.08), (4, 0.12), (6, 0.16), (99, 0.2))
SAME_SOUND = 0.02
LENGTHS = (0.6, 1.7)  # phones that were heard, by those that were meant
# More, for each phone of the same phrase that was heard right beside it, and for how many of them.
BESIDE = 0.12
MOST_BESIDE = 24
# And at most, for each phone; of words as "the" and "we", which are often heard where others were said badly, less.
FARTHEST = 0.6
FARTHEST_OF_LITTLE = 0.5
# Words of the same phrase beside what only an act is told by, or is no more than "for the": it means too little alone.
WORDS_BESIDE = 2

# What agents say with any sound-alike of it among the triggers ("table").
NEVER_MEANT_OTHERWISE = frozenset(("able", "unable"))
MARKS = ".,;:!?\"'()[]…\u2019\u201d"  # that a recogniser may write behind a word
LONG = 4  # letters
QUESTIONS = frozenset(("what", "which", "when", "where", "who", "why", "how"))


@dataclass(frozen=True, slots=True)
class Misheard:
    """Words that were recognised, and what they are read as, with the words of the same phrase beside them."""

    heard: str
    read_as: str
    words: tuple[str, ...]
    """Those that were not heard."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A recognised turn as it is to be read, and what of it is not as it was recognised."""

    text: str
    misheard: tuple[Misheard, ...] = ()


@dataclass(frozen=True, slots=True)
class _Meant:
    """One or two words that may have been meant, and what is before and after them in phrases, nearest first."""

    words: tuple[str, ...]
    stems: frozenset[str]
    ways: tuple[tuple[str, ...], ...]
    beside: tuple[tuple[Phrase, Phrase], ...]
    is_subject: bool


@dataclass(frozen=True, slots=True)
class _Found:
    apart: float  # the distance, for each phone of what was meant
    start: int
    end: int
    words: tuple[str, ...]
    before: int  # words of the phrase that were heard before and after it
    after: int


class Sounding:
    """Reads recognised words by their sound; `usual` are words that agents often say, whatever they talk about."""

    def __init__(self, pronounce: Pronounce, usual: Set[str] = frozenset()) -> None:
        self._pronounce = pronounce
        self._usual = usual
        self.read = lru_cache(maxsize=KEPT)(self._read)
        self._meant = lru_cache(maxsize=KEPT)(self._made)

    def prepare(self, triggers: tuple[str, ...]) -> None:
        """Find out beforehand what may be meant where these triggers are waited for."""
        self._meant(triggers)

    def _read(self, text: str, triggers: tuple[str, ...]) -> Reading:
        """Read words of `text` as those that the texts of triggers let expect, and that they sound like.

        What fits a call, as the words of the triggers do, stays as it is unless two or three words together sound the
        same as one of those. The more of a phrase was heard beside them, the less words need to sound like its rest.
        Lines that tell of keys stay as they are.
        """
        lines: list[str] = []
        misheard: list[Misheard] = []
        for line in text.split("\n"):
            reading = Reading(line) if "dtmf" in line.casefold() else self._read_line(line, triggers)
            lines.append(reading.text)
            misheard += reading.misheard
        return Reading("\n".join(lines), tuple(misheard)) if misheard else Reading(text)

    def _read_line(self, line: str, triggers: tuple[str, ...]) -> Reading:
        written = line.split()
        meant, vocabulary = self._meant(triggers)
        misheard: list[Misheard] = []
        for _ in range(ROUNDS):
            said = [word.lower().strip(MARKS) for word in written]
            heard = frozenset(map(stem, said))
            missing = [each for each in meant if each.stems.isdisjoint(heard)]
            chosen = _without_overlap(self._all_found(said, missing, vocabulary))
            if not chosen:
                break
            misheard += [_told(said, each) for each in chosen]
            for found in reversed(chosen):
                last = written[found.end - 1]
                written[found.start : found.end] = found.words
                written[found.start + len(found.words) - 1] += last[len(last.rstrip(MARKS)) :]
        return Reading(" ".join(written), tuple(misheard))

    def _made(self, triggers: tuple[str, ...]) -> tuple[tuple[_Meant, ...], frozenset[str]]:
        """Return what may have been meant where these triggers are waited for, and the words of all phrases."""
        phrases = tuple(dict.fromkeys(phrase for each in triggers for phrase in wordings_of(each)))
        subjects = {word for each in triggers for phrase in subjects_of(each) for word in phrase}
        places: dict[tuple[str, ...], set[tuple[Phrase, Phrase]]] = {}
        for phrase in phrases:
            for words, before, after in _pieces(phrase):
                places.setdefault(words, set()).add((before, after))
        meant = tuple(
            _Meant(
                words, frozenset(map(stem, words)), ways, tuple(sorted(beside)), subjects.issuperset(words)
            )
            for words, beside in sorted(places.items())
            if (ways := self._ways(words))
        )
        return meant, frozenset(word for phrase in phrases for word in phrase)

    def _all_found(
        self, said: Sequence[str], meant: Sequence[_Meant], vocabulary: Set[str]
    ) -> Iterator[_Found]:
        for start in range(min(len(said), LONGEST_TEXT)):
            for end in range(start + 1, min(start + LONGEST_RUN, len(said)) + 1):
                run = said[start:end]
                fits = any(self._fits_a_call(word, vocabulary) for word in run)
                if (fits and len(run) == 1) or not (ways := self._ways(tuple(run))):
                    continue
                little = all(word in STOP_WORDS for word in run)
                for each in meant:
                    if len(run) == 1 and any(_is_part(run[0], word) for word in each.words):
                        continue
                    before, after = _beside(said, start, end, each)
                    if before + after < WORDS_BESIDE and (little or not each.is_subject):
                        continue
                    length = len(each.ways[0])
                    most = SAME_SOUND * length
                    if not fits:
                        beside = self._phones((*said[start - before : start], *said[end : end + after]))
                        farthest = FARTHEST_OF_LITTLE if little else FARTHEST
                        most = min(_most(length) * length + BESIDE * beside, farthest * length)
                    cost = _apart(ways, each.ways, most)
                    if cost <= most:
                        yield _Found(cost / length, start, end, each.words, before, after)

    def _fits_a_call(self, word: str, vocabulary: Set[str]) -> bool:
        """Whether a word is one that is to be expected in the call, so that it need not have been misheard."""
        if word in STOP_WORDS and word not in QUESTIONS:
            return False
        return (
            word in QUESTIONS
            or word in NEVER_MEANT_OTHERWISE
            or word in vocabulary
            or word in self._usual
            or _is_business(stem(word))
            or any(map(str.isdigit, word))
        )

    def _phones(self, words: Sequence[str]) -> int:
        """Return how many phones of the words beside count."""
        return min(MOST_BESIDE, sum(len(ways[0]) for word in words if (ways := self._pronounce(word))))

    def _ways(self, words: Sequence[str]) -> tuple[tuple[str, ...], ...]:
        """Return the ways to say words one after the other; empty if one of them cannot be said."""
        ways: list[tuple[str, ...]] = [()]
        for word in words:
            ways = [(*way, *more) for way in ways for more in self._pronounce(word)][:WAYS]
        return tuple(ways)


def _pieces(phrase: Phrase) -> Iterator[tuple[tuple[str, ...], Phrase, Phrase]]:
    """Go through every one or two words that tell something, with what is before and after them, nearest first."""
    for length in (1, 2):
        for start in range(len(phrase) - length + 1):
            words = phrase[start : start + length]
            if all(word in QUESTIONS or word not in STOP_WORDS for word in words):
                yield words, phrase[:start][::-1], phrase[start + length :]


def _beside(said: Sequence[str], start: int, end: int, meant: _Meant) -> tuple[int, int]:
    """Return how many words before and after a run are as in the phrase of which most was heard."""
    best = (0, 0)
    for before, after in meant.beside:
        here = 0
        while here < len(before) and here < start and said[start - here - 1] == before[here]:
            here += 1
        there = 0
        while there < len(after) and end + there < len(said) and said[end + there] == after[there]:
            there += 1
        if here + there > sum(best):
            best = here, there
    return best


def _is_part(word: str, other: str) -> bool:
    """Whether one word is within the other: "unsuccessful" is not misheard for "successful"."""
    return len(word) >= LONG and len(other) >= LONG and (word in other or other in word)


def _most(length: int) -> float:
    return next(most for longest, most in MOST if length <= longest)


@lru_cache(maxsize=65_536)
def _apart(heard: tuple[tuple[str, ...], ...], meant: tuple[tuple[str, ...], ...], most: float) -> float:
    """Return the distance of the two ways that are most alike; if that is more than `most`, any more."""
    least = most + 1.0
    for ours in meant:
        for theirs in heard:
            if LENGTHS[0] <= len(theirs) / len(ours) <= LENGTHS[1] and least_distance(theirs, ours) <= most:
                least = min(least, distance(theirs, ours, most))
    return least


def _without_overlap(found: Iterator[_Found]) -> list[_Found]:
    """Return the best of what was found, in the order of the words."""
    chosen: list[_Found] = []
    for each in sorted(found, key=lambda each: (each.apart, each.start - each.end, each.start, each.words)):
        if all(each.end <= other.start or other.end <= each.start for other in chosen):
            chosen.append(each)
    return sorted(chosen, key=lambda each: each.start)


def _told(said: Sequence[str], found: _Found) -> Misheard:
    before = _from_telling(said[found.start - found.before : found.start])
    after = _from_telling(said[found.end : found.end + found.after][::-1])[::-1]
    heard = said[found.start : found.end]
    return Misheard(
        " ".join((*before, *heard, *after)), " ".join((*before, *found.words, *after)), found.words
    )


def _from_telling(words: Sequence[str]) -> Sequence[str]:
    """Return the words from the first on that tells something."""
    first = next((at for at, word in enumerate(words) if word not in STOP_WORDS), len(words))
    return words[first:]


@lru_cache(maxsize=8192)
def _is_business(base: str) -> bool:
    """Whether a stem is one that service calls are about."""
    return bool(
        lexicon.is_known(base)
        or lexicon.processes(base)
        or lexicon.is_context(base)
        or lexicon.is_identity(base)
        or word_types(base)
    )
