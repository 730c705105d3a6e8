"""The language models with which English is recognised: general, of the telephone, and of the hints."""

from __future__ import annotations

import math
import tempfile
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import pocketsphinx

from pytest_agentsim.audio.stt.hints import sentences_of
from pytest_agentsim.audio.stt.ngrams import END, Estimate, Mixture
from pytest_agentsim.audio.stt.phone_talk import phone_talk

if TYPE_CHECKING:
    from pytest_agentsim.audio.stt.interface import Hints
    from pytest_agentsim.audio.stt.ngrams import Gram

__all__ = ["GeneralModel", "ScenarioModel"]

VOCABULARY = 10_000  # of the most usual words, in the scenario's search; the general one has all the others
UNKNOWN_WORD = 1e-7  # probability of a word that the general model lacks
LEAST_USUAL = 1e-12  # what the general model gives to words that it lacks is less
LONGEST_MEMORY = 300_000  # grams

# What of the probability comes from the telephone, and from the hints if there are any; the rest is general.
# The search has only single words of the general model, which is too large to be mixed while a caller waits, so it
# trusts the others more than the choice does, which looks at all of the general model.
SEARCH = (0.4,)
SEARCH_WITH_HINTS = (0.3, 0.3)
CHOICE = (0.2,)
CHOICE_WITH_HINTS = (0.2, 0.2)


class GeneralModel:
    """The model of general English that comes with PocketSphinx, and that of the telephone."""

    def __init__(self) -> None:
        self._config = pocketsphinx.Config(loglevel="FATAL")
        self._logs = pocketsphinx.LogMath()
        self.model = self.read(Path(self._config["lm"]))
        self._known: dict[Gram, float] = {}

    @cached_property
    def words(self) -> dict[str, float]:
        """The most usual words that the dictionary has, with their probabilities."""
        with Path(self._config["dict"]).open(encoding="utf-8") as lines:
            listed = {line.partition(" ")[0] for line in lines}
        found = {word: self._of_model((word,)) for word in listed if "(" not in word}
        usual = sorted((word for word in found if found[word] > LEAST_USUAL), key=lambda word: -found[word])
        return {word: found[word] for word in usual[:VOCABULARY]}

    @cached_property
    def telephone(self) -> Estimate:
        """What agents say in any call."""
        return Estimate(phone_talk())

    def read(self, path: Path) -> pocketsphinx.NGramModel:
        """Return the model that a file holds."""
        return pocketsphinx.NGramModel(self._config, self._logs, str(path))

    def probability(self, gram: Gram) -> float:
        """Return how likely the last word of `gram` is after those before it."""
        known = self._known.get(gram)
        if known is None:
            if len(self._known) > LONGEST_MEMORY:
                self._known.clear()
            known = self._known[gram] = max(self._of_model(gram), UNKNOWN_WORD)
        return known

    def _of_model(self, gram: Gram) -> float:
        return float(self._logs.exp(self.model.prob(gram[::-1])))


class ScenarioModel:
    """The model for the calls of one scenario: for the search, and for the choice among what it has found."""

    def __init__(self, general: GeneralModel, hints: Hints) -> None:
        self._general = general
        self._hints = Estimate(sentences_of(hints))
        self._choice = self._mixture(CHOICE_WITH_HINTS, CHOICE)
        self._known: dict[Gram, float] = {}

    @property
    def words(self) -> tuple[str, ...]:
        """The words of the telephone and of the hints."""
        return (*self._general.telephone.words, *self._hints.words)

    @cached_property
    def search(self) -> pocketsphinx.NGramModel:
        """The model for the search."""
        usual = {**self._general.words, END: self._general.probability((END,))}
        with tempfile.TemporaryDirectory(prefix="agentsim-") as directory:
            path = Path(directory) / "search.lm"
            self._mixture(SEARCH_WITH_HINTS, SEARCH).write_arpa(path, usual)
            return self._general.read(path)

    def likelihood(self, gram: Gram) -> float:
        """Return the logarithm of the probability of the last word of `gram` after those before it."""
        known = self._known.get(gram)
        if known is None:
            if len(self._known) > LONGEST_MEMORY:
                self._known.clear()
            known = self._known[gram] = math.log(self._choice.probability(gram))
        return known

    def _mixture(self, with_hints: tuple[float, ...], without: tuple[float, ...]) -> Mixture:
        estimates = (self._general.telephone, self._hints)
        weights = with_hints if self._hints.grams else without
        return Mixture(self._general.probability, tuple(zip(estimates, weights, strict=False)))
