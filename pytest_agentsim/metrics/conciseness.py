"""Whether the agent says no more than it has to, as a judge sees it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from pytest_agentsim.judge.instruction import instruction
from pytest_agentsim.judge.interface import AnswerKind, JudgeError, Question
from pytest_agentsim.metric_value import Direction
from pytest_agentsim.metrics.judging import (
    ask_judge,
    evidence_of,
    judged_measurement,
    need_agent_turns,
    reason_to_skip,
)
from pytest_agentsim.metrics.metric import DoesNotApply, Measurement, Need
from pytest_agentsim.metrics.registry import built_in
from pytest_agentsim.result import Speaker

if TYPE_CHECKING:
    from pytest_agentsim.judge.interface import Answer
    from pytest_agentsim.metrics.measured_call import MeasuredCall

__all__ = ["judged_repetition_count", "judged_repetition_score", "verbosity"]

CONCISENESS = {"concise": 5.0, "padded": 3.0, "overloaded": 1.0}
BEST_SCORE = 5.0


@built_in("Verbosity", direction=Direction.HIGHER, needs=(Need.JUDGE,))
async def verbosity(call: MeasuredCall) -> Measurement:
    """How concise the agent is, from 1 to 5, 5 is best.

    A judge finds each of its turns concise, padded or overloaded, which count 5, 3 and 1; the value is their mean.
    Extra: `by_turn`, the words by the number of the turn. Specified in platform_spec i.1 "Verbosity", which does not
    say how the turns are put together.
    """
    need_agent_turns(call)
    turns = [each for each in call.result.said_by(Speaker.AGENT) if each.text.strip()]
    if not turns:
        raise DoesNotApply("the agent has said nothing")
    questions = [
        Question(
            "verbosity",
            instruction("verbosity_turn", number=str(turn.number)),
            AnswerKind.WORD,
            tuple(CONCISENESS),
        )
        for turn in turns
    ]
    answers = dict(zip((turn.number for turn in turns), await call.judged(*questions), strict=True))
    found = {number: answer for number, answer in answers.items() if not reason_to_skip(answer)}
    if not found:
        raise DoesNotApply("the judge finds that it applies to none of the agent's turns")
    words = Counter(str(answer.value) for answer in found.values())
    return Measurement(
        sum(CONCISENESS[word] * count for word, count in words.items()) / words.total(),
        (
            ", ".join(f"{words[word]} {word}" for word in CONCISENESS if words[word]),
            *(
                f"turn {number}: {answer.value}: {answer.explanation}"
                for number, answer in found.items()
                if answer.value != "concise"
            ),
        ),
        evidence=evidence_of(call, (each for each in found.values() if each.value != "concise")),
        extra={"by_turn": {str(number): answer.value for number, answer in found.items()}},
    )


@built_in("Judged Repetition Count", direction=Direction.LOWER, needs=(Need.JUDGE,))
async def judged_repetition_count(call: MeasuredCall) -> Measurement:
    """How often the agent repeats itself without need, in whatever words.

    As a judge counts it; `unnecessary_repetition_count` does it without a judge, by words alone. Specified in
    platform_spec i.1 "Unnecessary Repetition Count", which is judged there.
    """
    answer = await _repetitions(call)
    return judged_measurement(call, answer)


@built_in("Judged Repetition Score", direction=Direction.HIGHER, needs=(Need.JUDGE,))
async def judged_repetition_score(call: MeasuredCall) -> Measurement:
    """How seldom the agent repeats itself without need, from 0 to 5.

    5 * (1 - repetitions / turns), not below 0; the repetitions are those of `judged_repetition_count`, the turns those
    of both sides. Detail: percent, the same as 0 to 100. Specified in platform_spec i.1 "Unnecessary Repetition Score".
    """
    answer = await _repetitions(call)
    share = max(0.0, 1 - float(answer.value or 0) / len(call.result.turns))
    return judged_measurement(call, answer, BEST_SCORE * share, details={"percent": 100 * share})


async def _repetitions(call: MeasuredCall) -> Answer:
    need_agent_turns(call)
    answer = await ask_judge(call, "unnecessary_repetition", AnswerKind.NUMBER)
    number = answer.value
    if not isinstance(number, int | float) or number < 0 or number != int(number):
        raise JudgeError(f"the judge answered {number}, where a count of repetitions is expected")
    return answer
