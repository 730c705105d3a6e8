"""The calls that are measured: a caller who says one thing to an agent that mostly listens, in virtual time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from pytest_agentsim.audio.pcm import SAMPLE_RATE, to_float
from pytest_agentsim.result import EventKind
from tests.voice.harness import Agent, Conducted, conditions, conduct, speech
from tests.voice.heard import Heard, cut, heard

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

__all__ = ["Line", "answer", "call", "decibels", "level", "listen", "loudest_frequency", "say"]


@dataclass(frozen=True)
class Line:
    """A finished call and what is heard in its recording."""

    call: Conducted
    heard: Heard

    @property
    def lengths(self) -> list[float]:
        """How long each stretch of the caller's sound is, in seconds."""
        return [end - start for start, end in self.heard.caller]

    def pause(self, number: int = 0) -> float:
        """The silence after a stretch of the caller's sound, in seconds."""
        return self.heard.caller[number + 1][0] - self.heard.caller[number][1]

    def utterance(self, number: int) -> bytes:
        """The samples of one of the caller's utterances, where the log says that it is."""
        data = self.call.events(EventKind.UTTERANCE)[number]
        return self.caller(data["start"], data["end"])

    def stretch(self, number: int) -> bytes:
        """The samples of one stretch of the caller's sound."""
        return self.caller(*self.heard.caller[number])

    def caller(self, start: float, end: float) -> bytes:
        return cut(self.heard.caller_pcm, start, end)


async def listen(agent: Agent) -> None:
    """Listen until the caller has spoken and been silent for five seconds."""
    await agent.until_caller_is_silent(5.0)


async def answer(agent: Agent) -> None:
    """Answer whatever the caller says, until it hangs up."""
    while True:
        await agent.until_caller_is_silent(0.5)
        await agent.say(speech(0.8))


async def say(action: str, folder: Path, program: Any = listen, **options: Any) -> Line:
    """Have an action said as the first message."""
    return await call(conditions(("", action)), folder, program, **options)


async def call(script: Mapping[str, Any], folder: Path, program: Any = listen, **options: Any) -> Line:
    recording = folder / "recording.wav"
    conducted = await conduct(program, script, recording=recording, **options)
    return Line(conducted, heard(recording))


def level(pcm: bytes) -> float:
    """The root mean square, full scale being 1."""
    return float(np.sqrt(np.mean(np.square(to_float(pcm).astype(float)))))


def decibels(ratio: float) -> float:
    return float(20 * np.log10(ratio))


def loudest_frequency(pcm: bytes) -> float:
    """The frequency with the most power, in Hz."""
    samples = to_float(pcm).astype(float)
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
    return float(np.argmax(spectrum) * SAMPLE_RATE / len(samples))
