"""How alike two sounds are: the distance between what can be measured of them, in dB."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from pytest_agentsim.audio.pcm import SAMPLE_RATE

WINDOW, STEP = 512, 320
BAND_EDGES = (0, *np.geomspace(100, 8_000, 19))  # Hz
TURN_EDGES = (0.1, 0.5, 1, 2, 4, 8, 16, 25.1)  # swings in a second
HEARD_FROM = 5  # the first band that counts for how loud it is at a moment


def traits(loop: np.ndarray) -> np.ndarray:
    """Return, in dB: the spectrum, how much each band swings, how fast the level swings, how tonal the sound is."""
    power = _spectrogram(loop)
    bands = _in_bands(power)
    share = bands.sum(axis=0) / bands.sum()
    swing = _decibels(bands + 1e-5 * bands.sum() / len(bands)).std(axis=0)
    return np.concatenate([_decibels(share + 1e-5), swing, _swings(bands), [_tonality(power)]])


def distance(one: np.ndarray, other: np.ndarray) -> float:
    return float(np.linalg.norm(one - other))


def _spectrogram(loop: np.ndarray) -> np.ndarray:
    round_and_more = np.concatenate([loop, loop[:WINDOW]])
    windows = np.lib.stride_tricks.sliding_window_view(round_and_more, WINDOW)[::STEP]
    return np.abs(np.fft.rfft(windows * np.hanning(WINDOW), axis=1)) ** 2


def _in_bands(power: np.ndarray) -> np.ndarray:
    frequencies = np.fft.rfftfreq(WINDOW, 1 / SAMPLE_RATE)
    return np.add.reduceat(power, np.searchsorted(frequencies, BAND_EDGES[:-1]), axis=1)


def _swings(bands: np.ndarray) -> np.ndarray:
    level = np.sqrt(bands[:, HEARD_FROM:].sum(axis=1))
    spectrum = (np.abs(np.fft.rfft(level / level.mean())) / len(level)) ** 2
    rates = np.fft.rfftfreq(len(level), STEP / SAMPLE_RATE)
    return _decibels(
        np.array([spectrum[(low <= rates) & (rates < high)].sum() for low, high in pairwise(TURN_EDGES)])
        + 1e-4
    )


def _tonality(power: np.ndarray) -> float:
    """Return how far the spectrum is from a flat one: noise is near 0, a tone far below."""
    heard = power[:, 10:] + 1e-12 * power.max()
    flatness = np.exp(np.log(heard).mean(axis=1)) / heard.mean(axis=1)
    return float(_decibels(np.average(flatness, weights=power.sum(axis=1))))


def _decibels(power: np.ndarray) -> np.ndarray:
    return 10 * np.log10(power)
