"""How long the caller of a voice call waits for the agent, and how often it asks whether the agent is still there."""

from __future__ import annotations

from dataclasses import dataclass

from pytest_agentsim.audio.pcm import samples_in, seconds_of

__all__ = ["Patience", "Waiting"]


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


class Waiting:
    """The caller's present wait for the agent; positions are samples on the line.

    `questions` is how often the caller has asked whether the agent is still there, since it last heard of it.
    """

    def __init__(self, patience: Patience) -> None:
        self.questions = 0
        self._patience = patience
        self._since = 0
        self._holds: list[tuple[int, int]] = []

    def heard(self, at: int) -> None:
        """Take note that the agent has said something."""
        self.questions = 0
        self._since = at

    def begin(self, at: int) -> None:
        """Take note that it is the agent's turn from now on."""
        self._since = at

    def held(self, start: int, end: int) -> None:
        """Take note that the caller has the agent on hold from one sample to another: patience stands still."""
        self._holds.append((start, end))

    def asks_at(self, last_sound: int) -> int:
        """Return where the caller asks or gives up, the last speech of either side having ended at `last_sound`."""
        held = sum(max(0, end - max(start, last_sound)) for start, end in self._holds)
        return last_sound + samples_in(self._patience.idle) + held

    def until(self, last_sound: int) -> int:
        """Return the same for a caller who waits for an answer, for which the agent has only so long."""
        return min(self.asks_at(last_sound), self._since + samples_in(self._patience.turn))

    @property
    def has_asked_enough(self) -> bool:
        """Whether the caller has asked as often as it does."""
        return self.questions >= self._patience.idle_messages

    def is_hopeless(self, at: int) -> bool:
        """Whether a caller who waits for an answer gives up now instead of asking once more."""
        return self.has_asked_enough or at >= self._since + samples_in(self._patience.turn)

    def seconds(self, at: int) -> float:
        """How long the caller has been waiting."""
        return seconds_of(at - self._since)
