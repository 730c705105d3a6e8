"""The agent's keypad: its key presses in groups, each a turn of its own (platform_spec section c.5)."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

from pytest_agentsim.audio.pcm import FRAME_SAMPLES, SAMPLE_BYTES, samples_in
from pytest_agentsim.audio.tone_detector import ToneDetector
from pytest_agentsim.voice.line_events import AgentTurn

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Keypad"]

# Keys pressed no farther apart are one group; this one closes it at once.
LONGEST_GAP = samples_in(2.0)
LAST_KEY = "#"


class Keypad:
    """Listens to the agent's audio for keys, and tells of each group when it is complete."""

    def __init__(self, tell: Callable[[AgentTurn], None]) -> None:
        self._tell = tell
        self._detector = ToneDetector()
        self._keys = ""
        self._start = self._end = 0  # of the group
        self._sounded: list[int] = []  # where frames of tones begin

    @property
    def is_in_use(self) -> bool:
        """Whether a group has begun and may go on."""
        return bool(self._keys)

    def hear(self, frame: bytes | None, at: int) -> bytes | None:
        """Take the frame that is played from sample `at` on; return what is left of it for ears: None for a tone."""
        found = self._detector.feed(frame)
        for key in found.keys:
            self._press(key, at)
        if found.part_of_key:
            self._sounded.append(at)
            self._end = at + FRAME_SAMPLES
        if self._keys and at - self._end >= LONGEST_GAP:
            self.release()
        return None if found.part_of_key else frame

    def without_tones(self, pcm: bytes, start: int) -> bytes:
        """Return audio of the agent's that begins at sample `start`, with silence instead of tones."""
        quiet = bytearray(pcm)
        first = bisect_left(self._sounded, start - FRAME_SAMPLES + 1)
        last = bisect_left(self._sounded, start + len(pcm) // SAMPLE_BYTES)
        for at in self._sounded[first:last]:
            begin, end = (at - start) * SAMPLE_BYTES, (at - start + FRAME_SAMPLES) * SAMPLE_BYTES
            begin, end = max(0, begin), min(len(quiet), end)
            quiet[begin:end] = bytes(end - begin)
        return bytes(quiet)

    def release(self) -> None:
        """Close the group that has begun, if any."""
        if self._keys:
            self._tell(AgentTurn(self._start, self._end, ((self._start, self._end),), None, self._keys))
            self._keys = ""

    def _press(self, key: str, at: int) -> None:
        # A key is recognised with its second or third frame.
        self._start = self._start if self._keys else max(0, at - FRAME_SAMPLES)
        self._end = at + FRAME_SAMPLES
        self._keys += key
        if key == LAST_KEY:
            self.release()
