"""How high the agent's voice is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_agentsim.metrics.measured_call import MeasuredCall
from pytest_agentsim.metrics.pitch import average_pitch
from pytest_agentsim.metrics.yin import FRAME, fundamental_frequencies
from tests.metrics.audio import noise, recorded, silence, sine, voice
from tests.metrics.calls import a_text_call, a_voice_call

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_agentsim.result import CallResult


def speaking(start: float = 1.0, end: float = 3.0) -> CallResult:
    return a_voice_call(("agent", start, end, "Hello"), duration=end + 1)


@pytest.mark.parametrize("pitch", [62, 85, 120, 155.5, 220, 333, 480])
@pytest.mark.parametrize("made", [voice, sine])
def test_the_pitch_of_a_steady_voice_is_its_fundamental(made, pitch: float, value_of, tmp_path: Path) -> None:
    path = recorded(tmp_path / "call.wav", agent=np.concatenate([silence(1), made(pitch, 2), silence(1)]))
    value = value_of("average_pitch", speaking(), path)
    assert value.value == pytest.approx(pitch, rel=0.005)
    assert value.details["median"] == pytest.approx(pitch, rel=0.005)


def test_the_average_is_over_what_is_voiced(value_of, tmp_path: Path) -> None:
    agent = np.concatenate([voice(100, 1), noise(1, 0.02), silence(1), voice(200, 1)])
    value = value_of("average_pitch", speaking(0, 4), recorded(tmp_path / "call.wav", agent=agent))
    assert value.value == pytest.approx(150, rel=0.02)
    assert (value.details["p5"], value.details["p95"]) == (
        pytest.approx(100, rel=0.01),
        pytest.approx(200, rel=0.01),
    )


def test_a_voice_whose_fundamental_is_missing_has_its_pitch(value_of, tmp_path: Path) -> None:
    # As over a telephone line, which leaves out what is below 300 Hz.
    agent = sum(sine(120 * each, 4, 0.05) for each in range(3, 20))
    value = value_of("average_pitch", speaking(), recorded(tmp_path / "call.wav", agent=np.asarray(agent)))
    assert value.value == pytest.approx(120, rel=0.005)


def test_a_voice_in_noise_has_its_pitch(value_of, tmp_path: Path) -> None:
    agent = voice(120, 4, 0.3) + noise(4, 0.01)
    value = value_of("average_pitch", speaking(), recorded(tmp_path / "call.wav", agent=agent))
    assert value.value == pytest.approx(120, rel=0.01)


def test_what_the_caller_says_is_not_the_agents(value_of, tmp_path: Path) -> None:
    path = recorded(tmp_path / "call.wav", agent=voice(120, 4), caller=voice(240, 4, 0.5))
    assert value_of("average_pitch", speaking(), path).value == pytest.approx(120, rel=0.005)


def test_noise_has_no_pitch(value_of, tmp_path: Path) -> None:
    value = value_of("average_pitch", speaking(), recorded(tmp_path / "call.wav", agent=noise(4, 0.1)))
    assert value.outcome.value == "not measurable"
    assert "hardly any of the agent's speech is voiced" in value.reason


def test_a_sound_of_a_few_milliseconds_has_no_pitch(value_of, tmp_path: Path) -> None:
    path = recorded(tmp_path / "call.wav", agent=voice(120, 4))
    value = value_of("average_pitch", speaking(1, 1.03), path)
    assert value.reason == "the agent has not spoken for long enough to have a pitch"


def test_without_a_recording_there_is_no_pitch(value_of) -> None:
    assert value_of("average_pitch", a_text_call(("agent", 0.0, "Hi"))).outcome.value == "skipped"
    assert value_of("average_pitch", speaking()).outcome.value == "skipped"


def test_a_truncated_recording_has_no_pitch(value_of, tmp_path: Path) -> None:
    value = value_of("average_pitch", speaking(), recorded(tmp_path / "call.wav", agent=voice(120, 1.5)))
    assert value.outcome.value == "not measurable"


def test_a_long_call_is_measured_at_2000_places(value_of, tmp_path: Path) -> None:
    path = recorded(tmp_path / "call.wav", agent=np.tile(voice(120, 1), 100))
    value = value_of("average_pitch", speaking(0, 100), path)
    assert value.value == pytest.approx(120, rel=0.005)
    assert int(value.explanation[0].split()[-1]) <= 2000


@pytest.mark.parametrize(
    "frames",
    [np.zeros((3, FRAME)), np.full((3, FRAME), 7), np.full((3, FRAME), np.nan), np.empty((0, FRAME))],
)
def test_what_does_not_vibrate_has_no_fundamental(frames) -> None:
    assert not np.isfinite(fundamental_frequencies(frames.astype(np.float32))).any()


@settings(max_examples=20, deadline=None)
@given(st.floats(70, 450), st.floats(0.01, 0.9), st.integers(0, 500))
def test_neither_gain_nor_time_change_the_pitch(
    tmp_path_factory, pitch: float, gain: float, samples: int
) -> None:
    folder = tmp_path_factory.mktemp("pitch")
    agent = np.concatenate([np.zeros(samples), voice(pitch, 1, 1.0)])
    start = samples / 16_000
    path = recorded(folder / "call.wav", agent=agent, gain=gain)
    assert average_pitch(MeasuredCall(speaking(start, start + 1), path)).value == pytest.approx(
        pitch, rel=0.005
    )
