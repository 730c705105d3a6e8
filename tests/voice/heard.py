"""What is heard in a recording, measured on its samples."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pytest_agentsim.audio.pcm import SAMPLE_RATE, to_array
from pytest_agentsim.audio.recording import read_stereo

if TYPE_CHECKING:
    from pathlib import Path

SHORTEST_PAUSE = 0.1  # s

Spans = list[tuple[float, float]]


@dataclass(frozen=True)
class Heard:
    """When each side is heard, as (start, end) in seconds, pauses of less than 0.1 s left out; and its samples."""

    caller: Spans
    agent: Spans
    caller_pcm: bytes
    agent_pcm: bytes


def heard(recording: Path) -> Heard:
    caller, agent = read_stereo(recording)
    return Heard(spans(caller), spans(agent), caller, agent)


def spans(pcm: bytes, shortest_pause: float = SHORTEST_PAUSE) -> Spans:
    """When there is anything but digital silence."""
    sounding = np.flatnonzero(to_array(pcm))
    if not len(sounding):
        return []
    breaks = np.flatnonzero(np.diff(sounding) > shortest_pause * SAMPLE_RATE)
    starts = sounding[np.concatenate(([0], breaks + 1))]
    ends = sounding[np.concatenate((breaks, [-1]))] + 1
    return [
        (float(start / SAMPLE_RATE), float(end / SAMPLE_RATE))
        for start, end in zip(starts, ends, strict=True)
    ]


def cut(pcm: bytes, start: float, end: float) -> bytes:
    """The samples between two moments."""
    return pcm[2 * round(start * SAMPLE_RATE) : 2 * round(end * SAMPLE_RATE)]
