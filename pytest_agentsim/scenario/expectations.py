"""Reads `expect:`. One expectation comes of each key, and one of each item of a list or field of `metadata`.

What `Expectation.value` is, by kind:

===================  ==================================================================================
status, ended_by,    the word
ended_reason
conditions_fired     `FiredExpectation`
agent_says,          `Phrase`
agent_never_says
tool_calls           `ToolExpectation`; None for an empty list: the agent calls no tool at all
never_calls          `ToolExpectation` of no call
tool_order           the names, in order
in_order             the `Moment`s, in order
metadata             a pair: the key and the value that it must have
turns                `Bounds`, on the turns of both sides together
duration, silence,   `MetricExpectation`; of the last three, one for each of their fields
recording, metrics,
interruptions
keys                 `KeysExpectation`, one for each side
===================  ==================================================================================
"""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from pytest_agentsim.scenario.model import Expectation, ExpectationKind
from pytest_agentsim.scenario.moment import Moment, Phrase, PhraseKind, Said, ToolUse
from pytest_agentsim.scenario.problem_log import Path, ProblemLog, dotted
from pytest_agentsim.scenario.quantity import Limits, Quantity
from pytest_agentsim.scenario.reading import Entry, Reading
from pytest_agentsim.scenario.shape import check_shape
from pytest_agentsim.scenario.source import from_python

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterator, Mapping, Sequence

__all__ = [
    "Bounds",
    "FiredExpectation",
    "KeysExpectation",
    "MetricExpectation",
    "Phrase",
    "PhraseKind",
    "ToolExpectation",
    "expectations_from",
    "read_expectations",
    "read_metric",
]

# The metrics that fields with words of their own stand for.
LONGEST_SILENCE = "detect_silence_in_conversation_longest"
INTERRUPTIONS = {"by_agent": "ai_interrupting_user", "by_caller": "user_interrupting_ai"}
SOUND = {"level": "agent_level", "clipping": "agent_clipping", "snr": "agent_snr"}

MOMENTS = ("text", "regex", "condition", "agent", "caller", "tool")


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

    A call counts when it has at least the `arguments`, which are valid against the JSON Schema `schema`, and comes
    after the first time that `after` happens, at most `within` seconds later, and before the first time that `before`
    does. `times` says how many such calls there must be. With `expects_result` each of them has returned `result`: of a
    mapping at least the fields that are named.
    """

    name: str
    arguments: Mapping[str, Any]
    times: Bounds = Bounds(minimum=1)
    after: Moment | None = None
    before: Moment | None = None
    within: float | None = None
    schema: Mapping[str, Any] | bool | None = None
    result: Any = None
    expects_result: bool = False


@dataclass(frozen=True, slots=True)
class MetricExpectation:
    """A metric, or a detail as ``latency_p95``, and what it must be, all of it.

    Within `limits`, more than `above` and less than `below`, that `value`, `one_of` the words, not what `excluded`
    says, and at least one of `any_of`.
    """

    name: str
    limits: Limits = field(default_factory=Limits)
    value: bool | str | None = None
    above: Quantity | None = None
    below: Quantity | None = None
    one_of: tuple[str, ...] = ()
    excluded: MetricExpectation | None = None
    any_of: tuple[MetricExpectation, ...] = ()


@dataclass(frozen=True, slots=True)
class KeysExpectation:
    """The groups of telephone keys that one side ("agent" or "caller") presses, in order."""

    side: str
    groups: tuple[str, ...]


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


def _alone(path: Path, value: Any) -> Any:
    """Return the structure that has a value at a path, and nothing else in it."""
    for step in reversed(path):
        value = [value] if isinstance(step, int) else {step: value}
    return value


def read_metric(reading: Reading, entry: Entry, name: str) -> MetricExpectation | None:
    """Read what a metric must be, written as under `expect: metrics:`; None where it cannot be used."""
    return _Reader(reading, None).of_metric(entry, name)


class _Reader:
    def __init__(self, reading: Reading, condition_ids: Container[int] | None) -> None:
        self.reading = reading
        self.condition_ids = condition_ids
        self.readers: dict[ExpectationKind, Callable[[Entry], Iterator[tuple[Entry, Any]]]] = {
            ExpectationKind.CONDITIONS_FIRED: self.fired,
            ExpectationKind.AGENT_SAYS: self.phrases,
            ExpectationKind.AGENT_NEVER_SAYS: self.phrases,
            ExpectationKind.TOOL_CALLS: self.tools,
            ExpectationKind.NEVER_CALLS: self.never_calls,
            ExpectationKind.TOOL_ORDER: self.tool_order,
            ExpectationKind.IN_ORDER: self.in_order,
            ExpectationKind.METADATA: self.metadata,
            ExpectationKind.TURNS: self.turns,
            ExpectationKind.DURATION: partial(self.metric, metric="duration"),
            ExpectationKind.SILENCE: partial(self.metric, metric=LONGEST_SILENCE),
            ExpectationKind.INTERRUPTIONS: partial(self.metrics, names=INTERRUPTIONS),
            ExpectationKind.RECORDING: partial(self.metrics, names=SOUND),
            ExpectationKind.KEYS: self.keys,
            ExpectationKind.METRICS: self.metrics,
        }

    def read(self, kind: ExpectationKind, entry: Entry) -> Iterator[Expectation]:
        for place, value in self.readers.get(kind, self.word)(entry):
            path = place.path[place.path.index("expect") :]
            written = _alone(path[1:], place.value)
            yield Expectation(kind, value, dotted(path), self.reading.place(place), written)

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
        said = self.said(entry)
        if said is None:
            return None
        fields = self.reading.fields(entry)
        return Phrase(
            said.kind,
            said.text,
            fields["turn"].value if "turn" in fields else None,
            after=self.moment(fields["after"]) if "after" in fields else None,
            before=self.moment(fields["before"]) if "before" in fields else None,
            within=self.seconds(fields["within"]) if "within" in fields else None,
        )

    def said(self, entry: Entry, *, by_caller: bool = False) -> Said | None:
        """Read words, or exactly one of text, regex and condition."""
        if isinstance(entry.value, str):
            self.check_not_empty(entry)
            return Said(PhraseKind.TEXT, entry.value, by_caller)
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
        return Said(kinds[0], text.value, by_caller)

    def moment(self, entry: Entry, *, is_tool: bool = False) -> Moment | None:
        """Read something that can happen; `is_tool` makes a word the name of a function instead of the agent's."""
        if isinstance(entry.value, str):
            return ToolUse(entry.value, {}) if is_tool else self.said(entry)
        fields = self.reading.fields(entry)
        written = [name for name in MOMENTS if entry.wrote(name)]
        if len(written) != 1 or (entry.wrote("arguments") and written != ["tool"]):
            self.reading.error(
                entry, f"a moment has exactly one of {', '.join(MOMENTS)}; arguments go with tool"
            )
            return None
        if written[0] not in fields:
            return None
        if written[0] == "tool":
            return ToolUse(fields["tool"].value, fields["arguments"].value if "arguments" in fields else {})
        if written[0] in ("agent", "caller"):
            return self.said(fields[written[0]], by_caller=written[0] == "caller")
        return self.said(entry)

    def seconds(self, entry: Entry) -> float | None:
        quantity = self.quantity(entry)
        if quantity is not None and (quantity.unit not in ("", "s") or quantity.number < 0):
            self.reading.error(entry, "must be a time such as 5s or 800ms")
        return None if quantity is None else quantity.number

    def quantity(self, entry: Entry) -> Quantity | None:
        try:
            return Quantity.of(entry.value)
        except ValueError as error:
            self.reading.error(entry, str(error))
            return None

    def never_calls(self, entry: Entry) -> Iterator[tuple[Entry, Any]]:
        for each in self.reading.items(entry) if isinstance(entry.value, list) else [entry]:
            yield each, ToolExpectation(each.value, {}, times=Bounds(0, 0))

    def tool_order(self, entry: Entry) -> Iterator[tuple[Entry, Any]]:
        yield entry, tuple(ToolUse(each.value, {}) for each in self.reading.items(entry))

    def in_order(self, entry: Entry) -> Iterator[tuple[Entry, Any]]:
        moments = [self.moment(each) for each in self.reading.items(entry)]
        yield entry, tuple(each for each in moments if each is not None)

    def keys(self, entry: Entry) -> Iterator[tuple[Entry, Any]]:
        for side, below in self.reading.fields(entry).items():
            groups = [below.value] if isinstance(below.value, str) else below.value
            yield below, KeysExpectation(side, tuple("".join(each.split()).upper() for each in groups))

    def metrics(self, entry: Entry, names: Mapping[str, str] | None = None) -> Iterator[tuple[Entry, Any]]:
        for name, below in self.reading.fields(entry).items():
            yield from self.metric(below, name if names is None else names[name])

    def metric(self, entry: Entry, metric: str) -> Iterator[tuple[Entry, Any]]:
        yield entry, self.of_metric(entry, metric)

    def of_metric(self, entry: Entry, name: str) -> MetricExpectation | None:
        if isinstance(entry.value, bool):
            return MetricExpectation(name, value=entry.value)
        if isinstance(entry.value, str) and not entry.value.strip()[:1].isdigit():
            return MetricExpectation(name, value=entry.value)
        if isinstance(entry.value, str | int | float):
            exactly = self.quantity(entry)
            return MetricExpectation(name, Limits(exactly, exactly))
        fields = self.reading.fields(entry)
        low, high, above, below = (
            self.quantity(fields[each]) if each in fields else None
            for each in ("min", "max", "above", "below")
        )
        if low is not None and high is not None and low.unit == high.unit and low.number > high.number:
            self.reading.error(entry, f"min ({low}) is more than max ({high})")
        alternatives = self.reading.items(fields["any_of"]) if "any_of" in fields else []
        return MetricExpectation(
            name,
            Limits(low, high),
            above=above,
            below=below,
            one_of=tuple(fields["one_of"].value) if "one_of" in fields else (),
            excluded=self.of_metric(fields["not"], name) if "not" in fields else None,
            any_of=tuple(found for each in alternatives if (found := self.of_metric(each, name)) is not None),
        )

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
            after=self.moment(fields["after"], is_tool=True) if "after" in fields else None,
            before=self.moment(fields["before"], is_tool=True) if "before" in fields else None,
            within=self.seconds(fields["within"]) if "within" in fields else None,
            schema=self.json_schema(fields["schema"]) if "schema" in fields else None,
            result=fields["result"].value if "result" in fields else None,
            expects_result="result" in fields,
        )

    def json_schema(self, entry: Entry) -> Mapping[str, Any] | bool | None:
        from jsonschema import Draft202012Validator
        from jsonschema.exceptions import SchemaError

        try:
            Draft202012Validator.check_schema(entry.value)
        except SchemaError as error:
            place = "".join(f".{each}" for each in error.absolute_path)
            self.reading.error(entry, f"is not a JSON Schema: {place.lstrip('.') or 'it'}: {error.message}")
            return None
        schema: Mapping[str, Any] | bool = entry.value
        return schema

    def bounds(self, entry: Entry) -> Bounds:
        if isinstance(entry.value, int):
            return Bounds(entry.value, entry.value)
        fields = self.reading.fields(entry)
        low, high = (fields[name].value if name in fields else None for name in ("min", "max"))
        if low is not None and high is not None and low > high:
            self.reading.error(entry, f"min ({low}) is more than max ({high})")
        return Bounds(low, high)
