"""What the metrics say of whole voice calls, made over a real WebSocket in virtual time, whose timing is known."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from pytest_agentsim.audio.pcm import from_float, speech_level, to_float
from pytest_agentsim.metric_value import MetricOutcome
from pytest_agentsim.metrics.measure import measured
from pytest_agentsim.metrics.registry import every_metric
from tests.voice.harness import Agent, conditions, conduct, speech

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

    from pytest_agentsim.metric_value import MetricValue

SCRIPT = conditions(
    ("", "Hello there"), ('contains "name"', '<dtmf digits="42"/>'), ('contains "bye"', "<endcall/>")
)
WORDS = ["your name", "you have entered 4 2, bye"]


async def values_of(program: Any, folder: Path, **options: Any) -> dict[str, MetricValue]:
    recording = folder / "recording.wav"
    call = await conduct(program, SCRIPT, recognized=WORDS, recording=recording, **options)
    metrics = [each for each in every_metric() if not each.is_judged]
    found = await measured(call.result, recording, metrics=metrics)
    assert not [each for each in found.metrics if each.outcome is MetricOutcome.FAILED]
    return {each.name: each for each in found.metrics}


async def test_each_time_and_level_of_a_call_is_what_the_agent_did(tmp_path: Path) -> None:
    async def program(agent: Agent) -> None:
        await agent.until_caller_is_silent(0.5)
        await agent.event("speech.completed", utterance_id="u-1")
        await agent.wait(0.5)
        await agent.say(speech(2.0))
        await agent.until_caller_is_silent(0.7)
        await agent.say(speech(1.0))
        await agent.stay()

    found = await values_of(program, tmp_path)
    assert found["endpointing_delay"].value == pytest.approx(0.5, abs=0.05)
    assert found["latency"].extra["by_turn"]["2"] == pytest.approx(1.0, abs=0.05)
    assert found["keypad_round_trip"].value == pytest.approx(0.7, abs=0.05)
    assert found["keypad_accuracy"].value == 1
    assert found["talk_ratio"].value == pytest.approx(3.0 / found["duration"].value, abs=0.02)
    assert found["words_per_minute"].value == pytest.approx(60 * 8 / 3.0, rel=0.05)
    assert found["agent_level"].value == pytest.approx(speech_level(speech(2.0)), abs=0.3)
    assert found["agent_clipping"].value == 0
    assert found["agent_snr"].outcome is MetricOutcome.SKIPPED
    assert found["infrastructure_issues"].value is True
    assert found["ai_interrupting_user"].value == 0


async def test_an_agent_that_keeps_the_caller_waiting_is_told_of(tmp_path: Path) -> None:
    async def program(agent: Agent) -> None:
        await agent.until_caller_is_silent(9.0)
        await agent.say(speech(2.0))
        await agent.until_caller_is_silent(0.5)
        await agent.say(speech(1.0))
        await agent.stay()

    recording = tmp_path / "recording.wav"
    call = await conduct(program, SCRIPT, recognized=WORDS, recording=recording)
    settings = {
        name: {setting: 8.5}
        for name, setting in (
            ("infrastructure_issues", "infra_issues_timeout"),
            ("detect_silence_in_conversation", "silence_duration"),
        )
    }
    found = await measured(call.result, recording, settings=settings)
    for name in settings:
        assert found.metric(name).value is False
        assert found.metric(name).details["longest"] == pytest.approx(9.0, abs=0.05)


async def test_noise_and_clipping_of_the_agent_are_what_it_sent(tmp_path: Path) -> None:
    loud = from_float(np.clip(to_float(speech(2.0)) * 30, -1.0, 1.0))
    noise = from_float(np.random.default_rng(1).normal(0.0, 0.002, 16_000))

    async def program(agent: Agent) -> None:
        await agent.until_caller_is_silent(0.5)
        await agent.say(noise + loud + noise)
        await agent.until_caller_is_silent(0.5)
        await agent.say(speech(1.0))
        await agent.stay()

    found = await values_of(program, tmp_path)
    clipped = np.abs(to_float(loud)) >= 32_767 / 32_768
    assert found["agent_clipping"].value == pytest.approx(2 / 3 * clipped.mean(), rel=0.25)
    assert found["agent_snr"].details["noise"] == pytest.approx(20 * np.log10(0.002), abs=0.5)
