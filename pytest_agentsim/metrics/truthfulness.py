"""Whether what the agent says is true, consistent and to the point, as a judge sees it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_agentsim.errors import ConfigurationError
from pytest_agentsim.judge.instruction import instruction
from pytest_agentsim.judge.interface import AnswerKind, Question
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
from pytest_agentsim.wording import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pytest_agentsim.metrics.measured_call import MeasuredCall

__all__ = [
    "hallucination",
    "instruction_following",
    "relevancy",
    "response_consistency",
    "tool_call_hallucination",
]

BEST_SCORE = 5.0

# What the questions about an agent's instructions are about.
CATEGORIES = ("identity", "steps", "information", "limits", "tools")


@built_in("Hallucination", needs=(Need.JUDGE,))
async def hallucination(call: MeasuredCall, *, knowledge: str | Sequence[str] = "") -> Measurement:
    """Whether the agent says nothing that is unsupported or contradicted by what it could know.

    True is clean. A judge compares its words with the setting `knowledge` (texts), or else the files of
    `agentsim_knowledge`, and with the agent's description, what the caller has said and the results of function calls;
    lenient where something is left out, strict where something contradicts. Skipped where neither knowledge nor a
    description is given and no function was called. Specified in platform_spec i.1 "Hallucination".
    """
    need_agent_turns(call)
    given = knowledge if isinstance(knowledge, str) else "\n\n".join(map(str, knowledge))
    about = call.context.agent
    parts = [each.strip() for each in (given or about.knowledge, about.description) if each.strip()]
    if not parts and not call.result.tool_calls:
        raise DoesNotApply(
            "nothing is known that the agent's words could be compared with; name files in agentsim_knowledge"
        )
    material = "\n\n".join(parts) or "(nothing but the call itself)"
    answer = await ask_judge(call, "hallucination", AnswerKind.BINARY, material=material)
    return judged_measurement(call, answer)


@built_in("Relevancy", needs=(Need.JUDGE,))
async def relevancy(call: MeasuredCall) -> Measurement:
    """Whether each of the agent's turns is about what the caller has called for.

    As a judge sees it. Whether an answer is right does not count. Specified in platform_spec i.1 "Relevancy".
    """
    need_agent_turns(call)
    return judged_measurement(call, await ask_judge(call, "relevancy", AnswerKind.BINARY))


@built_in("Response Consistency", needs=(Need.JUDGE,))
async def response_consistency(call: MeasuredCall) -> Measurement:
    """Whether the agent gives back what the caller told it as it was told, and does not contradict itself.

    As a judge sees it. Specified in platform_spec i.1 "Response Consistency".
    """
    need_agent_turns(call)
    return judged_measurement(call, await ask_judge(call, "response_consistency", AnswerKind.BINARY))


@built_in("Tool Call Hallucination", needs=(Need.JUDGE,))
async def tool_call_hallucination(call: MeasuredCall) -> Measurement:
    """Whether the agent has really called the functions that it claims to have called.

    True is clean. As a judge sees it, who knows all function calls that the agent has reported; an agent that reports
    none, as over CHIRP alone, cannot be judged fairly. Specified in platform_spec i.1 "Tool Call Hallucination".
    """
    need_agent_turns(call)
    return judged_measurement(call, await ask_judge(call, "tool_call_hallucination", AnswerKind.BINARY))


@built_in("Instruction Following", direction=Direction.HIGHER, needs=(Need.JUDGE,))
async def instruction_following(call: MeasuredCall, *, instructions: str = "") -> Measurement:
    """How well the agent does what its own description says, from 0 to 5.

    A judge decides for identity and tone, the steps and their order, the information given, limits, and tools and
    transfers whether the agent deviates; the value is 5 * the share of those that apply and are followed. The
    description is the setting `instructions`, or else the file of `agentsim_agent_description`. Extra: `issues`, each
    with category and explanation. Detail: percent, the same as 0 to 100. Specified in platform_spec i.1 "Instruction
    Following".
    """
    need_agent_turns(call)
    told = instructions or call.context.agent.description
    if not told.strip():
        raise ConfigurationError(
            "instruction_following needs the agent's description: name its file in agentsim_agent_description, or "
            "give the setting `instructions`"
        )
    questions = [
        Question(
            "instruction_following",
            instruction(
                "instructions_of_the_agent",
                question=instruction(f"instruction_{each}"),
                instructions=told.strip(),
            ),
            AnswerKind.BINARY,
        )
        for each in CATEGORIES
    ]
    answers = await call.judged(*questions)
    applying = {
        category: answer
        for category, answer in zip(CATEGORIES, answers, strict=True)
        if not reason_to_skip(answer)
    }
    if not applying:
        raise DoesNotApply("the judge finds that the call touches none of the agent's instructions")
    issues = {category: answer for category, answer in applying.items() if answer.value is False}
    share = 1 - len(issues) / len(applying)
    return Measurement(
        BEST_SCORE * share,
        (
            f"{counted(len(issues), 'deviation')}; what applies: {', '.join(applying)}",
            *(f"{category}: {answer.explanation}" for category, answer in issues.items()),
        ),
        {"percent": 100 * share},
        evidence_of(call, issues.values()),
        {
            "issues": [
                {"category": category, "explanation": answer.explanation}
                for category, answer in issues.items()
            ]
        },
    )
