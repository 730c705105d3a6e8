"""How the caller of a voice call pauses in the middle of an action (platform_spec sections c.4 and c.6).

================  ======================  =======================  ==========================================
pause             ended by the agent      the caller asks whether  what the agent says meanwhile
                                          it is still there
================  ======================  =======================  ==========================================
silence           as an utterance is      when its patience ends   cuts it off
hold              no                      no: patience stands      is answered after the action, where the
                                          still                    caller has something to say to it
any of them in a  no                      no                       is never answered
protected span
================  ======================  =======================  ==========================================
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_agentsim.audio.pcm import samples_in
from pytest_agentsim.voice.line_events import AgentTurn, CutOffBy, PauseCutOff

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from pytest_agentsim.caller.voice_steps import Pause
    from pytest_agentsim.voice.hearing import Hearing
    from pytest_agentsim.voice.line import VoiceLine
    from pytest_agentsim.voice.line_events import CutOff
    from pytest_agentsim.voice.patience import Waiting
    from pytest_agentsim.voice.transcript import VoiceTranscript

__all__ = ["Pausing"]


class Pausing:
    """Lets time pass on the line of one conversation; positions are samples on it.

    `ask` asks whether the agent is still there, or gives up on it; it returns what cut the question off.
    """

    def __init__(
        self,
        *,
        line: VoiceLine,
        hearing: Hearing,
        transcript: VoiceTranscript,
        waiting: Waiting,
        ask: Callable[[], Awaitable[CutOff | None]],
    ) -> None:
        self._line = line
        self._hearing = hearing
        self._transcript = transcript
        self._waiting = waiting
        self._ask = ask

    async def pause(self, pause: Pause) -> PauseCutOff | None:
        """Let the time of a pause pass; what the agent does is returned when that cuts it off."""
        until = self._line.position + samples_in(pause.seconds)
        if pause.interruptible:
            return await self._keep_silent(until)
        if pause.hold:
            self._waiting.held(self._line.position, until)
        if pause.hold and not pause.is_protected:
            self._hearing.held(self._line.position, until)
        self._line.ambience.on_hold = pause.hold
        try:
            await self._wait(until)
        finally:
            self._line.ambience.on_hold = False
        return None

    async def _keep_silent(self, until: int) -> PauseCutOff | None:
        if self._line.agent_speaks_on():
            return PauseCutOff(CutOffBy.VOICE)
        with self._line.interruptible_silence():
            while self._line.position < until:
                event = await self._hearing.event(self._patient_until(until))
                match event:
                    case PauseCutOff():
                        return event
                    case AgentTurn():
                        self._hearing.note(event)
                    case None if self._line.position < until:
                        cut_off = await self._ask()
                        if cut_off is not None:
                            return PauseCutOff(cut_off.by)
        return None

    def _patient_until(self, until: int) -> int:
        if self._line.agent_is_in_turn:
            return until
        return min(until, self._waiting.asks_at(self._transcript.last_sound))

    async def _wait(self, until: int) -> None:
        while self._line.position < until:
            event = await self._hearing.event(until)
            if isinstance(event, AgentTurn):
                self._hearing.note(event)
