"""Looks up, to 1 ms, where speech started or ended in the frames around the moment at which that was noticed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pytest_agentsim.audio.pcm import FRAME_SAMPLES, to_array

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = ["EDGE_FRAMES", "end_of_speech", "onset_of_speech"]

EDGE_FRAMES = 20  # so many frames are looked at: all of a hangover, and as much of the speech before it

BLOCK = 16  # samples, 1 ms
FRAME_BLOCKS = FRAME_SAMPLES // BLOCK

# Of power: blocks further below the loudest one are no part of the speech, which often rings out softly.
ONSET_RANGE = 10**-3.0  # 30 dB
END_RANGE = 10**-3.5  # 35 dB
ABOVE_NOISE = 10**0.6  # of power, 6 dB: one block of noise may be that much louder than the next

ONSET_GAP = 12  # blocks that may be quiet between an onset and what follows it, and before an end
END_GAP = 20
ONSET_REACH = 80 * BLOCK  # an onset is never told later than that; what is softer before it is breath

# Samples. Measured on twelve prompts: white noise of -40 dBFS hides an onset for 20 ms in the median. With a lag of 1,
# which brings out hiss, it hides it for 50 ms; longer lags gain little and let more hum pass.
LAG = 5

QUIET_FRAMES = 5  # 100 ms are whole periods of both 50 and 60 Hz
PERIOD_50_HZ = 320  # samples
PERIODS_60_HZ = 800  # three of them are whole samples


def onset_of_speech(frames: Sequence[bytes], ago: int) -> int:
    """Return how many samples before the end of `frames` the speech started.

    `frames` are the latest EDGE_FRAMES, of 640 bytes of pcm each; the first one found to be speech is the last but
    `ago - 1`. The ten before that are none.
    """
    voiced = EDGE_FRAMES - ago
    quiet = slice(voiced - 8, voiced - 8 + QUIET_FRAMES)
    loud = _loud_blocks(frames, quiet=quiet, speech=slice(voiced, None), reach=ONSET_RANGE)
    return min(_edge(loud[::-1], ago * FRAME_BLOCKS, ONSET_GAP) * BLOCK, ONSET_REACH)


def end_of_speech(frames: Sequence[bytes], ago: int) -> int:
    """Return how many samples before the end of `frames` the speech ended.

    `frames` are the latest EDGE_FRAMES, of 640 bytes of pcm each; after the last one found to be speech come `ago`
    others, at least ten.
    """
    after = EDGE_FRAMES - ago
    loud = _loud_blocks(frames, quiet=slice(-QUIET_FRAMES, None), speech=slice(after), reach=END_RANGE)
    return (len(loud) - _edge(loud, after * FRAME_BLOCKS, END_GAP)) * BLOCK


def _loud_blocks(frames: Sequence[bytes], *, quiet: slice, speech: slice, reach: float) -> NDArray[np.bool_]:
    """Return which blocks are loud enough to belong to speech, given QUIET_FRAMES without any and some with it."""
    samples = to_array(b"".join(frames)).astype(np.float64).reshape(EDGE_FRAMES, FRAME_SAMPLES)
    ambience = samples[quiet].ravel()
    # Hum and direct current go on as they are in the quiet frames, so these are subtracted from all others.
    repeated = np.roll(ambience, quiet.indices(EDGE_FRAMES)[0] * FRAME_SAMPLES)
    blocks = _powers((samples.reshape(-1, repeated.size) - repeated).ravel())
    loudest = float(blocks.reshape(EDGE_FRAMES, FRAME_BLOCKS)[speech].max())
    return blocks > max(_noise(ambience) * ABOVE_NOISE, loudest * reach)


def _powers(samples: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the mean square of each block of what changes within LAG samples, which low noises hardly do."""
    changes = np.zeros_like(samples)
    np.subtract(samples[LAG:], samples[:-LAG], out=changes[LAG:])
    blocks = changes.reshape(-1, BLOCK)
    powers: NDArray[np.float64] = np.einsum("ij,ij->i", blocks, blocks) / BLOCK
    return powers


def _noise(ambience: NDArray[np.float64]) -> float:
    """Return the power that the noise has in the difference of two stretches, of which hum is no part."""
    without_50 = ambience[PERIOD_50_HZ:] - ambience[:-PERIOD_50_HZ]
    without_60 = ambience[PERIODS_60_HZ:] - ambience[:-PERIODS_60_HZ]
    return min(float(_powers(without_50).mean()), float(_powers(without_60).mean()))


def _edge(loud: NDArray[np.bool_], inside: int, gap: int) -> int:
    """Return where the loud blocks end that begin before `inside`, with at most `gap` between one and the next."""
    before = np.flatnonzero(loud[:inside])
    edge = int(before[-1]) + 1 if len(before) else inside
    while len(further := np.flatnonzero(loud[edge : edge + gap])):
        edge += int(further[-1]) + 1
    return edge
