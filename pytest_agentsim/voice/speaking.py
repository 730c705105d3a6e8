"""How the caller of a voice call performs the steps of an action: each to its end, or until it is cut off."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_agentsim.caller.voice_steps import Speak, words_of
from pytest_agentsim.voice.line_events import (
    AgentTurn,
    CutOffBy,
    PauseCutOff,
    UtteranceCutOff,
    UtteranceSpoken,
)
from pytest_agentsim.voice.transcript import CallerTurn

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pytest_agentsim.audio.utterance import Utterance
    from pytest_agentsim.caller.voice_steps import Heard
    from pytest_agentsim.voice.caller_voice import CallerVoice
    from pytest_agentsim.voice.hearing import Hearing
    from pytest_agentsim.voice.limit import CallLimit
    from pytest_agentsim.voice.line import VoiceLine
    from pytest_agentsim.voice.line_events import CutOff
    from pytest_agentsim.voice.transcript import VoiceTranscript

__all__ = ["Speaking"]


class Speaking:
    """Speaks on the line for one conversation; positions are samples on it."""

    def __init__(
        self,
        voice: CallerVoice,
        *,
        line: VoiceLine,
        hearing: Hearing,
        transcript: VoiceTranscript,
        limit: CallLimit,
    ) -> None:
        self._voice = voice
        self._line = line
        self._hearing = hearing
        self._transcript = transcript
        self._limit = limit
        self._turn = CallerTurn()  # not in the transcript yet
        self._utterance: tuple[Utterance, str, int] | None = None  # on its way out, its words and its start
        self.spoken_until = 0
        """Where the latest utterance ended that was said to its end; 0 once the agent has cut the caller off."""
        self.gave_way_at: int | None = None
        """Where the caller has last stopped for the agent."""

    async def get_ready(self, step: Heard) -> None:
        """Have the sound of a step ready, so that it can begin at once."""
        await self._limit.bounded(self._voice.utterance(step))

    async def utter(self, step: Heard, *, at: int | None = None) -> CutOff | None:
        """Say a step to its end, from sample `at` on or as soon as possible; what cut it off is returned."""
        cut_off = await self._perform(step, at or 0, self._hearing.note)
        if cut_off is None:
            self.spoken_until = self._line.position
        return cut_off

    async def barge_in(self, words: str, *, at: int) -> Sequence[AgentTurn]:
        """Say something into the agent's turn from sample `at` on; the turns that end meanwhile are returned."""
        heard: list[AgentTurn] = []
        try:
            await self._perform(Speak(words, interruptible=False), at, heard.append)
        except BaseException:  # the call is over: nobody answers them any more
            for each in heard:
                self._hearing.note(each)
            raise
        return heard

    def gave_way(self) -> None:
        """Take note that the agent has cut the caller off: wherever its turn ends, it is one to answer."""
        self.spoken_until = 0

    def end_turn(self, *, interrupted: bool = False, is_question: bool = True) -> CallerTurn:
        """Put the turn into the transcript, if anything of it was heard; the agent owes an answer to a question."""
        turn, self._turn = self._turn, CallerTurn()
        self._transcript.caller_turn(turn, interrupted=interrupted, is_question=is_question)
        return turn

    def utterance_ended(self, by: UtteranceSpoken | UtteranceCutOff) -> None:
        """Take note of how the present utterance has ended, once the call is over."""
        if self._utterance is None:
            return
        cut_off_by = by.by if isinstance(by, UtteranceCutOff) else None
        self._transcript.utterance(self._turn, *self._utterance, cut_off_by)

    def conclude(self) -> None:
        """Put a turn into the transcript which the end of the call has cut short."""
        self.end_turn()

    async def _perform(self, step: Heard, at: int, take: Callable[[AgentTurn], None]) -> CutOff | None:
        """Say a step; what cut it off is returned, turns of the agent that end meanwhile are taken."""
        utterance = await self._limit.bounded(self._voice.utterance(step))
        if not utterance.frames:
            return None
        if step.interruptible and self._line.agent_speaks_on():
            return PauseCutOff(CutOffBy.VOICE)
        begin = self._line.speak(utterance, at=at)
        self._hearing.agent_began = None
        self._hearing.talked_over_at = None if step.interruptible else begin
        self._hearing.somebody_spoke = True
        words = words_of((step,))
        self._utterance = (utterance, words, begin)
        while True:
            event = await self._hearing.event()
            match event:
                case UtteranceSpoken():
                    self._utterance = None
                    self._transcript.utterance(self._turn, utterance, words, begin)
                    for heard in self._line.end_heard_turn():
                        self._hearing.agent_began = None
                        take(heard)
                    return None
                case UtteranceCutOff():
                    self._utterance = None
                    self._transcript.utterance(self._turn, utterance, words, begin, event.by)
                    self.gave_way_at = self._line.position
                    return event
                case AgentTurn():
                    take(event)
