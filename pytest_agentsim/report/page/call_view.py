"""One call as the page shows it: JSON-able data, in which all foreign text is fit to be seen."""

from __future__ import annotations

import shlex
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from pytest_agentsim.metric_value import is_number
from pytest_agentsim.report.failure import failure_kind
from pytest_agentsim.report.page.decisions import decisions
from pytest_agentsim.report.page.evidence import Highlight, highlights, highlights_of_tools
from pytest_agentsim.report.page.thresholds import thresholds_of
from pytest_agentsim.report.page.timeline import answers, timeline
from pytest_agentsim.report.page.words import data_shown, line_shown, number_shown, seconds_shown, text_shown
from pytest_agentsim.result import EventKind
from pytest_agentsim.wording import counted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pytest_agentsim.expect import Verdict
    from pytest_agentsim.metric_value import MetricValue
    from pytest_agentsim.report.stored import StoredCall
    from pytest_agentsim.report.verdicts import Judgement
    from pytest_agentsim.result import CallResult, HarnessCheck, ToolCall, Turn
    from pytest_agentsim.scenario.expectations import MetricExpectation

__all__ = ["call_title", "call_view", "fault_of"]

MOST_TURNS = 2_000
MOST_PROBLEMS = 100
SHOWN_DETAILS = ("p50", "p95", "min", "max")
PROBLEMS = (EventKind.WARNING, EventKind.PROTOCOL_VIOLATION, EventKind.RETRY)
LATE = 0.02  # s; a frame
"""From a lateness like this on, what the harness has measured is worth a second look."""


def call_title(call: StoredCall) -> str:
    """Return what the call is called: its scenario, or its folder where nobody knows the scenario."""
    return line_shown(call.shown.scenario if call.shown is not None else call.directory.name)


def fault_of(call: StoredCall) -> str:
    """Return whose fault it is that a call is not as expected: "product", "infrastructure", "caller" or nothing."""
    if call.result is None or call.judgement is None or call.passed is not False:
        return ""
    kind = failure_kind(call.result, call.judgement.verdicts) or call.result.failure_kind
    return kind.value if kind is not None else ""


def call_view(
    call: StoredCall, expected_metrics: Mapping[str, MetricExpectation] = MappingProxyType({})
) -> dict[str, Any]:
    """Return all that the page shows of a call but for its sound.

    `expected_metrics` says what was expected of its metrics, see `pytest_agentsim.report.page.thresholds`.
    """
    view: dict[str, Any] = {
        "title": call_title(call),
        "outcome": call.outcome,
        "fault": fault_of(call),
        "problem": text_shown(call.problem),
    }
    if call.judgement is not None:
        view |= _of_judgement(call.judgement)
    if call.shown is not None:
        verdicts = call.judgement.verdicts if call.judgement is not None else ()
        view |= _of_result(call.shown, verdicts, expected_metrics)
    return view


def _of_judgement(judgement: Judgement) -> dict[str, Any]:
    return {
        "message": text_shown(judgement.message),
        "command": _command(judgement),
        "commandNote": _note_on_runs(judgement),
        "place": line_shown(f"{judgement.file}:{judgement.line}" if judgement.line else judgement.file),
        "tags": [line_shown(tag) for tag in judgement.tags],
        "expectations": [_expectation(each) for each in judgement.verdicts],
    }


def _command(judgement: Judgement) -> str:
    """The command that makes the item's calls once more, with the same seeds, in pytest's root directory."""
    seed = f" --agentsim-seed={judgement.suite_seed}" if judgement.suite_seed else ""
    return f"pytest {shlex.quote(line_shown(judgement.node_id, 2_000))}{seed}"


def _note_on_runs(judgement: Judgement) -> str:
    if judgement.runs < 2:
        return ""
    return f"Makes all {judgement.runs} calls of the item; this is number {judgement.run}."


def _expectation(verdict: Verdict) -> dict[str, Any]:
    return {
        "outcome": verdict.outcome.value,
        "passed": verdict.passed,
        "path": line_shown(verdict.path),
        "message": text_shown(verdict.message),
        "evidence": [text_shown(each) for each in verdict.evidence],
        "turns": list(dict.fromkeys(verdict.turns)),
        "tools": list(verdict.tool_calls),
        "place": line_shown(verdict.location),
    }


def _of_result(
    result: CallResult, verdicts: tuple[Verdict, ...], expected_metrics: Mapping[str, MetricExpectation]
) -> dict[str, Any]:
    why, waits, marked = decisions(result), dict(answers(result)), highlights(result, verdicts)
    of_tools = highlights_of_tools(verdicts)
    turns = [_turn(turn, why, waits, marked.get(turn.number, ())) for turn in result.turns[:MOST_TURNS]]
    left_out = len(result.turns) - len(turns)
    return {
        "channel": line_shown(result.channel),
        "facts": list(_facts(result)),
        "turns": turns,
        "turnsLeftOut": f"{counted(left_out, 'more turn')} in the call's artifacts" if left_out else "",
        "before": why.get(0),
        "tools": [
            _tool(number, each, of_tools.get(number, ()))
            for number, each in enumerate(result.tool_calls[:MOST_TURNS], start=1)
        ],
        "timeline": timeline(result),
        "metrics": [_metric(each, verdicts, expected_metrics) for each in result.metrics],
        "harness": None if result.harness is None else _harness(result.harness),
        "network": [
            f"{'To' if each.direction == 'send' else 'From'} the agent: {each.lost} of {counted(each.frames, 'frame')} "
            f"lost, at most {each.longest_burst} in a row; {each.late} late, "
            f"{seconds_shown(each.delay_mean)} on average, {seconds_shown(each.delay_max)} at most."
            for each in result.network
        ],
        "problems": list(_problems(result))[:MOST_PROBLEMS],
        "metadata": data_shown(result.metadata) if result.metadata else "",
        "expectedOutcome": text_shown(result.expected_outcome),
    }


def _facts(result: CallResult) -> Iterator[tuple[str, str]]:
    yield "Status", f"{result.status.value}: {result.ended_reason.value}"
    yield "End", text_shown(result.detail) or f"by the {result.ended_by.value}"
    yield "Began", result.started_at.replace("T", " ").partition(".")[0] + " UTC"
    yield "Duration", seconds_shown(result.duration)
    yield "Channel", line_shown(result.channel)
    yield "Personality", line_shown(result.personality)
    yield "Language", line_shown(result.language)
    yield "Conditions fired", ", ".join(map(str, result.conditions_fired)) or "none"
    yield "Seed", str(result.seed)
    yield "Run", line_shown(result.run_id)
    yield "Batch", line_shown(result.batch_id)


def _turn(
    turn: Turn,
    why: dict[int, dict[str, Any]],
    waits: dict[int, float | None],
    marked: tuple[Highlight, ...],
) -> dict[str, Any]:
    view: dict[str, Any] = {
        "number": turn.number,
        "speaker": turn.speaker.value,
        "text": text_shown(turn.text),
        "time": None if turn.time is None else round(turn.time, 3),
        "end": None if turn.end is None else round(turn.end, 3),
        "interrupted": turn.interrupted,
        "marks": [each.to_json() for each in marked],
        "why": why.get(turn.number),
    }
    if turn.number in waits:
        seconds = waits[turn.number]
        view["wait"] = "not measurable" if seconds is None else seconds_shown(seconds)
    return view


def _tool(number: int, call: ToolCall, marked: tuple[Highlight, ...]) -> dict[str, Any]:
    return {
        "number": number,
        "name": line_shown(call.name),
        "arguments": data_shown(call.arguments),
        "result": None if call.result is None else data_shown(call.result),
        "time": None if call.time is None else round(call.time, 3),
        "after": call.after_turn,
        "marks": [each.to_json() for each in marked],
    }


def _metric(
    value: MetricValue, verdicts: tuple[Verdict, ...], expected: Mapping[str, MetricExpectation]
) -> dict[str, Any]:
    details = [(name, value.details[name]) for name in SHOWN_DETAILS if name in value.details]
    return {
        "name": line_shown(value.name),
        "title": line_shown(value.title),
        "outcome": value.outcome.value,
        "value": number_shown(value.value, value.unit) if value.is_measured else "",
        "number": value.value if value.is_measured and is_number(value.value) else None,
        "unit": value.unit,
        "direction": value.direction.value,
        "thresholds": [each.to_json() for each in thresholds_of(value, verdicts, expected)],
        "notes": [
            text_shown(each) for each in (*value.explanation, *([value.reason] if value.reason else []))
        ],
        "details": [f"{name} {number_shown(number, value.unit)}" for name, number in details],
        "evidence": [
            {"text": text_shown(each.text), "turn": each.turn, "time": each.time}
            for each in value.evidence[:20]
        ],
    }


def _harness(check: HarnessCheck) -> dict[str, Any]:
    late = check.lateness_p99 > LATE
    verdict = (
        "The harness was often late itself; what it has measured is worth a second look."
        if late
        else "The harness kept time."
    )
    return {
        "late": late,
        "words": f"{verdict} {counted(check.frames, 'frame')} of 20 ms were sent.",
        "numbers": [
            ("Lateness p50", seconds_shown(check.lateness_p50)),
            ("Lateness p99", seconds_shown(check.lateness_p99)),
            ("Lateness, the worst", seconds_shown(check.lateness_max)),
            ("From frame to frame, p99", seconds_shown(check.gap_p99)),
        ],
    }


def _problems(result: CallResult) -> Iterator[dict[str, Any]]:
    for event in result.events:
        if event.kind in PROBLEMS:
            message = event.data.get("message") or event.data.get("failure") or event.kind.value
            yield {"time": round(event.time, 3), "text": text_shown(str(message), 2_000)}
