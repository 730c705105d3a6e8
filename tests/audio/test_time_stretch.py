from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("numpy")

import numpy as np

from pytest_agentsim.audio.pcm import from_float, level
from pytest_agentsim.audio.time_stretch import stretched
from tests.audio.pitch import pitch
from tests.audio.sounds import prompt, voice

RATIOS = [0.3, 0.5, 0.8, 1.25, 2.0, 4.0, 10.0]


def a_voice(seconds: float = 1.0) -> np.ndarray:
    return voice(seconds).astype(np.float32)


def test_as_long_as_before_is_left_as_it_is():
    samples = a_voice()
    assert stretched(samples, 1.0) is samples


@pytest.mark.parametrize("ratio", RATIOS)
def test_a_voice_lasts_that_much_longer_at_the_same_pitch_and_level(ratio):
    samples = prompt("appointment").astype(np.float32)
    longer = stretched(samples, ratio)
    assert len(longer) == round(len(samples) * ratio)
    assert longer.dtype == np.float32
    assert pitch(from_float(longer)) == pytest.approx(pitch(from_float(samples)), rel=0.03)
    assert level(from_float(longer)) == pytest.approx(level(from_float(samples)), abs=1.0)


@pytest.mark.parametrize("ratio", RATIOS)
def test_what_is_said_keeps_its_order_and_its_pauses(ratio):
    samples = prompt("greeting").astype(np.float32)
    longer = stretched(samples, ratio)
    assert _outline(longer) == pytest.approx(_outline(samples), abs=0.02)


def test_the_same_samples_give_the_same_result():
    samples = prompt("yes").astype(np.float32)
    assert np.array_equal(stretched(samples, 1.7), stretched(samples, 1.7))


@settings(deadline=None, max_examples=50)
@given(length=st.integers(0, 3_000), ratio=st.floats(0.05, 20.0))
def test_any_length_can_be_stretched_by_any_ratio(length, ratio):
    samples = a_voice(0.2)[:length]
    longer = stretched(samples, ratio)
    assert len(longer) == round(len(samples) * ratio)
    assert not len(longer) or np.abs(longer).max() <= 1.5 * np.abs(samples).max()


@pytest.mark.parametrize("ratio", [0.0, -1.0, float("nan")])
def test_a_ratio_is_positive(ratio):
    with pytest.raises(ValueError, match="positive ratio"):
        stretched(a_voice(), ratio)


def _outline(samples: np.ndarray) -> list[float]:
    """The share of the energy in each tenth of a sound."""
    energies = [float(np.sum(part.astype(float) ** 2)) for part in np.array_split(samples, 10)]
    return [each / sum(energies) for each in energies]
