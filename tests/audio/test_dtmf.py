"""Keys as tones, and tones as keys."""

from __future__ import annotations

import shutil
import subprocess

import numpy as np
import pytest
import soxr

from pytest_agentsim.audio.dtmf import HIGH, KEYS, LOW, tones
from pytest_agentsim.audio.pcm import (
    SAMPLE_RATE,
    SILENCE,
    duration,
    from_float,
    level,
    to_array,
    to_float,
)

# --- making tones -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", KEYS)
def test_a_key_sounds_at_its_two_frequencies(key):
    audio = to_float(tones(key, tone=1.0, pause=0))
    spectrum = np.abs(np.fft.rfft(audio))  # 1 Hz apart
    loudest = sorted(np.argsort(spectrum)[-2:])
    assert loudest == [LOW[KEYS.index(key) // 4], HIGH[KEYS.index(key) % 4]]


def test_the_high_tone_is_two_decibels_louder():
    low, high = np.abs(np.fft.rfft(to_float(tones("1", tone=1.0, pause=0))))[[697, 1209]]
    assert 20 * np.log10(high / low) == pytest.approx(2.0, abs=0.1)


def test_each_key_is_followed_by_its_pause():
    audio = tones("12")
    assert duration(audio) == pytest.approx(0.4)
    pause = 2 * SAMPLE_RATE // 10
    assert not any(audio[pause : 2 * pause])
    assert not any(audio[3 * pause :])
    assert level(audio[:pause]) == pytest.approx(-13.0, abs=0.5)


def test_tones_begin_and_end_softly():
    audio = to_array(tones("5", pause=0)).astype(int)
    assert abs(audio[:8]).max() < 0.1 * abs(audio).max() > abs(audio[-8:]).max()


def test_characters_that_are_no_keys_are_left_out():
    assert tones("1x 2-e") == tones("12")
    assert tones("hello") == b""


def test_tones_that_would_clip_are_refused():
    loudest = to_array(tones("5", level=-7.0)).astype(int)
    assert abs(loudest).max() < 32767
    with pytest.raises(ValueError, match=r"-6\.0 dBFS would clip"):
        tones("5", level=-6.0)


# --- what others read -------------------------------------------------------------------------------------------

MULTIMON = shutil.which("multimon-ng")


@pytest.mark.skipif(MULTIMON is None, reason="multimon-ng is not installed (Debian has it)")
@pytest.mark.parametrize("keys", ["1234567890*#", "ABCD", "5559876", "0000", "159#"])
def test_an_independent_decoder_reads_the_keys(tmp_path, keys):
    # It wants 22,050 samples a second.
    samples = soxr.resample(to_float(SILENCE * 10 + tones(keys) + SILENCE * 10), SAMPLE_RATE, 22_050)
    (tmp_path / "keys.raw").write_bytes(from_float(samples))
    told = subprocess.run(
        [MULTIMON, "-q", "-a", "DTMF", "-t", "raw", tmp_path / "keys.raw"],
        capture_output=True, text=True, timeout=30, check=True,
    ).stdout  # fmt: skip
    assert "".join(line.removeprefix("DTMF: ") for line in told.splitlines()) == keys
