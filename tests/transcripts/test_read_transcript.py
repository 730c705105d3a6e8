"""What a user does with a transcript: read it, look at the call, assert its metrics."""

from __future__ import annotations

import json
import sys
import wave
from dataclasses import replace

import pytest

from pytest_agentsim import ArtifactError, MetricOutcome, Speaker, metric, read_transcript
from pytest_agentsim.expect import evaluate
from pytest_agentsim.metrics import registry
from pytest_agentsim.scenario.expectations import expectations_from

BY_TIMES = ("duration", "latency", "ai_interrupting_user", "dead_air_share")


def outcomes(result) -> dict[str, MetricOutcome]:
    return {value.name: value.outcome for value in result.metrics}


@pytest.fixture
def own_metrics(monkeypatch) -> None:
    registry.every_metric()
    monkeypatch.setattr(registry, "_METRICS", dict(registry._METRICS))


def test_a_call_has_its_metrics_once_it_was_read(example) -> None:
    call = read_transcript(example("vapi.json"))
    assert call.metric("latency_p95").value == pytest.approx(0.5)
    assert call.metric("turns").value == 5
    assert call.metric("ai_interrupting_user").value == 0


def test_a_path_can_be_a_string(example) -> None:
    assert read_transcript(str(example("vapi.json"))) == read_transcript(example("vapi.json"))


def test_json_and_its_text_are_read_like_a_file(example) -> None:
    text = example("cekura.json").read_text()
    of_file = replace(read_transcript(example("cekura.json")), scenario="transcript")
    assert read_transcript(text) == read_transcript(json.loads(text)) == of_file


def test_a_file_with_a_byte_order_mark_is_read(tmp_path, example) -> None:
    file = tmp_path / "call.json"
    file.write_text("\ufeff" + example("cekura.json").read_text(), encoding="utf-8")
    assert len(read_transcript(file).turns) == 5


@pytest.mark.parametrize(
    "name", ["elevenlabs.json", "livekit.json", "cekura_times.json", "pipecat_untimed.json"]
)
def test_what_a_transcript_does_not_tell_is_not_measurable(example, name) -> None:
    call = read_transcript(example(name))
    assert {outcomes(call)[each] for each in BY_TIMES} == {MetricOutcome.NOT_MEASURABLE}
    assert call.metric("turns").value == 5
    assert not any(value.outcome is MetricOutcome.FAILED for value in call.metrics)


@pytest.mark.parametrize(
    "name", ["cekura.json", "vapi.json", "retell.json", "pipecat_timed.json", "webhook.json"]
)
def test_a_transcript_with_all_times_can_be_measured(example, name) -> None:
    call = read_transcript(example(name))
    assert {outcomes(call)[each] for each in BY_TIMES} == {MetricOutcome.MEASURED}
    assert call.metric("latency").value == pytest.approx(0.5)


def test_turns_that_take_no_time_tell_when_they_were_written_or_else_only_when_they_began() -> None:
    entries = [
        {"role": "Testing Agent", "content": "Hi", "start_time": 1.0, "end_time": 1.0},
        {"role": "Main Agent", "content": "Hello", "start_time": 1.5, "end_time": 1.5},
    ]
    written = read_transcript(entries, channel="text")
    assert (written.turns[0].end, written.duration, written.metric("latency").value) == (None, 1.5, 0.5)
    spoken = read_transcript(entries)
    assert (spoken.channel, spoken.turns[0].end, spoken.duration) == ("voice", None, None)
    assert spoken.metric("latency").outcome is MetricOutcome.NOT_MEASURABLE


def test_a_turn_that_takes_no_time_among_others_is_one_that_does_as_a_key_that_is_pressed() -> None:
    entries = [
        {"role": "Main Agent", "content": "Press one.", "start_time": 0, "end_time": 2},
        {"role": "Testing Agent", "content": "DTMF: 1", "start_time": 3, "end_time": 3},
        {"role": "Main Agent", "content": "Thank you.", "start_time": 4, "end_time": 5},
    ]
    call = read_transcript(entries)
    assert (call.turns[1].end, call.metric("latency").value) == (3.0, 1.0)
    assert call.keys_pressed_by(Speaker.CALLER) == ("1",)


def test_of_a_text_call_the_times_of_the_messages_are_enough(example) -> None:
    call = read_transcript(example("livekit.json"), channel="text")
    assert call.metric("latency").value == 2.0


def test_a_call_that_was_read_can_be_held_against_expectations(example) -> None:
    expected = {
        "agent_says": ["cancelled"],
        "tool_calls": [{"name": "cancel_appointment", "arguments": {"patient": "Sarah Johnson"}}],
        "ended_by": "caller",
        "metadata": {"customer": "cust_1"},
    }
    verdicts = evaluate(expectations_from(expected), read_transcript(example("webhook.json")))
    assert [verdict.message for verdict in verdicts if not verdict.passed] == []


async def test_a_test_that_is_a_coroutine_can_read_a_transcript(example) -> None:
    assert read_transcript(example("vapi.json")).metric("turns").value == 5


@pytest.mark.usefixtures("own_metrics")
def test_metrics_of_the_users_own_are_measured_too(example) -> None:
    @metric
    def words(call):
        return sum(len(turn.text.split()) for turn in call.turns)

    assert read_transcript(example("vapi.json")).metric("words").value == 18


def test_the_language_can_be_said(example) -> None:
    assert read_transcript(example("vapi.json")).language == "en"
    assert read_transcript(example("vapi.json"), language="de").language == "de"


# --- recordings -----------------------------------------------------------------------------------------------------


def write_wav(path, seconds: float, *, channels: int = 2, rate: int = 16_000):
    with wave.open(str(path), "wb") as file:
        file.setparams((channels, 2, rate, 0, "NONE", ""))
        file.writeframes(bytes(2 * channels * round(seconds * rate)))
    return path


@pytest.mark.parametrize("rate", [8_000, 16_000, 44_100])
def test_the_recording_tells_how_long_the_call_was_if_the_transcript_does_not(
    tmp_path, example, rate
) -> None:
    pytest.importorskip("soxr")
    recording = write_wav(tmp_path / "call.wav", 12.5, rate=rate)
    call = read_transcript(example("elevenlabs.json"), recording=recording)
    assert call.metric("duration").value == pytest.approx(12.5, abs=1e-3)
    assert read_transcript(example("webhook.json"), recording=recording).duration == 12.0


def test_a_recording_on_one_channel_does_not_tell_who_speaks(tmp_path, example) -> None:
    pytest.importorskip("soundfile")
    recording = write_wav(tmp_path / "call.wav", 1, channels=1)
    with pytest.raises(
        ArtifactError, match=r"call\.wav has 1 channel; to tell who speaks when, a recording needs two"
    ):
        read_transcript(example("vapi.json"), recording=recording)


def test_a_recording_that_is_none_is_refused(tmp_path, example) -> None:
    pytest.importorskip("soundfile")
    (tmp_path / "call.wav").write_text("RIFF")
    for name in ("call.wav", "none.wav"):
        with pytest.raises(ArtifactError, match=f"{name} cannot be read as a recording"):
            read_transcript(example("vapi.json"), recording=tmp_path / name)


def test_a_recording_that_has_to_be_converted_names_what_is_needed_for_it(
    tmp_path, example, monkeypatch
) -> None:
    recording = write_wav(tmp_path / "call.wav", 1, rate=8_000)
    monkeypatch.setitem(sys.modules, "soundfile", None)
    with pytest.raises(ArtifactError, match=r'pip install "pytest-agentsim\[voice\]"'):
        read_transcript(example("vapi.json"), recording=recording)
