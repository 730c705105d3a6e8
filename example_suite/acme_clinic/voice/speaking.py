"""What the clinic says, frame by frame."""

from __future__ import annotations

from acme_clinic.voice.audio import FRAME_BYTES

__all__ = ["Speaker"]


class Speaker:
    """Plays one text at a time; a new one takes the place of the old one."""

    def __init__(self) -> None:
        self._audio = b""
        self._at = 0
        self.interruptible = True

    @property
    def speaking(self) -> bool:
        """Whether something is left to be played."""
        return self._at < len(self._audio)

    def play(self, pcm: bytes, *, interruptible: bool = True) -> None:
        """Begin to play."""
        self._audio = pcm + bytes(-len(pcm) % FRAME_BYTES)
        self._at = 0
        self.interruptible = interruptible

    def stop(self) -> None:
        """Fall silent at once."""
        self._audio = b""
        self._at = 0

    def take(self) -> bytes:
        """Return the next frame of 20 ms; nothing when all has been played."""
        frame = self._audio[self._at : self._at + FRAME_BYTES]
        self._at += len(frame)
        return frame
