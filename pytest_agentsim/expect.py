"""Expectations on a finished call: all are evaluated, each gives a verdict with its evidence."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from pytest_agentsim.caller.matcher.interface import Trigger
from pytest_agentsim.caller.matcher.offline import OfflineMatcher
from pytest_agentsim.result import Reason, Speaker, Status
from pytest_agentsim.scenario.expectations import (
    Bounds,
    FiredExpectation,
    Phrase,
    PhraseKind,
    ToolExpectation,
)
from pytest_agentsim.scenario.model import ExpectationKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from pytest_agentsim.result import CallResult, ToolCall, Turn
    from pytest_agentsim.scenario.model import Expectation

__all__ = ["Outcome", "Verdict", "evaluate"]

SHOWN_CALLS = 5


class Outcome(StrEnum):
    """What came of an expectation."""

    MET = "met"
    NOT_MET = "not met"
    NOT_JUDGED = "not judged"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of one expectation.

    `message` says what was expected and what was found, `evidence` quotes it, `turns` are the numbers of the
    turns concerned. `index` is the expectation's place in the scenario's `expect`; None for what is expected of
    every call.
    """

    outcome: Outcome
    path: str
    message: str
    evidence: tuple[str, ...] = ()
    turns: tuple[int, ...] = ()
    location: str = ""
    index: int | None = None

    @property
    def passed(self) -> bool:
        return self.outcome is not Outcome.NOT_MET


@dataclass(frozen=True, slots=True)
class _Finding:
    """What an evaluation found: an empty message means that all is well."""

    message: str = ""
    evidence: tuple[str, ...] = ()
    turns: tuple[int, ...] = ()


_WELL = _Finding()


def evaluate(
    expectations: Sequence[Expectation],
    result: CallResult,
    *,
    matcher: OfflineMatcher | None = None,
    require_completed: bool = True,
    require_judge: bool = False,
) -> tuple[Verdict, ...]:
    """Evaluate all expectations on a call.

    Unless an expectation is about how the call ends, and with `require_completed`, the call must also have
    completed. An expected outcome is not judged without a judge, which `require_judge` makes a failure.
    """
    matcher = matcher or OfflineMatcher()
    verdicts = [_completed(result)] if require_completed and not _speaks_of_the_end(expectations) else []
    for index, expectation in enumerate(expectations):
        finding = _EVALUATIONS[expectation.kind](expectation.value, result, matcher)
        verdicts.append(_verdict(expectation, index, finding))
    if result.expected_outcome:
        verdicts.append(_not_judged(result, required=require_judge))
    return tuple(verdicts)


def _verdict(expectation: Expectation, index: int, finding: _Finding) -> Verdict:
    return Verdict(
        Outcome.NOT_MET if finding.message else Outcome.MET,
        expectation.path,
        finding.message,
        finding.evidence,
        finding.turns,
        f"{expectation.location.file}:{expectation.location.line}" if expectation.location else "",
        index,
    )


def _speaks_of_the_end(expectations: Iterable[Expectation]) -> bool:
    about_the_end = (ExpectationKind.STATUS, ExpectationKind.ENDED_REASON)
    return any(expectation.kind in about_the_end for expectation in expectations)


def _completed(result: CallResult) -> Verdict:
    if result.status is Status.COMPLETED:
        return Verdict(Outcome.MET, "call", "the call completed")
    return Verdict(
        Outcome.NOT_MET, "call", f"the call did not complete ({result.ended_reason.value}): {result.detail}"
    )


def _not_judged(result: CallResult, *, required: bool) -> Verdict:
    message = "not judged, because no judge is configured"
    if required:
        message += "; --agentsim-require-judge makes that a failure"
    outcome = Outcome.NOT_MET if required else Outcome.NOT_JUDGED
    return Verdict(outcome, "expected_outcome", message, (result.expected_outcome.strip(),))


# --- how the call went --------------------------------------------------------------------------------------------


def _status(expected: str, result: CallResult, _: OfflineMatcher) -> _Finding:
    return _same("the status is", expected, result.status.value, result)


def _ended_by(expected: str, result: CallResult, _: OfflineMatcher) -> _Finding:
    return _same("the call is ended by the", expected, result.ended_by.value, result)


def _ended_reason(expected: str, result: CallResult, _: OfflineMatcher) -> _Finding:
    return _same("the reason of the end is", expected, result.ended_reason.value, result)


def _same(what: str, expected: str, found: str, result: CallResult) -> _Finding:
    if found == expected:
        return _WELL
    return _Finding(f"expected that {what} {expected}, but it was {found}", (result.detail,))


def _turns(expected: Bounds, result: CallResult, _: OfflineMatcher) -> _Finding:
    if len(result.turns) in expected:
        return _WELL
    return _Finding(f"expected {_amount(expected, 'turn')}, but there were {len(result.turns)}")


def _conditions_fired(expected: FiredExpectation, result: CallResult, _: OfflineMatcher) -> _Finding:
    fired = result.conditions_fired
    evidence = (f"fired, in order: {list(fired)}",)
    unwanted = [each for each in expected.never if each in fired]
    if unwanted:
        return _Finding(f"expected that {_listed(unwanted)} would not fire, but they did", evidence)
    if expected.exactly is not None and fired != expected.exactly:
        return _Finding(f"expected that exactly {list(expected.exactly)} would fire, in this order", evidence)
    silent = [each for each in expected.in_order if each not in fired]
    if silent:
        return _Finding(
            f"expected that {_listed(silent)} would fire, but it never did", (*evidence, _stuck(result))
        )
    if not _is_subsequence(expected.in_order, fired):
        return _Finding(f"expected that {_listed(expected.in_order)} would fire in this order", evidence)
    return _WELL


def _is_subsequence(expected: Sequence[int], fired: Sequence[int]) -> bool:
    remaining = iter(fired)
    return all(each in remaining for each in expected)


def _stuck(result: CallResult) -> str:
    return result.detail if result.ended_reason is Reason.CALLER_STUCK else f"the call ended: {result.detail}"


# --- what the agent said ------------------------------------------------------------------------------------------


def _agent_says(expected: Phrase, result: CallResult, matcher: OfflineMatcher) -> _Finding:
    turns = _turns_of_the_agent(expected, result)
    if any(_says(expected, turn, result, matcher) for turn in turns):
        return _WELL
    where = (
        f"in its turn {expected.turn}" if expected.turn is not None else f"in any of its {len(turns)} turns"
    )
    evidence, near = _nearest(expected, turns, result, matcher)
    return _Finding(f"the agent did not say {_quoted(expected)} {where}", evidence, near)


def _agent_never_says(expected: Phrase, result: CallResult, matcher: OfflineMatcher) -> _Finding:
    for turn in _turns_of_the_agent(expected, result):
        if _says(expected, turn, result, matcher):
            message = f"the agent said {_quoted(expected)}, which it never should"
            return _Finding(message, (f"turn {turn.number}: {turn.text}",), (turn.number,))
    return _WELL


def _turns_of_the_agent(expected: Phrase, result: CallResult) -> tuple[Turn, ...]:
    turns = result.said_by(Speaker.AGENT)
    return turns if expected.turn is None else turns[expected.turn - 1 : expected.turn]


def _says(expected: Phrase, turn: Turn, result: CallResult, matcher: OfflineMatcher) -> bool:
    if expected.kind is PhraseKind.TEXT:
        return _plain(expected.text) in _plain(turn.text)
    if expected.kind is PhraseKind.REGEX:
        return re.search(expected.text, turn.text) is not None
    history = result.turns[: turn.number - 1]
    return bool(matcher.match(turn.text, history=history, triggers=(Trigger(0, expected.text),)).holding)


def _nearest(
    expected: Phrase, turns: Sequence[Turn], result: CallResult, matcher: OfflineMatcher
) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """Point at the turn that comes closest to a condition; for plain words there is no such thing."""
    if expected.kind is not PhraseKind.CONDITION or not turns:
        return (), ()
    scored = [
        (
            matcher.match(
                turn.text, history=result.turns[: turn.number - 1], triggers=(Trigger(0, expected.text),)
            ),
            turn,
        )
        for turn in turns
    ]
    decision, turn = max(scored, key=lambda each: each[0].candidates[0].score)
    candidate = decision.candidates[0]
    return (
        f"nearest is turn {turn.number} with {candidate.score:.2f} of {decision.threshold:.2f}: {candidate.reason}",
    ), (turn.number,)


def _plain(text: str) -> str:
    return " ".join(text.casefold().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'").split())


def _quoted(expected: Phrase) -> str:
    if expected.kind is PhraseKind.REGEX:
        return f"anything like /{expected.text}/"
    if expected.kind is PhraseKind.CONDITION:
        return f"anything for which {expected.text!r} holds"
    return repr(expected.text)


# --- what the agent did -------------------------------------------------------------------------------------------


def _tool_calls(expected: ToolExpectation | None, result: CallResult, _: OfflineMatcher) -> _Finding:
    if expected is None:
        if not result.tool_calls:
            return _WELL
        return _Finding(
            "expected no function call at all", _calls(result.tool_calls), _after(result.tool_calls)
        )
    named = [call for call in result.tool_calls if call.name == expected.name]
    counted = [
        call for call in _called_after(expected.after, result) if call in named and _fits(expected, call)
    ]
    if len(counted) not in expected.times:
        return _wrong_number(expected, named, counted, result)
    wrong = [
        call for call in counted if expected.expects_result and not _contains(call.result, expected.result)
    ]
    if wrong:
        message = f"expected {expected.name} to return {_json(expected.result)}"
        return _Finding(message, _calls(wrong), _after(wrong))
    return _WELL


def _called_after(name: str | None, result: CallResult) -> tuple[ToolCall, ...]:
    """The calls that come after the first one of that name; all of them without a name."""
    if name is None:
        return result.tool_calls
    names = [call.name for call in result.tool_calls]
    return result.tool_calls[names.index(name) + 1 :] if name in names else ()


def _fits(expected: ToolExpectation, call: ToolCall) -> bool:
    return _contains(call.arguments, expected.arguments) if expected.arguments else True


def _contains(found: Any, expected: Any) -> bool:
    """Tell whether all that is expected is in what was found; mappings may have more keys."""
    if isinstance(expected, Mapping):
        return isinstance(found, Mapping) and all(
            key in found and _contains(found[key], value) for key, value in expected.items()
        )
    if isinstance(expected, list):
        return (
            isinstance(found, list)
            and len(found) == len(expected)
            and all(_contains(one, other) for one, other in zip(found, expected, strict=True))
        )
    return bool(found == expected and isinstance(found, bool) == isinstance(expected, bool))


def _wrong_number(
    expected: ToolExpectation, named: Sequence[ToolCall], counted: Sequence[ToolCall], result: CallResult
) -> _Finding:
    what = f"{expected.name} to be called {_amount(expected.times, 'time') if expected.times.maximum != 0 else 'never'}"
    if expected.arguments:
        what += f" with {_json(expected.arguments)}"
    if expected.after:
        what += f" after {expected.after}"
    found = f"it was called {_counted(len(counted), 'time')}" if counted else "there was no such call"
    shown = named or result.tool_calls
    return _Finding(f"expected {what}, but {found}", _calls(shown), _after(shown))


def _calls(calls: Sequence[ToolCall]) -> tuple[str, ...]:
    shown = tuple(
        f"{call.name}({_json(call.arguments)}) -> {_json(call.result)}" for call in calls[:SHOWN_CALLS]
    )
    if len(calls) > SHOWN_CALLS:
        return (*shown, f"and {len(calls) - SHOWN_CALLS} more")
    return shown or ("the agent reported no function call",)


def _after(calls: Sequence[ToolCall]) -> tuple[int, ...]:
    return tuple(call.after_turn for call in calls if call.after_turn)


def _metadata(expected: tuple[str, Any], result: CallResult, _: OfflineMatcher) -> _Finding:
    key, value = expected
    if key not in result.metadata:
        known = ", ".join(sorted(result.metadata)) or "none"
        return _Finding(
            f"expected metadata {key}={_json(value)}, but the agent sent no {key}", (f"it sent: {known}",)
        )
    if _contains(result.metadata[key], value):
        return _WELL
    return _Finding(f"expected metadata {key}={_json(value)}, but it was {_json(result.metadata[key])}")


def _amount(bounds: Bounds, noun: str) -> str:
    """Say a range of numbers as a person would: "exactly 1 time", "at most 8 turns"."""
    low, high = bounds.minimum, bounds.maximum
    if low is not None and low == high:
        return f"exactly {_counted(low, noun)}" if low else f"no {noun}"
    if low is None or high is None:
        return (
            f"at least {_counted(low, noun)}" if low is not None else f"at most {_counted(high or 0, noun)}"
        )
    return f"{low} to {_counted(high, noun)}"


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)


def _listed(ids: Sequence[int]) -> str:
    return f"condition {ids[0]}" if len(ids) == 1 else f"conditions {', '.join(str(each) for each in ids)}"


_EVALUATIONS: dict[ExpectationKind, Callable[[Any, CallResult, OfflineMatcher], _Finding]] = {
    ExpectationKind.STATUS: _status,
    ExpectationKind.ENDED_BY: _ended_by,
    ExpectationKind.ENDED_REASON: _ended_reason,
    ExpectationKind.CONDITIONS_FIRED: _conditions_fired,
    ExpectationKind.AGENT_SAYS: _agent_says,
    ExpectationKind.AGENT_NEVER_SAYS: _agent_never_says,
    ExpectationKind.TOOL_CALLS: _tool_calls,
    ExpectationKind.METADATA: _metadata,
    ExpectationKind.TURNS: _turns,
}
