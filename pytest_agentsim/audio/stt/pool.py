"""Recognisers in worker processes, shared by all calls of a process, so that recognition never disturbs pacing."""

from __future__ import annotations

import asyncio
import itertools
from typing import TYPE_CHECKING, Any

from pytest_agentsim.audio.stt.interface import Hints, Recognition, RecognitionError
from pytest_agentsim.audio.stt.process import WorkerProcess
from pytest_agentsim.audio.stt.registry import check_name
from pytest_agentsim.audio.stt.wire import Frame, Kind, encoded
from pytest_agentsim.errors import AgentSimError, ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["RecognitionStream", "RecognizerPool"]

ATTEMPTS = 2  # at an utterance whose worker dies
LARGEST_PIECE = 2**16  # bytes of audio in one frame


class RecognizerPool:
    """Spreads utterances over `workers` processes, each started when it is first needed.

    `name` and `settings` are those of `registry.recognizer_named`; ConfigurationError for a name that nobody
    knows. Used from one event loop.
    """

    def __init__(
        self, name: str = "auto", settings: Mapping[str, str] | None = None, *, workers: int = 1
    ) -> None:
        check_name(name)
        self._idle = name == "none"
        self._slots = [_Slot(name, settings or {}) for _ in range(workers)]
        self._numbers = itertools.count(1)
        self._closed = False

    async def recognize(self, pcm: bytes, *, language: str, hints: Hints) -> Recognition:
        """Recognise a whole utterance (pcm_s16le, 16 kHz, mono).

        Raises RecognitionError, or ConfigurationError when the engine cannot work as it is set up.
        """
        stream = self._open("whole", language, hints)
        stream.feed(pcm)
        return await stream.finish()

    def open_stream(self, *, language: str, hints: Hints) -> RecognitionStream:
        """Begin an utterance that is still being spoken; end it with `finish` or `cancel`."""
        return self._open("stream", language, hints)

    async def warm(self, *, language: str, hints: Hints) -> None:
        """Have every worker ready for utterances of this kind. Raises as `recognize` does."""
        streams = [self._open("warm", language, hints, slot) for slot in self._slots]
        await asyncio.gather(*(stream.finish() for stream in streams))

    async def close(self) -> None:
        """End all workers; utterances that are not finished fail."""
        self._closed = True
        await asyncio.gather(*(slot.close() for slot in self._slots))

    def _open(self, use: str, language: str, hints: Hints, slot: _Slot | None = None) -> RecognitionStream:
        slot = slot or min(self._slots, key=lambda each: each.load)
        fields = {"use": use, "language": language, "hints": list(hints.phrases)}
        stream = RecognitionStream(next(self._numbers), fields, slot)
        if self._closed:
            stream.settle(RecognitionError("The recogniser is closed."))
        elif self._idle:
            stream.settle(Recognition(""))
        else:
            slot.add(stream)
        return stream


class RecognitionStream:
    """An utterance on its way to a worker; made by `RecognizerPool.open_stream`."""

    def __init__(self, number: int, fields: dict[str, Any], slot: _Slot) -> None:
        self.number = number
        self.partial = ""  # the words known by now
        self.attempts = 0
        self._fields = fields
        self._slot = slot
        self._audio = bytearray()
        self._finishing = False
        self._outcome: Recognition | AgentSimError | None = None
        self._settled: asyncio.Event | None = None

    def feed(self, pcm: bytes) -> None:
        """Take the next piece of audio (pcm_s16le, 16 kHz, mono); never waits."""
        if self._outcome is not None or self._finishing:
            return
        # Kept until the words are there: a worker may die.
        self._audio += pcm
        for frame in self._pieces(pcm):
            self._slot.send(frame)

    async def finish(self) -> Recognition:
        """Return all words. Raises RecognitionError, or ConfigurationError as `RecognizerPool.recognize`."""
        if self._outcome is None and not self._finishing:
            self._finishing = True
            self._slot.send(encoded(Kind.FINISH, self.number))
        if self._outcome is None:
            self._settled = self._settled or asyncio.Event()
            try:
                await self._settled.wait()
            except asyncio.CancelledError:
                self.cancel()
                raise
        if isinstance(self._outcome, Recognition):
            return self._outcome
        raise self._outcome or RecognitionError("The recogniser ended without a result.")

    def cancel(self) -> None:
        """Give the utterance up; nothing happens if it has been recognised already."""
        if self._outcome is None:
            self._slot.remove(self)
            self.settle(RecognitionError("The recognition of the utterance was given up."))

    def settle(self, outcome: Recognition | AgentSimError) -> None:
        """Take what has come of it."""
        self._outcome = outcome
        self._audio.clear()
        if self._settled is not None:
            self._settled.set()

    def frames(self) -> Iterator[bytes]:
        """Go through all that has been sent by now, for a worker that knows nothing of it."""
        yield encoded(Kind.OPEN, self.number, self._fields)
        yield from self._pieces(bytes(self._audio))
        if self._finishing:
            yield encoded(Kind.FINISH, self.number)

    def _pieces(self, pcm: bytes) -> Iterator[bytes]:
        for start in range(0, len(pcm), LARGEST_PIECE):
            yield encoded(Kind.AUDIO, self.number, pcm[start : start + LARGEST_PIECE])


class _Slot:
    """The place of one worker: a process at a time, and the utterances that are in its hands."""

    def __init__(self, name: str, settings: Mapping[str, str]) -> None:
        self._name = name
        self._settings = settings
        self._process: WorkerProcess | None = None
        self._streams: dict[int, RecognitionStream] = {}

    @property
    def load(self) -> tuple[int, bool]:
        """What to choose the least of: utterances first, then whether a process had to be started."""
        return len(self._streams), self._process is None

    def add(self, stream: RecognitionStream) -> None:
        """Begin an utterance, or begin it again."""
        self._streams[stream.number] = stream
        stream.attempts += 1
        if self._process is None:
            self._process = WorkerProcess(
                self._name, self._settings, on_frame=self._received, on_death=self._died
            )
        for frame in stream.frames():
            self._process.send(frame)

    def remove(self, stream: RecognitionStream) -> None:
        if self._streams.pop(stream.number, None) is not None:
            self.send(encoded(Kind.CANCEL, stream.number))

    def send(self, frame: bytes) -> None:
        if self._process is not None:
            self._process.send(frame)

    async def close(self) -> None:
        process, self._process = self._process, None
        for stream in self._taken():
            stream.settle(RecognitionError("The recogniser was closed before it had the words."))
        if process is not None:
            await process.close()

    def _taken(self) -> list[RecognitionStream]:
        streams = list(self._streams.values())
        self._streams.clear()
        return streams

    def _received(self, frame: Frame) -> None:
        stream = self._streams.get(frame.utterance)
        if stream is None:  # given up
            return
        fields = frame.fields
        if frame.kind is Kind.PARTIAL:
            stream.partial = fields["text"]
            return
        del self._streams[frame.utterance]
        if frame.kind is Kind.RESULT:
            stream.settle(Recognition(fields["text"], fields["confidence"]))
        else:
            error = ConfigurationError if fields["error"] == "configuration" else RecognitionError
            stream.settle(error(fields["message"]))

    def _died(self, reason: str) -> None:
        self._process = None
        for stream in self._taken():
            if stream.attempts < ATTEMPTS:
                self.add(stream)
            else:
                stream.settle(RecognitionError(f"The process of the recogniser has died: {reason}"))
