"""Expectations on a finished call."""

from __future__ import annotations

from pytest_agentsim.expect.evaluate import evaluate
from pytest_agentsim.expect.verdict import Outcome, Verdict, Words

__all__ = ["Outcome", "Verdict", "Words", "evaluate"]
