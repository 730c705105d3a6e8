"""The keys in a piece of audio, for the tests."""

from __future__ import annotations

from pytest_agentsim.audio.pcm import FRAME_BYTES, SILENCE
from pytest_agentsim.audio.tone_detector import ToneDetector


def keys_in(pcm: bytes) -> str:
    audio = pcm + bytes(-len(pcm) % FRAME_BYTES) + SILENCE * 3
    detector = ToneDetector()
    return "".join(
        detector.feed(audio[start : start + FRAME_BYTES]).keys for start in range(0, len(audio), FRAME_BYTES)
    )
