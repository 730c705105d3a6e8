"""Reads the conditions of a structured scenario, in either dialect, and checks the rules between them.

The id-shape numbers its conditions itself; the steps of the when/say/then dialect are numbered in reading
order, beginning with the first message (platform_spec sections c.1 to c.3).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from pytest_agentsim.scenario import contains
from pytest_agentsim.scenario.action import Voice
from pytest_agentsim.scenario.action_parser import Place, parse_action, unwrap_ai_generated
from pytest_agentsim.scenario.function_rules import check_functions
from pytest_agentsim.scenario.model import Condition, Script
from pytest_agentsim.scenario.template_rules import check_action_keys

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pytest_agentsim.scenario.reading import Entry, Reading

__all__ = ["read_script"]

FIRST_MESSAGE = "FIRST_MESSAGE"
STANDARD, FOLLOWUP = "standard", "action_followup"
STEP_FIELDS = ("when", "say", "then")

FIRST_ROW = 'begin with {id: 0, condition: FIRST_MESSAGE, action: "", type: standard, fixed_message: true}'
MIGRATION = "an empty condition was the convention before April 2026; write condition: FIRST_MESSAGE"
VERBATIM_OPENER = "the first message is always said verbatim; <ai_generated> is not allowed."


@dataclass(frozen=True, slots=True)
class Step:
    """A condition whose action has not been parsed yet; `entry` has its text, `offset` characters into it."""

    id: int
    source: str
    entry: Entry
    owner: Entry
    improvised: bool
    trigger: str | None = None
    follows: int | None = None
    offset: int = 0
    when_say: bool = False
    examples: tuple[str, ...] = ()


def read_script(reading: Reading, owner: Entry, variables: Mapping[str, Any] | None) -> Script | None:
    """Read `conditional_actions`; what is wrong is logged, and None returned when nothing is left.

    `variables` are those of the scenario's own test profile, which templates must find; with None, any.
    """
    fields = reading.fields(owner)
    rows = reading.items(fields["conditions"]) if "conditions" in fields else []
    if "role" not in fields and not owner.wrote("role"):
        reading.log.warn(reading.place(owner), (*owner.path, "role"), "role is missing: who is the caller?")
    if not owner.wrote("conditions") and not owner.wrote("first_message"):
        reading.missing(owner, "conditions", "conditions is required")
        return None
    if owner.wrote("first_message") or any(_is_when_say_then(row) for row in rows):
        steps = list(_WhenSayThen(reading, owner, fields).steps(rows))
    else:
        steps = list(_IdShape(reading, fields.get("conditions", owner)).steps(rows))
    conditions = tuple(_conditions(reading, steps, variables))
    functions = reading.items(fields["functions"]) if "functions" in fields else []
    check_functions(
        reading,
        functions,
        [(step.entry, step.offset, each) for step, each in zip(steps, conditions, strict=True)],
        variables,
    )
    role = fields["role"].value if "role" in fields else ""
    return Script(role, conditions, tuple(each.value for each in functions)) if conditions else None


def _is_when_say_then(row: Entry) -> bool:
    return any(row.wrote(name) for name in STEP_FIELDS)


def _conditions(
    reading: Reading, steps: Sequence[Step], variables: Mapping[str, Any] | None
) -> Iterator[Condition]:
    provider: str | None = None
    for step in steps:
        place = Place(
            first_message=step.trigger is None and step.follows is None,
            followup=step.follows is not None,
            improvised=step.improvised,
            when_say_dialect=step.when_say,
            voice_provider=provider,
        )
        parsed = parse_action(step.source, place=place, strict=reading.settings.strict)
        for each in parsed.findings:
            reading.within(step.entry, step.offset + each.offset, each.message, each.hint, each.severity)
        check_action_keys(reading, step.entry, variables, source=step.source, offset=step.offset)
        provider = next((node.provider for node in parsed.action.walk() if isinstance(node, Voice)), provider)
        place_of_step = reading.place(step.owner)
        yield Condition(
            step.id,
            parsed.action,
            not step.improvised,
            place_of_step,
            step.trigger,
            step.follows,
            step.examples,
        )


class _IdShape:
    """Rows of `{id, condition, action, type, fixed_message}`."""

    def __init__(self, reading: Reading, owner: Entry) -> None:
        self.reading = reading
        self.owner = owner
        self.lines: dict[int, int] = {}
        self.opener_exists = False
        self.opens_rightly = False

    def steps(self, rows: Sequence[Entry]) -> Iterator[Step]:
        self.opener_exists = any(_says_first_message(row) for row in rows)
        if not rows and not self.owner.value:
            self._refuse_first(self.owner, FIRST_ROW)
        all_ids = [row.node.fields["id"].value for row in rows if row.wrote("id")]
        for row in rows:
            is_first = row.path[-1] == 0
            fields = self.reading.fields(row)
            self._check_id(fields.get("id"))
            if is_first:
                self._check_first(row, fields)
            step = self._step(row, fields, all_ids, is_first=is_first)
            if step is not None:
                yield step
            if "id" in fields:
                self.lines.setdefault(fields["id"].value, fields["id"].node.line)

    def _step(
        self, row: Entry, fields: dict[str, Entry], all_ids: list[Any], *, is_first: bool
    ) -> Step | None:
        kind = self._value(row, fields, "type", STANDARD)
        fixed = self._value(row, fields, "fixed_message", False)
        self._check_action(fields.get("action"), is_first=is_first)
        condition = fields.get("condition")
        if condition is None and not row.wrote("condition") and not is_first:
            self.reading.missing(row, "condition", "condition is required")
        if condition is not None and not is_first:
            self._check_condition(condition, fields, all_ids)
        if condition is None or kind is None or fixed is None or not {"id", "action"} <= fields.keys():
            return None
        trigger = condition.value if kind == STANDARD and not is_first else None
        follows = condition.value if kind == FOLLOWUP else None
        action = fields["action"]
        return Step(
            fields["id"].value,
            action.value,
            action,
            row,
            not fixed,
            trigger,
            follows,
            examples=_examples(self.reading, fields, is_standard=trigger is not None),
        )

    def _value(self, row: Entry, fields: dict[str, Entry], name: str, default: Any) -> Any:
        """Return a field, the default that a lenient reading has for it, or None."""
        if name in fields:
            return fields[name].value
        if row.wrote(name) or not self.reading.settings.lenient:
            return None
        words = str(default).lower()
        place = self.reading.place(row)
        self.reading.log.warn(place, (*row.path, name), f"{name} is missing and taken to be {words}")
        return default

    def _check_id(self, entry: Entry | None) -> None:
        if entry is None:
            return
        if entry.value in self.lines:
            hint = f"line {self.lines[entry.value]} has the id {entry.value} already"
            self.reading.error(entry, "Validation error: duplicate condition ID", hint)
        elif self.lines and entry.value < max(self.lines):
            self.reading.warn(
                entry, "the ids do not ascend", "number the conditions 0, 1, 2, … from top to bottom"
            )

    def _check_first(self, row: Entry, fields: dict[str, Entry]) -> None:
        condition = fields.get("condition")
        if condition is None and row.wrote("condition"):
            return  # the schema has said what is wrong
        if condition is None or condition.value != FIRST_MESSAGE:
            self._refuse_first(condition or row, self._advice(condition))
            if self.opener_exists:
                return
        else:
            self.opens_rightly = True
        if "id" in fields and fields["id"].value != 0:
            self.reading.error(fields["id"], "Validation error: first condition must have id=0")
        if "fixed_message" in fields and fields["fixed_message"].value is not True:
            message = "Validation error: first condition must have fixed_message=true"
            self.reading.error(fields["fixed_message"], message)

    def _advice(self, condition: Entry | None) -> str:
        if condition is None or condition.value == "":
            return MIGRATION
        return "move the condition with FIRST_MESSAGE to the top" if self.opener_exists else FIRST_ROW

    def _refuse_first(self, entry: Entry, hint: str) -> None:
        self.reading.error(
            entry, "Validation error: first condition must have condition='FIRST_MESSAGE'", hint
        )

    def _check_action(self, action: Entry | None, *, is_first: bool) -> None:
        if action is not None and not is_first and not action.value.strip():
            self.reading.error(
                action, "action cannot be empty or whitespace-only", "only the first message may be empty"
            )

    def _check_condition(self, condition: Entry, fields: dict[str, Entry], all_ids: list[Any]) -> None:
        value = condition.value
        if isinstance(value, str):
            if value == FIRST_MESSAGE and self.opens_rightly:
                self.reading.error(condition, "FIRST_MESSAGE is only for the first condition")
            elif not value.strip():
                self.reading.error(
                    condition, "condition cannot be empty", "describe what the agent says or does"
                )
            _check_trigger(self.reading, condition)
            return
        own_id = fields["id"].value if "id" in fields else None
        if value == own_id:
            self.reading.error(
                condition, "a followup cannot reference itself", "give the id of the condition before it"
            )
        elif value not in self.lines:
            where = "comes later" if value in all_ids else "does not exist"
            message = f"a followup must reference an earlier condition; id {value} {where}"
            self.reading.error(condition, message)


def _check_trigger(reading: Reading, entry: Entry) -> None:
    try:
        contains.parse(entry.value)
    except contains.ContainsError as error:
        hint = 'write it like contains "refund" AND (contains "fee" OR regex "charge[sd]?")'
        reading.within(entry, error.position, str(error), hint)


def _examples(reading: Reading, fields: Mapping[str, Entry], *, is_standard: bool) -> tuple[str, ...]:
    """Read the sentences for which a trigger holds as well."""
    entry = fields.get("examples")
    if entry is None:
        return ()
    if not is_standard:
        reading.error(entry, "only a condition with a trigger has examples of what the agent says")
        return ()
    for each in reading.items(entry):
        if not each.value.strip():
            reading.error(each, "cannot be empty", "write a sentence that the agent may say")
    return tuple(entry.value)


def _says_first_message(row: Entry) -> bool:
    return row.wrote("condition") and row.node.fields["condition"].value == FIRST_MESSAGE


class _WhenSayThen:
    """A first message and rows of `{when, say, then}`."""

    def __init__(self, reading: Reading, owner: Entry, fields: dict[str, Entry]) -> None:
        self.reading = reading
        self.owner = owner
        self.fields = fields
        self.count = 0

    def steps(self, rows: Sequence[Entry]) -> Iterator[Step]:
        yield from self._first_message()
        for row in rows:
            if _is_when_say_then(row):
                yield from self._row(row)
            elif row.value:
                hint = "write all rows with when, say and then, or all with id, condition and action"
                self.reading.error(row, "the conditions mix two dialects", hint)

    def _first_message(self) -> Iterator[Step]:
        given = self.fields.get("first_message")
        if given is None:
            yield self._step("", self.owner, self.owner)
            return
        parts = {"say": given} if isinstance(given.value, str) else self.reading.fields(given)
        say = parts.get("say")
        source = say.value if say is not None else ""
        wrapped, finding = unwrap_ai_generated(source)
        if wrapped is not None or finding is not None:
            self.reading.error(say or given, VERBATIM_OPENER)
            source = ""
        first = self._step(source, say or given, given)
        yield first
        yield from self._then(parts.get("then"), first.id)

    def _row(self, row: Entry) -> Iterator[Step]:
        fields = self.reading.fields(row)
        when = fields.get("when")
        if when is not None and not when.value.strip():
            self.reading.error(when, "is required.", "describe what the agent says or does")
        if when is not None:
            _check_trigger(self.reading, when)
        if "say" in fields:
            examples = _examples(self.reading, fields, is_standard=True)
            trigger = when.value if when is not None else ""
            first = replace(self._worded(fields["say"], row, trigger=trigger), examples=examples)
            yield first
            yield from self._then(fields.get("then"), first.id)

    def _then(self, then: Entry | None, parent: int) -> Iterator[Step]:
        for each in self.reading.items(then) if then is not None else ():
            step = self._worded(each, each, follows=parent)
            parent = step.id
            yield step

    def _worded(
        self, entry: Entry, owner: Entry, *, trigger: str | None = None, follows: int | None = None
    ) -> Step:
        source: str = entry.value
        if not source.strip():
            self.reading.error(entry, "has an empty step", "say something, or leave the step out")
        inner, finding = unwrap_ai_generated(source)
        if finding is not None:
            self.reading.within(entry, finding.offset, finding.message, finding.hint)
            source = ""
        if inner is None:
            return self._step(source, entry, owner, trigger=trigger, follows=follows)
        offset = source.index(">") + 1
        return self._step(
            inner, entry, owner, trigger=trigger, follows=follows, improvised=True, offset=offset
        )

    def _step(
        self, source: str, entry: Entry, owner: Entry, *, improvised: bool = False, **more: Any
    ) -> Step:
        step = Step(self.count, source, entry, owner, improvised, when_say=True, **more)
        self.count += 1
        return step
