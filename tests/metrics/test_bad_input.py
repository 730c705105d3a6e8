"""What is broken is told in a sentence, by every metric."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
import soundfile

from pytest_agentsim.audio.pcm import to_float
from pytest_agentsim.metric_value import MetricOutcome
from pytest_agentsim.metrics.measure import measured
from pytest_agentsim.metrics.metric import Need
from pytest_agentsim.metrics.registry import every_metric
from pytest_agentsim.result import EndedBy, Reason
from tests.metrics.audio import recorded, silence, voice
from tests.metrics.calls import a_text_call, a_transcript, a_voice_call
from tests.voice.harness import speech

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_agentsim.metric_value import MetricValue
    from pytest_agentsim.result import CallResult

SAID = (("caller", 1.0, 2.0, "Hi, I am Sarah"), ("agent", 2.5, 4.0, "Hello Sarah"))
NAN = float("nan")
OF_RECORDINGS = [each.name for each in every_metric() if Need.RECORDING in each.needs]


def values(call: CallResult, recording: Path | None = None) -> dict[str, MetricValue]:
    metrics = [each for each in every_metric() if not each.is_judged]
    return {each.name: each for each in asyncio.run(measured(call, recording, metrics=metrics)).metrics}


def failed(found: dict[str, MetricValue]) -> dict[str, str]:
    return {name: each.reason for name, each in found.items() if each.outcome is MetricOutcome.FAILED}


@pytest.mark.parametrize(
    "call",
    [
        a_text_call(),
        a_voice_call(),
        a_transcript(),
        a_voice_call(("caller", 0, 0, "")),
        a_voice_call(("agent", 0, 0, "")),
        a_voice_call(*SAID, duration=0.0),
        a_text_call(("caller", 0.0, ""), ("agent", 0.0, "")),
        replace(a_text_call(), ended_reason=Reason.CONNECTION_FAILED, ended_by=EndedBy.SIMULATOR),
    ],
)
def test_a_call_of_nothing_makes_no_metric_fail(call: CallResult) -> None:
    found = values(call)
    assert failed(found) == {}
    assert all(each.is_measured or each.reason for each in found.values())


def test_a_transcript_without_any_times_makes_no_metric_fail() -> None:
    for call in (a_transcript(*SAID), a_text_call(("caller", 0.0, "Hi"), ("agent", 1.0, "Hello"))):
        untimed = tuple(replace(each, time=None, end=None) for each in call.turns)
        assert failed(values(replace(call, turns=untimed, duration=None))) == {}


def test_times_that_are_no_numbers_are_told_of() -> None:
    call = a_voice_call(("caller", 1.0, 2.0, "Hi"), ("agent", NAN, NAN, "Hello"), duration=5.0)
    found = values(call)
    assert found["talk_ratio"].reason == "the call has times that are no numbers"
    assert found["detect_silence_in_conversation"].outcome is MetricOutcome.NOT_MEASURABLE
    assert failed(found) == {}


def no_file(path: Path) -> None:
    path.unlink(missing_ok=True)


def nothing(path: Path) -> None:
    path.write_bytes(b"")


def no_audio(path: Path) -> None:
    path.write_bytes(b"this is no recording of anything")


def mono(path: Path) -> None:
    soundfile.write(path, voice(120, 5), 16_000, subtype="PCM_16")


def not_a_number(path: Path) -> None:
    soundfile.write(path, np.full((80_000, 2), np.nan), 16_000, subtype="FLOAT")


def another_rate(path: Path) -> None:
    soundfile.write(path, np.zeros((80_000, 2)), 8_000, subtype="PCM_16")


def an_empty_one(path: Path) -> None:
    recorded(path, agent=silence(0))


def one_that_ends_early(path: Path) -> None:
    recorded(path, agent=voice(120, 3))


def one_that_was_cut_off(path: Path) -> None:
    recorded(path, agent=voice(120, 5))
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2 + 1])


@pytest.mark.parametrize(
    "broken",
    [
        no_file,
        nothing,
        no_audio,
        mono,
        not_a_number,
        another_rate,
        an_empty_one,
        one_that_ends_early,
        one_that_was_cut_off,
    ],
)
def test_a_broken_recording_leaves_the_other_metrics_as_they_are(broken, tmp_path: Path) -> None:
    path = tmp_path / "recording.wav"
    broken(path)
    call = a_voice_call(*SAID, duration=5.0)
    found, without = values(call, path), values(call)
    assert failed(found) == {}
    for name in OF_RECORDINGS:
        assert found[name].outcome is MetricOutcome.NOT_MEASURABLE
        assert found[name].reason
    assert {name: each for name, each in found.items() if name not in OF_RECORDINGS} == {
        name: each for name, each in without.items() if name not in OF_RECORDINGS
    }


def test_a_recording_alone_is_enough_to_know_who_spoke(tmp_path: Path) -> None:
    agent = np.concatenate([silence(2), to_float(speech(2.0)), silence(1)])
    path = recorded(tmp_path / "recording.wav", agent=agent)
    call = replace(a_transcript(), duration=5.0)
    found = values(call, path)
    assert failed(found) == {}
    assert found["talk_ratio"].value == pytest.approx(0.4, abs=0.05)
    assert found["agent_level"].is_measured
