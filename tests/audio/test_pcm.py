"""The audio format, and what is computed on it."""

from __future__ import annotations

import math
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_agentsim.audio import pcm
from tests.audio.sounds import PROMPTS, at_level, prompt, silence

samples = st.lists(st.integers(-32_768, 32_767), max_size=700).map(
    lambda values: np.array(values, dtype="<i2")
)
some_pcm = samples.map(lambda values: values.tobytes())
levels = st.floats(-60, 0)


def sine(level: float, seconds: float = 1.0) -> bytes:
    return pcm.from_float(
        at_level(np.sin(2 * np.pi * 440 * np.arange(pcm.samples_in(seconds)) / 16_000), level)
    )


def tone(seconds: float, level: float) -> bytes:
    """A sine of 200 Hz, its level in dB below full scale."""
    count = int(seconds * 16_000)
    return pcm.from_float(
        np.sin(np.arange(count) * 2 * np.pi * 200 / 16_000).astype(np.float32) * 10 ** (level / 20)
    )


@pytest.mark.parametrize(("level", "end"), [(-30.0, 0.6), (-45.0, 0.5)])
def test_what_rings_out_softly_is_no_part_of_the_words(level: float, end: float) -> None:
    assert pcm.end_of_words(tone(0.5, -3.0) + tone(0.1, level) + bytes(3200)) / 16_000 == pytest.approx(
        end, abs=0.002
    )


def test_a_soft_last_syllable_is_measured_by_itself() -> None:
    spoken = tone(1.0, -3.0) + bytes(9600) + tone(0.2, -42.0)
    assert pcm.end_of_words(spoken) / 16_000 == pytest.approx(1.5, abs=0.002)


def test_silence_has_no_words() -> None:
    assert pcm.end_of_words(b"") == pcm.end_of_words(bytes(640)) == 0


def test_the_constants_of_the_format_belong_together() -> None:
    assert pcm.FRAME_SAMPLES == pcm.SAMPLE_RATE * pcm.FRAME_SECONDS
    assert len(pcm.SILENCE) == pcm.FRAME_BYTES == 2 * pcm.FRAME_SAMPLES
    assert not any(pcm.SILENCE)


def test_the_module_needs_no_resampler_to_be_imported() -> None:
    blocked = "import sys; sys.modules['soxr'] = None; import pytest_agentsim.audio.pcm"
    subprocess.run([sys.executable, "-c", blocked], check=True, timeout=60)


@given(st.integers(0, 10**9))
def test_seconds_and_samples_are_each_other_s_inverse(count: int) -> None:
    assert pcm.samples_in(pcm.seconds_of(count)) == count


@given(some_pcm)
def test_a_duration_is_that_of_the_samples(audio: bytes) -> None:
    assert pcm.duration(audio) == len(audio) / 2 / 16_000


@given(some_pcm)
def test_floats_and_back_is_the_same_audio(audio: bytes) -> None:
    assert pcm.from_float(pcm.to_float(audio)) == audio


@given(some_pcm)
def test_floats_lie_within_one(audio: bytes) -> None:
    floats = pcm.to_float(audio)
    assert floats.dtype == np.float32
    assert all(-1 <= value < 1 for value in floats)


@given(st.lists(st.floats(-1e6, 1e6), max_size=50))
def test_floats_beyond_the_range_are_clipped_and_never_wrap(values: list[float]) -> None:
    for value, sample in zip(values, pcm.to_array(pcm.from_float(np.array(values))), strict=True):
        assert sample == min(max(round(value * 32_768), -32_768), 32_767)


def test_half_a_sample_is_refused() -> None:
    with pytest.raises(ValueError):
        pcm.to_array(b"\0\0\0")


@pytest.mark.parametrize("empty", [b"", bytes(2), pcm.SILENCE], ids=["nothing", "one sample", "a frame"])
def test_silence_has_no_level(empty: bytes) -> None:
    assert pcm.level(empty) == pcm.speech_level(empty) == -math.inf


def test_a_full_scale_square_wave_has_no_decibels() -> None:
    assert pcm.level(np.full(1_000, -32_768, dtype="<i2").tobytes()) == 0.0


@pytest.mark.parametrize("level", [-60, -20, -3.1])
def test_a_level_is_the_root_mean_square(level: float) -> None:
    assert pcm.level(sine(level)) == pytest.approx(level, abs=0.05)


@given(some_pcm.filter(any))
def test_speech_is_at_least_as_loud_as_the_whole(audio: bytes) -> None:
    assert pcm.speech_level(audio) >= pcm.level(audio) - 1e-9


@pytest.mark.parametrize("pause", [0.02, 3.0, 30.0])
def test_pauses_do_not_lower_the_speech_level(pause: float) -> None:
    speech = sine(-20)
    assert pcm.speech_level(speech + pcm.from_float(silence(pause)) + speech) == pytest.approx(-20, abs=0.05)


@pytest.mark.parametrize("name", PROMPTS)
@pytest.mark.parametrize("level", [-45, -30, -20])
def test_normalised_speech_has_the_level_that_was_asked_for(name: str, level: float) -> None:
    audio = pcm.normalised(pcm.from_float(prompt(name, -27)), level)
    assert pcm.speech_level(audio) == pytest.approx(level, abs=0.3)


@given(some_pcm.filter(any), levels)
def test_normalising_never_clips_and_keeps_the_length(audio: bytes, level: float) -> None:
    result = pcm.normalised(audio, level)
    before, after = pcm.to_array(audio).astype(float), pcm.to_array(result).astype(float)
    assert len(after) == len(before)
    peak = np.argmax(np.abs(before))
    ratio = after[peak] / before[peak]
    # Clipped, the loudest sample would be lower than its share of the others.
    slack = 0.5 * abs(before) / abs(before[peak]) + 0.5
    assert np.all(np.abs(after - before * ratio) <= slack + 1e-6)


def test_normalising_leaves_silence_alone() -> None:
    assert pcm.normalised(pcm.SILENCE) == pcm.SILENCE
    assert pcm.normalised(b"") == b""


@given(some_pcm)
def test_a_gain_of_one_changes_nothing(audio: bytes) -> None:
    assert pcm.amplified(audio, 1.0) == audio


@given(samples, st.floats(0, 4))
def test_a_gain_multiplies_each_sample_and_clips(values: np.ndarray, ratio: float) -> None:
    result = pcm.to_array(pcm.amplified(values.tobytes(), ratio))
    wanted = np.clip(values.astype(float) * ratio, -32_768, 32_767)
    assert np.all(np.abs(result - wanted) <= 0.5 + 1e-6)


@given(samples, st.floats(0, 4))
def test_the_clipped_share_is_what_a_gain_has_changed_beyond_rounding(
    values: np.ndarray, ratio: float
) -> None:
    exact = np.rint(values * ratio)
    expected = np.mean(np.clip(exact, -32_768, 32_767) != exact) if len(values) else 0.0
    assert pcm.clipped_share(values.tobytes(), ratio) == expected


@given(samples.filter(lambda values: np.any(values != 0)), st.integers(0, 400), st.integers(0, 400))
def test_trimming_leaves_ten_milliseconds_of_silence_around_what_is_heard(
    values: np.ndarray, before: int, after: int
) -> None:
    audio = bytes(2 * before) + values.tobytes() + bytes(2 * after)
    result = pcm.trimmed(audio)
    assert result in audio
    assert pcm.trimmed(result) == result, "trimming twice takes away more"
    every = np.abs(pcm.to_array(audio).astype(int))
    heard = np.flatnonzero(every > every.max() * 10**-2.5)
    start, end = max(0, heard[0] - 160), heard[-1] + 1 + 160
    assert result == audio[2 * start : 2 * end]


def test_nothing_is_left_of_silence() -> None:
    assert pcm.trimmed(pcm.SILENCE) == b""
    assert pcm.trimmed(b"") == b""


def test_noise_far_below_the_speech_is_trimmed() -> None:
    hiss = pcm.line_noise(1, -75.0)
    assert pcm.duration(pcm.trimmed(hiss + sine(-12, 0.5) + hiss)) == pytest.approx(0.52, abs=0.001)


@pytest.mark.parametrize("rate", [8_000, 22_050, 24_000, 44_100, 48_000])
def test_resampled_speech_keeps_its_length_pitch_and_level(rate: int) -> None:
    tone = (0.5 * np.sin(2 * np.pi * 440 * np.arange(rate) / rate)).astype(np.float32)
    result = pcm.resampled(tone, rate)
    assert result.dtype == np.float32
    assert len(result) == pytest.approx(16_000, abs=2)
    middle = result[4_000:12_000]
    assert np.sqrt(np.mean(middle**2)) == pytest.approx(0.5 / math.sqrt(2), rel=0.01)
    assert np.argmax(np.abs(np.fft.rfft(middle))) == 220


def test_audio_at_the_right_rate_is_not_resampled() -> None:
    tone = np.array([0.1, -0.3], dtype=np.float32)
    assert pcm.resampled(tone, 16_000) is tone


@given(st.integers(0, 2**32), st.floats(-80, -25))
def test_line_noise_lasts_a_second_and_has_its_level(seed: int, level: float) -> None:
    audio = pcm.line_noise(seed, level)
    assert pcm.duration(audio) == 1.0
    assert pcm.level(audio) == pytest.approx(level, abs=0.5)


def test_line_noise_is_the_same_for_the_same_seed_only() -> None:
    assert pcm.line_noise(5) == pcm.line_noise(5)
    assert pcm.line_noise(5) != pcm.line_noise(6)


@pytest.mark.parametrize("seed", range(5))
def test_line_noise_loops_without_a_seam(seed: int) -> None:
    audio = pcm.to_array(pcm.line_noise(seed, -40)).astype(float)
    # Two rounds have energy at whole Hz only; a seam would spread it to those in between.
    spectrum = np.abs(np.fft.rfft(np.tile(audio, 2)))
    assert spectrum[1::2].max() < spectrum.max() * 1e-9
    steps = np.abs(np.diff(np.append(audio, audio[0])))
    assert steps[-1] <= np.quantile(steps, 0.9999)
    # Above the band there is rounding noise only.
    assert spectrum[14_100:].max() < spectrum[:14_000].max() / 100
