"""Checks functions and what refers to them (platform_spec section c.7)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pytest_agentsim.scenario.action import Function
from pytest_agentsim.scenario.json_path import JsonPath
from pytest_agentsim.scenario.problem_log import did_you_mean
from pytest_agentsim.scenario.template import function_placeholders
from pytest_agentsim.scenario.template_rules import check_template

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from pytest_agentsim.scenario.model import Condition
    from pytest_agentsim.scenario.reading import Entry, Reading

__all__ = ["check_functions"]

REQUEST = ("url", "headers", "query_params", "body")  # what a request has placeholders in


def check_functions(
    reading: Reading,
    functions: Sequence[Entry],
    uses: Iterable[tuple[Entry, int, Condition]],
    variables: Mapping[str, Any] | None,
) -> None:
    """Log duplicate functions, malformed requests, and requests and actions that refer to what is not declared.

    `uses` has for each condition the text of its action, and how far into it the action begins. `variables` are those
    of the test profile; with None, no key is missing.
    """
    outputs: dict[str, set[str]] = {}
    for function in functions:
        _check_request(reading, function, outputs, variables)
        _declare(reading, function, outputs)
    for entry, offset, condition in uses:
        _check_tags(reading, entry, condition, outputs)
        _check_placeholders(reading, entry, offset, condition, outputs)


def _check_request(
    reading: Reading, function: Entry, outputs: Mapping[str, set[str]], variables: Mapping[str, Any] | None
) -> None:
    """Check the placeholders of a request, of which those of functions name one that is declared before it."""
    config = reading.fields(function).get("config")
    if config is None:
        return
    fields = reading.fields(config)
    for text in _texts(reading, [fields[name] for name in REQUEST if name in fields]):
        check_template(reading, text, variables)
        for each in function_placeholders(text.value):
            name, output = each.keys
            if name not in outputs:
                message = f"{each.source} references a function that is not declared before this one"
                reading.within(text, each.start, message, did_you_mean(name, outputs))
            elif output not in outputs[name]:
                message = f"'{output}' is not a declared output of function '{name}'"
                reading.within(text, each.start, message, did_you_mean(output, outputs[name]))
    for path in _paths(reading, fields.get("response_mapping")):
        try:
            JsonPath.parse(path.value)
        except ValueError as error:
            reading.error(path, f"cannot be read as a path: {error}", "write a path such as $.items[0].name")


def _texts(reading: Reading, entries: Iterable[Entry]) -> Iterator[Entry]:
    for entry in entries:
        if isinstance(entry.value, str):
            yield entry
        elif isinstance(entry.value, dict):
            yield from _texts(reading, reading.fields(entry).values())
        elif isinstance(entry.value, list):
            yield from _texts(reading, reading.items(entry))


def _paths(reading: Reading, mapping: Entry | None) -> Iterator[Entry]:
    for output in reading.fields(mapping).values() if mapping is not None else ():
        path = reading.fields(output).get("path") if isinstance(output.value, dict) else output
        if path is not None:
            yield path


def _declare(reading: Reading, function: Entry, outputs: dict[str, set[str]]) -> None:
    fields = reading.fields(function)
    if "name" in fields:
        if fields["name"].value in outputs:
            reading.error(fields["name"], f"duplicate function name '{fields['name'].value}'")
        outputs.setdefault(fields["name"].value, set()).update(_outputs(reading, function))
    config = reading.fields(fields["config"]) if "config" in fields else {}
    if "body" in config and config.get("method") is None:
        reading.error(config["body"], "only a POST has a body", "add method: POST")
    elif "body" in config and config["method"].value != "POST":
        reading.error(config["body"], "only a POST has a body", "write method: POST")


def _outputs(reading: Reading, function: Entry) -> set[str]:
    config = reading.fields(function).get("config")
    mapping = reading.fields(config).get("response_mapping") if config is not None else None
    return set(mapping.value) if mapping is not None else set()


def _check_tags(reading: Reading, entry: Entry, condition: Condition, outputs: dict[str, set[str]]) -> None:
    for node in condition.action.walk():
        if isinstance(node, Function) and node.name not in outputs and "{{" not in node.name:
            message = f"<function> references an undefined function '{node.name}'"
            reading.error(entry, message, did_you_mean(node.name, outputs))


def _check_placeholders(
    reading: Reading, entry: Entry, offset: int, condition: Condition, outputs: dict[str, set[str]]
) -> None:
    for each in function_placeholders(condition.action.source):
        name, output = each.keys
        if name not in outputs:
            message, hint = f"{each.source} references an undefined function", did_you_mean(name, outputs)
        elif output not in outputs[name]:
            message = f"'{output}' is not a declared output of function '{name}'"
            hint = did_you_mean(output, outputs[name])
        else:
            continue
        reading.within(entry, offset + each.start, message, hint)
