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
    from collections.abc import Callable

    from pytest_agentsim.audio.stt.interface import Hints
    from pytest_agentsim.audio.stt.ngrams import Gram

__all__ = ["TELEPHONE", "VOCABULARY", "GeneralModel", "ScenarioModel"]

TELEPHONE = Path(__file__).with_name("telephone.lm.bin")  # benchmarks/telephone_model.py makes it

VOCABULARY = (
    10_000  # of the most usual words, in the scenario's search; that of the telephone has twice as many
)
UNKNOWN_WORD = 1e-7  # probability of a word that the general model lacks
LEAST_USUAL = 1e-12  # what the general model gives to words that it lacks is less
LONGEST_MEMORY = 300_000  # grams

# What of the probability comes from the sentences that are written by hand, and from the hints if there are any.
# In the scenario's search the rest is that of single words in general English: all else is too large to be mixed while
# a caller waits. In the choice it is that of the telephone, and of all of the general model.
SEARCH = (0.4,)
SEARCH_WITH_HINTS = (0.3, 0.3)
CHOICE = (0.2,)
CHOICE_WITH_HINTS = (0.1, 0.2)
TELEPHONE_SHARE = 0.75  # of that rest


class GeneralModel:
    """The models that are the same for every scenario: `model` of general English, `telephone` of what agents say."""

    def __init__(self) -> None:
        self._config = pocketsphinx.Config(loglevel="FATAL")
        self._logs = pocketsphinx.LogMath()
        self.model = self.read(Path(self._config["lm"]))
        self._known: dict[Gram, float] = {}

    @cached_property
    def telephone(self) -> pocketsphinx.NGramModel:
        """The model of what agents say in any call, as dialogues show it."""
        return self.read(TELEPHONE)

    @property
    def dictionary(self) -> frozenset[str]:
        """The words whose pronunciation is known."""
        with Path(self._config["dict"]).open(encoding="utf-8") as lines:
            return frozenset(line.partition(" ")[0] for line in lines if "(" not in line.partition(" ")[0])

    def usual_words(self, number: int) -> dict[str, float]:
        """Return the most usual words that the dictionary has, with their probabilities, the most usual first."""
        found = {word: self._of_model(self.model, (word,)) for word in self.dictionary}
        usual = sorted(
            (word for word in found if found[word] > LEAST_USUAL), key=lambda word: (-found[word], word)
        )
        return {word: found[word] for word in usual[:number]}

    @cached_property
    def words(self) -> dict[str, float]:
        """The most usual words, as far as a scenario's search has them."""
        return self.usual_words(VOCABULARY)

    @cached_property
    def phone_talk(self) -> Estimate:
        """What agents say in any call, as it was written by hand."""
        return Estimate(phone_talk())

    def read(self, path: Path) -> pocketsphinx.NGramModel:
        """Return the model that a file holds."""
        return pocketsphinx.NGramModel(self._config, self._logs, str(path))

    def probability(self, gram: Gram) -> float:
        """Return how likely the last word of `gram` is after those before it."""
        return max(self._of_model(self.model, gram), UNKNOWN_WORD)

    def on_the_telephone(self, gram: Gram) -> float:
        """Return how likely an agent says the last word of `gram` after those before it."""
        known = self._known.get(gram)
        if known is None:
            if len(self._known) > LONGEST_MEMORY:
                self._known.clear()
            telephone = self._of_model(self.telephone, gram)
            known = TELEPHONE_SHARE * telephone + (1 - TELEPHONE_SHARE) * self.probability(gram)
            self._known[gram] = known
        return known

    def _of_model(self, model: pocketsphinx.NGramModel, gram: Gram) -> float:
        return float(self._logs.exp(model.prob(gram[::-1])))


class ScenarioModel:
    """The model for the calls of one scenario: for the search, and for the choice among what it has found."""

    def __init__(self, general: GeneralModel, hints: Hints) -> None:
        self._general = general
        self._hints = Estimate(sentences_of(hints))
        self._choice = self._mixture(general.on_the_telephone, CHOICE_WITH_HINTS, CHOICE)
        self._known: dict[Gram, float] = {}

    @property
    def words(self) -> tuple[str, ...]:
        """The words of the search."""
        return (*self._general.phone_talk.words, *self._hints.words)

    @cached_property
    def search(self) -> pocketsphinx.NGramModel:
        """The model for the search."""
        usual = {**self._general.words, END: self._general.probability((END,))}
        mixture = self._mixture(self._general.probability, SEARCH_WITH_HINTS, SEARCH)
        with tempfile.TemporaryDirectory(prefix="agentsim-") as directory:
            path = Path(directory) / "search.lm"
            mixture.write_arpa(path, usual)
            return self._general.read(path)

    def likelihood(self, gram: Gram) -> float:
        """Return the logarithm of the probability of the last word of `gram` after those before it."""
        known = self._known.get(gram)
        if known is None:
            if len(self._known) > LONGEST_MEMORY:
                self._known.clear()
            known = self._known[gram] = math.log(self._choice.probability(gram))
        return known

    def _mixture(
        self, rest: Callable[[Gram], float], with_hints: tuple[float, ...], without: tuple[float, ...]
    ) -> Mixture:
        estimates = (self._general.phone_talk, self._hints)
        weights = with_hints if self._hints.grams else without
        return Mixture(rest, tuple(zip(estimates, weights, strict=False)))
