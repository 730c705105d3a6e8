"""What travels from an item to the reports of the run."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from pytest_agentsim.expect import Outcome, Verdict
from pytest_agentsim.metric_value import MetricOutcome, MetricValue
from pytest_agentsim.repetition import Repetition
from pytest_agentsim.report.item_report import attach, attached, properties
from pytest_agentsim.result import EndedBy, HarnessCheck, Latency, Reason, Speaker, Status, Turn
from pytest_agentsim.scenario_runs import tally_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pytest_agentsim.runner import RecordedCall

    MakeCall = Callable[..., RecordedCall]

MET = Verdict(Outcome.MET, "call", "the call completed")
NOT_MET = Verdict(Outcome.NOT_MET, "expect.turns", "expected no turns, but there was 1", ("seen",), (1,))
DROPPED = {
    "status": Status.FAILED,
    "ended_by": EndedBy.SIMULATOR,
    "ended_reason": Reason.CONNECTION_LOST,
}


def data_of(calls: Sequence[RecordedCall], verdicts: Sequence[tuple[Verdict, ...]] = ()) -> dict[str, Any]:
    report = pytest.TestReport("x::y", ("x", 1, "y"), {}, "passed", None, "call")
    attach(report, calls, verdicts)
    return attached(report)


def test_an_item_has_the_properties_of_its_call(a_call: MakeCall) -> None:
    assert properties([a_call("caller: Hi", "agent: Hello", duration=2.34567)], [(MET,)]) == [
        ("run_id", "run-1"),
        ("batch_id", "batch-1"),
        ("seed", 7),
        ("channel", "text"),
        ("personality", "normal"),
        ("status", "completed"),
        ("ended_by", "caller"),
        ("ended_reason", "caller_ended_call"),
        ("turns", 2),
        ("duration", 2.346),
        ("artifacts", "out/item"),
    ]


def test_an_item_without_calls_has_no_properties() -> None:
    assert properties([], []) == []


@pytest.mark.parametrize(
    ("changes", "verdicts", "kind"),
    [
        ({}, [(MET,)], None),
        ({}, [(MET, NOT_MET)], "product"),
        (DROPPED, [(NOT_MET,)], "infrastructure"),
        (DROPPED, [(MET,)], None),  # somebody expected it
        ({}, [], None),
        (DROPPED, [], "infrastructure"),  # a Python test without expectations
    ],
)
def test_a_failure_has_somebody_whose_fault_it_is(
    changes: dict[str, Any], verdicts: list[tuple[Verdict, ...]], kind: str | None, a_call: MakeCall
) -> None:
    assert dict(properties([a_call(**changes)], verdicts)).get("failure_kind") == kind


def repeated(calls: Sequence[RecordedCall], *verdicts: tuple[Verdict, ...], **how: Any) -> dict[str, Any]:
    repetition = Repetition(**{"runs": len(verdicts), **how})
    return dict(properties(calls, verdicts, tally=tally_of(repetition, verdicts), pass_k=2))


def test_several_runs_are_counted_and_the_last_is_described(a_call: MakeCall) -> None:
    calls = [a_call(run_id="a"), a_call(run_id="b"), a_call(run_id="c")]
    found = repeated(calls, (MET,), (MET, NOT_MET), (MET,), runs=5)
    assert (found["runs"], found["runs_passed"], found["runs_planned"]) == (3, 2, 5)
    assert (found["pass_rate"], found["pass_rate_low"], found["pass_rate_high"]) == (0.6667, 0.2077, 0.9385)
    assert (found["pass_k"], found["pass_at_k"], found["pass_hat_k"]) == (2, 1.0, 0.3333)
    assert found["run_id"] == "c"


def test_each_of_several_runs_has_its_verdict_and_its_seed(a_call: MakeCall) -> None:
    found = repeated([a_call(run_id="a", seed=3), a_call(run_id="b", seed=4)], (MET,), (NOT_MET,))
    assert (found["run_1"], found["run_1_id"], found["run_1_seed"]) == ("passed", "a", 3)
    assert (found["run_2"], found["run_2_id"], found["run_2_seed"]) == ("failed", "b", 4)
    assert found["run_2_reason"] == "expect.turns: expected no turns, but there was 1"
    assert "run_1_reason" not in found


def test_runs_that_differ_are_flaky_and_tell_which_failed_first(a_call: MakeCall) -> None:
    found = repeated([a_call()] * 3, (MET,), (NOT_MET,), (NOT_MET,))
    assert (found["flaky"], found["first_failed_run"]) == ("true", 2)
    assert found["first_failure"] == "expect.turns: expected no turns, but there was 1"
    assert repeated([a_call()] * 2, (NOT_MET,), (NOT_MET,))["flaky"] == "false"
    assert "first_failed_run" not in repeated([a_call()] * 2, (MET,), (MET,))


def test_a_repeated_item_has_the_fault_of_the_run_that_failed_first(a_call: MakeCall) -> None:
    calls = [a_call(), a_call(**DROPPED), a_call()]
    verdicts = [(MET,), (NOT_MET,), (NOT_MET,)]
    assert repeated(calls, *verdicts)["failure_kind"] == "infrastructure"
    assert "failure_kind" not in repeated(calls, *verdicts, pass_rate=0.3)


def test_verdicts_on_only_some_of_the_calls_are_not_taken_for_those_of_the_last(a_call: MakeCall) -> None:
    found = dict(properties([a_call(), a_call()], [(NOT_MET,)]))
    assert "failure_kind" not in found
    assert "runs" not in found


def test_what_is_attached_is_plain_data(a_call: MakeCall) -> None:
    data = data_of([a_call("caller: Hi")], [(MET, NOT_MET)])
    assert json.loads(json.dumps(data)) == data
    assert data["calls"] == [
        {
            "passed": False,
            "scenario": "AP-01: cancel",
            "status": "completed",
            "reason": "caller_ended_call",
            "duration": 2.5,
            "turns": 1,
            "artifacts": "out/item",
            "recording": "",
            "latencies": [],
            "caller_interruptions": 0,
            "model_use": [],
            "warnings": [],
        }
    ]
    assert data["expectations"] == [
        {"outcome": "met", "path": "call", "message": "the call completed"},
        {"outcome": "not met", "path": "expect.turns", "message": "expected no turns, but there was 1"},
    ]


def test_a_call_has_passed_by_its_own_verdicts_and_without_any_by_its_item(a_call: MakeCall) -> None:
    calls = [a_call("caller: Hi"), a_call("caller: Hi"), a_call("caller: Hi")]
    passed = [call["passed"] for call in data_of(calls, [(MET,), (MET, NOT_MET)])["calls"]]
    assert passed == [True, True, False]


def test_the_transcript_has_all_calls_each_with_its_title(a_call: MakeCall) -> None:
    calls = [a_call("caller: Hi", "agent: Hello\nthere"), a_call(personality="impatient", **DROPPED)]
    assert data_of(calls)["transcript"].splitlines() == [
        "AP-01: cancel (normal), completed: caller_ended_call",
        "[00:01] Testing Agent: Hi",
        "[00:02] Main Agent: Hello",
        "        there",
        "",
        "AP-01: cancel (impatient), failed: connection_lost",
    ]


def test_an_item_without_calls_has_no_transcript() -> None:
    assert data_of([])["transcript"] == ""


def test_the_middle_of_an_endless_transcript_is_left_out(a_call: MakeCall) -> None:
    transcript = data_of([a_call("caller: Hi", f"agent: {'x' * 1_000_000}", "caller: Bye")])["transcript"]
    assert len(transcript) < 101_000
    assert "[00:01] Testing Agent: Hi\n" in transcript
    assert transcript.endswith("[00:03] Testing Agent: Bye")
    assert "characters are left out here; the artifacts have them" in transcript


# --- voice --------------------------------------------------------------------------------------------------------

VOICE = {
    "channel": "voice",
    "recording": "recording.wav",
    "latencies": (Latency(2, 1.0), Latency(4, None), Latency(6, 0.5), Latency(8, 0.25)),
    "harness": HarnessCheck(500, 0.001, 0.0021234567, 0.004, 0.021),
}


def test_a_voice_call_has_its_recording_and_the_harness_check(a_call: MakeCall) -> None:
    found = dict(properties([a_call(**VOICE)], [(MET,)]))
    assert found["channel"] == "voice"
    assert found["harness_lateness_p99"] == 0.002123
    assert found["recording"] == "out/item/recording.wav"
    assert found["caller_interruptions"] == 0


def a_metric(name: str, **fields: Any) -> MetricValue:
    return MetricValue(name, name, **({"outcome": MetricOutcome.MEASURED} | fields))


def test_every_metric_that_was_measured_is_a_property(a_call: MakeCall) -> None:
    latency = a_metric("latency", value=0.61234, details={"p50": 0.5, "p95": 0.95, "max": 1.0})
    words = a_metric("topic", value="billing")
    skipped = a_metric("talk_ratio", outcome=MetricOutcome.SKIPPED, reason="a text call has no audio")
    found = dict(properties([a_call(metrics=(latency, words, skipped))], [(MET,)]))
    assert (found["latency"], found["latency_p50"], found["latency_p95"]) == (0.6123, 0.5, 0.95)
    assert found["topic"] == "billing"
    assert found.keys() & {"latency_max", "talk_ratio"} == set()


def test_a_metric_does_not_replace_what_a_call_tells_itself(a_call: MakeCall) -> None:
    names = [name for name, _ in properties([a_call(metrics=(a_metric("turns", value=9),))], [(MET,)])]
    assert names.count("turns") == 1


def test_a_metric_that_failed_is_a_warning(a_call: MakeCall) -> None:
    broken = a_metric("mine", outcome=MetricOutcome.FAILED, reason="ZeroDivisionError: division by zero")
    assert data_of([a_call(metrics=(broken,))])["calls"][0]["warnings"] == [
        "the metric mine failed: ZeroDivisionError: division by zero"
    ]


def test_what_is_attached_names_the_recording(a_call: MakeCall) -> None:
    assert data_of([a_call(**VOICE)])["calls"][0]["recording"] == "out/item/recording.wav"


def test_the_transcript_of_a_voice_call_tells_when_each_turn_began(a_call: MakeCall) -> None:
    turns = (Turn(1, Speaker.CALLER, "Hi", 1.2, 3.0), Turn(2, Speaker.AGENT, "Hello", 63.9, 64.5))
    transcript = data_of([a_call("caller: x", "agent: y", turns=turns, **VOICE)])["transcript"]
    assert transcript.splitlines()[1:] == ["[00:01] Testing Agent: Hi", "[01:03] Main Agent: Hello"]
