"""What a person reads when a call was not as expected: what was expected, the evidence, the words around it."""

from __future__ import annotations

import re
import shutil
import textwrap
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pytest_agentsim.expect import Verdict
    from pytest_agentsim.result import CallResult
    from pytest_agentsim.runner import RecordedCall

__all__ = ["ExpectationFailed", "failure_message", "printable"]

TURNS_AROUND = 2
LONGEST_TURN = 600  # characters


class ExpectationFailed(AssertionError):
    """A call was not as expected."""

    # pytest prints this before each message; the name that users import is the shorter one.
    __module__ = "pytest_agentsim"


def failure_message(call: RecordedCall, verdicts: Sequence[Verdict], *, runs: str = "") -> str:
    """Lay out all expectations that a call did not meet, its transcript around the evidence, and its artifacts."""
    result = call.result
    not_met = [verdict for verdict in verdicts if not verdict.passed]
    lines = [f"{_headline(not_met, verdicts)}{runs}"]
    if len(not_met) == 1:
        lines += _evidence(not_met[0])
    else:
        for verdict in not_met:
            lines += ["", f"{_placed(verdict)}: {printable(verdict.message)}", *_evidence(verdict)]
    lines += ["", _call_line(result), *_transcript(result, not_met), "", f"artifacts: {call.artifacts}"]
    return "\n".join(lines)


def printable(text: str) -> str:
    """Show control, bidirectional and other invisible characters as escapes, so that they do nothing."""
    return _INVISIBLE.sub(lambda found: found[0].encode("unicode_escape").decode("ascii"), text)


_INVISIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)


def _headline(not_met: Sequence[Verdict], verdicts: Sequence[Verdict]) -> str:
    if len(not_met) == 1:
        return f"{_placed(not_met[0])}: {printable(not_met[0].message)}"
    return f"{len(not_met)} of {len(verdicts)} expectations were not met"


def _placed(verdict: Verdict) -> str:
    return f"{verdict.path} ({verdict.location})" if verdict.location else verdict.path


def _evidence(verdict: Verdict) -> list[str]:
    return [f"    {printable(line)}" for line in verdict.evidence]


def _call_line(result: CallResult) -> str:
    fault = f", fault: {result.failure_kind.value}" if result.failure_kind else ", fault: product"
    return (
        f"The call: {result.status.value}, {result.ended_reason.value}{fault}, personality {result.personality}, "
        f"run {result.run_id}"
    )


def _transcript(result: CallResult, not_met: Sequence[Verdict]) -> Iterator[str]:
    if not result.turns:
        yield "    (nobody said anything)"
        return
    shown = _numbers_to_show(result, not_met)
    width = max(60, shutil.get_terminal_size().columns - 4)
    previous = 0
    for turn in result.turns:
        if turn.number not in shown:
            continue
        if turn.number > previous + 1:
            yield "    …"
        previous = turn.number
        text = printable(turn.text if len(turn.text) <= LONGEST_TURN else f"{turn.text[:LONGEST_TURN]}…")
        lead = f"{turn.number:4d} {turn.speaker.value:>6}  "
        yield textwrap.fill(
            text or "(no words)", width, initial_indent=lead, subsequent_indent=" " * len(lead)
        )
    if previous < result.turns[-1].number:
        yield "    …"


def _numbers_to_show(result: CallResult, not_met: Sequence[Verdict]) -> set[int]:
    """The turns that are evidence with those around them; the end of the call when no turn is."""
    centres = [turn for verdict in not_met for turn in verdict.turns] or [result.turns[-1].number]
    return {
        number for centre in centres for number in range(centre - TURNS_AROUND, centre + TURNS_AROUND + 1)
    }
