"""Where exactly speech starts and ends within the frames around the moment at which that was noticed."""

from __future__ import annotations

import numpy as np
import pytest

from pytest_agentsim.audio.pcm import FRAME_SAMPLES, samples_in
from pytest_agentsim.audio.speech_edges import EDGE_FRAMES, end_of_speech, onset_of_speech
from tests.audio.sounds import frames, hum, noise, voice

WHOLE = EDGE_FRAMES * FRAME_SAMPLES
MS = 16
BACKGROUNDS = {
    "nothing": np.zeros(WHOLE),
    "hum of 50 Hz": hum(50, -20, 0.4),
    "hum of 60 Hz": hum(60, -20, 0.4),
    "direct current": np.full(WHOLE, 0.2),
    "noise": noise("pink", -50, 0.4),
}


def late_voice(samples: int) -> np.ndarray:
    sound = np.zeros(WHOLE)
    sound[WHOLE - samples :] = voice(1)[:samples]
    return sound


@pytest.mark.parametrize("background", BACKGROUNDS)
@pytest.mark.parametrize("samples", range(700, 1_281, 83))
def test_an_onset_is_found_in_the_first_frame_of_speech_or_shortly_before(
    background: str, samples: int
) -> None:
    found = onset_of_speech(frames(late_voice(samples) + BACKGROUNDS[background]), ago=3)
    assert found == pytest.approx(samples, abs=2 * MS)


def test_breath_more_than_80_milliseconds_before_the_end_is_no_part_of_the_speech() -> None:
    sound = late_voice(1_000)
    sound[WHOLE - 1_800 : WHOLE - 1_000] = noise("white", -40, 0.05)
    assert onset_of_speech(frames(sound), ago=3) == samples_in(0.08)


@pytest.mark.parametrize("background", BACKGROUNDS)
@pytest.mark.parametrize("samples", range(3_000, 3_340, 53))
def test_an_end_is_found_in_the_last_frame_of_speech_or_shortly_after(background: str, samples: int) -> None:
    sound = late_voice(samples)[::-1]
    sound = sound + BACKGROUNDS[background]
    assert WHOLE - end_of_speech(frames(sound), ago=11) == pytest.approx(samples, abs=2 * MS)


def test_a_knock_long_before_the_speech_is_no_part_of_it() -> None:
    sound = late_voice(800)
    sound[WHOLE - 1_150 : WHOLE - 1_130] = 0.5
    assert onset_of_speech(frames(sound), ago=3) == pytest.approx(800, abs=2 * MS)
