"""Who judges what cannot be computed: the interface of a judge, and what is made of its answers."""

from __future__ import annotations

from pytest_agentsim.judge.interface import Answer, AnswerKind, Judge, JudgeError, Question

__all__ = ["Answer", "AnswerKind", "Judge", "JudgeError", "Question"]
