"""What a call asks of a caller, whoever decides for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pytest_agentsim.caller.structured import Move
    from pytest_agentsim.result import Turn
    from pytest_agentsim.scenario.action import Action

__all__ = ["Caller", "Improviser"]


class Caller(Protocol):
    """Decides what is said; it neither talks to the agent nor waits."""

    @property
    def fixed_actions(self) -> tuple[Action, ...]:
        """The actions whose words are known before the call."""
        ...

    @property
    def needs_words(self) -> bool:
        """Whether what the caller does next depends on the agent's words."""
        ...

    @property
    def cut_in(self) -> float | None:
        """How long after the agent has begun its next turn the caller cuts in, in seconds; None if it hears it out."""
        ...

    def open(self) -> Move | None:
        """Return what the caller says on connecting; None when the agent is to speak first."""
        ...

    async def respond(self, agent_text: str, history: Sequence[Turn]) -> Move:
        """Decide what the caller does now that the agent has said something; `history` are the turns before that."""
        ...

    async def wants_to_say(self, agent_text: str, history: Sequence[Turn]) -> tuple[int, ...]:
        """Return the conditions that would speak now and are not mere repetition, without remembering the question."""
        ...

    def finished(self, move: Move) -> None:
        """Take note that a move was made to its end."""
        ...

    def interrupted(self, move: Move) -> Move | None:
        """Take note that the agent cut a move short; a `Move` is returned when that ends the call."""
        ...


class Improviser(Protocol):
    """Finds words for a caller who follows a script: a language model."""

    async def word(
        self, instruction: str, *, agent_text: str, history: Sequence[Turn], fetched: Mapping[str, Any]
    ) -> str:
        """Return what the caller says to do as instructed; `fetched` is what functions have found out."""
        ...

    async def improvise(self, *, agent_text: str, history: Sequence[Turn]) -> str:
        """Return what the caller says where nothing in its script holds."""
        ...
