"""The words that a recogniser has considered, as a graph, and the best way through it under a better model."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pytest_agentsim.audio.stt.ngrams import BEGIN, END

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from pytest_agentsim.audio.stt.ngrams import Gram

__all__ = ["Lattice"]

LANGUAGE_WEIGHT = 10.0
WORD_COST = math.log(0.65)
SILENCE_COST = math.log(0.005)
NOISE_COST = math.log(1e-8)
LOG_BASE = math.log(1.0001)  # the recogniser's logarithms
HISTORIES = 12  # that are followed from one node
SILENCE = "<sil>"
VARIANT = re.compile(r"\(\d+\)$")  # of a pronunciation: "with(2)"


@dataclass(slots=True)
class Lattice:
    """Nodes are words with the frame in which they start, edges have the logarithm of how well they sound."""

    start: int = 0
    end: int = 0
    words: dict[int, str] = field(default_factory=dict)
    frames: dict[int, int] = field(default_factory=dict)
    edges: dict[int, list[tuple[int, float]]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def parse(cls, text: str) -> Lattice:
        """Read what PocketSphinx writes."""
        lattice = cls()
        section = ""
        for line in text.splitlines():
            first, *rest = line.split() or ("#",)
            if first in ("Nodes", "Edges", "BestSegAscr"):
                section = first
            elif first == "Initial":
                lattice.start = int(rest[0])
            elif first == "Final":
                lattice.end = int(rest[0])
            elif section == "Nodes" and first.isdigit():
                lattice.words[int(first)] = VARIANT.sub("", rest[0])
                lattice.frames[int(first)] = int(rest[1])
            elif section == "Edges" and first.isdigit():
                lattice.edges[int(first)].append((int(rest[0]), int(rest[1]) * LOG_BASE))
        return lattice

    def best(self, likelihood: Callable[[Gram], float]) -> tuple[float, tuple[str, ...]]:
        """Return how good the best way is, and its words; `likelihood` is the logarithm of a probability.

        Without any way it is minus infinity, and no words. Lattices of the same audio can be compared.
        """
        # What is known at a node, by the last two words: the score, and the words behind one another.
        found: dict[int, dict[Gram, tuple[float, _Words]]] = defaultdict(dict)
        found[self.start][BEGIN,] = (0.0, None)
        for node in self._in_order():
            for history, (score, words) in _most_likely(found[node].items()):
                for after, sound in self.edges.get(node, ()):
                    self._extend(found[after], after, history, score + sound, words, likelihood)
        if not self.words or not found[self.end]:
            return -math.inf, ()
        score, words = max(found[self.end].values(), key=lambda each: each[0])
        return score, _in_line(words)

    def _in_order(self) -> list[int]:
        return sorted(self.words, key=lambda node: (self.frames[node], node == self.end))

    def _extend(
        self,
        found: dict[Gram, tuple[float, _Words]],
        node: int,
        history: Gram,
        score: float,
        words: _Words,
        likelihood: Callable[[Gram], float],
    ) -> None:
        word = self.words[node]
        if word == BEGIN:
            return
        if word == SILENCE or word.startswith("["):
            score += SILENCE_COST if word == SILENCE else NOISE_COST
        else:
            score += LANGUAGE_WEIGHT * likelihood((*history, word)) + WORD_COST
            history, words = (*history, word)[-2:], (word, words)
        if history not in found or score > found[history][0]:
            found[history] = (score, words)


_Words = tuple[str, "_Words"] | None  # the last word, and those before it


def _most_likely(
    found: Iterable[tuple[Gram, tuple[float, _Words]]],
) -> list[tuple[Gram, tuple[float, _Words]]]:
    return sorted(found, key=lambda each: -each[1][0])[:HISTORIES]


def _in_line(words: _Words) -> tuple[str, ...]:
    line: list[str] = []
    while words is not None:
        if words[0] != END:
            line.append(words[0])
        words = words[1]
    return tuple(reversed(line))
