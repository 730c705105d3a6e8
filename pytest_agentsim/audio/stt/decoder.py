"""PocketSphinx's searches: in what agents say in any call and in what a scenario lets expect, at the same time."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import pocketsphinx

from pytest_agentsim.audio.stt.lattice import Lattice
from pytest_agentsim.audio.stt.pronunciation import pronounced

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from pytest_agentsim.audio.stt.english import GeneralModel, ScenarioModel

__all__ = ["Decoder", "kept", "text_of"]

K = TypeVar("K")
V = TypeVar("V")

KEPT = 8  # models of scenarios, and searches in a decoder
SETTINGS = {
    "lm": None,
    "loglevel": "FATAL",
    # The second of PocketSphinx's own passes: the choice makes up for it, in less time.
    "fwdflat": False,
    # Without bounds on what is followed in one frame, noise would take more than twice the time.
    "maxhmmpf": 3000,
    "maxwpf": 20,
}
MEASURING = "measuring"  # name of a search that costs next to nothing


class Decoder:
    """Searches in one utterance at a time, with two models, and chooses among all that they have found.

    The scenario's model knows names and turns that nobody else says; that of the telephone knows longer phrases of
    everything else. Neither of them alone understands both.
    """

    def __init__(self, general: GeneralModel) -> None:
        self._telephone = _Search()
        self._telephone.add("telephone", general.telephone)
        self._telephone.chosen = "telephone"
        self._scenario = _Search()
        self._both = (self._telephone, self._scenario)
        self._names: dict[ScenarioModel, str] = {}
        self._count = 0
        self._model: ScenarioModel | None = None

    def prepare(self, model: ScenarioModel) -> None:
        """Make the search of a scenario, if there is none, and choose it."""

        def made() -> str:
            self._count += 1
            name = f"scenario-{self._count}"
            self._scenario.add(name, model.search, model.words)
            return name

        self._scenario.chosen = kept(self._names, model, made, self._scenario.remove)
        self._model = model

    def whole(self, pcm: bytes) -> str:
        """Return the words of an utterance that is over."""
        self.start()
        for search in self._both:
            search.feed(pcm, whole=True)
        return self.finish()

    def start(self, mean: str = "") -> None:
        """Begin an utterance; `mean` is what `mean_of` has found in the first part of one that lasts."""
        for search in self._both:
            search.start(mean)

    def feed(self, pcm: bytes) -> None:
        """Search in the next piece of audio."""
        for search in self._both:
            search.feed(pcm)

    def partial(self) -> str:
        """Return the words by now."""
        return self._scenario.partial()

    def finish(self) -> str:
        """End the utterance and return its words."""
        so_far = self.partial()
        lattices = [search.finish() for search in self._both]
        if self._model is None:
            return ""
        # A search that has come to no end, which happens to one in forty, has no lattice.
        if not any(lattice.words for lattice in lattices):
            return so_far
        _, words = max(lattice.best(self._model.likelihood) for lattice in lattices)
        return text_of(words)

    def abandon(self) -> None:
        """End the utterance whose words nobody needs."""
        for search in self._both:
            search.abandon()

    def mean_of(self, pcm: bytes) -> str:
        """Return the mean of the features of some audio, for `start`; between two utterances."""
        return self._telephone.mean_of(pcm)


class _Search:
    """One decoder of PocketSphinx; `chosen` is the name of the model that the next utterance is searched with."""

    def __init__(self) -> None:
        self.chosen = MEASURING
        self._decoder = pocketsphinx.Decoder(pocketsphinx.Config(**SETTINGS))
        self._decoder.add_keyphrase(MEASURING, "hello")

    def add(self, name: str, model: pocketsphinx.NGramModel, words: Iterable[str] = ()) -> None:
        """Take a model in, after those of its `words` that the dictionary lacks."""
        for word in words:
            if self._decoder.lookup_word(word) is None and (phones := pronounced(word)):
                self._decoder.add_word(word, phones, update=False)
        self._decoder.add_lm(name, model)

    def remove(self, name: str) -> None:
        self._decoder.remove_search(name)

    def start(self, mean: str = "") -> None:
        self._activate(self.chosen)
        if mean:
            self._decoder.set_cmn(mean)
        self._decoder.start_utt()

    def feed(self, pcm: bytes, *, whole: bool = False) -> None:
        if pcm:
            self._decoder.process_raw(pcm, full_utt=whole)

    def partial(self) -> str:
        found = self._decoder.hyp()
        return text_of(found.hypstr.split()) if found is not None else ""

    def finish(self) -> Lattice:
        self._decoder.end_utt()
        if self._decoder.hyp() is None:
            return Lattice()
        with tempfile.TemporaryDirectory(prefix="agentsim-") as directory:
            path = Path(directory) / "lattice"
            self._decoder.get_lattice().write(str(path))
            return Lattice.parse(path.read_text(encoding="utf-8", errors="replace"))

    def abandon(self) -> None:
        self._decoder.end_utt()

    def mean_of(self, pcm: bytes) -> str:
        self._activate(MEASURING)
        self._decoder.start_utt()
        self.feed(pcm, whole=True)
        mean = str(self._decoder.get_cmn())
        self._decoder.end_utt()
        return mean

    def _activate(self, name: str) -> None:
        # Or else what was heard before, and how, would decide over the next utterance too.
        self._decoder.reinit_feat()
        self._decoder.activate_search(name)


def text_of(words: Iterable[str]) -> str:
    """Return words as text, without marks and the numbers of pronunciations."""
    return " ".join(word.partition("(")[0] for word in words if word[0] not in "<[")


def kept(cache: dict[K, V], key: K, make: Callable[[], V], drop: Callable[[V], object] = bool) -> V:
    """Return what the cache has for a key, or what it is made to have; the oldest of more than KEPT is dropped."""
    value = cache.pop(key) if key in cache else make()
    cache[key] = value
    if len(cache) > KEPT:
        drop(cache.pop(next(iter(cache))))
    return value
