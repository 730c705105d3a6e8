"""A finished call with what metrics read of it, computed once and only if one asks."""

from __future__ import annotations

import asyncio
from functools import cached_property
from math import isfinite
from typing import TYPE_CHECKING, Any, TypeVar

from pytest_agentsim.errors import ArtifactError
from pytest_agentsim.judge.checking import ask
from pytest_agentsim.metrics.context import CallContext
from pytest_agentsim.metrics.metric import DoesNotApply, NotJudged, NotMeasurable
from pytest_agentsim.metrics.speech import Speech, speech_of
from pytest_agentsim.result import EventKind

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence
    from pathlib import Path

    from pytest_agentsim.judge.interface import Answer, Judge, Question
    from pytest_agentsim.metric_value import MetricValue
    from pytest_agentsim.metrics.call_audio import CallAudio
    from pytest_agentsim.result import CallResult, Turn

__all__ = ["NO_JUDGE", "MeasuredCall"]

NO_JUDGE = "no judge is configured"

T = TypeVar("T")


class MeasuredCall:
    """A call that is being measured.

    `recording` is its stereo file, `values` what has been measured so far; `judge` answers for judged metrics, if there
    is one, and `context` is what was known before the call.
    """

    def __init__(
        self,
        result: CallResult,
        recording: Path | None = None,
        judge: Judge | None = None,
        context: CallContext | None = None,
    ) -> None:
        self.result = result
        self.recording = recording
        self.judge = judge
        self.context = context or CallContext()
        self._asked: dict[tuple[Question, ...], asyncio.Future[Sequence[Answer]]] = {}
        self.values: dict[str, MetricValue] = {}
        self._found: dict[Any, Any] = {}

    def found_once(self, find: Callable[..., T], *settings: Hashable) -> T:
        """Return what a function finds with some settings in this call; several metrics may ask, and it looks once."""
        key = (find, *settings)
        if key not in self._found:
            self._found[key] = find(self.result, *settings)
        found: T = self._found[key]
        return found

    async def judged(self, *questions: Question) -> Sequence[Answer]:
        """Ask the judge, once if several metrics ask the same. Raises NotJudged without a judge, and JudgeError."""
        if self.judge is None:
            raise NotJudged(NO_JUDGE)
        if questions not in self._asked:
            self._asked[questions] = asyncio.ensure_future(ask(self.judge, questions, self.result))
        return await self._asked[questions]

    @cached_property
    def connected_at(self) -> float:
        """When the connection was there, in seconds since the call began."""
        return next((event.time for event in self.result.events_of(EventKind.CONNECTED)), 0.0)

    @property
    def length(self) -> float:
        """How long the conversation could have lasted, from the connection to the end of the call, in seconds.

        Raises NotMeasurable where it is not known.
        """
        return max(0.0, self.duration - self.connected_at)

    @property
    def duration(self) -> float:
        """How long the call lasted, in seconds. Raises NotMeasurable where a transcript that was read does not tell."""
        if self.result.duration is None:
            raise NotMeasurable("the transcript does not tell how long the call lasted")
        return self.result.duration

    def start_of(self, turn: Turn) -> float:
        """When a turn began, in seconds. Raises NotMeasurable where a transcript that was read does not tell."""
        if turn.time is None:
            raise NotMeasurable(f"the transcript does not tell when turn {turn.number} began")
        return turn.time

    @cached_property
    def audio(self) -> CallAudio:
        """Both sides of the recording. Raises DoesNotApply without one, NotMeasurable when it cannot be read."""
        if self.recording is None:
            raise DoesNotApply("the call has no recording")
        from pytest_agentsim.metrics.call_audio import CallAudio

        try:
            return CallAudio.of_recording(self.recording)
        except ArtifactError as error:
            raise NotMeasurable(str(error)) from None

    @cached_property
    def speech(self) -> Speech:
        """When each side has spoken. Raises DoesNotApply for a call by text.

        Raises NotMeasurable for a lost recording, where the times of some turns are all there is, but not all of them
        are known, and where a time is no number.
        """
        if self.result.channel == "text":
            raise DoesNotApply("nothing is spoken on a text call")
        known = speech_of(self.result, None)
        if known.source != "log":
            if self.recording is not None:
                return speech_of(self.result, self.audio)
            if any(turn.time is None or turn.end is None for turn in self.result.turns):
                raise NotMeasurable("neither a log, a recording nor the turns tell when anybody spoke")
        spans = (*known.caller, *known.agent, *known.sounds)
        if not all(isfinite(each.start) and isfinite(each.end) for each in spans):
            raise NotMeasurable("the call has times that are no numbers")
        return known

    @property
    def spoken(self) -> Speech:
        """The same of a call on which somebody spoke. Raises DoesNotApply and NotMeasurable."""
        speech = self.speech
        if not speech.caller and not speech.agent:
            raise DoesNotApply("nobody has spoken")
        return speech
