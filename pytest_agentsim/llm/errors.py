"""What can go wrong with a language model.

::

    ModelError
    ├── PassingError        may have gone away when the request is made again
    ├── ModelRefusal        the model does not want to answer
    └── BudgetSpent         the run may ask no more
"""

from __future__ import annotations

from pytest_agentsim.errors import AgentSimError

__all__ = ["BudgetSpent", "ModelError", "ModelRefusal", "PassingError"]


class ModelError(AgentSimError):
    """A language model did not do what it was asked for; the message says why and what to do."""


class PassingError(ModelError):
    """An error that may be gone in `pause` seconds; None where the server does not say how long it takes."""

    def __init__(self, message: str, pause: float | None = None) -> None:
        super().__init__(message)
        self.pause = pause


class ModelRefusal(ModelError):
    """The model does not want to answer this; to ask it again changes nothing."""


class BudgetSpent(ModelError):
    """The run has asked as often, or spent as much, as it may."""
