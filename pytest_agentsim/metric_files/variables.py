"""The variables of judges' instructions: ``{{metadata.customer_id}}`` and the like (platform_spec section i.5)."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pytest_agentsim.scenario.problem_log import did_you_mean
from pytest_agentsim.visible import shortened

if TYPE_CHECKING:
    from pytest_agentsim.scenario.reading import Entry, Reading

__all__ = ["ROOTS", "check_variables", "filled"]

# The judge is given these beside the question; as a part of it, what was said on the call could pass for a question.
GIVEN = {
    "transcript": "(the transcript of the call, which you are given as data)",
    "transcript_json": "(the transcript of the call, which you are given as data)",
}
ROOTS = (
    "transcript", "transcript_json", "call_end_reason", "call_duration", "date", "timestamp", "provider_call_id",
    "agent", "agent_description", "metadata", "test_profile", "provider_call_data", "evaluator",
    "dynamic_variables", "tags", "run_id",
)  # fmt: skip
OF_THE_CALL = frozenset(
    {"metadata", "provider_call_data", "call_end_reason"}
)  # the agent may have written them
LONGEST = 2000  # characters of what the agent may have written

NOT_KNOWN = "(not known)"

_KEY = r"""\.[\w-]+|\[\s*(?:'[^']*'|"[^"]*"|\d+)\s*\]"""
_VARIABLE = re.compile(rf"\{{\{{\s*(?P<root>[A-Za-z_]\w*)(?P<keys>(?:{_KEY})*)\s*\}}\}}")
_ONE_KEY = re.compile(r"""\.(?P<dotted>[\w-]+)|\[\s*(?P<quote>['"]?)(?P<quoted>.*?)(?P=quote)\s*\]""")


def filled(text: str, variables: Mapping[str, Any]) -> str:
    """Replace the variables; what is inserted is not looked at again.

    Mappings and lists become JSON. One that the call does not have becomes "(not known)". The transcript is not
    inserted: a judge is given it in any case.
    """

    def value_of(match: re.Match[str]) -> str:
        root = match["root"]
        if root in GIVEN and not match["keys"]:
            return GIVEN[root]
        if root not in variables:
            return NOT_KNOWN if root in ROOTS else match[0]
        value = variables[root]
        for key in _ONE_KEY.finditer(match["keys"]):
            value = _below(value, key["dotted"] if key["dotted"] is not None else key["quoted"])
        return _worded(value, foreign=root in OF_THE_CALL)

    return _VARIABLE.sub(value_of, text)


def check_variables(reading: Reading, entry: Entry) -> None:
    """Warn of variables that nobody knows."""
    for match in _VARIABLE.finditer(entry.value):
        if match["root"] not in ROOTS:
            hint = did_you_mean(match["root"], ROOTS) or f"there are {', '.join(ROOTS)}"
            reading.warn(entry, f"{match[0]} is not a variable; the judge is shown the braces", hint)


def _below(value: Any, key: str) -> Any:
    if isinstance(value, Mapping):
        return value.get(key)
    if isinstance(value, list | tuple) and key.isdecimal() and int(key) < len(value):
        return value[int(key)]
    return None


def _worded(value: Any, *, foreign: bool) -> str:
    if value is None or value == "":
        return NOT_KNOWN
    if isinstance(value, bool):
        text = str(value).lower()
    elif isinstance(value, str | int | float):
        text = str(value)
    else:
        text = json.dumps(value, ensure_ascii=False, default=str)
    return shortened(" ".join(text.split()), LONGEST) if foreign else text
