"""The error of whoever asks for a sound that cannot be had."""

from __future__ import annotations

from pytest_agentsim.errors import AgentSimError

__all__ = ["SoundError"]


class SoundError(AgentSimError):
    """A sound cannot be had, neither by its name nor from a file or address; the message says why and what to do.

    A call goes on without the sound.
    """
