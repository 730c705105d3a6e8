"""What travels from an item to the reports of the run."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from pytest_agentsim.expect import Outcome, Verdict
from pytest_agentsim.report.item_report import attach, attached, properties
from pytest_agentsim.result import EndedBy, Reason, Status

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


def test_several_runs_are_counted_and_the_last_is_described(a_call: MakeCall) -> None:
    calls = [a_call(run_id="a"), a_call(run_id="b"), a_call(run_id="c", **DROPPED)]
    found = dict(properties(calls, [(MET,), (MET, NOT_MET), (NOT_MET,)]))
    assert (found["runs"], found["runs_passed"]) == (3, 1)
    assert (found["run_id"], found["failure_kind"]) == ("c", "infrastructure")


def test_verdicts_on_only_some_of_the_calls_are_not_taken_for_those_of_the_last(a_call: MakeCall) -> None:
    found = dict(properties([a_call(), a_call()], [(NOT_MET,)]))
    assert "failure_kind" not in found
    assert "runs" not in found


def test_what_is_attached_is_plain_data(a_call: MakeCall) -> None:
    data = data_of([a_call("caller: Hi")], [(MET, NOT_MET)])
    assert json.loads(json.dumps(data)) == data
    assert data["calls"] == [
        {
            "scenario": "AP-01: cancel",
            "status": "completed",
            "reason": "caller_ended_call",
            "duration": 2.5,
            "turns": 1,
            "artifacts": "out/item",
        }
    ]
    assert data["expectations"] == [
        {"outcome": "met", "path": "call", "message": "the call completed"},
        {"outcome": "not met", "path": "expect.turns", "message": "expected no turns, but there was 1"},
    ]


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
