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

    def heard(self, at: int) -> None:
        """Take note that the agent has said something."""
        self.questions = 0
        self._since = at

    def begin(self, at: int) -> None:
        """Take note that it is the agent's turn from now on."""
        self._since = at

    def until(self, last_sound: int) -> int:
        """Return where the caller's patience ends, the last speech of either side having ended at `last_sound`."""
        return min(
            last_sound + samples_in(self._patience.idle), self._since + samples_in(self._patience.turn)
        )

    def is_hopeless(self, at: int) -> bool:
        """Whether the caller gives up now instead of asking once more."""
        out_of_time = at >= self._since + samples_in(self._patience.turn)
        return out_of_time or self.questions >= self._patience.idle_messages

    def seconds(self, at: int) -> float:
        """How long the caller has been waiting."""
        return seconds_of(at - self._since)
