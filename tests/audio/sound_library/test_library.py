from __future__ import annotations

import hashlib
import subprocess
import sys

import pytest

pytest.importorskip("numpy")

import numpy as np

from pytest_agentsim.audio import sounds
from pytest_agentsim.audio.sounds import SoundError, library

SOME = "vacuum-cleaner"


def test_a_sound_is_mono_at_full_scale_one():
    sound = sounds.background(SOME, 1)
    assert (sound.dtype, sound.ndim) == (np.float32, 1)
    assert np.abs(sound).max() < 0.9


def test_the_same_name_and_seed_share_one_array():
    assert sounds.background(SOME, 1) is sounds.background(SOME, 1)
    assert sounds.one_shot("beep", 1) is sounds.one_shot("beep", 1)


def test_nobody_can_change_what_others_hear():
    with pytest.raises(ValueError, match="read-only"):
        sounds.background(SOME, 1)[0] = 1.0


def test_another_seed_is_another_sound():
    assert not np.array_equal(sounds.background(SOME, 1), sounds.background(SOME, 2))


def test_another_process_makes_the_same_bytes():
    script = (
        "import hashlib; from pytest_agentsim.audio import sounds;"
        f"print(hashlib.sha256(sounds.background({SOME!r}, 3).tobytes()).hexdigest())"
    )
    elsewhere = subprocess.check_output([sys.executable, "-c", script], text=True).strip()
    library._background.cache_clear()
    assert hashlib.sha256(sounds.background(SOME, 3).tobytes()).hexdigest() == elsewhere


def test_a_one_shot_sound_in_the_background_comes_again_after_a_pause():
    once, again = sounds.one_shot("beep", 1), sounds.background("beep", 1)
    assert np.array_equal(again[: len(once)], once)
    assert len(again) == len(once) + 2 * 16_000
    assert not again[len(once) :].any()


@pytest.mark.parametrize("make", [sounds.background, sounds.one_shot])
def test_an_unknown_name_is_told_with_those_that_are_known(make):
    with pytest.raises(SoundError, match=r"there is no sound 'moon-base': known are "):
        make("moon-base", 1)


def test_the_memory_that_sounds_take_is_bounded():
    assert library._background.cache_info().maxsize <= 64
    assert library._one_shot.cache_info().maxsize <= 64


def test_a_name_that_is_nearly_right_is_told():
    with pytest.raises(SoundError, match="vacuum-cleaner"):
        sounds.background("vacum-cleaner", 1)
