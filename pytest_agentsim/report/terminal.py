"""The run's summary on the terminal: one screen at most."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pytest_agentsim.metrics.percentiles import percentile
from pytest_agentsim.report.item_report import attached
from pytest_agentsim.report.repetition import repetition_lines
from pytest_agentsim.visible import shortened, visible_line
from pytest_agentsim.wording import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pytest

    from pytest_agentsim.settings import Settings

__all__ = ["write_summary"]

SLOWEST = 3
NOTEWORTHY_DURATION = 1.0  # s
LONGEST_NAME = 60  # characters
LONGEST_WARNING = 160  # characters
MOST_WARNINGS = 3


def write_summary(
    reporter: pytest.TerminalReporter, reports: Sequence[pytest.TestReport], settings: Settings
) -> None:
    """Write how many calls went how, what was expected of them, and where their artifacts are."""
    data = [attached(report) for report in reports]
    calls = [call for each in data for call in each["calls"]]
    if not calls or reporter.verbosity < 0:
        return
    reporter.section(f"agentsim: {settings.name}" if settings.name else "agentsim")
    reporter.line(_calls_line(calls))
    expectations = Counter(each["outcome"] for item in data for each in item["expectations"])
    if expectations:
        reporter.line(_expectations_line(expectations))
    repeated = [(report.nodeid, each["repetition"]) for report, each in zip(reports, data, strict=True)]
    for line in repetition_lines([(name, tally) for name, tally in repeated if tally is not None]):
        reporter.line(line)
    for line in (*_latency([each for call in calls for each in call["latencies"]]), *_slowest(calls)):
        reporter.line(line)
    interruptions = [call["caller_interruptions"] for call in calls if call["caller_interruptions"]]
    if interruptions:
        reporter.line(_interruptions_line(interruptions))
    for line in _models([use for call in calls for use in call["model_use"]]):
        reporter.line(line)
    for line in _warnings(calls):
        reporter.line(line, yellow=True)
    reporter.line(f"artifacts: {_as_typed(settings.output)}")
    for line in _recordings([call["recording"] for call in calls if call["recording"]]):
        reporter.line(line)


def _recordings(recordings: Sequence[str]) -> list[str]:
    """Name the only recording; where there are several, say where to find them."""
    if len(recordings) < 2:
        return [f"recording: {_as_typed(Path(each))}" for each in recordings]
    return [f"recordings: {len(recordings)}, each beside its call's artifacts as {Path(recordings[0]).name}"]


def _as_typed(path: Path) -> Path:
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path


def _calls_line(calls: Sequence[dict[str, Any]]) -> str:
    ends = Counter(
        call["status"] if call["status"] == "completed" else f"{call['status']} ({call['reason']})"
        for call in calls
    )
    how = ", ".join(
        f"{count} {end}" for end, count in sorted(ends.items(), key=lambda each: (-each[1], each[0]))
    )
    turns = sum(call["turns"] for call in calls)
    seconds = sum(call["duration"] for call in calls)
    return f"{counted(len(calls), 'call')}: {how}; {counted(turns, 'turn')}, {seconds:.1f} s on the line"


def _expectations_line(outcomes: Counter[str]) -> str:
    parts = [f"{outcomes['met']} met"]
    parts += [
        f"{outcomes[each]} {each}"
        for each in ("not met", "not judged", "not measured", "skipped")
        if outcomes[each]
    ]
    return f"expectations: {', '.join(parts)}"


def _interruptions_line(interruptions: Sequence[int]) -> str:
    calls = counted(len(interruptions), "call")
    return f"the caller interrupted the agent {counted(sum(interruptions), 'time')} in {calls}"


def _latency(latencies: Sequence[float | None]) -> list[str]:
    """How long the agents of voice calls took to answer."""
    measured = [each for each in latencies if each is not None]
    if not measured:
        return []
    p50, p95 = (percentile(measured, share) for share in (0.5, 0.95))
    missing = len(latencies) - len(measured)
    note = f", {missing} not measurable" if missing else ""
    return [f"latency: p50 {p50:.2f} s, p95 {p95:.2f} s of {counted(len(measured), 'answer')}{note}"]


def _models(uses: Sequence[dict[str, Any]]) -> list[str]:
    """What language models were asked for, a line for each purpose and model, and what it cost."""
    lines = []
    for purpose, model in dict.fromkeys((use["purpose"], use["model"]) for use in uses):
        same = [use for use in uses if (use["purpose"], use["model"]) == (purpose, model)]
        requests, replayed, asked, answered = (
            sum(use[field] for use in same)
            for field in ("requests", "replayed", "input_tokens", "output_tokens")
        )
        parts = [counted(requests, "request")]
        if replayed:
            parts.append(f"{replayed} replayed")
        if requests:
            costs = [use["cost"] for use in same]
            parts.append(f"{asked + answered} tokens ({asked} in, {answered} out)")
            parts.append("cost unknown" if None in costs else f"${sum(costs):.4f}")
        lines.append(f"{purpose} {shortened(visible_line(model), LONGEST_NAME)}: {', '.join(parts)}")
    return lines


def _warnings(calls: Sequence[dict[str, Any]]) -> list[str]:
    """What calls have noted that somebody should know, the most frequent first."""
    frequent = Counter(message for call in calls for message in dict.fromkeys(call["warnings"]))
    return [
        f"warning: {shortened(message, LONGEST_WARNING)} ({counted(count, 'call')})"
        for message, count in frequent.most_common(MOST_WARNINGS)
    ]


def _slowest(calls: Sequence[dict[str, Any]]) -> list[str]:
    slow = sorted(
        (call for call in calls if call["duration"] >= NOTEWORTHY_DURATION),
        key=lambda call: -call["duration"],
    )
    return [
        f"slow: {call['duration']:6.1f} s  {shortened(call['scenario'], LONGEST_NAME)}"
        for call in slow[:SLOWEST]
    ]
