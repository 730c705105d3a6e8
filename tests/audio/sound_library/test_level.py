from __future__ import annotations

import pytest

pytest.importorskip("numpy")
pytest.importorskip("pyloudnorm")
pytest.importorskip("soundfile")

import numpy as np
import pyloudnorm

from pytest_agentsim.audio import pcm
from pytest_agentsim.audio.sounds import BACKGROUND_SOUNDS, ONE_SHOT_SOUNDS, background, one_shot
from pytest_agentsim.audio.sounds.level import PEAK, REFERENCE, levelled
from pytest_agentsim.audio.sounds.loudness import loudness

RATE = 16_000
BLOCK, STEP = (
    6_400,
    1_600,
)  # samples: what the recommendation measures at once, and how far it goes on each time
GRID = 2**-15


def independent_loudness(sound: np.ndarray) -> float:
    """What another meter says of the whole blocks: it would take half of a block for a whole one."""
    followed_by_silence = np.pad(sound.astype(np.float64), (0, max(0, BLOCK - len(sound))))
    in_whole_blocks = followed_by_silence[: len(followed_by_silence) // STEP * STEP]
    return pyloudnorm.Meter(RATE, filter_class="DeMan").integrated_loudness(in_whole_blocks)


@pytest.mark.parametrize("name", BACKGROUND_SOUNDS)
def test_a_background_is_as_loud_as_all_others(name):
    assert independent_loudness(background(name, 0)) == pytest.approx(REFERENCE, abs=0.1)


@pytest.mark.parametrize("name", ONE_SHOT_SOUNDS)
def test_a_one_shot_sound_is_as_loud_as_all_others(name):
    assert independent_loudness(one_shot(name, 0)) == pytest.approx(REFERENCE, abs=0.1)


@pytest.mark.parametrize(("sounds", "make"), [(BACKGROUND_SOUNDS, background), (ONE_SHOT_SOUNDS, one_shot)])
def test_no_sound_has_a_peak_near_full_scale(sounds, make):
    assert {name: peak for name in sounds if (peak := np.abs(make(name, 0)).max()) > PEAK + GRID} == {}


def test_half_the_volume_is_six_decibels_less_whatever_the_sound():
    sound = background("keyboard-typing", 0)
    assert loudness(sound) - loudness(0.5 * sound) == pytest.approx(6.02, abs=0.01)


def noise(seconds: float, amplitude: float) -> np.ndarray:
    return amplitude * np.random.default_rng(1).standard_normal(round(seconds * RATE))


@pytest.mark.parametrize("amplitude", [1e-3, 0.05, 1.0])
def test_any_sound_is_brought_to_the_reference(amplitude):
    assert loudness(levelled(noise(2.0, amplitude))) == pytest.approx(REFERENCE, abs=0.1)


def test_the_peaks_of_a_spiky_sound_are_pressed_and_it_is_loud_enough_all_the_same():
    spiky = noise(3.0, 1.0) ** 5
    levelled_sound = levelled(spiky)
    assert np.abs(levelled_sound).max() <= PEAK + GRID
    assert loudness(levelled_sound) == pytest.approx(REFERENCE, abs=0.1)


def test_a_levelled_sound_survives_being_pcm():
    sound = levelled(noise(1.0, 0.3))
    assert np.array_equal(pcm.to_float(pcm.from_float(sound)), sound)


def test_silence_has_no_level():
    with pytest.raises(ValueError, match="silence"):
        levelled(np.zeros(RATE))
