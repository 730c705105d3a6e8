"""The frames of a voice call in its log: text frames one by one, audio as counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_agentsim.result import EventKind
from pytest_agentsim.session.printable import printable

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_agentsim.event_log import EventLog

__all__ = ["FrameLog"]

INTERVAL = 10.0  # s between two entries while nothing but audio is sent and received
LONGEST_FRAME = 500  # characters of a text frame that are kept
REDACTED = 16_384  # characters; a frame of megabytes is not searched for secrets to its end for 500 of them


class FrameLog:
    """Keeps the order of frames: the audio before a text frame is counted in an entry before it."""

    def __init__(self, log: EventLog, redact: Callable[[str], str]) -> None:
        self._log = log
        self._redact = redact
        self._sent_frames = self._sent_bytes = 0
        self._received_frames = self._received_bytes = 0
        self._flushed_at = log.elapsed

    def sent(self, frame: str | bytes) -> None:
        """Count a binary frame of the caller, or note a text frame."""
        if isinstance(frame, str):
            self._text("sent", frame)
            return
        self._sent_frames += 1
        self._sent_bytes += len(frame)

    def audio_received(self, pcm: bytes) -> None:
        """Count a binary frame of the agent."""
        self._received_frames += 1
        self._received_bytes += len(pcm)

    def text_received(self, frame: str | bytes) -> None:
        """Note a text frame of the agent, or a binary one that is no audio."""
        self._text("received", frame if isinstance(frame, str) else f"(binary, {len(frame)} bytes)")

    def flush_when_due(self) -> None:
        """Make an entry for the audio alone once in a while."""
        if self._log.elapsed - self._flushed_at >= INTERVAL:
            self.flush()

    def flush(self) -> None:
        """Make an entry for the audio that has been counted."""
        if self._sent_frames:
            self._log.add(EventKind.AUDIO, direction="sent", frames=self._sent_frames, bytes=self._sent_bytes)
        if self._received_frames:
            self._log.add(
                EventKind.AUDIO,
                direction="received",
                frames=self._received_frames,
                bytes=self._received_bytes,
            )
        self._sent_frames = self._sent_bytes = 0
        self._received_frames = self._received_bytes = 0
        self._flushed_at = self._log.elapsed

    def _text(self, direction: str, frame: str) -> None:
        self.flush()
        shown = printable(self._redact(frame[:REDACTED]), LONGEST_FRAME)
        self._log.add(EventKind.FRAME, direction=direction, frame=shown)
