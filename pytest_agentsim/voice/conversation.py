"""The conversation of a voice call: listens to the agent, lets the caller decide, and speaks.

The line goes on in real time whatever happens here; the conversation waits for its events (`line_events`) and asks it
to say something. Positions are samples on the line.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pytest_agentsim.audio.files import AudioFileError
from pytest_agentsim.audio.pcm import samples_in, seconds_of
from pytest_agentsim.caller import phrases
from pytest_agentsim.caller.structured import Move, MoveKind
from pytest_agentsim.caller.voice_steps import (
    CutIn,
    HangUp,
    Pause,
    Play,
    Press,
    Record,
    Speak,
    voice_steps,
    words_of,
)
from pytest_agentsim.errors import AgentSimError
from pytest_agentsim.result import EndedBy, EventKind, Reason, Status
from pytest_agentsim.voice.endings import (
    AGENT_ENDED,
    agent_silent,
    hung_up_early,
    lost,
    never_stopped,
    nobody_spoke,
    took_too_long,
)
from pytest_agentsim.voice.line_events import (
    AgentPaused,
    AgentStarted,
    AgentTalksOn,
    AgentTurn,
    CutOffBy,
    LineClosed,
    UtteranceCutOff,
    UtteranceSpoken,
)
from pytest_agentsim.voice.transcript import CallerTurn

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Sequence
    from typing import NoReturn, TypeVar

    from pytest_agentsim.audio.utterance import Utterance
    from pytest_agentsim.caller.structured import StructuredCaller
    from pytest_agentsim.caller.voice_steps import VoiceStep
    from pytest_agentsim.clock import Clock
    from pytest_agentsim.event_log import EventLog
    from pytest_agentsim.voice.agent_words import AgentWords
    from pytest_agentsim.voice.caller_voice import CallerVoice
    from pytest_agentsim.voice.endings import Ending
    from pytest_agentsim.voice.line import VoiceLine
    from pytest_agentsim.voice.line_events import LineEvent
    from pytest_agentsim.voice.transcript import VoiceTranscript

    T = TypeVar("T")

__all__ = ["Patience", "VoiceConversation"]

# How long a caller who is to speak first waits whether the other side says hello, as people do.
HELLO_PATIENCE = 1.0  # s

# A sound without words is no turn if it is shorter than this.
SHORTEST_TURN = 0.4  # s

# A first message that was cut off so early collided with the agent's greeting, and is said again after it.
COLLISION = 1.5  # s
COLLISIONS = 3

# Closed so early, before anybody has spoken, the connection was never meant to be a call.
RIGHT_AFTER_UPGRADE = 1.0  # s

# How long before it cuts in the caller gets ready for it.
RUN_UP = 0.1  # s

BEFORE_IT_COULD = " before the caller could say what it had to say"


@dataclass(frozen=True, slots=True)
class Patience:
    """How long the caller waits, in seconds, and for what.

    `first_speaker` until either side has spoken, `idle` until it asks whether the agent is still there, which it does
    `idle_messages` times in a row; `turn` for the agent's answer however often it has asked; `longest_turn` is how long
    the agent may speak, `call` how long all of it may take.
    """

    first_speaker: float
    idle: float
    idle_messages: int
    turn: float
    longest_turn: float
    call: float


class VoiceConversation:
    """One conversation on an open line; `end` settles the call's outcome and returns what unwinds it."""

    def __init__(
        self,
        caller: StructuredCaller,
        *,
        voice: CallerVoice,
        words: AgentWords,
        line: VoiceLine,
        transcript: VoiceTranscript,
        log: EventLog,
        clock: Clock,
        patience: Patience,
        language: str,
        end: Callable[[Status, EndedBy, Reason, str], BaseException],
    ) -> None:
        self._caller = caller
        self._voice = voice
        self._words = words
        self._line = line
        self._transcript = transcript
        self._log = log
        self._clock = clock
        self._patience = patience
        self._still_there = phrases.of(language).still_there
        self._end = end
        self._deadline = clock.now() + patience.call
        self._limit = samples_in(patience.call)
        self._agent_began: int | None = None  # its present turn, after the caller's latest utterance
        self._talked_over_at: int | None = None  # where the caller began to speak without giving way
        self._was_cut_off = False
        self._move: Move | None = None  # that is being made
        self._steps_left: tuple[VoiceStep, ...] = ()  # of that move
        self._turn: CallerTurn | None = None  # of the caller, not in the transcript yet
        self._utterance: tuple[Utterance, str, int] | None = None  # on its way out, its words and its start
        self._idle_messages = 0
        self._asked_at = 0
        self._somebody_spoke = False
        self._spoken_until = 0  # where the caller's latest utterance ended that was said to its end
        self._unanswered = ""  # words of the agent
        self._owes_answer = False
        self._collisions = 0

    async def hold(self, opening: Move | None) -> NoReturn:
        """Talk until the call ends, which `end` tells the reason of; `opening` is what the caller says first."""
        self._choose_whether_to_listen()
        if opening is not None:
            await self._say_hello(opening)
        while True:
            turn = await self._next_turn()
            if turn is not None and not await self._hear(turn):
                continue
            move = await self._caller.respond(self._unanswered, self._log.turns[:-1])
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
                    self.note(event)
                case UtteranceSpoken() if self._turn is not None and self._utterance is not None:
                    self._transcript.utterance(self._turn, *self._utterance)
                case UtteranceCutOff() if self._turn is not None and self._utterance is not None:
                    self._transcript.utterance(self._turn, *self._utterance, event.by)
        if self._turn is not None:
            self._log_caller_turn(self._turn)

    def note(self, turn: AgentTurn) -> None:
        """Log a turn of the agent that the caller does not answer; its words can wait."""
        if turn.stream is not None:
            turn.stream.cancel()
        self._log_turn(turn, None)

    # --- waiting ----------------------------------------------------------------------------------------------

    async def _say_hello(self, opening: Move) -> None:
        """Say the first message, after the agent's greeting if there is one."""
        until = samples_in(HELLO_PATIENCE)
        while self._line.position < until or self._line.agent_is_in_turn:
            event = await self._event(None if self._line.agent_is_in_turn else until)
            if isinstance(event, AgentTurn):
                await self._hear(event)
                break
        await self._say_first(opening)

    async def _say_first(self, opening: Move) -> None:
        """Say the first message as soon as the agent lets the caller speak."""
        while not await self._make(opening):
            await self._hear_next()

    async def _next_turn(self) -> AgentTurn | None:
        """Return the agent's next turn; None when the caller is to cut into it now."""
        while True:
            event = await self._event(self._patient_until())
            match event:
                case AgentPaused():
                    await self._look_for_completeness(event)
                case AgentTurn() if event.end <= self._spoken_until:
                    self.note(event)
                case AgentTurn():
                    return event
                case None if self._cut_in_at is not None:
                    return None
                case None:
                    await self._break_the_silence()

    @property
    def _cut_in_at(self) -> int | None:
        """At which sample the caller is to cut into the agent's turn, if at all."""
        if self._agent_began is None or self._caller.cut_in is None:
            return None
        return self._agent_began + samples_in(self._caller.cut_in)

    def _patient_until(self) -> int | None:
        """Until when the caller waits for something to happen."""
        cut_in_at = self._cut_in_at
        if cut_in_at is not None:
            return cut_in_at - samples_in(RUN_UP)
        if self._line.agent_is_in_turn:
            return None
        if not self._somebody_spoke:
            return samples_in(self._patience.first_speaker)
        return min(
            self._transcript.last_sound + samples_in(self._patience.idle),
            self._asked_at + samples_in(self._patience.turn),
        )

    async def _event(self, until: int | None = None) -> LineEvent | None:
        """Return what happens next on the line, None at sample `until`; what ends the call is raised."""
        event = await self._line.next_event(self._limit if until is None else min(until, self._limit))
        match event:
            case None if self._line.position >= self._limit:
                raise self._took_too_long()
            case AgentStarted():
                self._somebody_spoke = True
                self._agent_began = event.at
                self._transcript.agent_started(event)
            case AgentTurn():
                self._agent_began = None
            case AgentTalksOn():
                raise self._ended(never_stopped(self._patience.longest_turn))
            case LineClosed():
                raise await self._closed(event)
        return event

    async def _wait_for_the_end(self) -> NoReturn:
        while True:
            event = await self._event()
            if isinstance(event, AgentTurn):
                await self._hear(event)

    async def _break_the_silence(self) -> None:
        """Ask whether the agent is still there, or give up on it."""
        if not self._somebody_spoke:
            raise self._ended(nobody_spoke(self._patience.first_speaker))
        out_of_time = self._line.position >= self._asked_at + samples_in(self._patience.turn)
        if out_of_time or self._idle_messages >= self._patience.idle_messages:
            waited = seconds_of(self._line.position - self._asked_at)
            raise self._ended(agent_silent(waited, self._idle_messages))
        self._idle_messages += 1
        spoken = CallerTurn()
        cut_off = await self._utter(Speak(self._still_there), spoken)
        self._log_caller_turn(spoken, interrupted=cut_off is not None, is_question=False)

    # --- hearing ----------------------------------------------------------------------------------------------

    async def _hear_next(self) -> None:
        turn = await self._next_turn()
        if turn is not None:
            await self._hear(turn)

    async def _hear(self, turn: AgentTurn) -> bool:
        """Take in a turn, and what the agent adds while its words are being recognised.

        Returns whether the caller owes the agent an answer.
        """
        await self._take_in(turn)
        while (self._line.agent_is_in_turn or self._line.agent_has_more) and not self._line.is_closed:
            event = await self._event()
            if isinstance(event, AgentTurn):
                await self._take_in(event)
        return self._owes_answer

    async def _take_in(self, turn: AgentTurn) -> None:
        words = await self._words_of(turn)
        if not words and _is_short(turn):
            self._transcript.agent_noise()
            return
        self._log_turn(turn, words)
        self._unanswered = f"{self._unanswered} {words or ''}".strip()
        self._owes_answer = True
        self._idle_messages = 0
        self._asked_at = self._line.position

    async def _words_of(self, turn: AgentTurn) -> str | None:
        """Return the words of a turn, None if they can wait until after the call.

        Those of a short sound cannot: it may have none, and then it is no turn.
        """
        if turn.stream is None and (self._caller.needs_words or _is_short(turn)):
            return await self._bounded(self._words.recorded(turn.start, turn.end, self._line))
        return await self._bounded(self._words.of(turn))

    def _log_turn(self, turn: AgentTurn, words: str | None) -> None:
        at = self._talked_over_at
        number = self._transcript.agent_turn(
            turn, words, cut_off=at is not None and turn.start < at < turn.end
        )
        if words is None:
            self._words.put_off(number, turn)

    async def _look_for_completeness(self, pause: AgentPaused) -> None:
        """Let a turn end sooner whose words already tell the caller what to say."""
        words = pause.stream.partial if pause.stream is not None else ""
        if words and await self._caller.wants_to_say(words, self._log.turns):
            self._line.words_are_complete()

    def _choose_whether_to_listen(self) -> None:
        self._line.open_stream = self._words.listen if self._caller.needs_words else None

    # --- speaking ---------------------------------------------------------------------------------------------

    async def _make(self, move: Move) -> bool:
        """Perform a move; returns False if the agent spoke on before it could begin."""
        steps = voice_steps(move.action) if move.action is not None else ()
        if await self._is_forestalled(steps):
            return False
        if move.kind is MoveKind.GIVE_UP:
            raise self._give_up(move)
        self._unanswered = ""
        self._owes_answer = False
        if move.action is None:
            return True
        self._log.add(EventKind.ACTION, move=move.kind.value, conditions=list(move.conditions))
        spoken = CallerTurn()
        for number, step in enumerate(steps):
            self._move, self._steps_left = move, steps[number:]
            cut_off: LineEvent | None = None
            match step:
                case Record():
                    self._log.add(EventKind.TAG, tag=step.tag, attributes=step.data)
                case Pause():
                    cut_off = await self._pause(step)
                case Speak() | Play() | Press():
                    cut_off = await self._utter(step, spoken)
                case HangUp():
                    self._finish(move, spoken)
                    raise self._end(
                        Status.COMPLETED, EndedBy.CALLER, Reason.CALLER_ENDED, "The caller ended the call."
                    )
                case CutIn():
                    pass  # the caller has waited for the moment
            if cut_off is not None:
                await self._cut_short(move, spoken, cut_off)
                return True
        self._finish(move, spoken)
        return True

    async def _is_forestalled(self, steps: Sequence[VoiceStep]) -> bool:
        """Whether the agent has more to say, now that the first step is ready to be performed."""
        first = next((each for each in steps if not isinstance(each, Record)), None)
        if isinstance(first, Speak | Play | Press):
            await self._bounded(self._voice.utterance(first))
        gives_way = first is None or (isinstance(first, Speak | Play | Press | Pause) and first.interruptible)
        return gives_way and self._line.agent_has_more

    def _finish(self, move: Move, spoken: CallerTurn) -> None:
        self._log_caller_turn(spoken)
        self._move = None
        self._caller.finished(move)
        self._asked_at = self._line.position
        self._choose_whether_to_listen()

    async def _utter(self, step: Speak | Play | Press, spoken: CallerTurn) -> LineEvent | None:
        """Say a step to its end; what cut it off is returned."""
        utterance = await self._bounded(self._voice.utterance(step))
        if not utterance.frames:
            return None
        if step.interruptible and self._line.agent_speaks:
            return AgentStarted(self._line.position, disturbed=True)
        at = self._line.speak(utterance, at=self._cut_in_at or 0)
        self._agent_began = None
        self._talked_over_at = None if step.interruptible else at
        self._somebody_spoke = True
        words = words_of((step,))
        self._turn, self._utterance = spoken, (utterance, words, at)
        while True:
            event = await self._event()
            match event:
                case UtteranceSpoken():
                    self._utterance = None
                    self._transcript.utterance(spoken, utterance, words, at)
                    self._spoken_until = self._line.position
                    for turn in self._line.end_heard_turn():
                        self._agent_began = None
                        self.note(turn)
                    return None
                case UtteranceCutOff():
                    self._utterance = None
                    self._transcript.utterance(spoken, utterance, words, at, event.by)
                    return event
                case AgentTurn():
                    self.note(event)

    def _log_caller_turn(
        self, spoken: CallerTurn, *, interrupted: bool = False, is_question: bool = True
    ) -> None:
        self._turn = None
        self._transcript.caller_turn(spoken, interrupted=interrupted, is_question=is_question)

    async def _pause(self, pause: Pause) -> LineEvent | None:
        """Let time pass; what the agent does is returned when that ends the pause."""
        if pause.interruptible and self._line.agent_speaks:
            return AgentStarted(self._line.position, disturbed=True)
        until = self._line.position + samples_in(pause.seconds)
        while self._line.position < until:
            event = await self._event(until)
            match event:
                case AgentStarted() if pause.interruptible:
                    return event
                case AgentTurn():
                    self.note(event)
        return None

    async def _cut_short(self, move: Move, spoken: CallerTurn, by: LineEvent) -> None:
        self._log_caller_turn(spoken, interrupted=True)
        self._log.add(
            EventKind.INTERRUPTED,
            move=move.kind.value,
            conditions=list(move.conditions),
            by=by.by.value if isinstance(by, UtteranceCutOff) else CutOffBy.VOICE.value,
        )
        if isinstance(by, UtteranceCutOff) and by.by is CutOffBy.END:
            self._was_cut_off = True
            await self._wait_for_the_end()
        self._move = None
        ending = self._caller.interrupted(move)
        if ending is not None:
            raise self._give_up(ending)
        self._choose_whether_to_listen()
        was_speaking = isinstance(by, UtteranceCutOff)
        if move.kind is MoveKind.FIRST_MESSAGE and was_speaking and self._collided(spoken):
            await self._hear_next()
            await self._say_first(move)

    def _collided(self, spoken: CallerTurn) -> bool:
        """Whether the caller's first words met the agent's greeting, which came later than they waited for it."""
        length = 0 if spoken.start is None else spoken.end - spoken.start
        self._collisions += 1
        return length < samples_in(COLLISION) and self._collisions < COLLISIONS

    # --- ending -----------------------------------------------------------------------------------------------

    async def _bounded(self, work: Awaitable[T]) -> T:
        """Wait for an engine, at most until the call's limit; what goes wrong with it ends the call."""
        try:
            return await self._clock.wait_for(work, self._deadline)
        except AgentSimError as error:
            reason = Reason.SCRIPT_ERROR if isinstance(error, AudioFileError) else Reason.SPEECH_ENGINE_FAILED
            raise self._end(Status.FAILED, EndedBy.SIMULATOR, reason, str(error)) from None
        except TimeoutError:
            raise self._took_too_long() from None

    def _took_too_long(self) -> BaseException:
        return self._ended(took_too_long(self._patience.call))

    def _give_up(self, move: Move) -> BaseException:
        return self._end(Status.FAILED, EndedBy.CALLER, move.reason or Reason.CALLER_STUCK, move.detail)

    def _ended(self, ending: Ending) -> BaseException:
        return self._end(ending.status, ending.ended_by, ending.reason, ending.detail)

    async def _closed(self, closed: LineClosed) -> BaseException:
        """Tell what the end of the connection means for the call."""
        error = self._line.agent_error
        early = self._line.position < samples_in(RIGHT_AFTER_UPGRADE) and not self._log.turns
        ending = lost(closed, agent_error=error, agent_failed=self._line.agent_failed, early=early)
        if ending is not None:
            return self._ended(ending)
        unfinished = "" if early else await self._unfinished()
        if early or unfinished:
            return self._ended(hung_up_early(closed, agent_error=error, early=early, unfinished=unfinished))
        return self._ended(AGENT_ENDED)

    async def _unfinished(self) -> str:
        """Say what the caller was still about to say; empty when the scenario has run its course."""
        move = self._move
        if move is not None and self._has_more_to_say and move.kind is not MoveKind.FAREWELL:
            when = " while the caller was speaking" if self._was_cut_off else BEFORE_IT_COULD
            return f"{when}{_named(move.conditions)}"
        if move is not None:
            self._caller.finished(move)
        left = await self._caller.wants_to_say(self._unanswered, self._log.turns[:-1])
        return f"{BEFORE_IT_COULD}{_named(left)}" if left else ""

    @property
    def _has_more_to_say(self) -> bool:
        return any(isinstance(step, Speak | Play | Press) for step in self._steps_left)


def _is_short(turn: AgentTurn) -> bool:
    """Whether a turn is too short to be one if it has no words."""
    return turn.end - turn.start < samples_in(SHORTEST_TURN)


def _named(conditions: Sequence[int]) -> str:
    if not conditions:
        return ""
    which = "condition" if len(conditions) == 1 else "conditions"
    return f" ({which} {', '.join(map(str, conditions))})"
