"""What a metric of a file asks a judge, in its own words."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from pytest_agentsim.judge.interface import AnswerKind, Question
from pytest_agentsim.metric_files.call_data import PlatformVerdict, data_of
from pytest_agentsim.metric_files.payload import KINDS
from pytest_agentsim.metric_files.variables import filled
from pytest_agentsim.metrics.metric import NotJudged

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from pytest_agentsim.metrics.measured_call import MeasuredCall

__all__ = ["NOT_HEARD", "JudgeForCode", "question_of"]

NOT_HEARD = "it needs a judge that listens to the recording; judges here read the transcript"


def question_of(
    topic: str,
    text: str,
    call: MeasuredCall,
    kind: AnswerKind,
    options: Iterable[str] = (),
    *,
    data: Mapping[str, Any] | None = None,
) -> Question:
    """Return the question with the variables of the call filled in; `data` if it is not what `data_of` gives."""
    return Question(
        topic, filled(text, _variables(call, data_of(call) if data is None else data)), kind, tuple(options)
    )


def _variables(call: MeasuredCall, data: Mapping[str, Any]) -> dict[str, Any]:
    context = call.context
    return {
        **data,
        "agent": {
            "description": context.agent.description,
            "name": "",
            "language": call.result.language,
            "inbound": "",
            "contact_number": "",
        },
        "evaluator": {
            "instructions": context.instructions,
            "conditional_action_instructions": context.conditional_actions,
        },
    }


class JudgeForCode:
    """What Python of a metric may call to ask the judge; it runs in a thread, and the judge on the call's loop.

    `refused` says why the judge could not be asked, whatever the code has made of that.
    """

    def __init__(self, topic: str, call: MeasuredCall) -> None:
        self._topic = topic
        self._call = call
        self._loop = asyncio.get_running_loop()
        self.refused: NotJudged | None = None

    @property
    def functions(self) -> dict[str, Callable[..., Any]]:
        """The functions by the platforms' names; the second is what it was called before."""
        return {
            "evaluate_llm_judge_metric": self.evaluate_llm_judge_metric,
            "evaluate_basic_metric": self.evaluate_basic_metric,
        }

    def evaluate_llm_judge_metric(
        self,
        data: Mapping[str, Any],
        api_key: str | None = None,  # noqa: ARG002 - the platforms ignore it, too
        description: str = "",
        eval_type: str | None = None,
        enum_values: Iterable[str] | None = None,
        audio: bool = False,
        audio_start_time: float | None = None,  # noqa: ARG002
        audio_end_time: float | None = None,  # noqa: ARG002
    ) -> dict[str, Any]:
        """Return the judge's `result` (a verdict is 5 or 0) and its `explanation`, a list (platform_spec i.4)."""
        if audio:
            raise self._refuse(NotJudged(NOT_HEARD))
        kind = KINDS.get(eval_type or "binary")
        if kind is None:
            raise ValueError(f"eval_type must be one of {', '.join(KINDS)}, not {eval_type!r}")
        question = question_of(self._topic, description, self._call, kind, enum_values or (), data=data)
        asking = asyncio.run_coroutine_threadsafe(self._call.judged(question), self._loop)
        try:
            (answer,) = asking.result()
        except NotJudged as error:
            raise self._refuse(error) from None
        value = answer.value
        if kind is AnswerKind.BINARY and isinstance(value, bool):
            value = PlatformVerdict(value)
        return {"result": value, "explanation": [answer.explanation] if answer.explanation else []}

    def evaluate_basic_metric(
        self,
        data: Mapping[str, Any],
        api_key: str | None = None,
        prompt: str = "",
        eval_type: str | None = None,
        enum_values: Iterable[str] | None = None,
    ) -> dict[str, Any]:
        """The same under its former name."""
        return self.evaluate_llm_judge_metric(data, api_key, prompt, eval_type, enum_values)

    def _refuse(self, error: NotJudged) -> NotJudged:
        self.refused = error
        return error
