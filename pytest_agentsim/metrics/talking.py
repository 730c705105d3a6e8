"""How much and how fast the agent speaks, and how soon it begins to."""

from __future__ import annotations

import json
import re
from itertools import zip_longest
from math import inf
from typing import TYPE_CHECKING, Any

from pytest_agentsim.key_presses import read_keys
from pytest_agentsim.metric_value import Direction, Evidence
from pytest_agentsim.metrics.harness import check_on_time
from pytest_agentsim.metrics.metric import DoesNotApply, Measurement, Need, NotMeasurable
from pytest_agentsim.metrics.percentiles import spread
from pytest_agentsim.metrics.registry import built_in
from pytest_agentsim.metrics.speech import Span, overlap
from pytest_agentsim.result import EventKind, Speaker
from pytest_agentsim.wording import counted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_agentsim.metrics.measured_call import MeasuredCall
    from pytest_agentsim.result import CallResult

__all__ = ["endpointing_delay", "talk_ratio", "time_to_first_word", "words_per_minute"]

# Languages whose writing does not part words, so that there is nothing to count.
_WITHOUT_SPACES = frozenset({"ja", "km", "lo", "my", "th", "yue", "zh"})
_WORD = re.compile(r"\w+(?:['’.,:-]\w+)*")  # noqa: RUF001 - "don't", "3.50" and "twenty-five" are a word each
_COMPLETED = "speech.completed"


@built_in("Talk Ratio", needs=(Need.VOICE,))
def talk_ratio(call: MeasuredCall) -> Measurement:
    """The share (0 to 1) of the call in which the agent speaks.

    Of the time from the connection to the end of the call; 0.4 to 0.6 is usual. Detail: speech_share, its share of the
    time that both sides spoke. Specified in platform_spec i.1 "Talk Ratio" and appendix 1, row 21.
    """
    agent, caller = (_seconds(call, each) for each in (Speaker.AGENT, Speaker.CALLER))
    if not call.length:
        raise DoesNotApply("the call has no length")
    return Measurement(
        min(1.0, agent / call.length),
        (f"the agent spoke for {agent:.1f} s, the caller for {caller:.1f} s of {call.length:.1f} s",),
        {"speech_share": agent / (agent + caller) if agent + caller else 0.0},
    )


@built_in("Words Per Minute", unit="words/min", needs=(Need.VOICE,))
def words_per_minute(call: MeasuredCall) -> Measurement:
    """How many words the agent says in a minute of speaking.

    The words of its turns over the time in which it speaks within them; turns without words, which were not recognised
    or are keys, do not count. Numbers in digits are one word each. Skipped in languages that do not part words by
    spaces. 130 to 170 is usual in English. Specified in platform_spec i.1 "Words Per Minute".
    """
    language = call.result.language.casefold().partition("-")[0]
    if language in _WITHOUT_SPACES:
        raise DoesNotApply(f"words are not parted by spaces in {language!r}")
    agent = call.spoken.agent
    words, seconds = 0, 0.0
    for turn in call.result.said_by(Speaker.AGENT):
        found = len(_WORD.findall(read_keys(turn.text).words))
        if found and turn.time is not None and turn.end is not None:
            words += found
            seconds += sum(each.duration for each in overlap(agent, (Span(turn.time, turn.end),)))
    if not words:
        if not agent:
            raise DoesNotApply("the agent has said nothing")
        raise NotMeasurable("the agent's words are not known: they were not recognised")
    if not seconds:
        raise NotMeasurable("it is not known when the agent said its words")
    return Measurement(60 * words / seconds, (f"{counted(words, 'word')} in {seconds:.1f} s",))


@built_in("Time to first word", unit="s", direction=Direction.LOWER)
def time_to_first_word(call: MeasuredCall) -> Measurement:
    """How long after the connection the agent says its first word, by text sends its first message.

    It may have waited for the caller to speak first; see `latency` for its answers. Beyond the hosted platforms'
    catalogue.
    """
    first = next(iter(call.result.said_by(Speaker.AGENT)), None)
    if call.result.channel == "text":
        if first is None:
            raise DoesNotApply("the agent has said nothing")
        began = call.start_of(first)
    else:
        if not call.spoken.agent:
            raise DoesNotApply("the agent has said nothing")
        check_on_time(call.result)
        began = call.spoken.agent[0].start
    return Measurement(max(0.0, began - call.connected_at))


@built_in("Endpointing delay", unit="s", direction=Direction.LOWER, needs=(Need.VOICE,))
def endpointing_delay(call: MeasuredCall) -> Measurement:
    """How long after the end of the caller's speech the agent takes note of it, on average.

    Known of agents that say so by `speech.completed` (platform_spec section a, "Control events"): from the caller's
    last sample of a turn to the first such frame before the next turn begins. Details: average, min, max and
    percentiles. Beyond the hosted platforms' catalogue.
    """
    told = tuple(_completed(call.result))
    if not told:
        raise DoesNotApply("the agent does not say by speech.completed when it takes a turn to be over")
    check_on_time(call.result)
    found = list(_delays(call, told))
    if not found:
        raise DoesNotApply("the agent has sent no speech.completed after the end of a turn of the caller")
    details = spread([seconds for _, seconds in found])
    slowest = sorted(found, key=lambda each: -each[1])
    return Measurement(
        details["average"],
        (f"after {counted(len(found), 'turn')} of the caller",),
        details,
        tuple(Evidence(f"noticed after {seconds:.3f} s", turn) for turn, seconds in slowest),
    )


def _seconds(call: MeasuredCall, speaker: Speaker) -> float:
    return sum(each.duration for each in call.spoken.of(speaker))


def _completed(result: CallResult) -> Iterator[float]:
    """Yield when the agent has said that the caller's turn is over."""
    for event in result.events_of(EventKind.FRAME):
        frame: str = event.data.get("frame", "")
        if event.data.get("direction") == "received" and _COMPLETED in frame and _type(frame) == _COMPLETED:
            yield event.time


def _type(frame: str) -> Any:
    try:
        document = json.loads(frame)
    except ValueError:
        return None
    return document.get("type") if isinstance(document, dict) else None


def _delays(call: MeasuredCall, told: tuple[float, ...]) -> Iterator[tuple[int, float]]:
    turns = [
        (each, Span(each.time, each.end))
        for each in call.result.said_by(Speaker.CALLER)
        if each.time is not None and each.end is not None
    ]
    for (turn, span), following in zip_longest(turns, turns[1:]):
        spoken = overlap(call.spoken.caller, (span,))
        end = spoken[-1].end if spoken else span.end
        until = inf if following is None else following[1].start
        noticed = next((each for each in told if end <= each < until), None)
        if noticed is not None and not turn.interrupted:
            yield turn.number, noticed - end
