"""Which functions the agent calls."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pytest_agentsim.expect.finding import LONGEST_QUOTE, WELL, Finding, as_json, contains
from pytest_agentsim.expect.moments import Window, of_tool
from pytest_agentsim.scenario.moment import ToolUse
from pytest_agentsim.visible import shortened
from pytest_agentsim.wording import how_often, times, were

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pytest_agentsim.caller.matcher.offline import OfflineMatcher
    from pytest_agentsim.result import CallResult, ToolCall
    from pytest_agentsim.scenario.expectations import ToolExpectation

__all__ = ["tool_calls"]

SHOWN_CALLS = 5
LONGEST_NAME = 60  # characters

DIFFERENT = "the arguments are different"


def tool_calls(expected: ToolExpectation | None, result: CallResult, matcher: OfflineMatcher) -> Finding:
    """A function that the agent must call, or never; None for no function at all."""
    if expected is None:
        return _no_calls(result)
    window = Window(expected, result, matcher)
    named = [call for call in result.tool_calls if call.name == expected.name]
    fitting = [call for call in named if window.has(of_tool(call, result)) and not _misfit(expected, call)]
    if len(fitting) not in expected.times:
        message = _wrong_number(expected, named, fitting, window)
        misfits = tuple(
            dict.fromkeys(
                each for each in (_misfit(expected, call) for call in named) if each not in ("", DIFFERENT)
            )
        )
        shown = named or result.tool_calls
        return replace(
            _pointing_at(shown, result), message=message, evidence=(*_calls(shown), *misfits[:SHOWN_CALLS])
        )
    wrong = [
        call for call in fitting if expected.expects_result and not contains(call.result, expected.result)
    ]
    if wrong:
        message = f"expected {expected.name} to return {as_json(expected.result)}, but it did not"
        return replace(_pointing_at(wrong, result), message=message, evidence=_calls(wrong))
    return replace(_pointing_at(fitting, result), evidence=_calls(fitting)) if fitting else WELL


def _no_calls(result: CallResult) -> Finding:
    calls = result.tool_calls
    if not calls:
        return WELL
    message = f"expected no function call, but there {were(len(calls))}"
    return replace(_pointing_at(calls, result), message=message, evidence=_calls(calls))


def _misfit(expected: ToolExpectation, call: ToolCall) -> str:
    """Say why a call's arguments are not as expected; nothing where they are, and where they are only different."""
    if expected.arguments and not contains(call.arguments, expected.arguments):
        return DIFFERENT
    if expected.schema is None:
        return ""
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import best_match

    error = best_match(Draft202012Validator(expected.schema).iter_errors(call.arguments))
    if error is None:
        return ""
    place = ".".join(map(str, error.absolute_path))
    return f"not valid against the schema: {f'{place}: ' if place else ''}{shortened(error.message, LONGEST_QUOTE)}"


def _wrong_number(
    expected: ToolExpectation, named: Sequence[ToolCall], fitting: Sequence[ToolCall], window: Window
) -> str:
    condition = f" with {as_json(expected.arguments)}" if expected.arguments else ""
    if expected.schema is not None:
        condition += " with arguments that are valid against its schema"
    if str(window):
        condition += f" {window}"
    if expected.times.maximum == 0:
        wanted = f"expected {expected.name} never to be called{condition}"
    else:
        wanted = f"expected {expected.name} to be called {how_often(expected.times)}{condition}"
    if fitting:
        return f"{wanted}, but it was called {times(len(fitting))}{' like that' if condition else ''}"
    if not named:
        return f"{wanted}, but it was never called"
    if window.never_opens:
        never = (
            f"{expected.after.name} was never called"
            if isinstance(expected.after, ToolUse)
            else "that never happened"
        )
        return f"{wanted}, but {never}"
    of_them = f"none of its {len(named)} calls was" if len(named) > 1 else "its only call was not"
    return f"{wanted}, but {of_them} like that"


def _calls(calls: Sequence[ToolCall]) -> tuple[str, ...]:
    shown = tuple(
        f"{shortened(call.name, LONGEST_NAME)}({as_json(call.arguments)}) -> {_returned(call)}"
        for call in calls[:SHOWN_CALLS]
    )
    if len(calls) > SHOWN_CALLS:
        return (*shown, f"and {len(calls) - SHOWN_CALLS} more")
    return shown or ("the agent reported no function call",)


def _returned(call: ToolCall) -> str:
    return "no result" if call.result is None else as_json(call.result)


def _pointing_at(calls: Sequence[ToolCall], result: CallResult) -> Finding:
    """Point at function calls."""
    # Two calls may be equal, down to the moment.
    numbers = {id(call): number for number, call in enumerate(result.tool_calls, start=1)}
    return Finding(tool_calls=tuple(numbers[id(call)] for call in calls[:SHOWN_CALLS]))
