"""One utterance of the caller on its way out: frames of 20 ms, and where among them its control events belong."""

from __future__ import annotations

from functools import cached_property

from pytest_agentsim.audio.pcm import FRAME_BYTES, FRAME_SAMPLES, FRAME_SECONDS, SAMPLE_BYTES, end_of_words

__all__ = ["Utterance"]


class Utterance:
    """Audio to send, frame by frame.

    `starts_after` and `completes_after` are the numbers of frames after which `speech.started` and `speech.completed`
    are due: `skew` seconds after the first frame and before the last one, less when the utterance is too short for
    that. What is no speech has no events. `sound` is the name of what is a sound and no words.
    """

    def __init__(
        self,
        pcm: bytes,
        *,
        skew: float = 0.0,
        interruptible: bool = True,
        is_speech: bool = True,
        sound: str = "",
    ) -> None:
        self.interruptible = interruptible
        self.is_speech = is_speech
        self.sound = sound
        self.sent = 0
        self.leaves: list[int | None] = []
        """At which tick each frame that has been sent leaves, later on a bad line; None for one that is lost."""
        self._skew = round(skew / FRAME_SECONDS)
        self._audio = pcm

    def delay(self, samples: int) -> None:
        """Play the audio that much after the beginning of the first frame (0 to 319 samples)."""
        if self.sent or not 0 <= samples < FRAME_SAMPLES:
            raise ValueError(
                f"an utterance can be delayed by less than a frame, and before it begins: {samples}"
            )
        self._audio = bytes(samples * SAMPLE_BYTES) + self._audio

    @property
    def is_noise(self) -> bool:
        """Whether it is a sound that is no voice."""
        return bool(self.sound) and not self.is_speech

    @property
    def frames(self) -> int:
        """How many frames there are."""
        return -(-len(self._audio) // FRAME_BYTES)

    @cached_property
    def frames_of_speech(self) -> int:
        """How many frames there are up to the one in which the words end; a noise has none."""
        if self.is_noise:
            return 0
        return -(-end_of_words(self._audio) // FRAME_SAMPLES)

    @property
    def starts_after(self) -> int:
        return max(1, min(self._skew, self.frames // 3))

    @property
    def completes_after(self) -> int:
        return self.frames - min(self._skew, self.frames // 3)

    def next_frame(self) -> bytes:
        """Return the next frame, the last one filled up with silence."""
        start = self.sent * FRAME_BYTES
        self.sent += 1
        return self._audio[start : start + FRAME_BYTES].ljust(FRAME_BYTES, b"\0")

    def cut_off(self, tick: int) -> None:
        """Take note that nothing has left after that tick."""
        self.leaves = [None if leaves is not None and leaves > tick else leaves for leaves in self.leaves]

    @property
    def is_over(self) -> bool:
        """Whether all of it has been sent."""
        return self.sent >= self.frames

    @property
    def share_sent(self) -> float:
        """How much of it has been sent, 0.0 to 1.0."""
        return self.sent / self.frames if self.frames else 1.0
