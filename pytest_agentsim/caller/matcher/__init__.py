"""Decide which triggers hold for what the agent has just said."""

from __future__ import annotations

from pytest_agentsim.caller.matcher.interface import Candidate, MatchDecision, Matcher, Trigger

__all__ = ["Candidate", "MatchDecision", "Matcher", "Trigger"]
