"""Which functions the agent calls."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_agentsim.expect.finding import WELL, Finding, as_json, contains
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


def tool_calls(expected: ToolExpectation | None, result: CallResult, _: OfflineMatcher) -> Finding:
    """A function that the agent must call, or never; None for no function at all."""
    if expected is None:
        return _no_calls(result.tool_calls)
    named = [call for call in result.tool_calls if call.name == expected.name]
    fitting = [call for call in _called_after(expected.after, result) if _fits(expected, call)]
    if len(fitting) not in expected.times:
        message = _wrong_number(expected, named, fitting, result)
        return Finding(message, _calls(named or result.tool_calls), _after(named or result.tool_calls))
    wrong = [
        call for call in fitting if expected.expects_result and not contains(call.result, expected.result)
    ]
    if wrong:
        message = f"expected {expected.name} to return {as_json(expected.result)}, but it did not"
        return Finding(message, _calls(wrong), _after(wrong))
    return WELL


def _no_calls(calls: Sequence[ToolCall]) -> Finding:
    if not calls:
        return WELL
    return Finding(f"expected no function call, but there {were(len(calls))}", _calls(calls), _after(calls))


def _called_after(name: str | None, result: CallResult) -> tuple[ToolCall, ...]:
    """The calls that come after the first one of that name; all of them without a name."""
    if name is None:
        return result.tool_calls
    names = [call.name for call in result.tool_calls]
    return result.tool_calls[names.index(name) + 1 :] if name in names else ()


def _fits(expected: ToolExpectation, call: ToolCall) -> bool:
    if call.name != expected.name:
        return False
    return not expected.arguments or contains(call.arguments, expected.arguments)


def _wrong_number(
    expected: ToolExpectation, named: Sequence[ToolCall], fitting: Sequence[ToolCall], result: CallResult
) -> str:
    condition = f" with {as_json(expected.arguments)}" if expected.arguments else ""
    if expected.after is not None:
        condition += f" after {expected.after}"
    if expected.times.maximum == 0:
        wanted = f"expected {expected.name} never to be called{condition}"
    else:
        wanted = f"expected {expected.name} to be called {how_often(expected.times)}{condition}"
    if fitting:
        return f"{wanted}, but it was called {times(len(fitting))}{' like that' if condition else ''}"
    if not named:
        return f"{wanted}, but it was never called"
    if expected.after is not None and all(call.name != expected.after for call in result.tool_calls):
        return f"{wanted}, but {expected.after} was never called"
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


def _after(calls: Sequence[ToolCall]) -> tuple[int, ...]:
    return tuple(call.after_turn for call in calls[:SHOWN_CALLS] if call.after_turn)
