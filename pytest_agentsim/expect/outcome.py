"""Whether a call has come to the outcome that is expected of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_agentsim.expect.finding import quoted_words
from pytest_agentsim.expect.verdict import Outcome, Verdict
from pytest_agentsim.judge.expected_outcome import FAILED, PASSED
from pytest_agentsim.metric_value import value_named
from pytest_agentsim.plain_text import squeezed
from pytest_agentsim.visible import visible_line
from pytest_agentsim.wording import counted

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pytest_agentsim.metric_value import Evidence, Number
    from pytest_agentsim.result import CallResult

__all__ = ["expected_outcome"]

EXPECTED_OUTCOME = "expected_outcome"
NO_JUDGE = "no judge is configured"


def expected_outcome(result: CallResult, *, required: bool) -> Verdict:
    """The verdict on the expected outcome; `required` makes one that nobody has judged a failure."""
    judged = value_named(EXPECTED_OUTCOME, result.metrics)
    if judged is None or not judged.is_measured:
        why = NO_JUDGE if judged is None else judged.reason
        message = f"not judged, because {why}"
        evidence: tuple[str, ...] = (squeezed(result.expected_outcome),)
        outcome = Outcome.NOT_JUDGED
    else:
        lines = judged.extra.get("outcome_alignments", ())
        outcome = _outcome(judged.value)
        message = "the call is as expected" if outcome is Outcome.MET else _what_is_not(lines, outcome)
        evidence = tuple(line for line in judged.explanation if not line.startswith("yes: "))
        evidence += tuple(_quote(each) for each in judged.evidence)
    if outcome is Outcome.NOT_JUDGED and required:
        message += "; --agentsim-require-judge makes that a failure"
    quotes = judged.evidence if judged else ()
    turns = tuple(dict.fromkeys(each.turn for each in quotes if each.turn))
    return Verdict(
        outcome,
        EXPECTED_OUTCOME,
        visible_line(message),
        tuple(map(visible_line, evidence)),
        turns,
        required=required,
        words=tuple(words for each in quotes for words in quoted_words(each.text, each.turn, result)),
    )


def _outcome(score: Number) -> Outcome:
    if score == PASSED:
        return Outcome.MET
    return Outcome.NOT_MET if score == FAILED else Outcome.NOT_JUDGED


def _what_is_not(lines: Sequence[Mapping[str, str]], outcome: Outcome) -> str:
    aligned = "no" if outcome is Outcome.NOT_MET else "blocked"
    count = sum(each["aligned"] == aligned for each in lines)
    if outcome is Outcome.NOT_MET:
        return f"the judge finds {count} of {counted(len(lines), 'line')} not met"
    return f"needs a person's review: the call never came to {count} of {counted(len(lines), 'line')}"


def _quote(evidence: Evidence) -> str:
    return f"turn {evidence.turn}: {evidence.text}" if evidence.turn else evidence.text
