"""What the built-in engines share: which text reaches them, and what becomes of the audio they give."""

from __future__ import annotations

import hashlib
import math
import unicodedata
from abc import ABC, abstractmethod
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from pytest_agentsim.audio import pcm
from pytest_agentsim.audio.time_stretch import stretched

if TYPE_CHECKING:
    from collections.abc import Container, Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from pytest_agentsim.audio.tts.interface import Voice

__all__ = ["Engine", "engine_behind", "finished", "picked", "readable", "setting", "tag"]

SPEECH_LEVEL = -20.0  # dBFS
SYMBOLS_WITH_NAMES = frozenset("%&@#*")


class Engine(ABC):
    """A synthesizer that only has to tell its name and to speak; a subclass says how, and what it can choose from."""

    takes_any_voice: ClassVar[bool] = False
    """Whether it may be told to speak with voices that it cannot tell beforehand, as a service may."""

    speeds: ClassVar[tuple[float, float]] = (0.0, math.inf)
    """The slowest and the fastest that it speaks by itself, evenly and without changing its pitch."""

    @property
    @abstractmethod
    def name(self) -> str:
        """What the engine is called in settings and results."""

    @property
    @abstractmethod
    def fingerprint(self) -> str:
        """What beside the text and the voice decides the audio."""

    def synthesize(self, text: str, voice: Voice) -> bytes:
        """Return the spoken text as `Synthesizer` wants it. Raises SynthesisError."""
        words = readable(text)
        if not words:
            return b""
        slowest, fastest = self.speeds
        own = min(max(voice.speed, slowest), fastest)
        samples, rate = self._spoken(words, replace(voice, speed=own))
        return finished(pcm.from_float(stretched(pcm.resampled(samples, rate), own / voice.speed)))

    def voices(self, like: Voice) -> Sequence[str]:
        """Return the names of the voices of such a language, gender and accent, the one that it takes itself first.

        Empty when the engine cannot tell. Raises SynthesisError.
        """
        del like
        return ()

    def has_voice(self, name: str) -> bool:
        """Whether it has a voice of exactly this name. Raises SynthesisError."""
        del name
        return True

    def has_accent(self, voice: Voice) -> bool:
        """Whether it can speak with the accent that the voice asks for."""
        return not voice.accent

    def shortcoming(self, text: str, voice: Voice) -> str:
        """Say in one sentence what will be heard instead of the text as it should sound; empty if nothing is wrong."""
        del text, voice
        return ""

    @abstractmethod
    def _spoken(self, text: str, voice: Voice) -> tuple[NDArray[np.float32], int]:
        """Return the audio, shape (samples,), float32, -1.0 to 1.0, and its rate in Hz. Raises SynthesisError.

        The voice's speed is one of `speeds`.
        """


def engine_behind(synthesizer: object) -> Engine | None:
    """Return the engine that is behind a cache and the like; None for one that tells nothing of its voices."""
    while synthesizer is not None and not isinstance(synthesizer, Engine):
        synthesizer = getattr(synthesizer, "spoken_by", None)
    return synthesizer


def finished(audio: bytes) -> bytes:
    """Return pcm without the silence around it, at the speech level that all callers have, never clipped."""
    return pcm.normalised(pcm.trimmed(audio), SPEECH_LEVEL)


def readable(text: str) -> str:
    """Return the text without control characters, which engines take as commands; empty if no word is in it."""
    cleaned = "".join(" " if unicodedata.category(each) in ("Cc", "Cs") else each for each in text).strip()
    return cleaned if any(_has_a_name(each) for each in cleaned) else ""


def picked(name: str, among: Sequence[str], taken: Container[str] = ()) -> str:
    """Return one of several voices for somebody of this name: the same one in each run, on each machine.

    It is none of those that are `taken`, unless all of them are.
    """
    digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).digest()
    start = int.from_bytes(digest[:8], "big") % len(among)
    in_order = [*among[start:], *among[:start]]
    return next((each for each in in_order if each not in taken), in_order[0])


def tag(language: str) -> str:
    """Return a language code in lower case with hyphens; no language at all and ``multi`` are English."""
    code = language.strip().lower().replace("_", "-")
    return "en" if code in ("", "multi") else code


def setting(settings: Mapping[str, str], name: str, default: str = "") -> str:
    """Return ``tts_<name>`` or else ``<name>``: recognisers may be given a setting of the same name."""
    return settings.get(f"tts_{name}") or settings.get(name) or default


def _has_a_name(character: str) -> bool:
    return character.isalnum() or character in SYMBOLS_WITH_NAMES or unicodedata.category(character)[0] == "S"
