"""What a person reads when a call was not as expected: what was expected, the evidence, the words around it."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_agentsim.expect import Outcome
from pytest_agentsim.plain_text import squeezed
from pytest_agentsim.report.conversation import LONGEST_TURN, as_paragraph, conversation
from pytest_agentsim.report.layout import Paragraph, laid_out, plain, underline
from pytest_agentsim.result import FailureKind
from pytest_agentsim.visible import ELLIPSIS, visible, visible_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pytest_agentsim.expect import Verdict
    from pytest_agentsim.result import CallResult
    from pytest_agentsim.runner import RecordedCall

__all__ = ["ExpectationFailed", "Failure", "failure_kind"]

TURNS_AROUND = 2
MOST_ENTRIES = 400
"""How much of a conversation is shown at most where all of it is asked for."""
NARROWEST = 40  # columns
# What pytest indents a message by.
INDENTATION = 8  # columns
GAP = Paragraph((("          …", "faint"),))
EMPTY = Paragraph(())


class ExpectationFailed(AssertionError):
    """A call was not as expected."""

    # pytest prints this before each message; the name that users import is the shorter one.
    __module__ = "pytest_agentsim"

    failure: Failure | None = None


@dataclass(frozen=True, slots=True)
class Failure:
    """A call that was not as expected, with the verdicts on it.

    Where there are other runs, `runs` ends the headline, and `notes` are lines about all of them.
    """

    call: RecordedCall
    verdicts: tuple[Verdict, ...]
    runs: str = ""
    notes: tuple[str, ...] = ()

    @property
    def missed(self) -> tuple[Verdict, ...]:
        """The verdicts on what was not met."""
        return tuple(verdict for verdict in self.verdicts if not verdict.passed)

    def error(self) -> ExpectationFailed:
        """Return what pytest is to show."""
        error = ExpectationFailed(self.message())
        error.failure = self
        return error

    def message(self) -> str:
        """Lay all of it out for wherever there are no colours; the first line says all that fits one."""
        width = max(NARROWEST, shutil.get_terminal_size().columns - INDENTATION)
        lines = [plain((*each.lead, *each.pieces)) for each in self.expectations()]
        for paragraph in self.conversation():
            for line in laid_out(paragraph, width):
                lines += [plain(line).rstrip(), *filter(None, [underline(line)])]
        return visible("\n".join(lines))

    def expectations(self) -> list[Paragraph]:
        """What was not met, each with its evidence: that which is not in the conversation anyway."""
        missed = self.missed
        paragraphs = [Paragraph((), ((f"{_headline(missed, self.verdicts)}{self.runs}", "bad"),))]
        if len(missed) == 1:
            paragraphs += self._evidence(missed[0])
        else:
            for verdict in missed:
                told = f"{_placed(verdict)}: {verdict.message}"
                paragraphs += [EMPTY, Paragraph((), ((told, "bad"),)), *self._evidence(verdict)]
        if self.notes:
            paragraphs += [EMPTY, *(Paragraph((), ((visible_line(note), "quote"),)) for note in self.notes)]
        return paragraphs

    def conversation(self, *, everything: bool = False) -> list[Paragraph]:
        """The call, what was said around the evidence or all of it, and where its artifacts are."""
        paragraphs = [EMPTY, *self._call(), EMPTY, *self._talk(everything=everything), EMPTY]
        references = [("run", self.call.result.run_id), ("artifacts", str(_as_typed(self.call.artifacts)))]
        if self.call.recording is not None:
            references.append(("recording", str(_as_typed(self.call.recording))))
        paragraphs += [
            # What is wrapped cannot be copied.
            Paragraph(((f"{name}: ", "faint"), (visible_line(what), "")))
            for name, what in references
        ]
        return paragraphs

    def _evidence(self, verdict: Verdict) -> Iterator[Paragraph]:
        turns = {turn.number: turn.text for turn in self.call.result.turns}
        for line in verdict.evidence:
            quoted = re.match(r"turn (\d+): (.*)", line)
            said = turns.get(int(quoted[1]), "") if quoted else ""
            if quoted and int(quoted[1]) in verdict.turns and _is_shown(quoted[2], said):
                continue
            yield Paragraph((("    ", ""),), ((line, "quote"),))

    def _call(self) -> Iterator[Paragraph]:
        result = self.call.result
        yield Paragraph((), ((visible_line(result.scenario), "title"),))
        parts = [result.channel, f"personality {result.personality}"]
        parts.append(f"{result.status.value} ({result.ended_reason.value})")
        fault = failure_kind(result, self.verdicts)
        if fault is not None:
            parts.append(f"fault: {fault.value}")
        yield Paragraph((), ((visible_line(", ".join(parts)), "faint"),))

    def _talk(self, *, everything: bool) -> Iterator[Paragraph]:
        result = self.call.result
        if not result.turns and not result.tool_calls:
            yield Paragraph((("    (nobody said anything)", "faint"),))
            return
        entries = list(conversation(result, self.verdicts if everything else self.missed))
        shown = set(range(1 + len(result.turns))) if everything else _turns_to_show(result, self.missed)
        previous = 0
        for entry in [each for each in entries if each.turn in shown or each.has_missed][:MOST_ENTRIES]:
            if entry.turn > previous + 1:
                yield GAP
            previous = entry.turn
            yield as_paragraph(entry)
        if result.turns and previous < result.turns[-1].number:
            yield GAP


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


def _is_shown(quote: str, said: str) -> bool:
    """Tell whether a quote is from the part of a turn that the conversation shows."""
    words = visible_line(squeezed(said))
    return len(said) <= LONGEST_TURN and bool(words) and quote.strip(ELLIPSIS) in words


def _turns_to_show(result: CallResult, not_met: Sequence[Verdict]) -> set[int]:
    """The turns that are evidence with those around them; the end of the call when no turn is."""
    calls = [result.tool_calls[number - 1].after_turn for verdict in not_met for number in verdict.tool_calls]
    last = result.turns[-1].number if result.turns else 0
    centres = [*(turn for verdict in not_met for turn in verdict.turns), *calls] or [last]
    return {
        number for centre in centres for number in range(centre - TURNS_AROUND, centre + TURNS_AROUND + 1)
    }


def _as_typed(path: Path) -> Path:
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path
