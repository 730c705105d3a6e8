"""The calls of a run as Markdown: for a pull request, a wiki, or the summary of a CI job.

All foreign text stands in code spans and code blocks, where neither markup nor links nor mentions mean anything.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from pytest_agentsim.errors import ArtifactError
from pytest_agentsim.expect import Outcome
from pytest_agentsim.report.conversation import as_paragraph, conversation
from pytest_agentsim.report.layout import laid_out, plain, underline
from pytest_agentsim.report.page.call_view import call_title, fault_of
from pytest_agentsim.report.page.overview import Overview, overview
from pytest_agentsim.report.page.words import seconds_shown
from pytest_agentsim.visible import shortened, visible, visible_line
from pytest_agentsim.wording import counted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from pytest_agentsim.report.page.row import Row
    from pytest_agentsim.report.stored import StoredCall
    from pytest_agentsim.report.verdicts import Judgement
    from pytest_agentsim.result import CallResult

__all__ = ["code", "markdown_of", "write_markdown"]

SIGNS = {
    "passed": "✅",
    "failed": "❌",
    "error": "❌",
    "unfinished": "⏳",
    "skipped": "⏭️",
    "xfailed": "⚠️",
    "xpassed": "⚠️",
}
LONGEST_NAME = 120  # characters
LONGEST_MESSAGE = 500
LONGEST_TRANSCRIPT = 6_000
TRANSCRIPT_WIDTH = 110  # columns
LEGEND = "> and ^^^: because of this an expectation was not met; + and ~~~: this met one"
MOST_FAILED = 25
"""How many calls are told in full."""
MOST_ROWS = 300


def write_markdown(calls: Sequence[StoredCall], path: Path, *, name: str = "") -> None:
    """Write the report to a file, replacing what was there; raises ArtifactError when that cannot be done."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(markdown_of(calls, name=name), encoding="utf-8")
    except OSError as error:
        raise ArtifactError(f"The report cannot be written to {path}: {error.strerror or error}.") from None


def markdown_of(calls: Sequence[StoredCall], *, name: str = "") -> str:
    """Return the report: what came of all calls, those that went wrong in full, and a table of all of them."""
    view = overview(calls, [str(number) for number in range(len(calls))])
    lines = [f"## {code(name)}" if name else "## Simulated calls", "", _headline(view)]
    lines += [*_latencies(view), *_failed(calls, view), *_repeated(view), *_table(view)]
    return "\n".join(lines) + "\n"


def code(text: str, limit: int = LONGEST_NAME) -> str:
    """Return a text as a code span in one line."""
    shown = visible_line(shortened(" ".join(text.split()), limit)) or " "
    ticks = "`" * (_longest_run(shown) + 1)
    # A space at both ends is taken away again; without it, a backtick there would belong to the others.
    padded = f" {shown} " if shown[0] in "` " or shown[-1] in "` " else shown
    return f"{ticks}{padded}{ticks}"


def _cell(text: str) -> str:
    """Return a text as code in a table, where a "|" ends the cell even in code, unless it has a backslash."""
    return code(text).replace("|", "\\|")


def _block(text: str) -> list[str]:
    shown = visible(text)
    fence = "`" * max(3, _longest_run(shown) + 1)
    return [f"{fence}text", shown, fence]


def _longest_run(text: str) -> int:
    return max((len(each) for each in re.findall("`+", text)), default=0)


def _headline(view: Overview) -> str:
    parts = [f"{SIGNS[outcome]} **{count} {words}**" for outcome, words, count in view.outcomes]
    not_judged = sum(count for _, count in view.not_judged)
    more = f", {not_judged} not judged" if not_judged else ""
    calls, seconds = counted(len(view.rows), "call"), seconds_shown(view.on_the_line)
    return f"{' · '.join(parts)} of {calls}{more}, {seconds} on the line."


def _latencies(view: Overview) -> Iterator[str]:
    if not view.latencies:
        return
    yield ""
    for each in view.latencies:
        p50, p95, longest = map(seconds_shown, (each.p50, each.p95, each.longest))
        yield f"- {code(each.channel)}: latency p50 {p50}, p95 {p95}, the slowest answer after {longest}"


def _failed(calls: Sequence[StoredCall], view: Overview) -> Iterator[str]:
    wrong = [
        (call, row)
        for call, row in zip(calls, view.rows, strict=True)
        if call.passed is False or call.problem
    ]
    if not wrong:
        return
    yield from ("", "### What went wrong")
    for call, row in islice(wrong, MOST_FAILED):
        yield from _one_failed(call, row)
    if len(wrong) > MOST_FAILED:
        yield from ("", f"… and {counted(len(wrong) - MOST_FAILED, 'more call')}.")


def _one_failed(call: StoredCall, row: Row) -> Iterator[str]:
    fault = fault_of(call)
    yield from ("", f"#### {SIGNS[row.outcome]} {code(call_title(call))}", "")
    yield f"{code(row.detail, 2 * LONGEST_NAME)}{f', fault: {fault}' if fault else ''}"
    yield ""
    if call.problem:
        yield f"- {code(call.problem, LONGEST_MESSAGE)}"
    if call.judgement is not None:
        if call.judgement.message:
            yield f"- {code(call.judgement.message, LONGEST_MESSAGE)}"
        for verdict in call.judgement.verdicts:
            if not verdict.passed:
                place = f" ({code(verdict.location)})" if verdict.location else ""
                yield f"- {code(verdict.path)}{place}: {code(verdict.message, LONGEST_MESSAGE)}"
                yield from (f"  - {code(each, LONGEST_MESSAGE)}" for each in verdict.evidence)
        yield from _met(call.judgement)
    if call.shown is not None and call.shown.turns:
        yield from ("", "<details><summary>Transcript</summary>", "")
        yield from _block(_without_middle(_transcript(call, call.shown)))
        yield from ("", "</details>")


def _met(judgement: Judgement) -> Iterator[str]:
    """What was met because of something that can be quoted."""
    quoted = [each for each in judgement.verdicts if each.outcome is Outcome.MET and each.evidence]
    if not quoted:
        return
    yield from ("", f"<details><summary>{counted(len(quoted), 'expectation')} met</summary>", "")
    for verdict in quoted:
        yield f"- {SIGNS['passed']} {code(verdict.path)}"
        yield from (f"  - {code(each, LONGEST_MESSAGE)}" for each in verdict.evidence)
    yield from ("", "</details>")


def _transcript(call: StoredCall, result: CallResult) -> str:
    """Lay out what was said, with what is evidence marked beside the turns and below the words."""
    verdicts = call.judgement.verdicts if call.judgement is not None else ()
    lines: list[str] = []
    for entry in conversation(result, verdicts):
        for line in laid_out(as_paragraph(entry), TRANSCRIPT_WIDTH):
            lines += [plain(line).rstrip(), *filter(None, [underline(line)])]
    if any(each.turns or each.tool_calls for each in verdicts):
        lines += ["", LEGEND]
    return "\n".join(lines)


def _without_middle(text: str) -> str:
    if len(text) <= LONGEST_TRANSCRIPT:
        return text
    half = LONGEST_TRANSCRIPT // 2
    return f"{text[:half]}\n… ({len(text) - 2 * half} characters are left out here) …\n{text[-half:]}"


def _repeated(view: Overview) -> Iterator[str]:
    if not view.repeated:
        return
    yield from (
        "",
        "### Repeated calls",
        "",
        "| scenario | passed | rate | 95 % interval |",
        "|---|---|---|---|",
    )
    for each in view.repeated[:MOST_ROWS]:
        tally = each.tally
        name = f"{_cell(each.title)} {_cell(', '.join(filter(None, (each.channel, each.personality))))}"
        low, high = tally.interval
        yield f"| {name} | {tally.passed} of {tally.runs} | {tally.rate:.0%} | {low:.0%} to {high:.0%} |"


def _table(view: Overview) -> Iterator[str]:
    yield from ("", "<details><summary>All calls</summary>", "")
    yield "| | scenario | channel | personality | turns | duration | latency |"
    yield "|---|---|---|---|---:|---:|---:|"
    for row in sorted(view.rows, key=lambda each: each.outcome_order)[:MOST_ROWS]:
        cells = (
            f"{SIGNS[row.outcome]} {row.outcome_words}",
            _cell(row.title),
            row.channel and _cell(row.channel),
            row.personality and _cell(row.personality),
            str(row.turns or ""),
            row.duration_words,
            row.latency_words,
        )
        yield f"| {' | '.join(cells)} |"
    if len(view.rows) > MOST_ROWS:
        yield from ("", f"… and {counted(len(view.rows) - MOST_ROWS, 'more call')}.")
    yield from ("", "</details>")
