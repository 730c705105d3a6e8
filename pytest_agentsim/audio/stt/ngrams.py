"""Language models made of sentences, mixed with others, and written for a recogniser to read."""

from __future__ import annotations

import math
from collections import defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

__all__ = ["BEGIN", "END", "ORDER", "Estimate", "Gram", "Mixture", "write_arpa"]

Gram = tuple[str, ...]  # a word behind the up to two that it follows

BEGIN, END = "<s>", "</s>"
ORDER = 3
DISCOUNT = 0.3  # of each kind of continuation seen goes to those not seen
LEAST = 1e-9  # probability
MOST_EXPLICIT = 0.98  # of the probability goes to the words that are listed after a history


class Estimate:
    """The probability of a word after up to two others, as weighted sentences show it."""

    def __init__(self, sentences: Iterable[tuple[Sequence[str], float]]) -> None:
        self._counts: defaultdict[Gram, float] = defaultdict(float)
        self._totals: defaultdict[Gram, float] = defaultdict(float)
        self._kinds: defaultdict[Gram, int] = defaultdict(int)
        for words, weight in sentences:
            if words:
                self._count((BEGIN, *words, END), weight)
        # In the order in which they were met, so that the same sentences always make the same model.
        self.grams = tuple(self._counts)
        self.words = tuple(gram[0] for gram in self.grams if len(gram) == 1 and gram[0] != END)

    def probability(self, gram: Gram) -> float:
        """Return how likely the last word of `gram` is after those before it."""
        history = gram[:-1]
        shorter = self.probability(gram[1:]) if history else 0.0
        total = self._totals.get(history)
        if not total:
            return shorter
        kept = DISCOUNT * self._kinds[history] if history else 0.0
        return (self._counts.get(gram, 0.0) + kept * shorter) / (total + kept)

    def _count(self, words: Gram, weight: float) -> None:
        counts, totals, kinds = self._counts, self._totals, self._kinds
        for end in range(2, len(words) + 1):
            for start in range(max(0, end - ORDER), end):
                gram = words[start:end]
                if gram not in counts:
                    kinds[gram[:-1]] += 1
                counts[gram] += weight
                totals[gram[:-1]] += weight


class Mixture:
    """Several models as one: a general one, and estimates with the weights that they have.

    `general` gives the probability of a gram in the general model; it gets what the weights leave of one.
    """

    def __init__(self, general: Callable[[Gram], float], parts: Sequence[tuple[Estimate, float]]) -> None:
        self._general = general
        self._parts = tuple(parts)
        self._rest = 1.0 - sum(weight for _, weight in parts)

    def probability(self, gram: Gram) -> float:
        """Return how likely the last word of `gram` is after those before it."""
        found = self._rest * self._general(gram)
        for estimate, weight in self._parts:
            found += weight * estimate.probability(gram)
        return found

    def write_arpa(self, path: Path, vocabulary: Mapping[str, float]) -> None:
        """Write the model as ARPA text: all grams of the estimates, and the words of `vocabulary`.

        Its values are the probabilities of single words in the general model. Longer grams of the
        general model are written only where an estimate has them too.
        """
        grams = dict.fromkeys(gram for estimate, _ in self._parts for gram in estimate.grams)
        write_arpa(path, self._single(vocabulary), grams, self.probability)

    def _single(self, vocabulary: Mapping[str, float]) -> dict[Gram, float]:
        single: dict[Gram, float] = {
            (word,): self._rest * probability for word, probability in vocabulary.items()
        }
        for estimate, weight in self._parts:
            for word in (*estimate.words, END):
                single[word,] = single.get((word,), 0.0) + weight * estimate.probability((word,))
        return single


def write_arpa(
    path: Path, single: Mapping[Gram, float], grams: Iterable[Gram], probability: Callable[[Gram], float]
) -> None:
    """Write a model as ARPA text: single words with how likely they are, and grams of two and three words.

    What the single words have is brought to a sum of one; `probability` tells it of the longer grams.
    """
    total = sum(single.values())
    words = {gram: alone / total for gram, alone in single.items()}
    longer = dict.fromkeys(grams)
    longest = [gram for gram in longer if len(gram) == ORDER]
    # The history of a gram has to be listed for the gram to be found.
    middle = dict.fromkeys((*(gram for gram in longer if len(gram) == 2), *(gram[:-1] for gram in longest)))
    pairs = {gram: probability(gram) for gram in middle}
    pair_rest = _capped(pairs, words)
    triples = {gram: probability(gram) for gram in longest}
    known = pairs.__contains__

    def pair(gram: Gram) -> float:
        return pairs[gram] if known(gram) else pair_rest.get(gram[:1], 1.0) * words.get(gram[1:], LEAST)

    triple_rest = _capped(triples, _Lower(pair))
    words[BEGIN,] = 1e-99
    levels = (_level(words, pair_rest), _level(pairs, triple_rest), _level(triples, None))
    path.write_text(_arpa(levels), encoding="utf-8")


class _Lower:
    """A function that is looked up like a mapping."""

    def __init__(self, function: Callable[[Gram], float]) -> None:
        self._function = function

    def get(self, gram: Gram, default: float) -> float:
        del default
        return self._function(gram)


def _capped(listed: dict[Gram, float], lower: dict[Gram, float] | _Lower) -> dict[Gram, float]:
    """Leave some probability to what is not listed; return the weight of the shorter gram by history."""
    taken: defaultdict[Gram, float] = defaultdict(float)
    replaced: defaultdict[Gram, float] = defaultdict(float)
    for gram, probability in listed.items():
        taken[gram[:-1]] += probability
        replaced[gram[:-1]] += lower.get(gram[1:], LEAST)
    for gram, probability in listed.items():
        if taken[gram[:-1]] > MOST_EXPLICIT:
            listed[gram] = probability * MOST_EXPLICIT / taken[gram[:-1]]
    return {
        history: max(1.0 - min(taken[history], MOST_EXPLICIT), LEAST) / max(1.0 - replaced[history], LEAST)
        for history in taken
    }


def _level(listed: Mapping[Gram, float], rest: Mapping[Gram, float] | None) -> list[str]:
    log = math.log10
    if rest is None:
        return [f"{log(max(p, LEAST)):.4f} {' '.join(gram)}" for gram, p in listed.items()]
    return [
        f"{log(max(p, LEAST)):.4f} {' '.join(gram)} {log(rest.get(gram, 1.0)):.4f}"
        for gram, p in listed.items()
    ]


def _arpa(levels: Sequence[Sequence[str]]) -> str:
    counts = [f"ngram {order}={len(level)}" for order, level in enumerate(levels, 1)]
    lines = ["\\data\\", *counts]
    for order, level in enumerate(levels, 1):
        lines += ["", f"\\{order}-grams:", *level]
    return "\n".join((*lines, "", "\\end\\", ""))
