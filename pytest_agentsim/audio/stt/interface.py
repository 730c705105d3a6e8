"""What a speech recogniser is to the rest of the package."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from pytest_agentsim.errors import AgentSimError

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = [
    "Hints",
    "Recognition",
    "RecognitionError",
    "Recognizer",
    "RecognizerStream",
    "WholeUtterance",
]


class RecognitionError(AgentSimError):
    """Speech could not be recognised; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Hints:
    """What may be said, most telling first; free text in any number of words."""

    phrases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Recognition:
    """The words of an utterance, without markup or fillers; `confidence` is 0 to 1 if the engine tells it."""

    text: str
    confidence: float | None = None


class Recognizer(Protocol):
    """An engine. It lives in a worker process, may block, and is used from `parallel` threads at most."""

    @property
    def parallel(self) -> int:
        """How many utterances it can work at in the same moment: 1 if it is this machine that works."""
        ...

    def recognize(self, pcm: bytes, *, language: str, hints: Hints) -> Recognition:
        """Recognise a whole utterance (pcm_s16le, 16 kHz, mono). Raises RecognitionError."""
        ...

    def stream(self, *, language: str, hints: Hints) -> RecognizerStream:
        """Begin an utterance that is still being spoken. Raises RecognitionError."""
        ...


class RecognizerStream(Protocol):
    """An utterance that is recognised while it is spoken; ended by exactly one of `finish` and `cancel`."""

    def feed(self, pcm: bytes) -> None:
        """Take the next piece of audio."""
        ...

    def partial(self) -> str:
        """Return the words known by now; they may still change."""
        ...

    def finish(self) -> Recognition:
        """Return all words. Raises RecognitionError."""
        ...

    def cancel(self) -> None:
        """Give the utterance up."""
        ...


class WholeUtterance:
    """A stream for engines that need all audio at once."""

    def __init__(self, recognize: Callable[[bytes], Recognition]) -> None:
        self._recognize = recognize
        self._audio = bytearray()

    def feed(self, pcm: bytes) -> None:
        self._audio += pcm

    def partial(self) -> str:
        return ""

    def finish(self) -> Recognition:
        return self._recognize(bytes(self._audio))

    def cancel(self) -> None:
        self._audio.clear()
