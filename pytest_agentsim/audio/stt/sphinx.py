"""PocketSphinx: the recogniser that is embedded, works offline, and knows US English."""

from __future__ import annotations

import tempfile
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import pocketsphinx

from pytest_agentsim.audio.pcm import level
from pytest_agentsim.audio.stt.english import GeneralModel, ScenarioModel
from pytest_agentsim.audio.stt.interface import (
    Hints,
    Recognition,
    RecognizerStream,
    WholeUtterance,
)
from pytest_agentsim.audio.stt.lattice import Lattice
from pytest_agentsim.audio.stt.pronunciation import pronounced
from pytest_agentsim.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

__all__ = ["SphinxRecognizer"]

K = TypeVar("K")
V = TypeVar("V")

LIVE_DECODERS = 4  # each holds the acoustic model; who comes when all are busy is recognised at the end
KEPT = 8  # models of scenarios, and searches in a decoder
KNOWN = 32_000  # bytes (1 s) of a voice after which the search may begin
WELL_KNOWN = 64_000  # bytes (2 s) after which it is begun anew, for good
MEASURING = "measuring"  # name of a search that costs next to nothing
SILENT = -70.0  # dBFS

# The second of the decoder's own passes is left out: the choice in the lattice makes up for it, in less time.
SETTINGS = {"lm": None, "fwdflat": False, "loglevel": "FATAL"}


class SphinxRecognizer:
    """Recognises US English; other languages are refused."""

    parallel = 1

    def __init__(self, settings: Mapping[str, str] | None = None) -> None:
        del settings
        self._general = GeneralModel()
        self._models: dict[Hints, ScenarioModel] = {}
        self._live = 0
        self._idle: list[_Decoder] = []

    def recognize(self, pcm: bytes, *, language: str, hints: Hints) -> Recognition:
        check_language(language)
        if level(pcm) < SILENT:
            return Recognition("")
        self._whole.prepare(self._model(hints))
        self._whole.start()
        self._whole.feed(pcm, whole=True)
        return Recognition(self._whole.finish())

    def stream(self, *, language: str, hints: Hints) -> RecognizerStream:
        check_language(language)

        def at_once(pcm: bytes) -> Recognition:
            return self.recognize(pcm, language=language, hints=hints)

        if not self._idle and self._live >= LIVE_DECODERS:
            return WholeUtterance(at_once)
        decoder = self._idle.pop() if self._idle else _Decoder()
        decoder.prepare(self._model(hints))
        self._live += 1
        return _Stream(decoder, self._whole.mean_of, at_once, self._release)

    @cached_property
    def _whole(self) -> _Decoder:
        # A decoder that has once heard audio in pieces no longer looks at a whole utterance as a whole.
        return _Decoder()

    def _release(self, decoder: _Decoder) -> None:
        self._live -= 1
        self._idle.append(decoder)

    def _model(self, hints: Hints) -> ScenarioModel:
        return _kept(self._models, hints, lambda: ScenarioModel(self._general, hints))


class _Stream:
    """Gets to know the voice and the line before it trusts what it hears.

    The search hears audio relative to the mean of all of it, which can only be guessed in the beginning. The first
    search is for the first words to be known early; it is made anew when more has been heard. What is over by
    then is looked at once more as a whole.
    """

    def __init__(
        self,
        decoder: _Decoder,
        mean_of: Callable[[bytes], str],
        at_once: Callable[[bytes], Recognition],
        release: Callable[[_Decoder], None],
    ) -> None:
        self._decoder = decoder
        self._mean_of = mean_of
        self._at_once = at_once
        self._release = release
        self._heard = bytearray()  # until the line is known
        self._searching = False
        self._known = False

    def feed(self, pcm: bytes) -> None:
        if self._known:
            self._decoder.feed(pcm)
            return
        if not self._heard and level(pcm) < SILENT:
            return
        self._heard += pcm
        if len(self._heard) >= WELL_KNOWN:
            self._known = True
            self._search()
            self._heard.clear()
        elif self._searching:
            self._decoder.feed(pcm)
        elif len(self._heard) >= KNOWN:
            self._search()

    def partial(self) -> str:
        return self._decoder.partial() if self._searching else ""

    def finish(self) -> Recognition:
        try:
            if self._known:
                return Recognition(self._decoder.finish())
            self._abandon()
            return self._at_once(bytes(self._heard))
        finally:
            self._release(self._decoder)

    def cancel(self) -> None:
        self._abandon()
        self._release(self._decoder)

    def _search(self) -> None:
        self._abandon()
        heard = bytes(self._heard)
        self._decoder.start(self._mean_of(heard))
        self._decoder.feed(heard)
        self._searching = True

    def _abandon(self) -> None:
        if self._searching:
            self._searching = False
            self._decoder.abandon()


class _Decoder:
    """A decoder of PocketSphinx with the searches that it has made; one utterance at a time."""

    def __init__(self) -> None:
        self._decoder = pocketsphinx.Decoder(pocketsphinx.Config(**SETTINGS))
        self._decoder.add_keyphrase(MEASURING, "hello")
        self._searches: dict[ScenarioModel, str] = {}
        self._count = 0
        self._model: ScenarioModel | None = None

    def prepare(self, model: ScenarioModel) -> None:
        """Make the search of a model, if there is none, and choose it."""
        name = _kept(self._searches, model, lambda: self._search(model), self._decoder.remove_search)
        self._decoder.activate_search(name)
        self._model = model

    def start(self, mean: str = "") -> None:
        """Begin an utterance; `mean` is what `mean_of` has found, and not needed for a whole utterance."""
        if mean:
            self._decoder.set_cmn(mean)
        self._decoder.start_utt()

    def feed(self, pcm: bytes, *, whole: bool = False) -> None:
        """Search in the next piece of audio, which may be the `whole` utterance."""
        if pcm:
            self._decoder.process_raw(pcm, full_utt=whole)

    def partial(self) -> str:
        """Return the words of the search by now."""
        found = self._decoder.hyp()
        return text_of(found.hypstr.split()) if found is not None else ""

    def finish(self) -> str:
        """End the utterance and return its words."""
        self._decoder.end_utt()
        if self._model is None or self._decoder.hyp() is None:
            return ""
        with tempfile.TemporaryDirectory(prefix="agentsim-") as directory:
            path = Path(directory) / "lattice"
            self._decoder.get_lattice().write(str(path))
            lattice = Lattice.parse(path.read_text(encoding="utf-8", errors="replace"))
        return text_of(lattice.best(self._model.likelihood))

    def abandon(self) -> None:
        """End the utterance whose words nobody needs."""
        self._decoder.end_utt()

    def mean_of(self, pcm: bytes) -> str:
        """Return the mean of the features of some audio, for `start`; for a decoder of whole utterances."""
        self._decoder.activate_search(MEASURING)
        self.start()
        self.feed(pcm, whole=True)
        mean = str(self._decoder.get_cmn())
        self._decoder.end_utt()
        return mean

    def _search(self, model: ScenarioModel) -> str:
        for word in model.words:
            if self._decoder.lookup_word(word) is None and (phones := pronounced(word)):
                self._decoder.add_word(word, phones, update=False)
        self._count += 1
        name = f"scenario-{self._count}"
        self._decoder.add_lm(name, model.search)
        return name


def check_language(language: str) -> None:
    """Raise ConfigurationError unless the language is English."""
    if language.lower().replace("_", "-").partition("-")[0] not in ("en", "eng", "english", "multi", ""):
        raise ConfigurationError(
            f"The embedded recogniser knows English only, and the agent is to be understood in {language!r}: "
            "set another recogniser, as 'openai' or 'faster-whisper'."
        )


def text_of(words: Iterable[str]) -> str:
    """Return words as text; those of the dictionary may carry the number of a pronunciation."""
    return " ".join(word.partition("(")[0] for word in words if word[0] not in "<[")


def _kept(cache: dict[K, V], key: K, make: Callable[[], V], drop: Callable[[V], object] = bool) -> V:
    """Return what the cache has for a key, or what it is made to have; the oldest of more than KEPT is dropped."""
    value = cache.pop(key) if key in cache else make()
    cache[key] = value
    if len(cache) > KEPT:
        drop(cache.pop(next(iter(cache))))
    return value
