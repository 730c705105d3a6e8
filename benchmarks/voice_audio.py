"""What both sides of the voice benchmark say: cut from speech so that nobody can doubt where it starts and ends."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import soundfile

__all__ = ["FRAME_BYTES", "SILENCE", "TURNS", "agent_answers", "caller_turns", "frames_of", "is_heard"]

PROMPTS = Path(__file__).parent / "prompts"

FRAME_BYTES = 640  # 20 ms of pcm_s16le, 16 kHz, mono
SILENCE = bytes(FRAME_BYTES)
BYTES_PER_SECOND = 32_000

TURNS = 4
CALLER_PROMPTS = ("01", "02", "08", "11")
AGENT_PROMPTS = ("05", "06", "07", "10")

HEARD = 40  # of 32768; the recordings are brought to a peak of half of that scale
PEAK = 16_384


def caller_turns(seconds: float) -> list[bytes]:
    """Return the caller's turns as pcm of that length each, a multiple of 20 ms."""
    return [_loudest(name, seconds) for name in CALLER_PROMPTS]


def agent_answers(seconds: float) -> list[bytes]:
    """Return the agent's answers as pcm of that length each, a multiple of 20 ms."""
    return [_loudest(name, seconds) for name in AGENT_PROMPTS]


def frames_of(pcm: bytes) -> list[bytes]:
    """Return whole frames of 20 ms."""
    return [pcm[start : start + FRAME_BYTES] for start in range(0, len(pcm), FRAME_BYTES)]


def is_heard(frame: bytes) -> bool:
    """Whether there is more than silence in a frame."""
    if frame == SILENCE:
        return False
    samples = memoryview(frame).cast("h")
    return max(samples) > HEARD or min(samples) < -HEARD


def _loudest(prompt: str, seconds: float) -> bytes:
    """Return the loudest stretch of a recording: it begins and ends in the middle of a voice, at full level."""
    samples, rate = soundfile.read(PROMPTS / f"{prompt}.flac", dtype="float64")
    wanted = round(seconds * rate)
    energy = np.concatenate(([0.0], np.cumsum(samples**2)))
    start = int(np.argmax(energy[wanted:] - energy[:-wanted]))
    stretch = samples[start : start + wanted]
    pcm: bytes = np.rint(stretch * (PEAK / np.abs(stretch).max())).astype("<i2").tobytes()
    return pcm
