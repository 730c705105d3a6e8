"""The engine "auto": for each language the best one that this machine has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_agentsim.audio.tts.engine import engine_behind, tag

if TYPE_CHECKING:
    from pytest_agentsim.audio.tts.interface import Synthesizer, Voice

__all__ = ["ByLanguage", "engine_for"]


class ByLanguage:
    """Speaks English with one engine, all other languages and the accents that only it has with another."""

    def __init__(self, english: Synthesizer, other: Synthesizer) -> None:
        self._english = english
        self._other = other

    @property
    def name(self) -> str:
        return f"{self._english.name}+{self._other.name}"

    @property
    def fingerprint(self) -> str:
        return f"{self._english.fingerprint} | {self._other.fingerprint}"

    def engine_for(self, voice: Voice) -> Synthesizer:
        """Return the engine that speaks with this voice."""
        if tag(voice.language).partition("-")[0] != "en" or voice.engine == self._other.name:
            return self._other
        if voice.engine == self._english.name or _has_accent(self._english, voice):
            return self._english
        return self._other if _has_accent(self._other, voice) else self._english

    def synthesize(self, text: str, voice: Voice) -> bytes:
        """Return the spoken text. Raises SynthesisError."""
        return self.engine_for(voice).synthesize(text, voice)


def engine_for(synthesizer: Synthesizer, voice: Voice) -> Synthesizer:
    """Return the engine that really speaks with a voice, so that results can tell its name."""
    return synthesizer.engine_for(voice) if isinstance(synthesizer, ByLanguage) else synthesizer


def _has_accent(synthesizer: Synthesizer, voice: Voice) -> bool:
    engine = engine_behind(synthesizer)
    return not voice.accent if engine is None else engine.has_accent(voice)
