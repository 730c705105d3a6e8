"""What a person reads when a call was not as expected: what was expected, the evidence, the words around it."""

from __future__ import annotations

import shutil
import textwrap
from typing import TYPE_CHECKING

from pytest_agentsim.expect import Outcome
from pytest_agentsim.result import FailureKind
from pytest_agentsim.visible import shortened, visible, visible_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pytest_agentsim.expect import Verdict
    from pytest_agentsim.result import CallResult
    from pytest_agentsim.runner import RecordedCall

__all__ = ["ExpectationFailed", "failure_kind", "failure_message"]

TURNS_AROUND = 2
LONGEST_TURN = 600  # characters
NARROWEST = 40  # columns
# What pytest and the transcript itself are indented by.
INDENTATION = 8  # columns


class ExpectationFailed(AssertionError):
    """A call was not as expected."""

    # pytest prints this before each message; the name that users import is the shorter one.
    __module__ = "pytest_agentsim"


def failure_message(
    call: RecordedCall, verdicts: Sequence[Verdict], *, runs: str = "", notes: Sequence[str] = ()
) -> str:
    """Lay out all expectations that a call did not meet, its transcript around the evidence, and its artifacts.

    Where there are other runs, `runs` ends the headline, and `notes` are lines about all of them.
    """
    result = call.result
    not_met = [verdict for verdict in verdicts if not verdict.passed]
    lines = [f"{_headline(not_met, verdicts)}{runs}"]
    if len(not_met) == 1:
        lines += _evidence(not_met[0])
    else:
        for verdict in not_met:
            lines += ["", f"{_placed(verdict)}: {verdict.message}", *_evidence(verdict)]
    if notes:
        lines += ["", *notes]
    lines += ["", _call_line(result, not_met), *_transcript(result, not_met), ""]
    lines.append(visible_line(f"artifacts: {call.artifacts}"))
    if call.recording is not None:
        lines.append(visible_line(f"recording: {call.recording}"))
    return visible("\n".join(lines))


def failure_kind(result: CallResult, verdicts: Sequence[Verdict]) -> FailureKind | None:
    """Return whose fault it is that a call is not as expected; None when it is.

    The call's own fault when it did not complete, else the agent's; what nobody could judge is the test's.
    """
    not_met = [verdict for verdict in verdicts if not verdict.passed]
    if not not_met:
        return None
    if result.failure_kind is not None:
        return result.failure_kind
    judged = any(verdict.outcome is Outcome.NOT_MET for verdict in not_met)
    return FailureKind.PRODUCT if judged else FailureKind.CALLER


def _headline(not_met: Sequence[Verdict], verdicts: Sequence[Verdict]) -> str:
    if len(not_met) == 1:
        return f"{_placed(not_met[0])}: {not_met[0].message}"
    undecided = (Outcome.NOT_JUDGED, Outcome.NOT_MEASURED, Outcome.SKIPPED)
    decided = [verdict for verdict in verdicts if verdict.outcome not in undecided or verdict.required]
    return f"{len(not_met)} of {len(decided)} expectations were not met"


def _placed(verdict: Verdict) -> str:
    return f"{verdict.path} ({verdict.location})" if verdict.location else verdict.path


def _evidence(verdict: Verdict) -> list[str]:
    return [f"    {line}" for line in verdict.evidence]


def _call_line(result: CallResult, not_met: Sequence[Verdict]) -> str:
    fault = failure_kind(result, not_met)
    parts = [result.status.value, result.ended_reason.value]
    if fault is not None:
        parts.append(f"fault: {fault.value}")
    parts += [f"personality {result.personality}", f"run {result.run_id}"]
    return visible_line(f"The call: {', '.join(parts)}")


def _transcript(result: CallResult, not_met: Sequence[Verdict]) -> Iterator[str]:
    if not result.turns:
        yield "    (nobody said anything)"
        return
    shown = _numbers_to_show(result, not_met)
    width = max(NARROWEST, shutil.get_terminal_size().columns - INDENTATION)
    previous = 0
    for turn in result.turns:
        if turn.number not in shown:
            continue
        if turn.number > previous + 1:
            yield "    …"
        previous = turn.number
        lead = f"{turn.number:4d} {turn.speaker.value:>6}  "
        words = visible_line(" ".join(shortened(turn.text, LONGEST_TURN).split())) or "(no words)"
        if turn.interrupted:
            words += " (interrupted)"
        yield textwrap.fill(words, width, initial_indent=lead, subsequent_indent=" " * len(lead))
    if previous < result.turns[-1].number:
        yield "    …"


def _numbers_to_show(result: CallResult, not_met: Sequence[Verdict]) -> set[int]:
    """The turns that are evidence with those around them; the end of the call when no turn is."""
    centres = [turn for verdict in not_met for turn in verdict.turns] or [result.turns[-1].number]
    return {
        number for centre in centres for number in range(centre - TURNS_AROUND, centre + TURNS_AROUND + 1)
    }
