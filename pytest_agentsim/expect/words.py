"""What the agent says, and what it never should."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_agentsim.expect.finding import WELL, Finding, turn_line, words_at
from pytest_agentsim.expect.moments import Window, of_turn
from pytest_agentsim.expect.said import decide, span_of
from pytest_agentsim.result import Speaker
from pytest_agentsim.scenario.moment import PhraseKind
from pytest_agentsim.wording import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pytest_agentsim.caller.matcher.offline import OfflineMatcher
    from pytest_agentsim.result import CallResult, Turn
    from pytest_agentsim.scenario.moment import Phrase

__all__ = ["agent_never_says", "agent_says"]


def agent_says(expected: Phrase, result: CallResult, matcher: OfflineMatcher) -> Finding:
    """What one of the agent's turns must have, at the right time."""
    of_agent = result.said_by(Speaker.AGENT)
    turns = _turns_looked_at(expected, of_agent)
    window = Window(expected, result, matcher)
    saying: list[tuple[Turn, tuple[int, int]]] = []
    for turn in turns:
        span = span_of(expected, turn, result, matcher)
        if span is not None:
            if window.has(of_turn(turn, span)):
                quote = turn_line(turn, around=span[0])
                return Finding(evidence=(quote,), turns=(turn.number,), words=words_at(turn, span))
            saying.append((turn, span))
    message = f"the agent did not say {_quoted(expected, 'anything')}"
    if str(window):
        message += f" {window}"
    if not of_agent:
        return Finding(f"{message}: it said nothing at all")
    if not turns:
        return Finding(f"{message} in its turn {expected.turn}: it had only {counted(len(of_agent), 'turn')}")
    if window.never_opens:
        return Finding(f"{message}, which never happened")
    if saying:
        evidence = tuple(f"{turn_line(turn)} (at {_seconds(turn)})" for turn, _ in saying)
        return Finding(
            f"{message}, but at another time",
            evidence,
            tuple(turn.number for turn, _ in saying),
            words=tuple(each for turn, span in saying for each in words_at(turn, span)),
        )
    evidence, near = _nearest(expected, turns, result, matcher)
    return Finding(f"{message} {_where(expected, turns)}", evidence, near)


def agent_never_says(expected: Phrase, result: CallResult, matcher: OfflineMatcher) -> Finding:
    """What none of the agent's turns may have, or none at that time."""
    window = Window(expected, result, matcher)
    for turn in _turns_looked_at(expected, result.said_by(Speaker.AGENT)):
        span = span_of(expected, turn, result, matcher)
        if span is not None and window.has(of_turn(turn, span)):
            when = f" {window}" if str(window) else ""
            message = f"the agent said {_quoted(expected, 'something')}{when}, which it never should"
            quote = turn_line(turn, around=span[0])
            return Finding(message, (quote,), (turn.number,), words=words_at(turn, span))
    return WELL


def _turns_looked_at(expected: Phrase, of_agent: tuple[Turn, ...]) -> tuple[Turn, ...]:
    return of_agent if expected.turn is None else of_agent[expected.turn - 1 : expected.turn]


def _seconds(turn: Turn) -> str:
    return "an unknown time" if turn.time is None else f"{turn.time:.1f} s"


def _where(expected: Phrase, turns: Sequence[Turn]) -> str:
    if expected.turn is not None:
        return f"in its turn {expected.turn}, which is turn {turns[0].number} of the call"
    return f"in any of its {len(turns)} turns" if len(turns) > 1 else "in its only turn"


def _nearest(
    expected: Phrase, turns: Sequence[Turn], result: CallResult, matcher: OfflineMatcher
) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """Point at the turn that comes closest to a condition; for plain words there is no such thing."""
    if expected.kind is not PhraseKind.CONDITION:
        return ((turn_line(turns[0]),), (turns[0].number,)) if expected.turn is not None else ((), ())
    scored = [(decide(expected, turn, result, matcher), turn) for turn in turns]
    decision, turn = max(scored, key=lambda each: each[0].candidates[0].score)
    candidate = decision.candidates[0]
    score = f"scores {candidate.score:.2f} where {decision.threshold:.2f} is needed: {candidate.reason}"
    return (f"the nearest is turn {turn.number}, which {score}", turn_line(turn)), (turn.number,)


def _quoted(expected: Phrase, some: str) -> str:
    if expected.kind is PhraseKind.REGEX:
        return f"{some} like /{expected.text}/"
    if expected.kind is PhraseKind.CONDITION:
        return f"{some} for which {expected.text!r} holds"
    return repr(expected.text)
