"""What can stand behind an agent: a command that is started, or a Python callable that is served."""

from __future__ import annotations

from pytest_agentsim.agents.replies import Conversation

__all__ = ["Conversation"]
