"""PocketSphinx: the recogniser that is embedded, works offline, and knows US English."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_agentsim.audio.pcm import level
from pytest_agentsim.audio.stt.decoder import Decoder, kept
from pytest_agentsim.audio.stt.english import GeneralModel, ScenarioModel
from pytest_agentsim.audio.stt.interface import (
    Hints,
    Recognition,
    RecognizerStream,
    WholeUtterance,
)
from pytest_agentsim.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["SphinxRecognizer", "check_language"]

LIVE_DECODERS = 3  # of about 100 MB each; who comes when all are busy is recognised at the end
KNOWN = 32_000  # bytes (1 s) of a voice after which the search may begin
WELL_KNOWN = 64_000  # bytes (2 s) after which it is begun anew, for good
SILENT = -70.0  # dBFS


class SphinxRecognizer:
    """Recognises US English; other languages are refused."""

    parallel = 1

    def __init__(self, settings: Mapping[str, str] | None = None) -> None:
        del settings
        self._general = GeneralModel()
        self._models: dict[Hints, ScenarioModel] = {}
        self._live = 0
        self._idle: list[Decoder] = []

    def recognize(self, pcm: bytes, *, language: str, hints: Hints) -> Recognition:
        check_language(language)
        if level(pcm) < SILENT:
            return Recognition("")
        decoder = self._prepared(hints)
        words = decoder.whole(pcm)
        self._idle.append(decoder)
        return Recognition(words)

    def stream(self, *, language: str, hints: Hints) -> RecognizerStream:
        check_language(language)
        if self._live >= LIVE_DECODERS:
            return WholeUtterance(lambda pcm: self.recognize(pcm, language=language, hints=hints))
        decoder = self._prepared(hints)
        self._live += 1
        return _Stream(decoder, self._release)

    def _prepared(self, hints: Hints) -> Decoder:
        decoder = self._idle.pop() if self._idle else Decoder(self._general)
        decoder.prepare(self._model(hints))
        return decoder

    def _release(self, decoder: Decoder) -> None:
        self._live -= 1
        self._idle.append(decoder)

    def _model(self, hints: Hints) -> ScenarioModel:
        return kept(self._models, hints, lambda: ScenarioModel(self._general, hints))


class _Stream:
    """Gets to know the voice and the line before it trusts what it hears.

    The search hears audio relative to the mean of all of it, which can only be guessed in the beginning. The first
    search is for the first words to be known early; it is made anew when more has been heard. What is over by
    then is looked at once more as a whole.
    """

    def __init__(self, decoder: Decoder, release: Callable[[Decoder], None]) -> None:
        self._decoder = decoder
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
            return Recognition(self._decoder.whole(bytes(self._heard)))
        finally:
            self._release(self._decoder)

    def cancel(self) -> None:
        self._abandon()
        self._release(self._decoder)

    def _search(self) -> None:
        self._abandon()
        heard = bytes(self._heard)
        self._decoder.start(self._decoder.mean_of(heard))
        self._decoder.feed(heard)
        self._searching = True

    def _abandon(self) -> None:
        if self._searching:
            self._searching = False
            self._decoder.abandon()


def check_language(language: str) -> None:
    """Raise ConfigurationError unless the language is English."""
    if language.lower().replace("_", "-").partition("-")[0] not in ("en", "eng", "english", "multi", ""):
        raise ConfigurationError(
            f"The embedded recogniser knows English only, and the agent is to be understood in {language!r}: "
            "set another recogniser, as 'openai' or 'faster-whisper'."
        )
