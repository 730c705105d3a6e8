"""The run's summary on the terminal: one screen at most, one line in a quiet run, more in a verbose one."""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pytest_agentsim.metrics.percentiles import percentile
from pytest_agentsim.report.item_report import attached
from pytest_agentsim.report.layout import STYLES, Paragraph, laid_out
from pytest_agentsim.report.repetition import repetition_lines
from pytest_agentsim.statistics.proportion import wilson_interval
from pytest_agentsim.visible import shortened, visible_line
from pytest_agentsim.wording import counted, percentage

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pytest

    from pytest_agentsim.report.layout import Piece
    from pytest_agentsim.settings import Settings

__all__ = ["write_summary"]

LABEL = 14  # columns
NARROWEST = 40  # columns
NOTEWORTHY_DURATION = 1.0  # s
LONGEST_NAME = 60  # characters
LONGEST_WARNING = 160  # characters
MOST, MOST_IF_VERBOSE = 3, 20  # slow calls, warnings, and other lists
MOST_REPEATED = 5


def write_summary(
    reporter: pytest.TerminalReporter,
    reports: Sequence[pytest.TestReport],
    settings: Settings,
    files: Sequence[tuple[str, Path]] = (),
) -> None:
    """Write how many calls went how, what was expected of them, and where their artifacts and the `files` are.

    Each of these is what it is ("report") and its path.
    """
    data = [attached(report) for report in reports]
    calls = [call for each in data for call in each["calls"]]
    if not calls or reporter.verbosity < -1:
        return
    expectations = [each for item in data for each in item["expectations"]]
    if reporter.verbosity < 0:
        line = (*_passed(calls, interval=False), *_undecided(expectations))
        _write(reporter, Paragraph(((f"agentsim: {counted(len(calls), 'call')}: ", ""),), line))
        _write_places(reporter, [("artifacts", settings.output), *files], separator=": ")
        return
    reporter.section(f"agentsim: {settings.name}" if settings.name else "agentsim")
    is_verbose = reporter.verbosity > 0
    tallies = [(report.nodeid, each["repetition"]) for report, each in zip(reports, data, strict=True)]
    repeated = [(name, tally) for name, tally in tallies if tally is not None]
    _write(reporter, _row("calls", (f"{len(calls)}: ", ""), *_passed(calls, interval=bool(repeated))))
    for row in (
        *_ends(calls),
        *_expectations(expectations, is_verbose=is_verbose),
        *_latency([each for call in calls for each in call["latencies"]]),
        *_repeated(repeated, is_verbose=is_verbose),
        *_slowest(calls, MOST_IF_VERBOSE if is_verbose else MOST),
        *_interruptions([call["caller_interruptions"] for call in calls if call["caller_interruptions"]]),
        *_models([use for call in calls for use in call["model_use"]]),
        *_warnings(calls, MOST_IF_VERBOSE if is_verbose else MOST),
    ):
        _write(reporter, row)
    recordings = [Path(call["recording"]) for call in calls if call["recording"]]
    places = [("artifacts", settings.output), *_recordings(recordings, is_verbose=is_verbose), *files]
    _write_places(reporter, places)
    if len(recordings) > 1 and not is_verbose:
        _write(
            reporter,
            _row(
                "recordings",
                (f"{len(recordings)}, beside their calls' artifacts as {recordings[0].name}", ""),
            ),
        )


def _row(label: str, *pieces: Piece) -> Paragraph:
    return Paragraph(((f"{label:<{LABEL}}", ""),), pieces)


def _write(reporter: pytest.TerminalReporter, row: Paragraph) -> None:
    for line in laid_out(row, max(NARROWEST, shutil.get_terminal_size().columns)):
        for text, style in line:
            reporter.write(text, **STYLES[style])
        reporter.line("")


def _write_places(
    reporter: pytest.TerminalReporter, places: Sequence[tuple[str, Path]], separator: str = ""
) -> None:
    for name, path in places:
        label = f"{name}{separator}" if separator else f"{name:<{LABEL}}"
        # What is wrapped cannot be copied.
        reporter.line(f"{label}{visible_line(str(_as_typed(path)))}")


def _recordings(recordings: Sequence[Path], *, is_verbose: bool) -> list[tuple[str, Path]]:
    if len(recordings) == 1 or is_verbose:
        return [("recording", each) for each in recordings[:MOST_IF_VERBOSE]]
    return []


def _as_typed(path: Path) -> Path:
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path


def _passed(calls: Sequence[dict[str, Any]], *, interval: bool) -> Iterator[Piece]:
    """How many calls were as expected; with the interval of the rate where calls are repetitions."""
    passed = sum(call["passed"] for call in calls)
    failed = len(calls) - passed
    yield f"{passed} passed", "good" if passed else ""
    if failed:
        yield ", ", ""
        yield f"{failed} failed", "bad"
    rate = percentage(passed / len(calls))
    if interval:
        low, high = wilson_interval(passed, len(calls))
        rate += f", 95% interval {percentage(low)} to {percentage(high)}"
    yield f" ({rate})", ""


def _ends(calls: Sequence[dict[str, Any]]) -> Iterator[Paragraph]:
    ends = Counter(
        call["status"] if call["status"] == "completed" else f"{call['status']} ({call['reason']})"
        for call in calls
    )
    how = ", ".join(
        f"{count} {end}" for end, count in sorted(ends.items(), key=lambda each: (-each[1], each[0]))
    )
    turns = sum(call["turns"] for call in calls)
    seconds = sum(call["duration"] for call in calls)
    yield _row("", (f"{how}; {counted(turns, 'turn')}, {seconds:.1f} s on the line", ""))


_STYLE_OF = {"not met": "bad", "not judged": "doubt", "not measured": "doubt"}


def _expectations(expectations: Sequence[dict[str, Any]], *, is_verbose: bool) -> Iterator[Paragraph]:
    outcomes = Counter(each["outcome"] for each in expectations)
    if not outcomes:
        return
    pieces: list[Piece] = [(f"{outcomes['met']} met", "good" if outcomes["met"] else "")]
    for each in ("not met", "not judged", "not measured", "skipped"):
        if outcomes[each]:
            pieces += [(", ", ""), (f"{outcomes[each]} {each}", _STYLE_OF.get(each, ""))]
    yield _row("expectations", *pieces)
    if is_verbose:
        why = Counter(
            f"{each['path']}: {each['message']}"
            for each in expectations
            if each["outcome"] in ("not judged", "not measured")
        )
        for sentence, count in why.most_common(MOST_IF_VERBOSE):
            told = f"{shortened(sentence, LONGEST_WARNING)} ({counted(count, 'time')})"
            yield _row("", (told, "doubt"))


def _undecided(expectations: Sequence[dict[str, Any]]) -> Iterator[Piece]:
    for outcome in ("not judged", "not measured"):
        count = sum(each["outcome"] == outcome for each in expectations)
        if count:
            yield ", ", ""
            yield f"{counted(count, 'expectation')} {outcome}", "doubt"


def _latency(latencies: Sequence[float | None]) -> Iterator[Paragraph]:
    """How long the agents of voice calls took to answer."""
    measured = [each for each in latencies if each is not None]
    if not measured:
        return
    p50, p95 = (percentile(measured, share) for share in (0.5, 0.95))
    missing = len(latencies) - len(measured)
    note = f", {missing} not measurable" if missing else ""
    yield _row(
        "latency", (f"p50 {p50:.2f} s, p95 {p95:.2f} s of {counted(len(measured), 'answer')}{note}", "")
    )


def _repeated(repeated: Sequence[tuple[str, dict[str, Any]]], *, is_verbose: bool) -> Iterator[Paragraph]:
    lines = repetition_lines(repeated, most=MOST_IF_VERBOSE if is_verbose else MOST_REPEATED)
    for number, line in enumerate(lines):
        yield _row("" if number else "repeated", (line, ""))


def _slowest(calls: Sequence[dict[str, Any]], most: int) -> Iterator[Paragraph]:
    slow = sorted(
        (call for call in calls if call["duration"] >= NOTEWORTHY_DURATION),
        key=lambda call: -call["duration"],
    )
    # Several runs of a scenario take about as long.
    slowest = {call["scenario"]: call for call in reversed(slow)}
    for number, call in enumerate([*reversed(slowest.values())][:most]):
        told = f"{call['duration']:6.1f} s  {shortened(call['scenario'], LONGEST_NAME)}"
        yield _row("" if number else "slowest", (told, ""))


def _interruptions(interruptions: Sequence[int]) -> Iterator[Paragraph]:
    if interruptions:
        calls = counted(len(interruptions), "call")
        told = f"the caller cut in {counted(sum(interruptions), 'time')}, in {calls}"
        yield _row("interruptions", (told, ""))


def _models(uses: Sequence[dict[str, Any]]) -> Iterator[Paragraph]:
    """What language models were asked for, a row for each purpose and model, and what it cost."""
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
        yield _row(purpose, (f"{shortened(visible_line(model), LONGEST_NAME)}: {', '.join(parts)}", ""))


def _warnings(calls: Sequence[dict[str, Any]], most: int) -> Iterator[Paragraph]:
    """What calls have noted that somebody should know, the most frequent first."""
    frequent = Counter(message for call in calls for message in dict.fromkeys(call["warnings"]))
    for message, count in frequent.most_common(most):
        told = f"{shortened(message, LONGEST_WARNING)} ({counted(count, 'call')})"
        yield _row("warning", (told, "doubt"))
    if len(frequent) > most:
        yield _row("", (f"and {counted(len(frequent) - most, 'further warning')}; -v shows more", ""))
