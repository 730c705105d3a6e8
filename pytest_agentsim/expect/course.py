"""The course of a call: its turns, and what of the script was spoken."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_agentsim.expect.finding import WELL, Finding, turn_line
from pytest_agentsim.result import EventKind
from pytest_agentsim.wording import amount, listed, were

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pytest_agentsim.caller.matcher.offline import OfflineMatcher
    from pytest_agentsim.result import CallResult
    from pytest_agentsim.scenario.expectations import Bounds, FiredExpectation

__all__ = ["conditions_fired", "turns"]


def turns(expected: Bounds, result: CallResult, _: OfflineMatcher) -> Finding:
    """How many turns the call has, of both sides."""
    number = len(result.turns)
    if number in expected:
        return WELL
    return Finding(f"expected {amount(expected, 'turn')}, but there {were(number)}")


def conditions_fired(expected: FiredExpectation, result: CallResult, _: OfflineMatcher) -> Finding:
    """Which conditions of the script were spoken."""
    fired = result.conditions_fired
    message = _wrongly_fired(expected, fired)
    if not message:
        return _triggered(expected.in_order if expected.exactly is None else expected.exactly, result)
    evidence = f"fired, in order: {', '.join(map(str, fired)) or 'none'}"
    return Finding(message, (evidence,))


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


def _triggered(ids: Sequence[int], result: CallResult) -> Finding:
    """Point at what the agent said when the triggers of these conditions held."""
    turns = {turn.number: turn for turn in result.turns}
    found: dict[int, int] = {}
    heard, holding = 0, ()
    for event in result.events:
        match event.kind:
            case EventKind.AGENT_TURN:
                heard = event.data["number"]
            case EventKind.DECISION:
                holding = event.data.get("holding", ())
            case EventKind.ACTION:
                spoken = [each for each in event.data["conditions"] if each in ids and each in holding]
                found |= {each: heard for each in spoken if heard in turns and each not in found}
    evidence = tuple(f"condition {each}: {turn_line(turns[number])}" for each, number in found.items())
    return Finding(evidence=evidence, turns=tuple(dict.fromkeys(found.values())))


def _conditions(ids: Sequence[int]) -> str:
    return listed("condition", ids)


def _pronoun(ids: Sequence[int]) -> str:
    return "it" if len(ids) == 1 else "they"


def _is_subsequence(expected: Sequence[int], fired: Sequence[int]) -> bool:
    remaining = iter(fired)
    return all(each in remaining for each in expected)
