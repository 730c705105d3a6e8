"""Both sides of a recorded call as arrays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pytest_agentsim.audio.pcm import SAMPLE_RATE, to_array
from pytest_agentsim.audio.recording import read_stereo

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from pytest_agentsim.metrics.speech import Span

__all__ = ["CallAudio"]


@dataclass(frozen=True, slots=True, eq=False)
class CallAudio:
    """What each side has sent, shape (samples,), int16, on the call's time line: sample 0 is at 0 s."""

    caller: NDArray[np.int16]
    agent: NDArray[np.int16]
    sample_rate: int = SAMPLE_RATE

    @classmethod
    def of_recording(cls, path: Path) -> CallAudio:
        """Read a stereo recording, the caller on the left. Raises ArtifactError if it is none."""
        caller, agent = read_stereo(path)
        return cls(to_array(caller), to_array(agent))

    @property
    def duration(self) -> float:
        """How long the recording lasts, in seconds."""
        return len(self.caller) / self.sample_rate

    def within(self, side: NDArray[np.int16], span: Span) -> NDArray[np.int16]:
        """Return a side's samples from the start until the end of a span of speech."""
        return side[max(0, round(span.start * self.sample_rate)) : max(0, round(span.end * self.sample_rate))]
