"""What came of an expectation."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Outcome", "Verdict", "Words"]


class Outcome(StrEnum):
    """What came of an expectation."""

    MET = "met"
    NOT_MET = "not met"
    NOT_JUDGED = "not judged"
    NOT_MEASURED = "not measured"
    """Nothing true could be said about it: the harness was late, or the recording is lost."""
    SKIPPED = "skipped"
    """It does not apply to the call, such as what only voice has to a call by text."""


@dataclass(frozen=True, slots=True)
class Words:
    """Some words of a turn: the characters of its text from `start` to before `end`."""

    turn: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of one expectation.

    `message` says what was expected and what was found; it is empty where all is well. `evidence` quotes what was
    found, also where the expectation was met by it; both can be shown as they are. `turns` are the numbers of the turns
    concerned, `words` which words of them where it is not all of a turn, `tool_calls` the numbers (from 1) of the
    function calls concerned. `index` is the expectation's place in the scenario's `expect`; None for what is expected
    of every call. `required` means that it must be judged.
    """

    outcome: Outcome
    path: str
    message: str
    evidence: tuple[str, ...] = ()
    turns: tuple[int, ...] = ()
    location: str = ""
    index: int | None = None
    required: bool = False
    words: tuple[Words, ...] = ()
    tool_calls: tuple[int, ...] = ()

    @property
    def passed(self) -> bool:
        return self.outcome is not Outcome.NOT_MET and not (
            self.required and self.outcome is Outcome.NOT_JUDGED
        )
