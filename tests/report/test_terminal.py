"""The summary at the end of a run."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pytest_agentsim.expect import Outcome, Verdict
from pytest_agentsim.repetition import Repetition
from pytest_agentsim.report.item_report import attach
from pytest_agentsim.report.terminal import write_summary
from pytest_agentsim.result import Event, EventKind, Latency, ModelUse, Reason, Status
from pytest_agentsim.scenario_runs import tally_of
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
        self.red: list[str] = []
        self._begun = ""

    def section(self, title: str) -> None:
        self.lines.append(f"=== {title} ===")

    def write(self, text: str, **markup: bool) -> None:
        self._begun += text
        if markup.get("red"):
            self.red.append(text)

    def line(self, text: str, **markup: bool) -> None:
        self.lines.append((self._begun + text).rstrip())
        self._begun = ""


def a_report(*calls: RecordedCall, verdicts: Sequence[Verdict] = ()) -> pytest.TestReport:
    report = pytest.TestReport("x::y", ("x", 1, "y"), {}, "passed", None, "call")
    attach(report, calls, [tuple(verdicts)])
    return report


@pytest.fixture
def summary(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Summary:
    """Writes the summary of some reports and returns its lines."""

    def write(
        *reports: pytest.TestReport,
        verbosity: int = 0,
        columns: int = 100,
        files: Sequence[tuple[str, Path]] = (),
        **settings: str,
    ) -> list[str]:
        monkeypatch.setenv("COLUMNS", str(columns))
        options = [f"--agentsim-{name}={value}" for name, value in settings.items()]
        config = pytester.parseconfig("--agentsim-output=out", *options)
        terminal: Any = Terminal(verbosity)
        write_summary(terminal, reports, settings_from(config), files)
        lines: list[str] = terminal.lines
        return [line.replace(str(pytester.path), "…") for line in lines]

    return write


def test_one_call(summary: Summary, a_call: MakeCall) -> None:
    assert summary(a_report(a_call("caller: Hi", duration=0.25), verdicts=[MET])) == [
        "=== agentsim ===",
        "calls         1: 1 passed (100%)",
        "              1 completed; 1 turn, 0.2 s on the line",
        "expectations  1 met",
        "artifacts     out",
    ]


def test_calls_are_counted_by_how_they_went_the_most_first(summary: Summary, a_call: MakeCall) -> None:
    rejected = {"status": Status.REJECTED, "ended_reason": Reason.SECRET_REJECTED}
    reports = [
        a_report(a_call("caller: Hi", "agent: Hi", duration=0.5), a_call(**rejected, duration=0.0)),
        *(a_report(a_call(**TIMED_OUT, duration=0.5)) for _ in range(3)),
        a_report(a_call("agent: Hi", duration=0.5)),
    ]
    assert summary(*reports, columns=200)[2].strip() == (
        "3 failed (agent_timeout), 2 completed, 1 rejected (secret_rejected); 3 turns, 2.5 s on the line"
    )


def test_calls_are_counted_by_whether_they_were_as_expected(summary: Summary, a_call: MakeCall) -> None:
    reports = [a_report(a_call(), verdicts=[MET]), a_report(a_call(), verdicts=[MET, NOT_MET])]
    assert summary(*reports, reports[0])[1] == "calls         3: 2 passed, 1 failed (67%)"


def test_the_rate_has_an_interval_where_calls_are_repeated(summary: Summary, a_call: MakeCall) -> None:
    report = pytest.TestReport("x::y", ("x", 1, "y"), {}, "failed", None, "call")
    verdicts = [(MET,), (MET,), (NOT_MET,)]
    attach(report, [a_call()] * 3, verdicts, tally=tally_of(Repetition(3), verdicts))
    lines = summary(report)
    assert lines[1] == "calls         3: 2 passed, 1 failed (67%, 95% interval 21% to 94%)"
    assert lines[4:7] == [
        "repeated      1 scenario, 1 flaky; 2 of 3 runs passed",
        "              y",
        "                2 of 3, pass rate 67% (21% to 94%), pass@1 67%, pass^1 67%",
    ]


@pytest.mark.parametrize(
    ("verdicts", "line"),
    [
        ([MET, MET], "2 met"),
        ([NOT_MET], "0 met, 1 not met"),
        ([MET, NOT_MET, NOT_MET], "1 met, 2 not met"),
        ([MET, NOT_JUDGED], "1 met, 1 not judged"),
        (
            [MET, NOT_MET, NOT_JUDGED],
            "1 met, 1 not met, 1 not judged",
        ),
        (
            [MET, NOT_MEASURED, SKIPPED, SKIPPED],
            "1 met, 1 not measured, 2 skipped",
        ),
    ],
)
def test_expectations_are_counted_by_their_outcome(
    verdicts: list[Verdict], line: str, summary: Summary, a_call: MakeCall
) -> None:
    assert summary(a_report(a_call(duration=0.1), verdicts=verdicts))[3] == f"expectations  {line}"


def test_without_expectations_there_is_no_line_about_them(summary: Summary, a_call: MakeCall) -> None:
    assert [line.partition(" ")[0] for line in summary(a_report(a_call(duration=0.1)))] == [
        "===",
        "calls",
        "",
        "artifacts",
    ]


def test_the_slowest_calls_are_named_the_slowest_first(summary: Summary, a_call: MakeCall) -> None:
    durations = (0.4, 3.0, 0.99, 61.26, 1.0, 120.0)
    reports = [a_report(a_call(scenario=f"of {seconds} s", duration=seconds)) for seconds in durations]
    assert summary(*reports)[3:-1] == [
        "slowest        120.0 s  of 120.0 s",
        "                61.3 s  of 61.26 s",
        "                 3.0 s  of 3.0 s",
    ]
    assert len(summary(*reports, verbosity=1)) == len(summary(*reports)) + 1


def test_of_the_runs_of_a_scenario_the_slowest_is_named(summary: Summary, a_call: MakeCall) -> None:
    calls = [
        a_call(scenario=name, duration=seconds) for name, seconds in (("a", 4.0), ("a", 5.0), ("b", 3.0))
    ]
    assert summary(a_report(*calls))[3:-1] == ["slowest          5.0 s  a", "                 3.0 s  b"]


def test_fast_calls_are_not_called_slow(summary: Summary, a_call: MakeCall) -> None:
    assert not any("slow" in line for line in summary(a_report(a_call(duration=0.99))))


def test_the_agents_latency_is_told_where_it_was_measured(summary: Summary, a_call: MakeCall) -> None:
    times = (0.5, None, 1.02, 0.8)
    call = a_call(channel="voice", latencies=tuple(Latency(2, each) for each in times))
    [line] = [line for line in summary(a_report(call)) if line.startswith("latency")]
    assert line == "latency       p50 0.80 s, p95 1.00 s of 3 answers, 1 not measurable"


def test_how_often_the_caller_cut_in_is_told(summary: Summary, a_call: MakeCall) -> None:
    event = Event(1.0, EventKind.BARGE_IN, {"by": "caller", "cause": "personality", "start": 1.0})
    calls = [a_call(events=(event,) * count) for count in (3, 0, 1)]
    assert "interruptions the caller cut in 4 times, in 2 calls" in summary(a_report(*calls))
    assert not any("interruptions" in line for line in summary(a_report(a_call())))


def test_warnings_of_the_calls_are_told_the_most_frequent_first(summary: Summary, a_call: MakeCall) -> None:
    def warned(*messages: str) -> pytest.TestReport:
        events = tuple(Event(0.0, EventKind.WARNING, {"message": each}) for each in messages)
        return a_report(a_call(events=events))

    lines = summary(warned("rare"), warned("often", "often"), warned("often"))
    assert [line for line in lines if line.startswith("warning")] == [
        "warning       often (2 calls)",
        "warning       rare (1 call)",
    ]


def test_a_batch_that_has_a_name_is_called_by_it(summary: Summary, a_call: MakeCall) -> None:
    assert summary(a_report(a_call()), name="nightly")[0] == "=== agentsim: nightly ==="


def test_a_quiet_run_has_a_line_and_where_its_files_are(summary: Summary, a_call: MakeCall) -> None:
    reports = [a_report(a_call(), verdicts=[MET, NOT_JUDGED]), a_report(a_call(), verdicts=[NOT_MET])]
    assert summary(*reports, verbosity=-1, files=[("report", Path("x.html"))]) == [
        "agentsim: 2 calls: 1 passed, 1 failed (50%), 1 expectation not judged",
        "artifacts: out",
        "report: x.html",
    ]


def test_a_very_quiet_run_has_no_summary(summary: Summary, a_call: MakeCall) -> None:
    assert summary(a_report(a_call()), verbosity=-2) == []


def test_a_verbose_run_tells_why_something_was_not_judged(summary: Summary, a_call: MakeCall) -> None:
    unjudged = replace(NOT_JUDGED, message="not judged, because no judge is configured")
    lines = summary(*[a_report(a_call(), verdicts=[unjudged])] * 2, verbosity=1)
    assert lines[4].strip() == "expect.turns: not judged, because no judge is configured (2 times)"


def test_files_are_named_below_the_artifacts(summary: Summary, a_call: MakeCall) -> None:
    files = [("report", Path("r.html").absolute()), ("results", Path("r.json"))]
    assert summary(a_report(a_call()), files=files)[-3:] == [
        "artifacts     out",
        "report        r.html",
        "results       r.json",
    ]


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
    lines = summary(
        *(a_report(call, verdicts=[MET]) for call in (*calls, *[done] * (10_000 - len(calls)))), columns=80
    )
    assert len(lines) <= 22
    assert all(len(line) <= 80 for line in lines)
    assert lines[1].startswith("calls         10000: ")


def test_the_only_recording_is_named(summary: Summary, a_call: MakeCall) -> None:
    lines = summary(a_report(a_call("caller: Hi", recording="recording.wav"), a_call("caller: Hi")))
    assert lines[-2:] == ["artifacts     out", "recording     out/item/recording.wav"]


def test_several_recordings_are_counted(summary: Summary, a_call: MakeCall) -> None:
    lines = summary(a_report(*(a_call("caller: Hi", recording="recording.wav") for _ in range(3))))
    assert lines[-1] == "recordings    3, beside their calls' artifacts as recording.wav"


def test_what_language_models_were_asked_for_is_added_up(summary, a_call):
    judged = ModelUse("judge", "openai:x", requests=2, input_tokens=100, output_tokens=10, cost=0.01)
    replayed = ModelUse("judge", "openai:x", replayed=3)
    priceless = ModelUse("caller", "y", requests=1, input_tokens=5, output_tokens=5, cost=None)
    lines = summary(a_report(a_call(model_use=(judged, priceless)), a_call(model_use=(replayed,))))
    assert "judge         openai:x: 2 requests, 3 replayed, 110 tokens (100 in, 10 out), $0.0100" in lines
    assert "caller        y: 1 request, 10 tokens (5 in, 5 out), cost unknown" in lines
