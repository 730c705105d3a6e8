"""What becomes of the telephone keys that the caller presses."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import zip_longest
from math import inf
from typing import TYPE_CHECKING, Any

from pytest_agentsim.key_presses import read_keys
from pytest_agentsim.metric_value import Direction, Evidence
from pytest_agentsim.metrics.alignment import distance
from pytest_agentsim.metrics.harness import check_on_time
from pytest_agentsim.metrics.metric import DoesNotApply, Measurement, NotMeasurable
from pytest_agentsim.metrics.percentiles import spread
from pytest_agentsim.metrics.registry import built_in
from pytest_agentsim.result import EventKind, Speaker
from pytest_agentsim.wording import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pytest_agentsim.metrics.measured_call import MeasuredCall
    from pytest_agentsim.result import CallResult, Turn

__all__ = ["keypad_accuracy", "keypad_round_trip"]

LEAST_KEYS = 2  # a single key is a choice from a menu, which nobody repeats
LEAST_LIKENESS = 0.5  # of what the agent says to the keys; what is less alike is another number

_DIGITS = {
    "zero": "0", "oh": "0", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7",
    "eight": "8", "nine": "9", "star": "*", "asterisk": "*", "pound": "#", "hash": "#",
}  # fmt: skip
_TOKEN = re.compile(r"[0-9*#]|[^\W\d_]+|[^\w\s,.\-()]|\w")


@built_in("Keypad round trip", unit="s", direction=Direction.LOWER)
def keypad_round_trip(call: MeasuredCall) -> Measurement:
    """How long after the caller's last key the agent begins to answer, by words or by keys, on average.

    Over the turns of the caller that end with keys, from the end of the last tone, and on the text channel from message
    to message. Details: average, min, max and percentiles. Beyond the hosted platforms' catalogue.
    """
    presses = _pressed(call)
    if call.result.channel != "text":
        check_on_time(call.result)
    found = [(each, seconds) for each, seconds in _answered(call, presses) if seconds is not None]
    if not found:
        raise NotMeasurable("the agent did not answer any keys")
    details = spread([seconds for _, seconds in found])
    missing = len(presses) - len(found)
    note = f"; {missing} without an answer" if missing else ""
    return Measurement(
        details["average"],
        (f"over {counted(len(found), 'turn')} of keys{note}",),
        details,
        tuple(
            Evidence(f"answered {press.keys} after {seconds:.3f} s", press.turn.number, press.turn.time)
            for press, seconds in sorted(found, key=lambda each: -each[1])
        ),
    )


@built_in("Keypad accuracy", direction=Direction.HIGHER)
def keypad_accuracy(call: MeasuredCall) -> Measurement:
    """The share (0 to 1) of the caller's keys that the agent took right, as far as it tells what it took.

    1 - changes / keys, over the turns of two keys or more that the agent gives back before the caller presses others:
    in the arguments of a function call, in metadata, or in its words ("one two three", "123"); a final # or * does not
    count. What has less than half in common with the keys is another number. Beyond the hosted platforms' catalogue.
    """
    presses = _pressed(call)
    told = []
    for press, following in zip_longest(presses, presses[1:]):
        keys = press.keys.rstrip("*#") or press.keys
        reports = _reports(call.result, press, following)
        best = min(reports, key=lambda each: (distance(keys, each), each), default="")
        changed = distance(keys, best)
        if len(keys) >= LEAST_KEYS and changed <= (1 - LEAST_LIKENESS) * max(len(keys), len(best)):
            told.append((press, keys, best, min(changed, len(keys))))
    if not told:
        raise DoesNotApply("the agent does not tell which keys it took")
    wrong = sum(changed for *_, changed in told)
    number = sum(len(keys) for _, keys, *_ in told)
    return Measurement(
        1 - wrong / number,
        (f"{number - wrong} of {counted(number, 'key')} in {counted(len(told), 'turn')}",),
        evidence=tuple(
            Evidence(f"{keys} was pressed, the agent took {best}", press.turn.number, press.turn.time)
            for press, keys, best, changed in told
            if changed
        ),
    )


@dataclass(frozen=True, slots=True)
class _Press:
    """A turn of the caller with keys; `ends_with_keys` tells that no words follow them."""

    turn: Turn
    keys: str
    ends_with_keys: bool


def _pressed(call: MeasuredCall) -> list[_Press]:
    found = call.found_once(_presses)
    if not found:
        raise DoesNotApply("the caller pressed no keys")
    return found


def _presses(result: CallResult) -> list[_Press]:
    found = []
    for turn in result.said_by(Speaker.CALLER):
        keys = read_keys(turn.text).keys
        if keys:
            text = turn.text.rstrip()
            last_line = read_keys(text.rpartition("\n")[2])
            found.append(_Press(turn, "".join(keys), text.endswith(">") or not last_line.words))
    return found


def _answered(call: MeasuredCall, presses: Iterable[_Press]) -> Iterator[tuple[_Press, float | None]]:
    """Yield how long it took until the agent did something after each turn that ends with keys; None if it did not."""
    turns = call.result.turns
    for press in presses:
        if not press.ends_with_keys:
            continue
        after = turns[turns.index(press.turn) + 1 :]
        answer = after[0] if after and after[0].speaker is Speaker.AGENT else None
        if answer is None:
            yield press, None
        else:
            # An agent that has begun before the last tone was over answers nothing.
            seconds = call.start_of(answer) - _last_tone(call, press.turn)
            yield press, seconds if seconds >= 0 else None


def _last_tone(call: MeasuredCall, turn: Turn) -> float:
    """Return when the last tone of a turn ended."""
    if turn.end is None:
        return call.start_of(turn)
    if turn.interrupted or not call.result.events_of(EventKind.UTTERANCE):
        return turn.end
    from pytest_agentsim.audio.dtmf import PAUSE

    # The caller's own keys are logged with the silence after them.
    return turn.end - PAUSE


def _reports(result: CallResult, press: _Press, following: _Press | None) -> set[str]:
    """Return the numbers that the agent has given between two turns of keys."""
    until = inf if following is None else following.turn.number
    texts: list[str] = [
        each.text for each in result.said_by(Speaker.AGENT) if press.turn.number < each.number < until
    ]
    for call in result.tool_calls:
        if press.turn.number <= call.after_turn < until:
            texts += _texts(call.arguments)
    last_turn = 0
    for event in result.events:
        if event.kind in (EventKind.CALLER_TURN, EventKind.AGENT_TURN):
            last_turn = event.data["number"]
        elif event.kind is EventKind.METADATA and press.turn.number <= last_turn < until:
            texts += _texts(event.data["metadata"])
    return {number for text in texts for number in _numbers(text)}


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from _texts(each)
    elif value is not None and not isinstance(value, bool):
        yield str(value)


def _numbers(text: str) -> Iterator[str]:
    """Yield the keys that stand in a row in a text, as digits or as words, without a final # or *."""
    run = ""
    for token in (*_TOKEN.findall(text.casefold()), ""):
        key = _DIGITS.get(token, token if token in set("0123456789*#") else "")
        if key:
            run += key
        elif run:
            yield run.rstrip("*#") or run
            run = ""
