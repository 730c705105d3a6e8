"""The recording of a call: a stereo WAV with the caller on the left and the agent on the right, streamed to disk."""

from __future__ import annotations

import itertools
import wave
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import numpy as np

from pytest_agentsim.audio.pcm import SAMPLE_BYTES, SAMPLE_RATE, to_array
from pytest_agentsim.errors import AgentSimError, ArtifactError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

__all__ = ["RecordingError", "StereoRecorder", "read_stereo"]

CHANNELS = 2
LEFT, RIGHT = range(CHANNELS)
HEADER_BYTES = 44  # of the WAV files that `wave` writes
FLUSH_SAMPLES = SAMPLE_RATE  # 1 s

# The recordings of calls that begin together are not all written in the same tick.
_FIRST_FLUSHES = itertools.cycle(range(FLUSH_SAMPLES, 0, -FLUSH_SAMPLES // 50))


class RecordingError(AgentSimError, OSError):
    """The recording of a call cannot be written; the message says which file and why."""


class StereoRecorder:
    """Writes both sides of a call, sample for sample; whatever happens, the file keeps all but the last second."""

    def __init__(self, path: Path) -> None:
        """Start the file at `path`, replacing what was there. Raises RecordingError."""
        self.samples = 0
        """How many samples of each side have been written."""
        self._path = path
        self._caller: list[bytes] = []
        self._agent: list[bytes] = []
        self._flush_at = next(_FIRST_FLUSHES)  # a value of `samples`
        self._closed = False
        with self._explaining():
            self._file = path.open("wb")
        self._wave = wave.open(self._file, "wb")  # noqa: SIM115 - lasts as long as the call
        self._wave.setparams((CHANNELS, SAMPLE_BYTES, SAMPLE_RATE, 0, "NONE", ""))
        try:
            self._save(b"")
        except RecordingError:
            self._let_go()
            raise

    def write(self, caller: bytes, agent: bytes) -> None:
        """Add what both sides said at the same time, equally many bytes of pcm. Raises RecordingError."""
        if len(caller) != len(agent) or len(caller) % SAMPLE_BYTES:
            raise ValueError(f"two equally long sides are recorded, not {len(caller)} and {len(agent)} bytes")
        if self._closed:
            raise ValueError(f"the recording {self._path} has been closed")
        self._caller.append(caller)
        self._agent.append(agent)
        self.samples += len(caller) // SAMPLE_BYTES
        if self.samples >= self._flush_at:
            self.flush()
            self._flush_at = self.samples + FLUSH_SAMPLES

    def flush(self) -> None:
        """Bring all that was written to disk, as a valid file. Raises RecordingError."""
        if not self._caller:
            return
        caller, agent = to_array(b"".join(self._caller)), to_array(b"".join(self._agent))
        both = np.empty((len(caller), CHANNELS), dtype="<i2")
        both[:, LEFT], both[:, RIGHT] = caller, agent
        self._caller.clear()
        self._agent.clear()
        self._save(both.tobytes())

    def caller_audio(self, start: int, end: int) -> bytes:
        """Return the caller's pcm from sample `start` until before `end`, as far as it has been written."""
        return self._read(start, end, LEFT)

    def agent_audio(self, start: int, end: int) -> bytes:
        """Return the agent's pcm from sample `start` until before `end`, as far as it has been written."""
        return self._read(start, end, RIGHT)

    def close(self) -> None:
        """Finish the file; doing so again changes nothing. Raises RecordingError."""
        if self._closed:
            return
        try:
            self.flush()
        finally:
            self._let_go()

    def _save(self, frames: bytes) -> None:
        with self._explaining():
            # The audio first, then the header that counts it: a crash in between leaves a valid, shorter file.
            self._wave.writeframes(frames)
            self._file.flush()

    def _read(self, start: int, end: int, channel: int) -> bytes:
        self.flush()
        start, end = max(0, start), min(end, self.samples)
        with self._explaining(), self._path.open("rb") as file:
            file.seek(HEADER_BYTES + start * CHANNELS * SAMPLE_BYTES)
            both = file.read(max(0, end - start) * CHANNELS * SAMPLE_BYTES)
        return _side(to_array(both), channel)

    def _let_go(self) -> None:
        self._closed = True
        # What could not be written has been told; these would try again.
        with suppress(OSError):
            self._wave.close()
        with suppress(OSError):
            self._file.close()

    @contextmanager
    def _explaining(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            reason = error.strerror or error
            raise RecordingError(f"the call cannot be recorded to {self._path}: {reason}") from error


def read_stereo(path: Path) -> tuple[bytes, bytes]:
    """Return the caller's and the agent's pcm of a recording. Raises ArtifactError if it is none."""
    try:
        with path.open("rb") as file, wave.open(file) as recording:
            form = (recording.getnchannels(), recording.getsampwidth(), recording.getframerate())
            both = recording.readframes(recording.getnframes())
    except (OSError, EOFError, wave.Error) as error:
        raise ArtifactError(f"{path} cannot be read as a recording: {error}") from error
    if form != (CHANNELS, SAMPLE_BYTES, SAMPLE_RATE):
        raise ArtifactError(f"{path} is not 16-bit stereo at {SAMPLE_RATE} Hz, as recordings of calls are")
    samples = to_array(both[: len(both) - len(both) % (CHANNELS * SAMPLE_BYTES)])
    return _side(samples, LEFT), _side(samples, RIGHT)


def _side(both: NDArray[np.int16], channel: int) -> bytes:
    return both.reshape(-1, CHANNELS)[:, channel].tobytes()
