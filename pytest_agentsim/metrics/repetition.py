"""Whether the agent says the same again and again."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from pytest_agentsim.metric_value import Direction, Evidence
from pytest_agentsim.metrics.metric import DoesNotApply, Measurement
from pytest_agentsim.metrics.registry import built_in
from pytest_agentsim.metrics.word_weights import NEGATIONS, SIGNIFICANT, weight
from pytest_agentsim.result import Speaker
from pytest_agentsim.wording import counted

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pytest_agentsim.metrics.measured_call import MeasuredCall
    from pytest_agentsim.result import CallResult, Turn

__all__ = ["unnecessary_repetition_count", "unnecessary_repetition_score"]

BEST_SCORE = 5.0  # platform_spec section i.1, "Unnecessary Repetition Score"

LEAST_WORDS = 2  # that carry a statement: fewer are as common as "your name"
LEAST_WORDS_ELSEWHERE = 4  # in languages of which it is not known which words carry it
LEAST_SHARE = 0.5  # of the words of the earlier statement, that the later one has

_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+|\n+")
_WORD = re.compile(r"\w+(?:['’.:]\w+)*")  # noqa: RUF001 - both apostrophes are written
_QUESTION = re.compile(
    r"(?:what|when|where|who|whom|whose|which|why|how|can|could|may|would|will|do|does|did|is|are)\b"
)
_COURTESY = re.compile(
    r"(?:thanks?|hi|hello|hey|welcome|good(?:bye| morning| afternoon| evening| day)|bye)\b"
)
_ASKED_AGAIN = re.compile(
    r"\b(?:repeat|again|pardon|come again|what did you say|say that|excuse me|rephrase|what was)\b"
    r"|\b(?:did not|didn['’]t|could not|couldn['’]t|can['’]?t) (?:catch|hear|get|understand)\b"  # noqa: RUF001
    r"|^\W*(?:sorry|what|huh)\W*$"
)


@built_in("Unnecessary Repetition Count", direction=Direction.LOWER)
def unnecessary_repetition_count(call: MeasuredCall, *, confirmations: int = 1) -> Measurement:
    """How often the agent says what it has said before, and confirmed already.

    A sentence restates an earlier one if all its nouns, names, numbers and negations are in that one, at least two, and
    at least half of those of the earlier; a question restates questions only. The first `confirmations` restatements of
    the same do not count, nor do courtesies, what the caller has asked to hear again, what either side did not
    understand, and what is said once more because the caller was silent. By words alone, not by a judge: what is said
    again in quite other words is not noticed. Specified in platform_spec i.1 "Unnecessary Repetition Count" and
    "Unnecessary Repetition Score": the same unchanged information, confirmed again two times or more.
    """
    found = call.found_once(_repetitions, confirmations)
    return Measurement(len(found), evidence=_told(found))


@built_in("Unnecessary Repetition Score", direction=Direction.HIGHER)
def unnecessary_repetition_score(call: MeasuredCall, *, confirmations: int = 1) -> Measurement:
    """How seldom the agent repeats itself without need, from 0 to 5.

    5 * (1 - repetitions / turns), not below 0; the repetitions are those of `unnecessary_repetition_count`, the turns
    those of both sides. Detail: percent, the same as 0 to 100. Specified in platform_spec i.1 "Unnecessary Repetition
    Score", with both scales as in appendix 1, row 19.
    """
    turns = len(call.result.turns)
    found = call.found_once(_repetitions, confirmations)
    share = max(0.0, 1 - len(found) / turns)
    return Measurement(
        BEST_SCORE * share,
        (f"{counted(len(found), 'repetition')} in {counted(turns, 'turn')}",),
        {"percent": 100 * share},
        _told(found),
    )


@dataclass(slots=True)
class _Statement:
    words: frozenset[str]
    is_question: bool
    last_turn: int
    times: int = 1


def _repetitions(result: CallResult, confirmations: int) -> list[tuple[Turn, str]]:
    """Return each sentence that was said once too often, with its turn."""
    if not result.said_by(Speaker.AGENT):
        raise DoesNotApply("the agent has said nothing")
    is_english = result.language.casefold().startswith("en")
    least = LEAST_WORDS if is_english else LEAST_WORDS_ELSEWHERE
    stated: list[_Statement] = []
    found = []
    asked: Turn | None = None  # the latest turn of the caller
    for turn in result.turns:
        if turn.speaker is Speaker.CALLER:
            asked = turn
            continue
        for sentence in _SENTENCE_END.split(turn.text):
            plain = sentence.strip().casefold()
            words = _carrying(plain, is_english)
            if len(words) < least or _COURTESY.match(plain):
                continue
            is_question = plain.endswith("?") or _QUESTION.match(plain) is not None
            known = _statement(words, is_question, stated)
            if known is None:
                stated.append(_Statement(words, is_question, turn.number))
                continue
            was_silent = known.last_turn < turn.number and (asked is None or asked.number < known.last_turn)
            known.last_turn = turn.number
            if was_silent or any(_asks_again(each.text) for each in (turn, asked) if each is not None):
                continue
            known.times += 1
            if known.times > 1 + confirmations:
                found.append((turn, sentence.strip()))
    return found


def _asks_again(text: str) -> bool:
    return _ASKED_AGAIN.search(text.casefold()) is not None


def _statement(words: frozenset[str], is_question: bool, stated: Iterable[_Statement]) -> _Statement | None:
    """Return what a sentence states again."""
    for each in stated:
        if (
            each.is_question == is_question
            and words <= each.words
            and len(words) >= LEAST_SHARE * len(each.words)
            and words & NEGATIONS == each.words & NEGATIONS
        ):
            return each
    return None


def _carrying(sentence: str, is_english: bool) -> frozenset[str]:
    """Return the words that say what a sentence is about; in other languages than English, all of them."""
    words = _WORD.findall(sentence)
    return (
        frozenset(each for each in words if _weight(each) == SIGNIFICANT) if is_english else frozenset(words)
    )


_weight = lru_cache(maxsize=4096)(weight)


def _told(found: Iterable[tuple[Turn, str]]) -> tuple[Evidence, ...]:
    return tuple(Evidence(sentence, turn.number, turn.time) for turn, sentence in found)
