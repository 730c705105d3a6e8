"""Reads `rubric:`, what the metrics of every scenario in a folder must be; in our form and in the platforms'."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from pytest_agentsim.scenario.expectations import MetricExpectation, read_metric
from pytest_agentsim.scenario.model import Expectation, ExpectationKind
from pytest_agentsim.scenario.problem_log import did_you_mean
from pytest_agentsim.scenario.reading import Entry, Reading
from pytest_agentsim.scenario.source import from_python

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["IN_MILLISECONDS", "RUBRIC", "of_rubric", "read_rubric", "with_rubric"]

RUBRIC = "rubric"

IN_MILLISECONDS = frozenset({"latency", "stop_time_after_user_interruption"})  # there, and in seconds here

# The platforms' form (platform_spec section i.6): a field, an operator and a value.
LIMITS = {"gte": "min", "lte": "max", "gt": "above", "lt": "below"}
OPERATORS = (*LIMITS, "eq", "neq", "in")
NAMES = ("slug", "metric_slug", "metric_name", "name")
KNOWN_OF_RULE = ("metric_id", "metric", "conditions", *NAMES, "id", "expected_conditions")


def read_rubric(reading: Reading, entry: Entry, metric_ids: Mapping[int, str]) -> tuple[Expectation, ...]:
    """Return what the metrics must be. `metric_ids` are the slugs of the platforms' numeric ids."""
    rules = reading.fields(entry).get("rules")
    if rules is not None:
        return tuple(_Platforms(reading, metric_ids).read(entry, rules))
    return tuple(
        Expectation(
            ExpectationKind.METRICS,
            expected,
            f"{RUBRIC}.{name}",
            reading.place(below),
            {ExpectationKind.METRICS.value: {name: below.value}},
        )
        for name, below in reading.fields(entry).items()
        if not name.startswith("x-") and (expected := read_metric(reading, below, name)) is not None
    )


def of_rubric(expectation: Expectation) -> bool:
    """Tell whether an expectation comes of a rubric."""
    return expectation.path.startswith(f"{RUBRIC}.")


def with_rubric(
    own: tuple[Expectation, ...], rubric: Mapping[str, tuple[Expectation, ...]]
) -> tuple[Expectation, ...]:
    """Return a scenario's expectations and those of the rubric on metrics of which it says nothing itself."""
    said = {each.value.name for each in own if isinstance(each.value, MetricExpectation)}
    return (
        *own,
        *(each for name, expected in rubric.items() if name not in said for each in expected),
    )


class _Platforms:
    """Reads ``{"evaluation_logic": "and", "rules": [{"metric_id", "conditions": {…}}]}``."""

    def __init__(self, reading: Reading, metric_ids: Mapping[int, str]) -> None:
        self._reading = reading
        self._metric_ids = metric_ids

    def read(self, rubric: Entry, rules: Entry) -> Iterator[Expectation]:
        fields = self._reading.fields(rubric)
        for name, entry in fields.items():
            if name == "evaluation_logic":
                self._check_and(entry)
            elif name != "rules" and not name.startswith("x-"):
                self._reading.warn(entry, f'"{name}" is passed over beside rules')
        for rule in self._reading.items(rules):
            yield from self._rule(rule)

    def _check_and(self, entry: Entry) -> None:
        if str(entry.value).lower() != "and":
            hint = "for alternatives on one metric write any_of in its limits"
            self._reading.error(entry, 'only "and" is understood: every rule counts', hint)

    def _rule(self, rule: Entry) -> Iterator[Expectation]:
        fields = self._reading.fields(rule)
        for unknown in fields.keys() - set(KNOWN_OF_RULE):
            self._reading.warn(
                fields[unknown], f'"{unknown}" is not a field of a rule', did_you_mean(unknown, KNOWN_OF_RULE)
            )
        name = self._name(rule, fields)
        conditions = fields.get("conditions")
        if conditions is None:
            self._reading.missing(rule, "conditions", "conditions is required")
        if not name or conditions is None:
            return
        limits = self._all(conditions, name)
        if limits is None:
            return
        # Read as if it were written in our form, which is also how it is stored.
        for each in limits:
            document = from_python({"metrics": {name: each}})
            written = Entry(document.node(("metrics", name)), ("metrics", name))
            expected = read_metric(Reading(document, self._reading.log), written, name)
            if expected is not None:
                place = self._reading.place(conditions)
                yield Expectation(
                    ExpectationKind.METRICS, expected, f"{RUBRIC}.{name}", place, {"metrics": {name: each}}
                )

    def _name(self, rule: Entry, fields: Mapping[str, Entry]) -> str:
        for field in NAMES:
            if field in fields and isinstance(fields[field].value, str):
                return re.sub(r"[^a-z0-9]+", "_", fields[field].value.casefold()).strip("_")
        entry = fields.get("metric_id", fields.get("metric"))
        if entry is None:
            self._reading.missing(rule, "slug", "a rule names its metric by slug or metric_id")
            return ""
        if isinstance(entry.value, str) and not entry.value.isdecimal():
            return entry.value
        known = self._metric_ids.get(int(entry.value)) if str(entry.value).isdecimal() else None
        if known is None:
            hint = "write slug: with the name of the metric; until then this rule does not count"
            self._reading.warn(entry, f"nobody knows the metric with the id {entry.value}", hint)
        return known or ""

    def _all(self, entry: Entry, name: str) -> list[Any] | None:
        """Return limits that must all hold; None where they cannot be used."""
        operator, conditions = "and", entry
        if isinstance(entry.value, dict):
            fields = self._reading.fields(entry)
            if "op" in fields or "conditions" not in fields:
                one = self._condition(entry, name)
                return None if one is None else [one]
            operator = str(fields["operator"].value).lower() if "operator" in fields else "and"
            conditions = fields["conditions"]
        if operator not in ("and", "or"):
            self._reading.error(
                self._reading.fields(entry)["operator"],
                "must be and or or",
                did_you_mean(operator, ("and", "or")),
            )
            return None
        found = [self._condition(each, name) for each in self._reading.items(conditions)]
        limits = [each for each in found if each is not None]
        if not found:
            self._reading.error(conditions, "must be a list of conditions")
        if not found or len(limits) < len(found):
            return None
        return limits if operator == "and" else [{"any_of": limits}]

    def _condition(self, entry: Entry, name: str) -> Any:
        """Return a condition as limits in our form; None where it cannot be used."""
        fields = self._reading.fields(entry) if isinstance(entry.value, dict) else {}
        if "op" not in fields or "value" not in fields:
            self._reading.error(entry, "a condition has field, op and value")
            return None
        operator, value = str(fields["op"].value).lower(), fields["value"].value
        if operator not in OPERATORS:
            self._reading.error(
                fields["op"], f"must be one of {', '.join(OPERATORS)}", did_you_mean(operator, OPERATORS)
            )
            return None
        if operator == "in":
            if not isinstance(value, list) or not all(isinstance(each, str) for each in value) or not value:
                self._reading.error(fields["value"], "must be a list of texts")
                return None
            return {"one_of": value}
        value = _in_our_unit(value, name)
        if not isinstance(value, bool | int | float | str):
            self._reading.error(fields["value"], "must be a number, true or false, or text")
            return None
        if operator in LIMITS:
            if isinstance(value, bool) or (isinstance(value, str) and not _NUMBER.fullmatch(value)):
                self._reading.error(fields["value"], "must be a number")
                return None
            return {LIMITS[operator]: value}
        if operator == "eq":
            # The word of an enum may look like a number.
            is_word = isinstance(value, str) and "field" in fields and fields["field"].value == "enum"
            return {"one_of": [value]} if is_word else value
        return {"not": value}


_NUMBER = re.compile(r"\s*-?\d+(?:\.\d+)?[a-zA-Z%/ ]*")
_DETAILS = re.compile(rf"(?:{'|'.join(sorted(IN_MILLISECONDS))})(?:_\w+)?")


def _in_our_unit(value: Any, name: str) -> Any:
    """Return what the platforms count in milliseconds in seconds, and the words true and false as what they mean."""
    if isinstance(value, str) and value.strip().lower() in ("true", "false"):
        return value.strip().lower() == "true"
    if isinstance(value, int | float) and not isinstance(value, bool) and _DETAILS.fullmatch(name):
        return value / 1000
    return value
