from __future__ import annotations

import pytest

pytest.importorskip("numpy")
pytest.importorskip("soundfile")

import numpy as np

from pytest_agentsim.audio.sounds import BACKGROUND_SOUNDS, ONE_SHOT_SOUNDS, background, one_shot

NEIGHBOURHOOD = 480  # samples on either side of the seam


def roughness(sound: np.ndarray) -> np.ndarray:
    """How far each sample is from the straight line through its neighbours."""
    return np.abs(np.diff(sound.astype(np.float64), 2))


def seam(loop: np.ndarray, width: int) -> np.ndarray:
    """What is heard where one round of a loop ends and the next begins."""
    return np.concatenate([loop[-width:], loop[:width]])


@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize("name", BACKGROUND_SOUNDS)
def test_a_background_has_no_seam(name, seed):
    around = roughness(seam(background(name, seed), NEIGHBOURHOOD))
    middle = slice(NEIGHBOURHOOD - 3, NEIGHBOURHOOD + 1)
    assert around[middle].max() <= 1.2 * np.delete(around, np.r_[middle]).max()


def test_a_seam_would_be_noticed():
    cut = background("ship-humming", 0)[:100_000]
    around = roughness(seam(cut, NEIGHBOURHOOD))
    middle = slice(NEIGHBOURHOOD - 3, NEIGHBOURHOOD + 1)
    assert around[middle].max() > 1.2 * np.delete(around, np.r_[middle]).max()


@pytest.mark.parametrize("name", BACKGROUND_SOUNDS)
def test_a_background_goes_on_long_enough_not_to_be_known_by_heart(name):
    assert 10 <= len(background(name, 0)) / 16_000 <= 30


@pytest.mark.parametrize("name", ONE_SHOT_SOUNDS)
def test_a_one_shot_sound_begins_and_ends_without_a_click(name):
    sound = np.abs(one_shot(name, 0))
    assert max(sound[0], sound[-1]) < 1e-3
