"""Whether the agent's function calls went well, how long they took, and whether they were the right ones."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from statistics import fmean
from typing import TYPE_CHECKING, Any

from pytest_agentsim.metric_value import Direction, Evidence
from pytest_agentsim.metrics.expected_tool_calls import ExpectedCall, is_control_tool, matched
from pytest_agentsim.metrics.metric import DoesNotApply, Measurement, NotMeasurable
from pytest_agentsim.metrics.percentiles import spread
from pytest_agentsim.metrics.registry import built_in
from pytest_agentsim.result import EventKind
from pytest_agentsim.wording import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from pytest_agentsim.metrics.measured_call import MeasuredCall
    from pytest_agentsim.result import CallResult, ToolCall

__all__ = ["mock_tool_call_accuracy", "tool_call_success", "tool_latency"]

BEST_SCORE = 5.0  # platform_spec section h.6

# platform_spec section i.1, "Tool Call Success"
_ERROR = re.compile(r"Error|failed")
# What MCP servers put into every result says by its name alone nothing of an error.
_NO_ERROR = re.compile(r'"isError":\s*false')
_LONGEST_QUOTE = 200


@built_in("Tool Call Success")
def tool_call_success(call: MeasuredCall) -> Measurement:
    """Whether no function call of the agent's gave an error.

    One did if the text of its result contains "Error" or "failed", or if it is an object whose field "error" is not
    empty, as mock tools answer where nothing matches. A call without a result counts as none that failed. Details:
    calls, failed. Specified in platform_spec i.1 "Tool Call Success".
    """
    calls = call.result.tool_calls
    if not calls:
        raise DoesNotApply("the agent called no tools")
    failed = [each for each in calls if _is_error(each.result)]
    return Measurement(
        not failed,
        (f"{len(failed)} of {counted(len(calls), 'call')} failed",),
        {"calls": len(calls), "failed": len(failed)},
        tuple(
            Evidence(
                f"{each.name} -> {_text(each.result)[:_LONGEST_QUOTE]}", each.after_turn or None, each.time
            )
            for each in failed
        ),
    )


@built_in("Tool latency", unit="s", direction=Direction.LOWER)
def tool_latency(call: MeasuredCall) -> Measurement:
    """How long the agent's function calls take, from the call to its result, on average.

    As the agent reports them: by when the two frames came. Details: average, min, max, percentiles, and the average of
    each tool by its name. Beyond the hosted platforms' catalogue.
    """
    if not call.result.tool_calls:
        raise DoesNotApply("the agent called no tools")
    found = list(_durations(call.result))
    if not found:
        raise NotMeasurable("it is not known when a call of a tool had its result")
    by_tool: dict[str, list[float]] = {}
    for name, seconds, _ in found:
        by_tool.setdefault(name, []).append(seconds)
    every = [seconds for _, seconds, _ in found]
    details = spread(every)
    slowest = sorted(found, key=lambda each: -each[1])
    return Measurement(
        details["average"],
        (f"over {counted(len(found), 'call')}",),
        {name: fmean(seconds) for name, seconds in by_tool.items()} | details,
        tuple(Evidence(f"{name} took {seconds:.3f} s", time=time) for name, seconds, time in slowest),
    )


@built_in("Mock Tool Call Accuracy", direction=Direction.HIGHER)
def mock_tool_call_accuracy(
    call: MeasuredCall,
    *,
    expected: Sequence[Mapping[str, Any]] | None = None,
    same_record: bool = False,
) -> Measurement:
    """How well the agent's function calls are those that were expected, from 0 to 5.

    5 * F1 = 5 * 2TP / (2TP + FP + FN): an expected call is met (TP) by one of the same tool with the same arguments, or
    missing (FN); a call that meets none, a repeated one too, is one too many (FP). Names are compared without case and
    without a leading "c_", arguments as mock tools compare them; null arguments and control tools, as end_call, do not
    count. Expected are the scenario's `generated_mock_tool_entries` or the setting `expected`, a list of that form:
    `tool_name`, `input` ({} for any arguments) and `optional`. Values may be "<freetext>", "<optional>", "<absent>",
    "<string_array>" and {"$one_of": [...]}. With `same_record` the punctuation of names and the order of lists do not
    matter. Details: percent, true_positives, false_positives, false_negatives. Specified in platform_spec h.5 and h.6.
    """
    entries = call.result.expected_tool_calls if expected is None else expected
    if entries is None:
        raise DoesNotApply(
            "the scenario does not say which tools are to be called (generated_mock_tool_entries)"
        )
    wanted = [ExpectedCall.of_entry(each) for each in entries]
    made = [each for each in call.result.tool_calls if not is_control_tool(each.name)]
    if not wanted and not made:
        raise DoesNotApply("no tool was to be called, and none was")
    pairs = matched(wanted, made, same_record=same_record)
    missing = [each for place, each in enumerate(wanted) if place not in pairs and not each.optional]
    extra = [each for place, each in enumerate(made) if place not in pairs.values()]
    met = len(pairs)
    weight = 2 * met + len(extra) + len(missing)
    f1 = 2 * met / weight if weight else 1.0
    return Measurement(
        BEST_SCORE * f1,
        tuple(_told(wanted, made, pairs)),
        {
            "percent": 100 * f1,
            "true_positives": met,
            "false_positives": len(extra),
            "false_negatives": len(missing),
        },
        tuple(
            Evidence(
                f"not expected: {each.name}({_text(each.arguments)[:_LONGEST_QUOTE]})",
                each.after_turn or None,
                each.time,
            )
            for each in extra
        ),
    )


def _is_error(result: Any) -> bool:
    if isinstance(result, str) and result.lstrip().startswith("{"):
        with suppress(ValueError):
            result = json.loads(result)
    if isinstance(result, dict) and result.get("error"):
        return True
    return result is not None and _ERROR.search(_NO_ERROR.sub("", _text(result))) is not None


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def _durations(result: CallResult) -> Iterator[tuple[str, float, float]]:
    """Yield of each call that has a result, the first later one of its id, the tool, how long it took, and when."""
    open_calls: list[tuple[str, str, float]] = []
    for event in result.events:
        if event.kind is EventKind.FUNCTION_CALL and not event.data.get("untimed"):
            open_calls.append((event.data["id"], event.data["name"], event.time))
        elif event.kind is EventKind.FUNCTION_CALL_RESULT and not event.data.get("untimed"):
            begun = next((each for each in open_calls if each[0] == event.data["id"]), None)
            if begun is not None:
                open_calls.remove(begun)
                yield begun[1], event.time - begun[2], begun[2]


def _told(
    wanted: Sequence[ExpectedCall], made: Sequence[ToolCall], pairs: Mapping[int, int]
) -> Iterable[str]:
    """Tell of each expected tool what became of it, in the words of platform_spec h.6."""
    left = {
        ExpectedCall.normal_name(each.name) for place, each in enumerate(made) if place not in pairs.values()
    }
    for place, each in enumerate(wanted):
        if place in pairs:
            yield f"{each.tool}: called with correct input ✓"
        elif each.name in left:
            yield f"{each.tool}: called but wrong input ✗"
        elif not each.optional:
            yield f"{each.tool}: not called ✗"
