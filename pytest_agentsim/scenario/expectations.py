"""Reads `expect:`. One expectation comes of each key, and one of each item of a list or field of `metadata`.

What `Expectation.value` is, by kind:

===================  ==================================================================================
status, ended_by,    the word
ended_reason
conditions_fired     `FiredExpectation`
agent_says,          `Phrase`
agent_never_says
tool_calls           `ToolExpectation`; None for an empty list: the agent calls no tool at all
metadata             a pair: the key and the value that it must have
turns                `Bounds`, on the turns of both sides together
===================  ==================================================================================
"""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from pytest_agentsim.scenario.model import Expectation, ExpectationKind
from pytest_agentsim.scenario.problem_log import ProblemLog, dotted
from pytest_agentsim.scenario.reading import Entry, Reading
from pytest_agentsim.scenario.shape import check_shape
from pytest_agentsim.scenario.source import from_python

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterator, Mapping, Sequence

__all__ = [
    "Bounds",
    "FiredExpectation",
    "Phrase",
    "PhraseKind",
    "ToolExpectation",
    "expectations_from",
    "read_expectations",
]


class PhraseKind(StrEnum):
    """How a phrase is looked for."""

    TEXT = "text"
    REGEX = "regex"
    CONDITION = "condition"


@dataclass(frozen=True, slots=True)
class Phrase:
    """What the agent says: words that occur, a regular expression that is found, or a condition that holds.

    `turn` counts the agent's turns from 1; None stands for any of them.
    """

    kind: PhraseKind
    text: str
    turn: int | None = None


@dataclass(frozen=True, slots=True)
class Bounds:
    """A range of whole numbers, both ends included; None leaves an end open."""

    minimum: int | None = None
    maximum: int | None = None

    def __contains__(self, number: int) -> bool:
        return (self.minimum is None or number >= self.minimum) and (
            self.maximum is None or number <= self.maximum
        )


@dataclass(frozen=True, slots=True)
class ToolExpectation:
    """A tool that the agent calls.

    A call counts when it has at least the `arguments` and comes after the first call of the tool `after`.
    `times` says how many such calls there must be. With `expects_result` each of them has returned `result`:
    of a mapping at least the fields that are named.
    """

    name: str
    arguments: Mapping[str, Any]
    times: Bounds = Bounds(minimum=1)
    after: str | None = None
    result: Any = None
    expects_result: bool = False


@dataclass(frozen=True, slots=True)
class FiredExpectation:
    """Which conditions fire.

    Those of `in_order` fire, each after the one before it; others may fire in between and again. `exactly`,
    if given, is all that fires, in order and repetitions included. Those of `never` do not fire.
    """

    in_order: tuple[int, ...] = ()
    exactly: tuple[int, ...] | None = None
    never: tuple[int, ...] = ()


def expectations_from(expected: Mapping[str, Any]) -> tuple[Expectation, ...]:
    """Read expectations given in Python, as by a mark. Raises ScenarioError with all problems."""
    document = from_python({"name": "expect", "expect": expected})
    log = ProblemLog()
    reading = Reading(document, log, check_shape(document, log))
    found = read_expectations(
        reading, [reading.fields(reading.root)["expect"]] if not log.failed else [], None
    )
    log.raise_errors()
    return found


def read_expectations(
    reading: Reading, given: Sequence[Entry], condition_ids: Container[int] | None
) -> tuple[Expectation, ...]:
    """Read the mappings `given`, the later of which replace keys of the earlier.

    `condition_ids` are those of the script; with None it is not checked that an id exists.
    """
    fields: dict[str, Entry] = {}
    for each in given:
        fields.update(reading.fields(each))
    reader = _Reader(reading, condition_ids)
    return tuple(
        expectation
        for kind in ExpectationKind
        if kind in fields
        for expectation in reader.read(kind, fields[kind])
    )


class _Reader:
    def __init__(self, reading: Reading, condition_ids: Container[int] | None) -> None:
        self.reading = reading
        self.condition_ids = condition_ids
        self.readers: dict[ExpectationKind, Callable[[Entry], Iterator[tuple[Entry, Any]]]] = {
            ExpectationKind.CONDITIONS_FIRED: self.fired,
            ExpectationKind.AGENT_SAYS: self.phrases,
            ExpectationKind.AGENT_NEVER_SAYS: self.phrases,
            ExpectationKind.TOOL_CALLS: self.tools,
            ExpectationKind.METADATA: self.metadata,
            ExpectationKind.TURNS: self.turns,
        }

    def read(self, kind: ExpectationKind, entry: Entry) -> Iterator[Expectation]:
        for place, value in self.readers.get(kind, self.word)(entry):
            start = place.path.index("expect")
            yield Expectation(kind, value, dotted(place.path[start:]), self.reading.place(place))

    def word(self, entry: Entry) -> Iterator[tuple[Entry, Any]]:
        yield entry, entry.value

    def turns(self, entry: Entry) -> Iterator[tuple[Entry, Any]]:
        yield entry, self.bounds(entry)

    def metadata(self, entry: Entry) -> Iterator[tuple[Entry, Any]]:
        for key, below in self.reading.fields(entry).items():
            yield below, (key, below.value)

    def fired(self, entry: Entry) -> Iterator[tuple[Entry, Any]]:
        if isinstance(entry.value, list):
            yield entry, FiredExpectation(in_order=self.ids(entry))
            return
        fields = self.reading.fields(entry)
        exactly = self.ids(fields["exactly"]) if "exactly" in fields else None
        never = self.ids(fields["never"]) if "never" in fields else ()
        yield entry, FiredExpectation(exactly=exactly, never=never)

    def ids(self, entry: Entry) -> tuple[int, ...]:
        for each in self.reading.items(entry):
            if self.condition_ids is not None and each.value not in self.condition_ids:
                self.reading.error(each, f"there is no condition with id {each.value}")
        return tuple(entry.value)

    def phrases(self, entry: Entry) -> Iterator[tuple[Entry, Any]]:
        for each in self.reading.items(entry) if isinstance(entry.value, list) else [entry]:
            yield each, self.phrase(each)

    def phrase(self, entry: Entry) -> Phrase | None:
        if isinstance(entry.value, str):
            self.check_not_empty(entry)
            return Phrase(PhraseKind.TEXT, entry.value)
        fields = self.reading.fields(entry)
        kinds = [kind for kind in PhraseKind if entry.wrote(kind)]
        if len(kinds) != 1:
            self.reading.error(entry, "a phrase has exactly one of text, regex and condition")
            return None
        if kinds[0] not in fields:
            return None
        text = fields[kinds[0]]
        self.check_not_empty(text)
        if kinds[0] is PhraseKind.REGEX:
            self.check_regex(text)
        return Phrase(kinds[0], text.value, fields["turn"].value if "turn" in fields else None)

    def check_not_empty(self, entry: Entry) -> None:
        if not entry.value.strip():
            self.reading.error(entry, "is empty, so every agent says it", "write the words to look for")

    def check_regex(self, entry: Entry) -> None:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                re.compile(entry.value)
        except (re.error, RecursionError, OverflowError) as error:
            offset = getattr(error, "pos", None) or 0
            self.reading.within(entry, offset, f"is not a regular expression: {getattr(error, 'msg', error)}")

    def tools(self, entry: Entry) -> Iterator[tuple[Entry, Any]]:
        if not entry.value:
            yield entry, None
        for each in self.reading.items(entry):
            yield each, self.tool(each)

    def tool(self, entry: Entry) -> ToolExpectation | None:
        fields = self.reading.fields(entry)
        if "name" not in fields:
            return None
        return ToolExpectation(
            name=fields["name"].value,
            arguments=fields["arguments"].value if "arguments" in fields else {},
            times=self.bounds(fields["times"]) if "times" in fields else Bounds(minimum=1),
            after=fields["after"].value if "after" in fields else None,
            result=fields["result"].value if "result" in fields else None,
            expects_result="result" in fields,
        )

    def bounds(self, entry: Entry) -> Bounds:
        if isinstance(entry.value, int):
            return Bounds(entry.value, entry.value)
        fields = self.reading.fields(entry)
        low, high = (fields[name].value if name in fields else None for name in ("min", "max"))
        if low is not None and high is not None and low > high:
            self.reading.error(entry, f"min ({low}) is more than max ({high})")
        return Bounds(low, high)
