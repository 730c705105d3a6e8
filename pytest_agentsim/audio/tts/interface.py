"""What a speech synthesizer is to the rest of the package."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol

from pytest_agentsim.errors import AgentSimError

__all__ = ["SynthesisError", "Synthesizer", "Voice"]


class SynthesisError(AgentSimError):
    """Words could not be made audible; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Voice:
    """Whose voice speaks.

    `language` is a code such as ``en``, ``pt-BR`` or ``multi`` (taken as English); `gender` is ``female``,
    ``male``, or anything else for the engine's own choice; `accent` is a word or a region such as ``british`` or
    ``MX``, without effect where an engine does not know it; `speed` multiplies the engine's usual rate. `name`
    is a voice of the engine; a name that the engine does not know, such as another provider's voice id, stands for
    one of its voices, always the same one. `engine` is the engine that `name` belongs to, where several share the
    work. Raises ValueError for a speed that is no positive number.
    """

    language: str = "en"
    gender: str = ""
    accent: str = ""
    speed: float = 1.0
    name: str = ""
    engine: str = ""

    def __post_init__(self) -> None:
        if not 0 < self.speed < math.inf:
            raise ValueError(f"the speed of a voice must be a positive number, not {self.speed!r}")


class Synthesizer(Protocol):
    """An engine that speaks."""

    @property
    def name(self) -> str:
        """What the engine is called in settings and results."""
        ...

    @property
    def fingerprint(self) -> str:
        """What beside the text and the voice decides the audio: engine, version, model. No secrets."""
        ...

    def synthesize(self, text: str, voice: Voice) -> bytes:
        """Return the spoken text as pcm_s16le, 16 kHz, mono, trimmed and at -20 dBFS; empty if nothing is to be said.

        It may block and may be called from any thread. Raises SynthesisError.
        """
        ...
