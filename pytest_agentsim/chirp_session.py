"""A CHIRP session for a conversation written by hand, from any event loop."""

from __future__ import annotations

import asyncio
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pytest_agentsim.audio.pcm import samples_in
from pytest_agentsim.audio.recording import StereoRecorder
from pytest_agentsim.caller.voice_steps import Press, Speak, words_of
from pytest_agentsim.errors import SessionClosed, SessionError, TurnTimeout
from pytest_agentsim.event_log import EventLog
from pytest_agentsim.redaction import redactor_for
from pytest_agentsim.result import EventKind
from pytest_agentsim.scenario.personality import BUILT_IN
from pytest_agentsim.session.chirp import ChirpProtocol, Role
from pytest_agentsim.session.connect import ConnectFailed
from pytest_agentsim.voice.agent_words import AgentWords
from pytest_agentsim.voice.call import line_settings
from pytest_agentsim.voice.caller_voice import CallerVoice
from pytest_agentsim.voice.connecting import connect
from pytest_agentsim.voice.line import VoiceLine
from pytest_agentsim.voice.line_events import (
    AgentStarted,
    AgentTalksOn,
    AgentTurn,
    LineClosed,
    UtteranceCutOff,
    UtteranceSpoken,
)
from pytest_agentsim.voice.transcript import CallerTurn, VoiceTranscript

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from typing import TypeVar

    from pytest_agentsim.result import Latency, Turn
    from pytest_agentsim.runner import CallRunner
    from pytest_agentsim.session.connect import Connection
    from pytest_agentsim.voice.equipment import VoiceEquipment
    from pytest_agentsim.voice.line_events import LineEvent
    from pytest_agentsim.voice_endpoint import VoiceEndpoint

    T = TypeVar("T")

__all__ = ["ChirpSession"]

CALLER = BUILT_IN["normal"]


@dataclass(frozen=True, slots=True)
class _Parts:
    """What there is once the session is open."""

    connection: Connection
    line: VoiceLine
    transcript: VoiceTranscript
    voice: CallerVoice
    words: AgentWords
    recorder: StereoRecorder


class ChirpSession:
    """Talks to a voice agent turn by turn::

        await session.say("I'd like to cancel my appointment")
        assert "name" in await session.listen()

    The line runs on the loop of the calls, in real time also while the test does something else, so a session may be
    used by tests on any event loop. `hints` are phrases that the agent may say, for the recogniser.
    """

    def __init__(
        self,
        runner: CallRunner,
        equipment: VoiceEquipment,
        endpoint: VoiceEndpoint,
        *,
        recording: Path,
        hints: tuple[str, ...] = (),
    ) -> None:
        self.run_id = str(uuid.uuid4())
        self.recording = recording
        self._runner = runner
        self._equipment = equipment
        self._endpoint = endpoint
        self._clock = equipment.pacer.clock
        self._redactor = redactor_for(endpoint.secrets)
        self._log = EventLog(self._clock, self._redactor)
        self._hints = hints
        self._parts: _Parts | None = None
        self._unheard: list[AgentTurn] = []
        self._ending: SessionError | None = None
        self._is_closed = False

    @property
    def turns(self) -> tuple[Turn, ...]:
        """What both sides have said, with times in seconds since the session was opened, as in the recording."""
        return self._log.turns

    @property
    def latencies(self) -> tuple[Latency, ...]:
        """How long the agent took to answer."""
        return () if self._parts is None else tuple(self._parts.transcript.latencies)

    @property
    def ended(self) -> bool:
        """Whether the call has ended, by either side."""
        return self._ending is not None

    def open(self, *, scenario_id: str) -> None:
        """Connect; raises SessionError with the reason when that fails."""
        self._runner.run(self._open(scenario_id))

    def close(self) -> None:
        """Hang up, if the call has not ended yet, and complete the recording."""
        self._runner.run(self._close())

    async def say(self, text: str) -> bool:
        """Speak, and return whether all of it was said: the agent may interrupt.

        Raises SessionClosed after the end of the call.
        """
        return await self._on_call_loop(self._say(Speak(text)))

    async def press(self, keys: str) -> bool:
        """Press keys of a telephone (0 to 9, * and #), as tones on the line; returns and raises as `say`."""
        return await self._on_call_loop(self._say(Press(keys, interruptible=True)))

    async def listen(self) -> str:
        """Return the words of the agent's next turn, as they were recognised.

        Raises TurnTimeout when the agent says nothing in time and SessionClosed when the call has ended.
        """
        return await self._on_call_loop(self._listen())

    async def hang_up(self) -> None:
        """End the call."""
        await self._on_call_loop(self._close())

    async def _on_call_loop(self, work: Coroutine[Any, Any, T]) -> T:
        return await asyncio.wrap_future(self._runner.submit(work))

    async def _open(self, scenario_id: str) -> None:
        endpoint, studio = self._endpoint, self._equipment.studio
        voice = CallerVoice(
            studio,
            studio.synthesizer(endpoint.synthesizer),
            CALLER,
            language=CALLER.language,
            folder=Path(),
            skew=endpoint.event_skew,
            seed=0,
            warn=lambda message: self._log.add(EventKind.WARNING, message=message),
        )
        words = AgentWords(
            studio.recognizer(endpoint.recognizer), language=CALLER.language, hints=self._hints
        )
        await words.prepare()
        connection = await self._connect(scenario_id)
        recorder = StereoRecorder(self.recording)
        line = VoiceLine(
            connection,
            ChirpProtocol(Role.CLIENT, redact=self._redactor.text, strict_marks=endpoint.strict_marks),
            line_settings(endpoint, CALLER, seed=0),
            pacer=self._equipment.pacer,
            log=self._log,
            recorder=recorder,
            redact=self._redactor.text,
        )
        line.open_stream = words.listen
        line.open()
        self._parts = _Parts(connection, line, VoiceTranscript(self._log, line), voice, words, recorder)

    async def _connect(self, scenario_id: str) -> Connection:
        try:
            return await connect(
                self._endpoint,
                scenario_id=scenario_id,
                run_id=self.run_id,
                batch_id=self._runner.batch_id,
                profile_headers={},
                metadata={},
                log=self._log,
                clock=self._clock,
            )
        except ConnectFailed as error:
            raise SessionError(self._redactor.text(error.detail)) from None

    async def _say(self, step: Speak | Press) -> bool:
        parts = self._connected()
        utterance = await parts.voice.utterance(step)
        if not utterance.frames:
            return True
        at = parts.line.speak(utterance)
        turn = CallerTurn()
        while True:
            event = await self._next_event(parts)
            match event:
                case UtteranceSpoken() | UtteranceCutOff():
                    cut_off_by = event.by if isinstance(event, UtteranceCutOff) else None
                    parts.transcript.utterance(turn, utterance, words_of((step,)), at, cut_off_by)
                    parts.transcript.caller_turn(turn, interrupted=cut_off_by is not None)
                    return cut_off_by is None
                case AgentTurn():
                    self._unheard.append(event)

    async def _listen(self) -> str:
        parts = self._connected(to_hear=True)
        turn = self._unheard.pop(0) if self._unheard else None
        until = parts.line.position + samples_in(self._endpoint.turn_timeout)
        while turn is None:
            event = await self._next_event(parts, None if parts.line.agent_is_in_turn else until)
            if isinstance(event, AgentTurn):
                turn = event
            elif event is None:
                raise TurnTimeout(f"The agent said nothing for {self._endpoint.turn_timeout:g} s.")
        words = await parts.words.of(turn)
        parts.transcript.agent_turn(turn, words, cut_off=False)
        return words or ""

    async def _next_event(self, parts: _Parts, until: int | None = None) -> LineEvent | None:
        event = await parts.line.next_event(until)
        match event:
            case AgentStarted():
                parts.transcript.agent_started(event)
            case AgentTalksOn():
                raise TurnTimeout(
                    f"The agent has spoken for {self._endpoint.longest_turn:g} s without a pause."
                )
            case LineClosed():
                sentence = event.meaning.sentence
                self._ending = SessionClosed(f"{sentence[:1].upper()}{sentence[1:]}.")
                raise self._ending
        return event

    async def _close(self) -> None:
        parts = self._parts
        if parts is None or self._is_closed:
            return
        self._is_closed = True
        self._ending = self._ending or SessionClosed("The caller has ended the call.")
        parts.line.leave()
        for event in parts.line.remaining_events():
            if isinstance(event, AgentTurn) and event.stream is not None:
                event.stream.cancel()
        await parts.connection.close()
        await parts.voice.close()
        parts.recorder.close()

    def _connected(self, *, to_hear: bool = False) -> _Parts:
        if self._ending is not None and not (to_hear and self._unheard):
            raise self._ending
        if self._parts is None:
            raise SessionError("The session has not been opened.")
        return self._parts
