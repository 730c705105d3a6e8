"""The playback buffer: puts an agent's audio, however it arrives, on the call's time line.

Servers send in bursts, faster than real time, or with small hitches. What a caller would hear is decided here, in
samples: a chunk is played when it arrives, or behind what is still being played. Audio that falls short by no more
than the jitter is joined without a gap. For that the frames have to be taken late: frame n only once the clock has
passed its end by the jitter, so that joining never rewrites what has been taken.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from pytest_agentsim.audio.pcm import FRAME_BYTES, FRAME_SAMPLES, SAMPLE_BYTES, SAMPLE_RATE, seconds_of
from pytest_agentsim.errors import AgentSimError

__all__ = ["PlaybackBuffer", "PlaybackOverflow"]


class PlaybackOverflow(AgentSimError):
    """The agent has sent more audio ahead of time than a call keeps."""


@dataclass(slots=True)
class _Stretch:
    """Audio without a gap, still to be played: where its first sample lies, and its pcm."""

    start: int
    pcm: bytearray


class PlaybackBuffer:
    """The agent's audio on the time line; all positions are samples since the call's start."""

    def __init__(self, *, jitter: int = 640, limit: int = 300 * SAMPLE_RATE) -> None:
        """Join chunks up to `jitter` samples late; refuse more than `limit` samples ahead of time."""
        self.position = 0
        """How many samples have been taken."""
        self.end = 0
        """Where the audio that has arrived so far ends; 0 before any has."""
        self._jitter = jitter
        self._limit = limit
        self._stretches: deque[_Stretch] = deque()

    def arrive(self, pcm: bytes, at: int) -> tuple[int, int]:
        """Queue audio that arrives at sample `at`, and return the span in which it will be played.

        `pcm` may have any even length. Raises PlaybackOverflow, and queues nothing, when more than the limit would
        be queued ahead of `at`; ValueError for half a sample.
        """
        if len(pcm) % SAMPLE_BYTES:
            raise ValueError(f"{len(pcm)} bytes are not whole samples of {SAMPLE_BYTES} bytes")
        start = self._place(at)
        end = start + len(pcm) // SAMPLE_BYTES
        if end - at > self._limit:
            raise PlaybackOverflow(
                f"the agent is {seconds_of(end - at):.1f} s of audio ahead of real time; "
                f"at most {seconds_of(self._limit):.1f} s are kept"
            )
        if pcm:
            self._queue(pcm, start)
            self.end = end
        return start, end

    def take(self) -> bytes | None:
        """Return the next frame of 20 ms, digital silence where nothing is played; None if that is all of it."""
        start = self.position
        end = self.position = start + FRAME_SAMPLES
        if not self._stretches or self._stretches[0].start >= end:
            return None
        frame = bytearray(FRAME_BYTES)
        while self._stretches and (first := self._stretches[0]).start < end:
            offset = (first.start - start) * SAMPLE_BYTES
            piece = first.pcm[: FRAME_BYTES - offset]
            frame[offset : offset + len(piece)] = piece
            # Deleting the front of a bytearray moves no audio, and gives memory back as it goes.
            del first.pcm[: len(piece)]
            first.start += len(piece) // SAMPLE_BYTES
            if not first.pcm:
                self._stretches.popleft()
        return bytes(frame)

    def _place(self, at: int) -> int:
        joins = self.end > 0 and at <= self.end + self._jitter
        return max(self.end if joins else at, self.position)

    def _queue(self, pcm: bytes, start: int) -> None:
        if self._stretches and start == self.end:
            self._stretches[-1].pcm += pcm
        else:
            self._stretches.append(_Stretch(start, bytearray(pcm)))
