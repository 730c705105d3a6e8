"""The summary at the end of a run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from pytest_agentsim.expect import Outcome, Verdict
from pytest_agentsim.report.item_report import attach
from pytest_agentsim.report.terminal import write_summary
from pytest_agentsim.result import Event, EventKind, Latency, ModelUse, Reason, Status
from pytest_agentsim.settings import settings_from

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pytest_agentsim.runner import RecordedCall

    MakeCall = Callable[..., RecordedCall]
    Summary = Callable[..., list[str]]

MET, NOT_MET, NOT_JUDGED, NOT_MEASURED, SKIPPED = (
    Verdict(outcome, "expect.turns", "") for outcome in Outcome
)
TIMED_OUT = {"status": Status.FAILED, "ended_reason": Reason.AGENT_TIMEOUT}


class Terminal:
    """Keeps what is written to it."""

    def __init__(self, verbosity: int) -> None:
        self.verbosity = verbosity
        self.lines: list[str] = []

    def section(self, title: str) -> None:
        self.lines.append(f"=== {title} ===")

    def line(self, text: str, **markup: bool) -> None:
        self.lines.append(text)


def a_report(*calls: RecordedCall, verdicts: Sequence[Verdict] = ()) -> pytest.TestReport:
    report = pytest.TestReport("x::y", ("x", 1, "y"), {}, "passed", None, "call")
    attach(report, calls, [tuple(verdicts)])
    return report


@pytest.fixture
def summary(pytester: pytest.Pytester) -> Summary:
    """Writes the summary of some reports and returns its lines."""

    def write(*reports: pytest.TestReport, verbosity: int = 0, **settings: str) -> list[str]:
        options = [f"--agentsim-{name}={value}" for name, value in settings.items()]
        config = pytester.parseconfig("--agentsim-output=out", *options)
        terminal: Any = Terminal(verbosity)
        write_summary(terminal, reports, settings_from(config))
        lines: list[str] = terminal.lines
        return [line.replace(str(pytester.path), "…") for line in lines]

    return write


def test_one_call(summary: Summary, a_call: MakeCall) -> None:
    assert summary(a_report(a_call("caller: Hi", duration=0.25), verdicts=[MET])) == [
        "=== agentsim ===",
        "1 call: 1 completed; 1 turn, 0.2 s on the line",
        "expectations: 1 met",
        "artifacts: out",
    ]


def test_calls_are_counted_by_how_they_went_the_most_first(summary: Summary, a_call: MakeCall) -> None:
    rejected = {"status": Status.REJECTED, "ended_reason": Reason.SECRET_REJECTED}
    reports = [
        a_report(a_call("caller: Hi", "agent: Hi", duration=0.5), a_call(**rejected, duration=0.0)),
        *(a_report(a_call(**TIMED_OUT, duration=0.5)) for _ in range(3)),
        a_report(a_call("agent: Hi", duration=0.5)),
    ]
    assert summary(*reports)[1] == (
        "6 calls: 3 failed (agent_timeout), 2 completed, 1 rejected (secret_rejected); "
        "3 turns, 2.5 s on the line"
    )


@pytest.mark.parametrize(
    ("verdicts", "line"),
    [
        ([MET, MET], "expectations: 2 met"),
        ([NOT_MET], "expectations: 0 met, 1 not met"),
        ([MET, NOT_MET, NOT_MET], "expectations: 1 met, 2 not met"),
        ([MET, NOT_JUDGED], "expectations: 1 met, 1 not judged"),
        (
            [MET, NOT_MET, NOT_JUDGED],
            "expectations: 1 met, 1 not met, 1 not judged",
        ),
        (
            [MET, NOT_MEASURED, SKIPPED, SKIPPED],
            "expectations: 1 met, 1 not measured, 2 skipped",
        ),
    ],
)
def test_expectations_are_counted_by_their_outcome(
    verdicts: list[Verdict], line: str, summary: Summary, a_call: MakeCall
) -> None:
    assert summary(a_report(a_call(duration=0.1), verdicts=verdicts))[2] == line


def test_without_expectations_there_is_no_line_about_them(summary: Summary, a_call: MakeCall) -> None:
    assert [line.partition(":")[0] for line in summary(a_report(a_call(duration=0.1)))] == [
        "=== agentsim ===",
        "1 call",
        "artifacts",
    ]


def test_the_slowest_calls_are_named_the_slowest_first(summary: Summary, a_call: MakeCall) -> None:
    durations = (0.4, 3.0, 0.99, 61.26, 1.0, 120.0)
    reports = [a_report(a_call(scenario=f"of {seconds} s", duration=seconds)) for seconds in durations]
    assert [line for line in summary(*reports) if line.startswith("slow")] == [
        "slow:  120.0 s  of 120.0 s",
        "slow:   61.3 s  of 61.26 s",
        "slow:    3.0 s  of 3.0 s",
    ]


def test_fast_calls_are_not_called_slow(summary: Summary, a_call: MakeCall) -> None:
    assert not any("slow" in line for line in summary(a_report(a_call(duration=0.99))))


def test_the_agents_latency_is_told_where_it_was_measured(summary: Summary, a_call: MakeCall) -> None:
    times = (0.5, None, 1.02, 0.8)
    call = a_call(channel="voice", latencies=tuple(Latency(2, each) for each in times))
    [line] = [line for line in summary(a_report(call)) if line.startswith("latency")]
    assert line == "latency: p50 0.80 s, p95 1.00 s of 3 answers, 1 not measurable"


def test_how_often_the_caller_cut_in_is_told(summary: Summary, a_call: MakeCall) -> None:
    event = Event(1.0, EventKind.BARGE_IN, {"by": "caller", "cause": "personality", "start": 1.0})
    calls = [a_call(events=(event,) * count) for count in (3, 0, 1)]
    assert "the caller interrupted the agent 4 times in 2 calls" in summary(a_report(*calls))
    assert not any("interrupted" in line for line in summary(a_report(a_call())))


def test_warnings_of_the_calls_are_told_the_most_frequent_first(summary: Summary, a_call: MakeCall) -> None:
    def warned(*messages: str) -> pytest.TestReport:
        events = tuple(Event(0.0, EventKind.WARNING, {"message": each}) for each in messages)
        return a_report(a_call(events=events))

    lines = summary(warned("rare"), warned("often", "often"), warned("often"))
    assert [line for line in lines if line.startswith("warning")] == [
        "warning: often (2 calls)",
        "warning: rare (1 call)",
    ]


def test_a_batch_that_has_a_name_is_called_by_it(summary: Summary, a_call: MakeCall) -> None:
    assert summary(a_report(a_call()), name="nightly")[0] == "=== agentsim: nightly ==="


def test_a_quiet_run_has_no_summary(summary: Summary, a_call: MakeCall) -> None:
    assert summary(a_report(a_call()), verbosity=-1) == []


def test_a_run_without_calls_has_no_summary(summary: Summary) -> None:
    assert summary(a_report()) == []


def test_ten_thousand_calls_fit_a_screen(summary: Summary, a_call: MakeCall) -> None:
    name = "a scenario with quite a long name, as people give them " * 2
    reasons = [reason for reason in Reason if reason is not Reason.CALLER_ENDED]
    calls = [
        a_call(scenario=f"{name} {number}", duration=60.0 + number, status=Status.FAILED, ended_reason=reason)
        for number, reason in enumerate(reasons * 2)
    ]
    done = a_call("caller: Hi", scenario=name, duration=60.0)
    lines = summary(*(a_report(call, verdicts=[MET]) for call in (*calls, *[done] * (10_000 - len(calls)))))
    assert len(lines) <= 8
    assert sum(len(line) // 80 + 1 for line in lines) <= 16
    completed = 10_000 - len(calls)
    assert lines[1].startswith(f"10000 calls: {completed} completed, 2 failed (agent_closed_connection), ")


def test_the_only_recording_is_named(summary: Summary, a_call: MakeCall) -> None:
    lines = summary(a_report(a_call("caller: Hi", recording="recording.wav"), a_call("caller: Hi")))
    assert lines[-2:] == ["artifacts: out", "recording: out/item/recording.wav"]


def test_several_recordings_are_counted(summary: Summary, a_call: MakeCall) -> None:
    lines = summary(a_report(*(a_call("caller: Hi", recording="recording.wav") for _ in range(3))))
    assert lines[-1] == "recordings: 3, each beside its call's artifacts as recording.wav"


def test_what_language_models_were_asked_for_is_added_up(summary, a_call):
    judged = ModelUse("judge", "openai:x", requests=2, input_tokens=100, output_tokens=10, cost=0.01)
    replayed = ModelUse("judge", "openai:x", replayed=3)
    priceless = ModelUse("caller", "y", requests=1, input_tokens=5, output_tokens=5, cost=None)
    lines = summary(a_report(a_call(model_use=(judged, priceless)), a_call(model_use=(replayed,))))
    assert "judge openai:x: 2 requests, 3 replayed, 110 tokens (100 in, 10 out), $0.0100" in lines
    assert "caller y: 1 request, 10 tokens (5 in, 5 out), cost unknown" in lines
