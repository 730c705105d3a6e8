"""The conversation of a voice call: listens to the agent, lets the caller decide, and speaks.

The line goes on in real time whatever happens here; the conversation waits for what happens on it (`hearing`) and
performs the caller's moves (`speaking`). Positions are samples on the line.

What an action has after a function is known only when that has been run: then its steps are made anew, and go on behind
the function.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_agentsim.audio.pcm import samples_in
from pytest_agentsim.caller import phrases
from pytest_agentsim.caller.steps import RunFunction, SendClientMessage, SendSms, steps_after
from pytest_agentsim.caller.structured import Move, MoveKind
from pytest_agentsim.caller.voice_steps import (
    ChangeVoice,
    CutIn,
    Degrade,
    Express,
    GoBack,
    GoTo,
    HangUp,
    Heard,
    MakeNoise,
    Pause,
    Play,
    Press,
    Record,
    Speak,
    first_to_take_time,
    voice_steps,
)
from pytest_agentsim.result import EndedBy, EventKind, Reason, Speaker, Status
from pytest_agentsim.scenario.action import attributes
from pytest_agentsim.voice.endings import AGENT_ENDED, agent_silent, hung_up_early, lost, nobody_spoke
from pytest_agentsim.voice.hearing import Hearing
from pytest_agentsim.voice.limit import CallLimit
from pytest_agentsim.voice.line_events import (
    AgentPaused,
    AgentTurn,
    CutOffBy,
    LineClosed,
    UtteranceCutOff,
    UtteranceSpoken,
)
from pytest_agentsim.voice.patience import Waiting
from pytest_agentsim.voice.pausing import Pausing
from pytest_agentsim.voice.speaking import Speaking
from pytest_agentsim.voice.surroundings import Surroundings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import NoReturn

    from pytest_agentsim.caller.impulses import Impulse, Impulses
    from pytest_agentsim.caller.interface import Caller
    from pytest_agentsim.caller.voice_steps import VoiceStep
    from pytest_agentsim.clock import Clock
    from pytest_agentsim.event_log import EventLog
    from pytest_agentsim.side_channel.channel import SideChannel
    from pytest_agentsim.side_channel.live_data import LiveData
    from pytest_agentsim.voice.agent_words import AgentWords
    from pytest_agentsim.voice.caller_voice import CallerVoice
    from pytest_agentsim.voice.line import VoiceLine
    from pytest_agentsim.voice.line_events import CutOff, LineEvent
    from pytest_agentsim.voice.patience import Patience
    from pytest_agentsim.voice.transcript import CallerTurn, VoiceTranscript

__all__ = ["VoiceConversation"]

# How long a caller who is to speak first waits whether the other side says hello, as people do.
HELLO_PATIENCE = 1.0  # s

# A first message that was cut off so early collided with the agent's greeting, and is said again after it.
COLLISION = 1.5  # s
COLLISIONS = 3

# Closed so early, before anybody has spoken, the connection was never meant to be a call.
RIGHT_AFTER_UPGRADE = 1.0  # s

# How long before it cuts in the caller gets ready for it.
RUN_UP = 0.1  # s

# How long a caller who has cut in waits for the agent to go on before it answers what it has heard.
FLOOR = 4.0  # s

BEFORE_IT_COULD = " before the caller could say what it had to say"


class VoiceConversation:
    """One conversation on an open line; `end` settles the call's outcome and returns what unwinds it.

    `backoff` is how long a caller who has given way to the agent stays silent at least, in seconds; `impulses` say when
    it cuts in without being told to.
    """

    def __init__(
        self,
        caller: Caller,
        *,
        voice: CallerVoice,
        words: AgentWords,
        live_data: LiveData,
        beside: SideChannel,
        line: VoiceLine,
        transcript: VoiceTranscript,
        log: EventLog,
        clock: Clock,
        patience: Patience,
        backoff: float,
        impulses: Impulses,
        language: str,
        end: Callable[[Status, EndedBy, Reason, str], BaseException],
    ) -> None:
        self._caller = caller
        self._voice = voice
        self._live_data = live_data
        self._beside = beside
        self._line = line
        self._transcript = transcript
        self._log = log
        self._patience = patience
        self._backoff = samples_in(backoff)
        self._impulses = impulses
        self._floor_until: int | None = None  # the caller has cut in and waits for the agent to go on
        self._language = language
        self._still_there = phrases.of(language).still_there
        self._end = end
        self._limit = CallLimit(patience.call, clock, end)
        self._waiting = Waiting(patience)
        self._hearing = Hearing(
            caller,
            words=words,
            line=line,
            transcript=transcript,
            log=log,
            limit=self._limit,
            waiting=self._waiting,
            longest_turn=patience.longest_turn,
            closed=self._closed,
        )
        self._speaking = Speaking(
            voice, line=line, hearing=self._hearing, transcript=transcript, limit=self._limit
        )
        self._pausing = Pausing(
            line=line,
            hearing=self._hearing,
            transcript=transcript,
            waiting=self._waiting,
            ask=self._ask_into_a_pause,
        )
        self._surroundings = Surroundings(voice.sounds, line=line, log=log, limit=self._limit)
        self._was_cut_off = False
        self._move: Move | None = None  # that is being made
        self._steps_left: Sequence[VoiceStep] = ()  # of that move
        self._collisions = 0

    async def hold(self, opening: Move | None) -> NoReturn:
        """Talk until the call ends, which `end` tells the reason of; `opening` is what the caller says first."""
        self._hearing.choose_whether_to_listen()
        if opening is not None:
            await self._say_hello(opening)
        while True:
            if not await self._has_to_speak():
                continue
            move = await self._caller.respond(self._hearing.unanswered, self._log.turns[:-1])
            if self._line.is_closed:
                await self._wait_for_the_end()
            if move.decision is not None:
                self._log.add(EventKind.DECISION, move=move.kind.value, **move.decision.to_json())
            await self._make(move)

    def conclude(self, events: Iterable[LineEvent]) -> None:
        """Log what had not come to its end when the call did; `events` are what is left of the line's."""
        for event in events:
            match event:
                case AgentTurn():
                    self._hearing.note(event)
                case UtteranceSpoken() | UtteranceCutOff():
                    self._speaking.utterance_ended(event)
        self._speaking.conclude()
        self._surroundings.go_back()

    # --- waiting ----------------------------------------------------------------------------------------------

    async def _say_hello(self, opening: Move) -> None:
        """Say the first message, after the agent's greeting if there is one."""
        until = samples_in(HELLO_PATIENCE)
        while self._line.position < until or self._line.agent_is_in_turn:
            event = await self._hearing.event(None if self._line.agent_is_in_turn else until)
            if isinstance(event, AgentTurn):
                await self._hearing.hear(event)
                break
        await self._say_first(opening)

    async def _say_first(self, opening: Move) -> None:
        """Say the first message as soon as the agent lets the caller speak."""
        while not await self._make(opening):
            await self._hear_next()

    async def _has_to_speak(self) -> bool:
        """Wait for what the caller is to answer, and return whether it is; cutting in is an answer as well."""
        asked = await self._hearing.recall(self._speaking.spoken_until)
        if asked and not self._line.agent_is_in_turn:
            return True
        turn = await self._next_turn()
        return turn is None or await self._hearing.hear(turn)

    async def _hear_next(self) -> None:
        turn = await self._next_turn()
        if turn is not None:
            await self._hearing.hear(turn)

    async def _next_turn(self) -> AgentTurn | None:
        """Return the agent's next turn; None when the caller is to speak without one."""
        while True:
            event = await self._hearing.event(self._patient_until())
            match event:
                case AgentPaused():
                    await self._hearing.look_for_completeness(event)
                case AgentTurn() if event.end <= self._speaking.spoken_until and not event.keys:
                    self._hearing.note(event)
                case AgentTurn():
                    return event
                case None if self._cut_in_at is not None:
                    return None
                case None if self._impulse is not None:
                    await self._barge_in(self._impulse)
                case None if self._hearing.owes_answer and self._floor_until is not None:
                    return None
                case None:
                    await self._break_the_silence()

    @property
    def _cut_in_at(self) -> int | None:
        """At which sample the caller is to cut into the agent's turn, if at all."""
        began = self._hearing.agent_began
        if began is None or self._caller.cut_in is None:
            return None
        return began + samples_in(self._caller.cut_in)

    @property
    def _impulse(self) -> Impulse | None:
        """How the caller cuts into the agent's present turn of its own accord, if at all."""
        if self._hearing.agent_began is None or not self._line.agent_is_in_turn:
            return None
        return self._impulses.at_turn(self._agent_turns)

    @property
    def _agent_turns(self) -> int:
        """How many turns the agent has ended."""
        return sum(turn.speaker is Speaker.AGENT for turn in self._log.turns)

    def _patient_until(self) -> int | None:
        """Until when the caller waits for something to happen."""
        cut_in_at = self._cut_in_at
        if cut_in_at is not None:
            return cut_in_at - samples_in(RUN_UP)
        if self._impulse is not None:
            return self._barge_in_at(self._impulse) - samples_in(RUN_UP)
        if self._line.agent_is_in_turn:
            return None
        if self._hearing.owes_answer and self._floor_until is not None:
            return self._floor_until
        if not self._hearing.somebody_spoke:
            return samples_in(self._patience.first_speaker)
        return max(self._waiting.until(self._transcript.last_sound), self._silent_until)

    @property
    def _silent_until(self) -> int:
        """Until when the caller stays silent because it has given way to the agent."""
        gave_way_at = self._speaking.gave_way_at
        return 0 if gave_way_at is None else gave_way_at + self._backoff

    async def _break_the_silence(self) -> None:
        """Ask whether the agent is still there, or give up on it."""
        if not self._hearing.somebody_spoke:
            raise self._limit.ended(nobody_spoke(self._patience.first_speaker))
        if self._waiting.is_hopeless(self._line.position):
            raise self._out_of_patience()
        await self._ask()

    async def _ask_into_a_pause(self) -> CutOff | None:
        """Do the same in the middle of an action, whose words so far are a turn of their own then."""
        if self._waiting.has_asked_enough:
            raise self._out_of_patience()
        self._speaking.end_turn(is_question=False)
        return await self._ask()

    async def _ask(self) -> CutOff | None:
        self._waiting.questions += 1
        cut_off = await self._speaking.utter(Speak(self._still_there))
        self._speaking.end_turn(interrupted=cut_off is not None, is_question=False)
        return cut_off

    def _out_of_patience(self) -> BaseException:
        seconds = self._waiting.seconds(self._line.position)
        return self._limit.ended(agent_silent(seconds, self._waiting.questions))

    def _barge_in_at(self, impulse: Impulse) -> int:
        """At which sample the caller cuts into the agent's present turn."""
        return (self._hearing.agent_began or 0) + samples_in(impulse.after)

    async def _barge_in(self, impulse: Impulse) -> None:
        """Say a word into the agent's turn; what the agent has said is still to be answered."""
        self._impulses.followed(self._agent_turns)
        at = self._barge_in_at(impulse)
        self._log_barge_in(at, "personality")
        heard = await self._speaking.barge_in(impulse.words, at=at)
        for each in heard:
            await self._hearing.take_in(each)
        self._speaking.end_turn(is_question=False)
        self._floor_until = self._line.position + samples_in(FLOOR)

    def _log_barge_in(self, at: int, cause: str) -> None:
        """Log that the caller begins to speak into the agent's turn, at sample `at` or now."""
        time = round(self._line.time_of(max(at, self._line.position)), 4)
        self._log.add(EventKind.BARGE_IN, by="caller", cause=cause, start=time)

    async def _wait_for_the_end(self) -> NoReturn:
        while True:
            event = await self._hearing.event()
            if isinstance(event, AgentTurn):
                await self._hearing.hear(event)

    # --- making moves -----------------------------------------------------------------------------------------

    async def _make(self, move: Move) -> bool:
        """Perform a move; returns False if the agent spoke on before it could begin."""
        steps = await self._steps_of(move)
        if await self._is_forestalled(steps):
            return False
        if move.kind is MoveKind.GIVE_UP:
            raise self._give_up(move)
        self._hearing.answered()
        self._floor_until = None
        if move.action is None:
            return True
        self._log.add(EventKind.ACTION, move=move.kind.value, conditions=list(move.conditions))
        voice_before = self._voice.present
        functions = 0
        left: Sequence[VoiceStep] = steps
        while left:
            self._move, self._steps_left = move, left
            step, left = left[0], left[1:]
            cut_off: CutOff | None = None
            match step:
                case Record():
                    self._record(step)
                case Degrade():
                    self._degrade(step)
                case SendSms() | SendClientMessage():
                    await self._limit.bounded(self._beside.perform(step))
                case RunFunction():
                    await self._limit.bounded(self._beside.perform(step))
                    functions += 1
                    left = steps_after(functions, await self._steps_of(move))
                case ChangeVoice():
                    self._voice.change(step.voice)
                case Pause():
                    cut_off = await self._pausing.pause(step)
                case GoTo():
                    await self._surroundings.go_to(step, at=self._cut_in_at)
                case GoBack():
                    self._surroundings.go_back()
                case Speak() | Play() | Press() | MakeNoise() | Express():
                    cut_off = await self._speaking.utter(step, at=self._cut_in_at)
                case HangUp():
                    self._finish(move)
                    raise self._end(
                        Status.COMPLETED, EndedBy.CALLER, Reason.CALLER_ENDED, "The caller ended the call."
                    )
                case CutIn():  # the caller has waited for the moment
                    if self._cut_in_at is not None:
                        self._log_barge_in(self._cut_in_at, "scenario")
            if cut_off is not None:
                if move.kind is MoveKind.FOLLOWUP:
                    self._voice.change(voice_before)  # in which it starts again
                await self._cut_short(move, cut_off)
                return True
        self._finish(move)
        return True

    async def _steps_of(self, move: Move) -> Sequence[VoiceStep]:
        """Return the steps of a move, with what functions have given until now."""
        if move.action is None:
            return ()
        action = await self._limit.bounded(self._live_data.fill_in(move.action))
        return voice_steps(action, self._language)

    async def _is_forestalled(self, steps: Sequence[VoiceStep]) -> bool:
        """Whether the agent has more to say, now that the first step is ready to be performed."""
        first = first_to_take_time(steps)
        if isinstance(first, Heard):
            await self._speaking.get_ready(first)
        gives_way = (
            first is None
            or isinstance(first, RunFunction)
            or (isinstance(first, Heard | Pause) and first.interruptible)
        )
        while gives_way and self._line.position < self._silent_until and not self._line.agent_has_more:
            event = await self._hearing.event(self._silent_until)
            if isinstance(event, AgentTurn):
                self._line.put_back(event)
        return gives_way and self._line.agent_has_more

    def _record(self, step: Record) -> None:
        self._log.add(EventKind.TAG, tag=step.tag, attributes=step.data)
        if step.warning:
            self._log.add(EventKind.WARNING, message=step.warning)

    def _degrade(self, step: Degrade) -> None:
        tag = step.simulation
        self._log.add(EventKind.TAG, tag=tag.tag, attributes=attributes(tag))
        self._line.degrade(tag.conditions)

    def _finish(self, move: Move) -> None:
        self._speaking.end_turn()
        self._move = None
        self._caller.finished(move)
        self._waiting.begin(self._line.position)
        self._hearing.choose_whether_to_listen()

    async def _cut_short(self, move: Move, by: CutOff) -> None:
        turn = self._speaking.end_turn(interrupted=True)
        self._surroundings.go_back()
        self._log.add(
            EventKind.INTERRUPTED,
            move=move.kind.value,
            conditions=list(move.conditions),
            by=by.by.value,
        )
        if by.by is CutOffBy.END:
            self._was_cut_off = True
            await self._wait_for_the_end()
        self._move = None
        self._speaking.gave_way()
        self._hearing.cut_off()
        ending = self._caller.interrupted(move)
        if ending is not None:
            raise self._give_up(ending)
        self._hearing.choose_whether_to_listen()
        was_speaking = isinstance(by, UtteranceCutOff)
        if move.kind is MoveKind.FIRST_MESSAGE and was_speaking and self._collided(turn):
            await self._hear_next()
            await self._say_first(move)

    def _collided(self, turn: CallerTurn) -> bool:
        """Whether the caller's first words met the agent's greeting, which came later than they waited for it."""
        length = 0 if turn.start is None else turn.end - turn.start
        self._collisions += 1
        return length < samples_in(COLLISION) and self._collisions < COLLISIONS

    # --- ending -----------------------------------------------------------------------------------------------

    def _give_up(self, move: Move) -> BaseException:
        return self._end(Status.FAILED, EndedBy.CALLER, move.reason or Reason.CALLER_STUCK, move.detail)

    async def _closed(self, closed: LineClosed) -> BaseException:
        """Tell what the end of the connection means for the call."""
        error = self._line.agent_error
        early = self._line.position < samples_in(RIGHT_AFTER_UPGRADE) and not self._log.turns
        ending = lost(closed, agent_error=error, agent_failed=self._line.agent_failed, early=early)
        if ending is not None:
            return self._limit.ended(ending)
        unfinished = "" if early else await self._unfinished()
        if early or unfinished:
            return self._limit.ended(
                hung_up_early(closed, agent_error=error, early=early, unfinished=unfinished)
            )
        return self._limit.ended(AGENT_ENDED)

    async def _unfinished(self) -> str:
        """Say what the caller was still about to say; empty when the scenario has run its course."""
        move = self._move
        if move is not None and self._has_more_to_say and move.kind is not MoveKind.FAREWELL:
            when = " while the caller was speaking" if self._was_cut_off else BEFORE_IT_COULD
            return f"{when}{_named(move.conditions)}"
        if move is not None:
            self._caller.finished(move)
        left = await self._caller.wants_to_say(self._hearing.unanswered, self._log.turns[:-1])
        return f"{BEFORE_IT_COULD}{_named(left)}" if left else ""

    @property
    def _has_more_to_say(self) -> bool:
        return any(isinstance(step, Heard | RunFunction) for step in self._steps_left)


def _named(conditions: Sequence[int]) -> str:
    if not conditions:
        return ""
    which = "condition" if len(conditions) == 1 else "conditions"
    return f" ({which} {', '.join(map(str, conditions))})"
