"""How loud and how clean the agent's audio is."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_agentsim.metrics.level import agent_clipping, agent_level, agent_snr
from pytest_agentsim.metrics.measured_call import MeasuredCall
from pytest_agentsim.result import Event, EventKind
from tests.metrics.audio import RATE, noise, recorded, silence, sine
from tests.metrics.calls import a_text_call, a_voice_call, with_events

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_agentsim.result import CallResult

NAMES = ("agent_level", "agent_clipping", "agent_snr")


def speaking(start: float = 1.0, end: float = 3.0) -> CallResult:
    return a_voice_call(("agent", start, end, "Hello"), duration=end + 1)


@pytest.mark.parametrize("name", NAMES)
def test_without_a_recording_nothing_is_said(name: str, value_of) -> None:
    assert value_of(name, a_text_call(("agent", 0.0, "Hi"))).reason == "a text call has no audio"
    assert value_of(name, speaking()).reason == "the call has no recording"


@pytest.mark.parametrize("name", NAMES)
def test_of_an_agent_that_says_nothing_neither(name: str, value_of, tmp_path: Path) -> None:
    path = recorded(tmp_path / "call.wav", agent=silence(2))
    call = a_voice_call(("caller", 0, 1, "Hi"), duration=2)
    assert value_of(name, call, path).reason == "the agent has said nothing"


@pytest.mark.parametrize("name", NAMES)
def test_a_recording_that_ends_too_early_is_no_evidence(name: str, value_of, tmp_path: Path) -> None:
    path = recorded(tmp_path / "call.wav", agent=sine(440, 2))
    value = value_of(name, speaking(1, 3), path)
    assert value.outcome.value == "not measurable"
    assert value.reason == "the recording ends after 2.0 s, but the agent spoke until 3.0 s"


@pytest.mark.parametrize("name", NAMES)
def test_a_silent_recording_is_no_evidence(name: str, value_of, tmp_path: Path) -> None:
    path = recorded(tmp_path / "call.wav", agent=silence(4))
    assert value_of(name, speaking(), path).reason == "the recording is silent where the agent spoke"


@pytest.mark.parametrize("name", NAMES)
def test_what_is_no_recording_is_no_evidence(name: str, value_of, tmp_path: Path) -> None:
    path = tmp_path / "call.wav"
    path.write_bytes(b"RIFF")
    value = value_of(name, speaking(), path)
    assert value.outcome.value == "not measurable"
    assert "cannot be read as a recording" in value.reason


def test_the_level_of_a_sine_is_3_db_below_its_peak(value_of, tmp_path: Path) -> None:
    path = recorded(tmp_path / "call.wav", agent=np.concatenate([silence(1), sine(400, 2, 0.1), silence(1)]))
    value = value_of("agent_level", speaking(), path)
    assert value.value == pytest.approx(20 * math.log10(0.1 / math.sqrt(2)), abs=0.01)
    assert value.details["peak"] == pytest.approx(-20, abs=0.01)


def test_pauses_within_its_speech_do_not_make_the_agent_quieter(value_of, tmp_path: Path) -> None:
    agent = np.concatenate([silence(1), sine(400, 0.5), silence(1), sine(400, 0.5), silence(1)])
    path = recorded(tmp_path / "call.wav", agent=agent)
    value = value_of("agent_level", speaking(1, 3), path)
    assert value.value == pytest.approx(20 * math.log10(0.1 / math.sqrt(2)), abs=0.05)


def test_what_the_caller_sends_is_not_the_agents(value_of, tmp_path: Path) -> None:
    path = recorded(tmp_path / "call.wav", agent=sine(400, 4, 0.01), caller=sine(300, 4, 0.9))
    assert value_of("agent_level", speaking(), path).details["peak"] == pytest.approx(-40, abs=0.1)


def test_clipping_is_the_share_of_samples_in_runs_at_full_scale(value_of, tmp_path: Path) -> None:
    # A square wave of 100 samples a half: 1 s of it, and 1 s of a tone that is far from it.
    square = np.tile(np.repeat([1.0, -1.0], 100), RATE // 200)
    path = recorded(tmp_path / "call.wav", agent=np.concatenate([silence(1), square, sine(400, 1)]))
    value = value_of("agent_clipping", speaking(1, 3), path)
    assert value.value == 0.5
    assert [(each.text, each.time) for each in value.evidence] == [("50.00% of 2.0 s is clipped", 1)]


@pytest.mark.parametrize(("run", "share"), [(2, 0.0), (3, 0.03)])
def test_a_sample_or_two_at_full_scale_are_not_clipped(
    run: int, share: float, value_of, tmp_path: Path
) -> None:
    block = np.concatenate([np.full(run, 1.0), np.full(100 - run, 0.1)])
    path = recorded(tmp_path / "call.wav", agent=np.tile(block, 4 * RATE // 100))
    assert value_of("agent_clipping", speaking(1, 3), path).value == pytest.approx(share)


def test_an_overdriven_sine_is_clipped_for_as_long_as_it_would_be_louder(value_of, tmp_path: Path) -> None:
    path = recorded(tmp_path / "call.wav", agent=sine(100, 4, 2.0))
    # |2 sin| > 1 for two thirds of the time.
    assert value_of("agent_clipping", speaking(), path).value == pytest.approx(2 / 3, abs=0.02)


def test_the_snr_is_that_of_what_was_mixed(value_of, tmp_path: Path) -> None:
    agent = np.concatenate([silence(1), sine(400, 2, 0.1), silence(1)]) + noise(4, 0.005)
    value = value_of("agent_snr", speaking(), recorded(tmp_path / "call.wav", agent=agent))
    assert value.value == pytest.approx(20 * math.log10(0.1 / math.sqrt(2) / 0.005), abs=0.3)
    assert value.details["noise"] == pytest.approx(20 * math.log10(0.005), abs=0.3)


def test_keys_of_the_agent_are_no_noise(value_of, tmp_path: Path) -> None:
    agent = np.concatenate([silence(1), sine(400, 2, 0.1), silence(1), sine(900, 2, 0.2)]) + noise(6, 0.005)
    keys = Event(6, EventKind.AGENT_TURN, {"text": "DTMF: 1", "keys": "1", "spans": [[4, 6]], "number": 2})
    path = recorded(tmp_path / "call.wav", agent=agent)
    value = value_of("agent_snr", with_events(speaking(), keys), path)
    assert value.details["noise"] == pytest.approx(20 * math.log10(0.005), abs=0.3)


def test_of_an_agent_that_sends_nothing_between_its_words_no_noise_is_known(value_of, tmp_path: Path) -> None:
    path = recorded(tmp_path / "call.wav", agent=np.concatenate([silence(1), sine(400, 2), silence(1)]))
    value = value_of("agent_snr", speaking(), path)
    assert (value.outcome.value, value.reason.split(" between ")[0]) == (
        "skipped",
        "the agent sends next to no sound",
    )


def test_speech_that_is_no_louder_than_the_noise_has_no_ratio(value_of, tmp_path: Path) -> None:
    agent = np.concatenate([noise(1, 0.1), noise(2, 0.01), noise(1, 0.1)])
    value = value_of("agent_snr", speaking(), recorded(tmp_path / "call.wav", agent=agent))
    assert value.outcome.value == "not measurable"


@settings(max_examples=15, deadline=None)
@given(st.floats(-20, 15))
def test_a_gain_moves_the_level_and_leaves_the_ratio(tmp_path_factory, decibels: float) -> None:
    folder = tmp_path_factory.mktemp("gain")
    agent = np.concatenate([silence(1), sine(400, 2, 0.1), silence(1)]) + noise(4, 0.005)
    plain = MeasuredCall(speaking(), recorded(folder / "plain.wav", agent=agent))
    other = MeasuredCall(speaking(), recorded(folder / "other.wav", agent=agent, gain=10 ** (decibels / 20)))
    assert agent_level(other).value - agent_level(plain).value == pytest.approx(decibels, abs=0.02)
    assert agent_snr(other).value == pytest.approx(agent_snr(plain).value, abs=0.1)
    assert agent_clipping(other).value == 0


@settings(max_examples=10, deadline=None)
@given(st.integers(1, 200), st.integers(0, 200))
def test_when_it_was_said_and_what_followed_make_no_difference(
    tmp_path_factory, before: int, after: int
) -> None:
    folder = tmp_path_factory.mktemp("shift")
    said = sine(400, 1, 0.1) + noise(1, 0.01)
    plain = MeasuredCall(speaking(0, 1), recorded(folder / "plain.wav", agent=said))
    shifted = np.concatenate([silence(before / 50), said, silence(after / 50)])
    other = MeasuredCall(
        speaking(before / 50, 1 + before / 50), recorded(folder / "other.wav", agent=shifted)
    )
    assert agent_level(other).value == pytest.approx(agent_level(plain).value, abs=0.001)
    assert agent_clipping(other).value == agent_clipping(plain).value
