"""What the caller hears on a voice call: what happens on the line, and the agent's turns with their words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_agentsim.audio.pcm import samples_in
from pytest_agentsim.voice.endings import never_stopped
from pytest_agentsim.voice.line_events import AgentStarted, AgentTalksOn, AgentTurn, LineClosed

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from pytest_agentsim.caller.interface import Caller
    from pytest_agentsim.event_log import EventLog
    from pytest_agentsim.voice.agent_words import AgentWords
    from pytest_agentsim.voice.limit import CallLimit
    from pytest_agentsim.voice.line import VoiceLine
    from pytest_agentsim.voice.line_events import AgentPaused, LineEvent
    from pytest_agentsim.voice.patience import Waiting
    from pytest_agentsim.voice.transcript import VoiceTranscript

__all__ = ["Hearing"]

# A sound without words is no turn if it is shorter than this.
SHORTEST_TURN = 0.4  # s

# Before the keys of a turn (platform_spec section c.5).
KEYED = "DTMF: "


class Hearing:
    """Listens to the line for one conversation; positions are samples on it.

    `closed` makes of the end of the connection what unwinds the call. `longest_turn` is how long the agent may speak,
    in seconds.
    """

    def __init__(
        self,
        caller: Caller,
        *,
        words: AgentWords,
        line: VoiceLine,
        transcript: VoiceTranscript,
        log: EventLog,
        limit: CallLimit,
        waiting: Waiting,
        longest_turn: float,
        closed: Callable[[LineClosed], Awaitable[BaseException]],
    ) -> None:
        self._caller = caller
        self._words = words
        self._line = line
        self._transcript = transcript
        self._log = log
        self._limit = limit
        self._waiting = waiting
        self._longest_turn = longest_turn
        self._closed = closed
        self.somebody_spoke = False
        self.agent_began: int | None = None
        """Where the agent's present turn has begun, if that was after the caller's latest utterance."""
        self.talked_over_at: int | None = None
        """Where the caller has begun to speak without giving way."""
        self.unanswered = ""
        """The words of the agent that the caller has not answered."""
        self.owes_answer = False
        self._holds: list[tuple[int, int]] = []  # of the present action
        self._put_by: list[tuple[int, AgentTurn]] = []  # with their numbers in the transcript

    async def event(self, until: int | None = None) -> LineEvent | None:
        """Return what happens next on the line, None at sample `until`; what ends the call is raised."""
        limit = self._limit.samples
        event = await self._line.next_event(limit if until is None else min(until, limit))
        match event:
            case None if self._line.position >= limit:
                raise self._limit.reached()
            case AgentStarted():
                self.somebody_spoke = True
                self.agent_began = event.at
                self._transcript.agent_started(event)
            case AgentTurn() if event.keys:
                self.somebody_spoke = True
            case AgentTurn():
                self.agent_began = None
            case AgentTalksOn():
                raise self._limit.ended(never_stopped(self._longest_turn))
            case LineClosed():
                raise await self._closed(event)
        return event

    async def hear(self, turn: AgentTurn) -> bool:
        """Take in a turn, and what the agent adds while its words are being recognised.

        Returns whether the caller owes the agent an answer.
        """
        await self.take_in(turn)
        while (self._line.agent_is_in_turn or self._line.agent_has_more) and not self._line.is_closed:
            event = await self.event()
            if isinstance(event, AgentTurn):
                await self.take_in(event)
        return self.owes_answer

    async def take_in(self, turn: AgentTurn) -> None:
        """Take in a turn: the caller owes an answer to it, unless it was nothing but a short noise."""
        words = await self._words_of(turn)
        if not words and _is_short(turn):
            self._transcript.agent_noise()
            return
        self._log_turn(turn, words)
        self._add_unanswered(words or "", turn)
        self.owes_answer = True
        self._waiting.heard(self._line.position)

    def answered(self) -> None:
        """Take note that the caller has made its move: what the agent says from now on is new."""
        self.unanswered = ""
        self.owes_answer = False
        self._holds.clear()
        self._put_by.clear()

    def cut_off(self) -> None:
        """Take note that the agent has cut the caller's move short: of what it did before, only its keys count."""
        keyed = [turn for _, turn in self._put_by if turn.keys]
        self.answered()
        for turn in keyed:
            self._add_unanswered(_keys_as_words(turn) or "", turn)

    def held(self, start: int, end: int) -> None:
        """Take note that the caller has the agent on hold from one sample to another."""
        self._holds.append((start, end))

    def note(self, turn: AgentTurn) -> None:
        """Log a turn of the agent that does not interrupt what the caller does; its words can wait."""
        if turn.stream is not None:
            turn.stream.cancel()
        number = self._log_turn(turn, _keys_as_words(turn))
        was_on_hold = any(start <= turn.start and turn.end <= end for start, end in self._holds)
        if was_on_hold or turn.keys:
            self._put_by.append((number, turn))

    async def recall(self, spoken_until: int) -> bool:
        """Return whether the caller answers what the agent has said on hold or keyed in, now that its action is over.

        It does if it has said nothing since, up to `spoken_until`; else its own words were the answer, unless there is
        something in its script to say to the agent's.
        """
        said, self._put_by = self._put_by, []
        if not said:
            return False
        if self._caller.needs_words:
            for number, turn in said:
                words = _keys_as_words(turn) or await self._limit.bounded(
                    self._words.now(number, turn, self._line, self._log)
                )
                self._add_unanswered(words or "", turn)
        is_latest = said[-1][1].end > spoken_until
        if is_latest or (
            self.unanswered and await self._caller.wants_to_say(self.unanswered, self._log.turns)
        ):
            self.owes_answer = True
        else:
            self.unanswered = ""
        return self.owes_answer

    async def look_for_completeness(self, pause: AgentPaused) -> None:
        """Let a turn end sooner whose words already tell the caller what to say."""
        words = pause.stream.partial if pause.stream is not None else ""
        if words and await self._caller.wants_to_say(words, self._log.turns):
            self._line.words_are_complete()

    def choose_whether_to_listen(self) -> None:
        """Have the agent's words recognised while it speaks if the caller needs them for its next move."""
        self._line.open_stream = self._words.listen if self._caller.needs_words else None

    def _add_unanswered(self, words: str, turn: AgentTurn) -> None:
        # Keys are on a line of their own, so that a trigger can tell them from words.
        is_keyed = bool(turn.keys) or self.unanswered.rpartition("\n")[2].startswith(KEYED)
        between = "\n" if is_keyed else " "
        self.unanswered = f"{self.unanswered}{between}{words}".strip()

    async def _words_of(self, turn: AgentTurn) -> str | None:
        """Return the words of a turn, None if they can wait until after the call.

        Those of a short sound cannot: it may have none, and then it is no turn.
        """
        if turn.keys:
            return _keys_as_words(turn)
        if turn.stream is None and (self._caller.needs_words or _is_short(turn)):
            return await self._limit.bounded(self._words.recorded(turn.start, turn.end, self._line))
        return await self._limit.bounded(self._words.of(turn))

    def _log_turn(self, turn: AgentTurn, words: str | None) -> int:
        if turn.keys:
            self._transcript.agent_started(AgentStarted(turn.start, disturbed=False))
        at = self.talked_over_at
        number = self._transcript.agent_turn(
            turn, words, cut_off=at is not None and turn.start < at < turn.end
        )
        if words is None:
            self._words.put_off(number, turn)
        return number


def _keys_as_words(turn: AgentTurn) -> str | None:
    """Return what the transcript has for a turn of keys; None for one of words."""
    return f"{KEYED}{turn.keys}" if turn.keys else None


def _is_short(turn: AgentTurn) -> bool:
    """Whether a turn is too short to be one if it has no words."""
    return turn.end - turn.start < samples_in(SHORTEST_TURN)
