"""A worker process of a pool: reads frames from its standard input, recognises, writes frames to its output.

It ends when its input does, so it never outlives the process that started it.
"""

from __future__ import annotations

import contextlib
import os
import queue
import signal
import sys
import threading
import traceback
from collections import deque
from typing import TYPE_CHECKING, BinaryIO

from pytest_agentsim.audio.stt.interface import Hints, Recognition, RecognitionError, WholeUtterance
from pytest_agentsim.audio.stt.registry import recognizer_named
from pytest_agentsim.audio.stt.wire import HEADER, Frame, Kind, decoded, encoded, length_of
from pytest_agentsim.errors import AgentSimError, ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pytest_agentsim.audio.stt.interface import Recognizer, RecognizerStream

__all__ = ["main"]

NICENESS = 5  # recognition gives way to the pacing of calls
LONGEST_PIECE = 6400  # bytes (0.2 s) that one utterance may take before the next has its turn


class _Utterance:
    """The frames of one utterance that still have to be worked at; in the hands of one thread at a time."""

    def __init__(self, opened: Frame) -> None:
        self.number = opened.utterance
        self.stream: RecognizerStream | None = None
        self.partial = ""
        self._frames = deque([opened])
        self._lock = threading.Lock()

    def add(self, frame: Frame) -> bool:
        """Queue a frame; true if nothing was queued or worked at, so that a thread has to be found."""
        with self._lock:
            self._frames.append(frame)
            return len(self._frames) == 1

    def next(self) -> Frame:
        """Return what is to be done next, audio joined to pieces; `done` takes it out of the queue."""
        with self._lock:
            first = self._frames[0]
            if first.kind is not Kind.AUDIO:
                return first
            body = bytearray()
            while self._frames and self._frames[0].kind is Kind.AUDIO and len(body) < LONGEST_PIECE:
                body += self._frames.popleft().body
            piece = Frame(Kind.AUDIO, self.number, bytes(body))
            self._frames.appendleft(piece)
            return piece

    def done(self) -> bool:
        """Forget what `next` returned; true if there is more to do."""
        with self._lock:
            self._frames.popleft()
            return bool(self._frames)


class _Service:
    """Shares the recogniser's threads out among utterances, a piece of audio at a time."""

    def __init__(self, output: BinaryIO, name: str, settings: Mapping[str, str]) -> None:
        self._output = output
        self._output_lock = threading.Lock()
        self._utterances: dict[int, _Utterance] = {}
        self._ready: queue.SimpleQueue[_Utterance] = queue.SimpleQueue()
        self._recognizer: Recognizer | None = None
        self._failure: AgentSimError | None = None
        try:
            self._recognizer = recognizer_named(name, settings)
        except AgentSimError as error:
            self._failure = error
        for _ in range(self._recognizer.parallel if self._recognizer is not None else 1):
            threading.Thread(target=self._work, daemon=True).start()

    def take(self, frame: Frame) -> None:
        """Queue what a frame asks for."""
        if frame.kind is Kind.OPEN:
            utterance = self._utterances[frame.utterance] = _Utterance(frame)
            self._ready.put(utterance)
        elif frame.utterance in self._utterances:  # it may have failed already
            utterance = self._utterances[frame.utterance]
            if utterance.add(frame):
                self._ready.put(utterance)

    def _work(self) -> None:
        while True:
            utterance = self._ready.get()
            try:
                self._advance(utterance, utterance.next())
            except AgentSimError as error:
                self._fail(utterance, error)
            except Exception as error:  # noqa: BLE001  (an engine may raise anything: it is told as a sentence)
                traceback.print_exc()
                sentence = f"The recogniser failed: {type(error).__name__}: {error}"
                self._fail(utterance, RecognitionError(sentence))
            if utterance.done():
                self._ready.put(utterance)

    def _advance(self, utterance: _Utterance, frame: Frame) -> None:
        if frame.kind is Kind.OPEN:
            utterance.stream = self._opened(frame)
        stream = utterance.stream
        if stream is None:  # it has failed or been cancelled
            return
        if frame.kind is Kind.AUDIO:
            stream.feed(frame.body)
            self._tell_partial(utterance, stream.partial())
        elif frame.kind is Kind.FINISH:
            self._forget(utterance)
            found = stream.finish()
            self._send(Kind.RESULT, utterance, {"text": found.text, "confidence": found.confidence})
        elif frame.kind is Kind.CANCEL:
            self._forget(utterance)
            stream.cancel()

    def _opened(self, frame: Frame) -> RecognizerStream:
        if self._recognizer is None:
            raise self._failure or ConfigurationError("There is no recogniser.")
        recognizer, fields = self._recognizer, frame.fields
        language, hints = str(fields["language"]), Hints(tuple(fields["hints"]))
        if fields["use"] == "whole":
            return WholeUtterance(lambda pcm: recognizer.recognize(pcm, language=language, hints=hints))
        stream = recognizer.stream(language=language, hints=hints)
        if fields["use"] == "warm":
            stream.cancel()
            return WholeUtterance(lambda _: Recognition(""))
        return stream

    def _tell_partial(self, utterance: _Utterance, text: str) -> None:
        if text != utterance.partial:
            utterance.partial = text
            self._send(Kind.PARTIAL, utterance, {"text": text})

    def _fail(self, utterance: _Utterance, error: AgentSimError) -> None:
        stream = utterance.stream
        self._forget(utterance)
        if stream is not None:
            with contextlib.suppress(Exception):
                stream.cancel()
        kind = "configuration" if isinstance(error, ConfigurationError) else "recognition"
        self._send(Kind.FAILED, utterance, {"error": kind, "message": str(error)})

    def _forget(self, utterance: _Utterance) -> None:
        utterance.stream = None
        self._utterances.pop(utterance.number, None)

    def _send(self, kind: Kind, utterance: _Utterance, fields: dict[str, object]) -> None:
        with self._output_lock, contextlib.suppress(OSError):
            self._output.write(encoded(kind, utterance.number, fields))
            self._output.flush()


def main() -> None:
    """Work until the standard input ends."""
    # Ctrl-C goes to the whole group of processes; this one ends with its parent.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(os, "nice"):
        os.nice(NICENESS)
    frames = _frames(sys.stdin.buffer)
    with _own_output() as output:
        setup = next(frames, None)
        if setup is not None:
            service = _Service(output, **setup.fields)
            for frame in frames:
                service.take(frame)
    # Not sys.exit: a thread may be deep in an engine.
    sys.stderr.flush()
    os._exit(0)


def _own_output() -> BinaryIO:
    """Return the standard output, to which from now on nothing else can write: prints go to the errors."""
    output = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return output


def _frames(source: BinaryIO) -> Iterator[Frame]:
    while len(header := source.read(HEADER)) == HEADER:
        rest = source.read(length_of(header))
        if len(rest) < length_of(header):
            return
        yield decoded(rest)


if __name__ == "__main__":
    main()
