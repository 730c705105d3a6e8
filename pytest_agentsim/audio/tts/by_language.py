"""The engine "auto": for each language the best one that this machine has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_agentsim.audio.tts.engine import tag

if TYPE_CHECKING:
    from pytest_agentsim.audio.tts.interface import Synthesizer, Voice

__all__ = ["ByLanguage", "engine_for"]


class ByLanguage:
    """Speaks English with one engine, all other languages with another."""

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
        return self._english if tag(voice.language).partition("-")[0] == "en" else self._other

    def synthesize(self, text: str, voice: Voice) -> bytes:
        """Return the spoken text. Raises SynthesisError."""
        return self.engine_for(voice).synthesize(text, voice)


def engine_for(synthesizer: Synthesizer, voice: Voice) -> Synthesizer:
    """Return the engine that really speaks with a voice, so that results can tell its name."""
    return synthesizer.engine_for(voice) if isinstance(synthesizer, ByLanguage) else synthesizer
