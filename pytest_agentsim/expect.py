"""Expectations on a finished call: all are evaluated, each gives a verdict with its evidence."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from pytest_agentsim.caller.matcher.interface import Trigger
from pytest_agentsim.caller.matcher.offline import OfflineMatcher
from pytest_agentsim.judge.expected_outcome import FAILED, PASSED
from pytest_agentsim.metric_value import value_named
from pytest_agentsim.result import EndedBy, Speaker, Status
from pytest_agentsim.scenario.expectations import (
    Bounds,
    FiredExpectation,
    Phrase,
    PhraseKind,
    ToolExpectation,
)
from pytest_agentsim.scenario.model import ExpectationKind
from pytest_agentsim.visible import shortened, visible_line
from pytest_agentsim.wording import amount, counted, how_often, listed, times, were

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from pytest_agentsim.caller.matcher.interface import MatchDecision
    from pytest_agentsim.metric_value import Evidence, Number
    from pytest_agentsim.result import CallResult, ToolCall, Turn
    from pytest_agentsim.scenario.model import Expectation

__all__ = ["Outcome", "Verdict", "evaluate"]

EXPECTED_OUTCOME = "expected_outcome"
NO_JUDGE = "no judge is configured"
SHOWN_CALLS = 5
SHOWN_KEYS = 10
LONGEST_QUOTE = 300  # characters of a turn or a value
LONGEST_NAME = 60  # characters
LONGEST_DETAIL = 1000  # characters

# What word processors and language models make of the plain quotes.
_STRAIGHT_QUOTES = str.maketrans("\N{LEFT SINGLE QUOTATION MARK}\N{RIGHT SINGLE QUOTATION MARK}“”", "''\"\"")


class Outcome(StrEnum):
    """What came of an expectation."""

    MET = "met"
    NOT_MET = "not met"
    NOT_JUDGED = "not judged"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of one expectation.

    `message` says what was expected and what was found, `evidence` quotes it, `turns` are the numbers of the
    turns concerned; all of it can be shown as it is. `index` is the expectation's place in the scenario's
    `expect`; None for what is expected of every call. `required` means that it must be judged.
    """

    outcome: Outcome
    path: str
    message: str
    evidence: tuple[str, ...] = ()
    turns: tuple[int, ...] = ()
    location: str = ""
    index: int | None = None
    required: bool = False

    @property
    def passed(self) -> bool:
        return self.outcome is Outcome.MET or (self.outcome is Outcome.NOT_JUDGED and not self.required)


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
    completed. An expected outcome is met where the metric of that name is 100; where that has no value, or only some
    lines could be judged, it is not judged, which `require_judge` makes a failure.
    `matcher` tells whether a `condition` holds; by default that is the offline one for the call's language.
    """
    matcher = matcher or OfflineMatcher(language=result.language)
    verdicts = [_completed(result)] if require_completed and not _speaks_of_the_end(expectations) else []
    for index, expectation in enumerate(expectations):
        finding = _EVALUATIONS[expectation.kind](expectation.value, result, matcher)
        verdicts.append(_verdict(expectation, index, finding))
    if result.expected_outcome:
        verdicts.append(_expected_outcome(result, required=require_judge))
    return tuple(verdicts)


def _verdict(expectation: Expectation, index: int, finding: _Finding) -> Verdict:
    return Verdict(
        Outcome.NOT_MET if finding.message else Outcome.MET,
        visible_line(expectation.path),
        visible_line(finding.message),
        tuple(visible_line(line) for line in finding.evidence if line),
        finding.turns,
        f"{expectation.location.file}:{expectation.location.line}" if expectation.location else "",
        index,
    )


def _speaks_of_the_end(expectations: Iterable[Expectation]) -> bool:
    about_the_end = (ExpectationKind.STATUS, ExpectationKind.ENDED_REASON)
    return any(
        expectation.kind in about_the_end
        # What the simulator ends has not completed.
        or (expectation.kind is ExpectationKind.ENDED_BY and expectation.value == EndedBy.SIMULATOR)
        for expectation in expectations
    )


def _completed(result: CallResult) -> Verdict:
    if result.status is Status.COMPLETED:
        return Verdict(Outcome.MET, "call", "the call completed")
    message = f"the call did not complete ({result.ended_reason.value})"
    if result.detail:
        message += f": {_detail(result)}"
    return Verdict(Outcome.NOT_MET, "call", visible_line(message))


def _expected_outcome(result: CallResult, *, required: bool) -> Verdict:
    judged = value_named(EXPECTED_OUTCOME, result.metrics)
    if judged is None or not judged.is_measured:
        why = NO_JUDGE if judged is None else judged.reason
        message = f"not judged, because {why}"
        evidence: tuple[str, ...] = (_squeezed(result.expected_outcome),)
        outcome = Outcome.NOT_JUDGED
    else:
        lines = judged.extra.get("outcome_alignments", ())
        outcome = _outcome(judged.value)
        message = "the call is as expected" if outcome is Outcome.MET else _what_is_not(lines, outcome)
        evidence = tuple(line for line in judged.explanation if not line.startswith("yes: "))
        evidence += tuple(_quote(each) for each in judged.evidence)
    if outcome is Outcome.NOT_JUDGED and required:
        message += "; --agentsim-require-judge makes that a failure"
    turns = tuple(dict.fromkeys(each.turn for each in judged.evidence if each.turn)) if judged else ()
    return Verdict(
        outcome,
        EXPECTED_OUTCOME,
        visible_line(message),
        tuple(map(visible_line, evidence)),
        turns,
        required=required,
    )


def _outcome(score: Number) -> Outcome:
    if score == PASSED:
        return Outcome.MET
    return Outcome.NOT_MET if score == FAILED else Outcome.NOT_JUDGED


def _what_is_not(lines: Sequence[Mapping[str, str]], outcome: Outcome) -> str:
    aligned = "no" if outcome is Outcome.NOT_MET else "blocked"
    count = sum(each["aligned"] == aligned for each in lines)
    if outcome is Outcome.NOT_MET:
        return f"the judge finds {count} of {counted(len(lines), 'line')} not met"
    return f"needs a person's review: the call never came to {count} of {counted(len(lines), 'line')}"


def _quote(evidence: Evidence) -> str:
    return f"turn {evidence.turn}: {evidence.text}" if evidence.turn else evidence.text


def _detail(result: CallResult) -> str:
    return shortened(_squeezed(result.detail), LONGEST_DETAIL)


# --- how the call went --------------------------------------------------------------------------------------------


def _status(expected: str, result: CallResult, _: OfflineMatcher) -> _Finding:
    if result.status == expected:
        return _WELL
    message = f"expected the status {expected}, but it is {result.status.value}"
    return _Finding(message, (_detail(result),))


def _ended_by(expected: str, result: CallResult, _: OfflineMatcher) -> _Finding:
    if result.ended_by == expected:
        return _WELL
    message = f"expected the {expected} to end the call, but the {result.ended_by.value} did"
    return _Finding(message, (_detail(result),))


def _ended_reason(expected: str, result: CallResult, _: OfflineMatcher) -> _Finding:
    if result.ended_reason == expected:
        return _WELL
    message = f"expected the call to end with {expected}, but it ended with {result.ended_reason.value}"
    return _Finding(message, (_detail(result),))


def _turns(expected: Bounds, result: CallResult, _: OfflineMatcher) -> _Finding:
    number = len(result.turns)
    if number in expected:
        return _WELL
    return _Finding(f"expected {amount(expected, 'turn')}, but there {were(number)}")


def _conditions_fired(expected: FiredExpectation, result: CallResult, _: OfflineMatcher) -> _Finding:
    fired = result.conditions_fired
    message = _wrongly_fired(expected, fired)
    if not message:
        return _WELL
    evidence = f"fired, in order: {', '.join(map(str, fired)) or 'none'}"
    return _Finding(message, (evidence,))


def _wrongly_fired(expected: FiredExpectation, fired: Sequence[int]) -> str:
    """Say what is wrong with the conditions that fired; nothing when all is well."""
    unwanted = [each for each in expected.never if each in fired]
    if unwanted:
        return f"expected {_conditions(unwanted)} not to fire, but {_pronoun(unwanted)} did"
    if expected.exactly is not None and fired != expected.exactly:
        in_order = ", in this order" if len(expected.exactly) > 1 else ""
        which = f"exactly {_conditions(expected.exactly)}" if expected.exactly else "no condition"
        return f"expected {which} to fire{in_order}"
    silent = [each for each in expected.in_order if each not in fired]
    if silent:
        return f"expected {_conditions(silent)} to fire, but {_pronoun(silent)} never did"
    if not _is_subsequence(expected.in_order, fired):
        return f"expected {_conditions(expected.in_order)} to fire in this order, but they did not"
    return ""


def _conditions(ids: Sequence[int]) -> str:
    return listed("condition", ids)


def _pronoun(ids: Sequence[int]) -> str:
    return "it" if len(ids) == 1 else "they"


def _is_subsequence(expected: Sequence[int], fired: Sequence[int]) -> bool:
    remaining = iter(fired)
    return all(each in remaining for each in expected)


# --- what the agent said ------------------------------------------------------------------------------------------


def _agent_says(expected: Phrase, result: CallResult, matcher: OfflineMatcher) -> _Finding:
    of_agent = result.said_by(Speaker.AGENT)
    turns = _turns_looked_at(expected, of_agent)
    if any(_place(expected, turn, result, matcher) is not None for turn in turns):
        return _WELL
    message = f"the agent did not say {_quoted(expected, 'anything')}"
    if not of_agent:
        return _Finding(f"{message}: it said nothing at all")
    if not turns:
        return _Finding(
            f"{message} in its turn {expected.turn}: it had only {counted(len(of_agent), 'turn')}"
        )
    evidence, near = _nearest(expected, turns, result, matcher)
    return _Finding(f"{message} {_where(expected, turns)}", evidence, near)


def _agent_never_says(expected: Phrase, result: CallResult, matcher: OfflineMatcher) -> _Finding:
    for turn in _turns_looked_at(expected, result.said_by(Speaker.AGENT)):
        place = _place(expected, turn, result, matcher)
        if place is not None:
            message = f"the agent said {_quoted(expected, 'something')}, which it never should"
            return _Finding(message, (_turn(turn, around=place),), (turn.number,))
    return _WELL


def _turns_looked_at(expected: Phrase, of_agent: tuple[Turn, ...]) -> tuple[Turn, ...]:
    return of_agent if expected.turn is None else of_agent[expected.turn - 1 : expected.turn]


def _place(expected: Phrase, turn: Turn, result: CallResult, matcher: OfflineMatcher) -> int | None:
    """Return about where in the squeezed text of a turn the phrase is; None when the turn does not say it."""
    if expected.kind is PhraseKind.TEXT:
        place = _plain(turn.text).find(_plain(expected.text))
        return place if place >= 0 else None
    if expected.kind is PhraseKind.REGEX:
        found = re.search(expected.text, turn.text)
        return len(_squeezed(turn.text[: found.start()])) if found else None
    return 0 if _decide(expected, turn, result, matcher).holding else None


def _decide(expected: Phrase, turn: Turn, result: CallResult, matcher: OfflineMatcher) -> MatchDecision:
    history = result.turns[: turn.number - 1]
    return matcher.match(turn.text, history=history, triggers=(Trigger(0, expected.text),))


def _where(expected: Phrase, turns: Sequence[Turn]) -> str:
    if expected.turn is not None:
        return f"in its turn {expected.turn}, which is turn {turns[0].number} of the call"
    return f"in any of its {len(turns)} turns" if len(turns) > 1 else "in its only turn"


def _nearest(
    expected: Phrase, turns: Sequence[Turn], result: CallResult, matcher: OfflineMatcher
) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """Point at the turn that comes closest to a condition; for plain words there is no such thing."""
    if expected.kind is not PhraseKind.CONDITION:
        return ((_turn(turns[0]),), (turns[0].number,)) if expected.turn is not None else ((), ())
    scored = [(_decide(expected, turn, result, matcher), turn) for turn in turns]
    decision, turn = max(scored, key=lambda each: each[0].candidates[0].score)
    candidate = decision.candidates[0]
    score = f"scores {candidate.score:.2f} where {decision.threshold:.2f} is needed: {candidate.reason}"
    return (f"the nearest is turn {turn.number}, which {score}", _turn(turn)), (turn.number,)


def _turn(turn: Turn, *, around: int = 0) -> str:
    return f"turn {turn.number}: {shortened(_squeezed(turn.text), LONGEST_QUOTE, around=around)}"


def _plain(text: str) -> str:
    composed = unicodedata.normalize("NFC", text)
    return _squeezed(composed.translate(_STRAIGHT_QUOTES).casefold())


def _squeezed(text: str) -> str:
    return " ".join(text.split())


def _quoted(expected: Phrase, some: str) -> str:
    if expected.kind is PhraseKind.REGEX:
        return f"{some} like /{expected.text}/"
    if expected.kind is PhraseKind.CONDITION:
        return f"{some} for which {expected.text!r} holds"
    return repr(expected.text)


# --- what the agent did -------------------------------------------------------------------------------------------


def _tool_calls(expected: ToolExpectation | None, result: CallResult, _: OfflineMatcher) -> _Finding:
    if expected is None:
        return _no_calls(result.tool_calls)
    named = [call for call in result.tool_calls if call.name == expected.name]
    fitting = [call for call in _called_after(expected.after, result) if _fits(expected, call)]
    if len(fitting) not in expected.times:
        message = _wrong_number(expected, named, fitting, result)
        return _Finding(message, _calls(named or result.tool_calls), _after(named or result.tool_calls))
    wrong = [
        call for call in fitting if expected.expects_result and not _contains(call.result, expected.result)
    ]
    if wrong:
        message = f"expected {expected.name} to return {_json(expected.result)}, but it did not"
        return _Finding(message, _calls(wrong), _after(wrong))
    return _WELL


def _no_calls(calls: Sequence[ToolCall]) -> _Finding:
    if not calls:
        return _WELL
    return _Finding(f"expected no function call, but there {were(len(calls))}", _calls(calls), _after(calls))


def _called_after(name: str | None, result: CallResult) -> tuple[ToolCall, ...]:
    """The calls that come after the first one of that name; all of them without a name."""
    if name is None:
        return result.tool_calls
    names = [call.name for call in result.tool_calls]
    return result.tool_calls[names.index(name) + 1 :] if name in names else ()


def _fits(expected: ToolExpectation, call: ToolCall) -> bool:
    if call.name != expected.name:
        return False
    return not expected.arguments or _contains(call.arguments, expected.arguments)


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
    expected: ToolExpectation, named: Sequence[ToolCall], fitting: Sequence[ToolCall], result: CallResult
) -> str:
    condition = f" with {_json(expected.arguments)}" if expected.arguments else ""
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
        f"{shortened(call.name, LONGEST_NAME)}({_json(call.arguments)}) -> {_returned(call)}"
        for call in calls[:SHOWN_CALLS]
    )
    if len(calls) > SHOWN_CALLS:
        return (*shown, f"and {len(calls) - SHOWN_CALLS} more")
    return shown or ("the agent reported no function call",)


def _returned(call: ToolCall) -> str:
    return "no result" if call.result is None else _json(call.result)


def _after(calls: Sequence[ToolCall]) -> tuple[int, ...]:
    return tuple(call.after_turn for call in calls[:SHOWN_CALLS] if call.after_turn)


def _metadata(expected: tuple[str, Any], result: CallResult, _: OfflineMatcher) -> _Finding:
    key, value = expected
    wanted = f"expected the metadata {_json(key)} to be {_json(value)}"
    if key not in result.metadata:
        return _Finding(f"{wanted}, but the agent did not send it", (_sent(result.metadata),))
    if _contains(result.metadata[key], value):
        return _WELL
    return _Finding(f"{wanted}, but it is {_json(result.metadata[key])}")


def _sent(metadata: Mapping[str, Any]) -> str:
    if not metadata:
        return "it sent no metadata"
    keys = [shortened(key, LONGEST_NAME) for key in sorted(metadata)[:SHOWN_KEYS]]
    more = f" and {len(metadata) - SHOWN_KEYS} more" if len(metadata) > SHOWN_KEYS else ""
    return f"it sent: {', '.join(keys)}{more}"


def _json(value: Any) -> str:
    return shortened(json.dumps(value, ensure_ascii=False, default=str), LONGEST_QUOTE)


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
