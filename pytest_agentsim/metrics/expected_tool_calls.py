"""Which of the expected tool calls have been made, by the rules of mock tools (platform_spec h.3, h.5 and h.6)."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pytest_agentsim.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pytest_agentsim.result import ToolCall

__all__ = ["ExpectedCall", "is_control_tool", "matched"]

# platform_spec section h.6; without underscores.
_CONTROL_TOOLS = frozenset(
    {
        "dtmf",
        "endcall",
        "endsession",
        "hangup",
        "playkeypadtouchtone",
        "senddtmf",
        "skipturn",
        "transfercall",
        "transfertoagent",
        "transfertonumber",
        "voicemaildetection",
    }
)

# platform_spec section h.3
_PHONE = re.compile(r"^\+?[\d\s\-().]{7,}$")
_NATIONAL_DIGITS = 11


@dataclass(frozen=True, slots=True)
class ExpectedCall:
    """A call that the agent is to make; without `arguments` any will do, and one that is `optional` may be left out."""

    tool: str
    arguments: Mapping[str, Any]
    optional: bool = False

    @property
    def name(self) -> str:
        """The tool's name as it is compared."""
        return self.normal_name(self.tool)

    @classmethod
    def of_entry(cls, entry: Mapping[str, Any]) -> ExpectedCall:
        """Read an entry of `generated_mock_tool_entries`. Raises ConfigurationError."""
        if (
            not isinstance(entry, dict)
            or not isinstance(entry.get("tool_name"), str)
            or not entry["tool_name"].strip()
        ):
            raise ConfigurationError(f"an expected tool call needs a tool_name, but this is {entry!r}")
        arguments = _as_object(entry.get("input") or {})
        if arguments is None:
            raise ConfigurationError(
                f"the input of the expected tool call {entry['tool_name']!r} is no object"
            )
        return cls(entry["tool_name"].strip(), arguments, bool(entry.get("optional")))

    @staticmethod
    def normal_name(tool: str) -> str:
        return re.sub(r"[^a-z0-9_]", "", tool.strip().lower().removeprefix("c_"))

    def is_met_by(self, call: ToolCall, *, same_record: bool) -> bool:
        """Whether a call is this one."""
        if self.normal_name(call.name) != self.name:
            return False
        if not self.arguments:
            return True
        given = _as_object({} if call.arguments is None else call.arguments)
        return given is not None and _same_object(self.arguments, given, same_record)


def is_control_tool(name: str) -> bool:
    """Whether a tool steers the call itself and does not count."""
    return ExpectedCall.normal_name(name).replace("_", "") in _CONTROL_TOOLS


def matched(
    expected: Sequence[ExpectedCall], calls: Sequence[ToolCall], *, same_record: bool = False
) -> dict[int, int]:
    """Return which call meets which expected one, as many as can be met at once, by their places."""
    owner: dict[int, int] = {}  # the place of a call -> the place of the expected one that it meets
    candidates = [
        [place for place, call in enumerate(calls) if each.is_met_by(call, same_record=same_record)]
        for each in expected
    ]

    def find(place: int, seen: set[int]) -> bool:
        # Another expected call gives its own up if it can be met by a further one.
        for call in candidates[place]:
            if call not in seen:
                seen.add(call)
                if call not in owner or find(owner[call], seen):
                    owner[call] = place
                    return True
        return False

    # Those that must be met before those that may be.
    for place in sorted(range(len(expected)), key=lambda each: expected[each].optional):
        find(place, set())
    return {place: call for call, place in owner.items()}


def _as_object(value: Any) -> Mapping[str, Any] | None:
    """Return arguments that may be JSON text; None for what is no object."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            return None
    return value if isinstance(value, dict) else None


def _same_object(expected: Mapping[str, Any], given: Mapping[str, Any], same_record: bool) -> bool:
    known = {key: value for key, value in given.items() if value is not None}
    wanted = {key: value for key, value in expected.items() if value is not None}
    if known.keys() - wanted.keys():
        return False
    return all(
        _same(value, known[key], same_record, key) if key in known else value in ("<optional>", "<absent>")
        for key, value in wanted.items()
    )


def _same(expected: Any, given: Any, same_record: bool, key: str = "") -> bool:
    match expected:
        case "<optional>":
            return True
        case "<absent>":
            return False
        case "<freetext>":
            return isinstance(given, str) and bool(given.strip())
        case "<string_array>":
            return isinstance(given, list) and all(isinstance(each, str) for each in given)
        case {"$one_of": list(choices)}:
            return any(_same(each, given, same_record, key) for each in choices)
        case dict():
            return isinstance(given, dict) and _same_object(expected, given, same_record)
        case list():
            return isinstance(given, list) and _same_list(expected, given, same_record)
    if isinstance(given, dict | list):
        return False
    if _is_number(expected) and _is_number(given):
        return bool(expected == given)
    forgiving = same_record and (key == "name" or key.endswith("_name"))
    return _normal(expected, forgiving) == _normal(given, forgiving)


def _same_list(expected: list[Any], given: list[Any], same_record: bool) -> bool:
    if len(expected) != len(given):
        return False
    if not same_record:
        return all(_same(one, other, same_record) for one, other in zip(expected, given, strict=True))
    left = list(given)
    for each in expected:
        found = next((place for place, other in enumerate(left) if _same(each, other, same_record)), None)
        if found is None:
            return False
        del left[found]
    return True


def _normal(value: Any, forgiving: bool) -> str:
    text = str(value).strip()
    if _PHONE.match(text):
        digits = re.sub(r"\D", "", text)
        return digits[1:] if len(digits) == _NATIONAL_DIGITS and digits.startswith("1") else digits
    return re.sub(r"[\W_]+", "", text.lower()) if forgiving else text.lower()


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
