"""The agent's words on a voice call: recognised while it speaks where the caller needs them, else after the call."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pytest_agentsim.audio.pcm import FRAME_SAMPLES
from pytest_agentsim.audio.stt.interface import Hints
from pytest_agentsim.errors import AgentSimError
from pytest_agentsim.result import EventKind

if TYPE_CHECKING:
    from pytest_agentsim.audio.stt.pool import RecognitionStream, RecognizerPool
    from pytest_agentsim.event_log import EventLog
    from pytest_agentsim.voice.line import VoiceLine
    from pytest_agentsim.voice.line_events import AgentTurn

__all__ = ["AgentWords"]

# Recognisers want a little of the silence around the words.
MARGIN = 10 * FRAME_SAMPLES  # samples


@dataclass(frozen=True, slots=True)
class _Unheard:
    number: int
    start: int
    end: int


class AgentWords:
    """Recognises the turns of one call's agent; `hints` are what it may say."""

    def __init__(self, recognizer: RecognizerPool, *, language: str, hints: tuple[str, ...]) -> None:
        self._recognizer = recognizer
        self._language = language
        self._hints = Hints(phrases=hints)
        self._unheard: list[_Unheard] = []

    async def prepare(self) -> None:
        """Have the recogniser ready before the agent speaks; what is wrong with it is told when it is needed."""
        with suppress(AgentSimError):
            await self._recognizer.warm(language=self._language, hints=self._hints)

    def listen(self) -> RecognitionStream:
        """Begin to recognise a turn that begins."""
        return self._recognizer.open_stream(language=self._language, hints=self._hints)

    async def of(self, turn: AgentTurn) -> str | None:
        """Return a turn's words, None if nobody has listened; raises RecognitionError and ConfigurationError."""
        return None if turn.stream is None else (await turn.stream.finish()).text

    async def recorded(self, start: int, end: int, line: VoiceLine) -> str:
        """Return the words between two samples of the line's recording; raises as `of`."""
        pcm = line.recorded(start - MARGIN, end + MARGIN)
        return (await self._recognizer.recognize(pcm, language=self._language, hints=self._hints)).text

    def put_off(self, number: int, turn: AgentTurn) -> None:
        """Have the words of a turn recognised after the call."""
        self._unheard.append(_Unheard(number, turn.start, turn.end))

    async def now(self, number: int, turn: AgentTurn, line: VoiceLine, log: EventLog) -> str:
        """Recognise a turn that was put off, and return its words; raises as `of`."""
        self._unheard = [each for each in self._unheard if each.number != number]
        words = await self.recorded(turn.start, turn.end, line)
        log.add(EventKind.RECOGNIZED, number=number, text=words)
        return words

    async def complete(self, log: EventLog, line: VoiceLine) -> None:
        """Recognise what was put off, from the recording."""
        for turn in self._unheard:
            try:
                words = await self.recorded(turn.start, turn.end, line)
            except AgentSimError as error:
                log.add(EventKind.WARNING, message=f"turn {turn.number} has no words: {error}")
            else:
                log.add(EventKind.RECOGNIZED, number=turn.number, text=words)
        self._unheard.clear()
