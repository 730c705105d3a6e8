"""Sentences that an author gives as examples of a trigger: an agent that says nearly the same makes it hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_agentsim.caller.matcher import overlap
from pytest_agentsim.caller.matcher.words import tokens

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["judge_examples"]

FEWEST = (
    2  # words that tell something; fewer would be found everywhere, so that the whole sentence has to occur
)


def judge_examples(examples: Iterable[str], agent_text: str, threshold: float) -> tuple[float, str]:
    """Return the score (0 to 1) of the example that is most like the agent's words, and a sentence about it."""
    scored = [(_score(each, agent_text, threshold), each) for each in examples]
    score, example = max(scored, default=(0.0, ""))
    return round(score, 3), f'like the example "{example}"'


def _score(example: str, agent_text: str, threshold: float) -> float:
    if _is_question(example) and not _is_question(agent_text) and _has_marks(agent_text):
        return 0.0
    if overlap.telling_words(example) < FEWEST:
        said, wanted = f" {' '.join(tokens(agent_text))} ", f" {' '.join(tokens(example))} "
        return 1.0 if wanted.strip() and wanted in said else 0.0
    return overlap.as_score(overlap.share_in_common(example, agent_text), threshold)


def _is_question(text: str) -> bool:
    return "?" in text


def _has_marks(text: str) -> bool:
    # What a recogniser has written has none, and may be a question all the same.
    return any(mark in text for mark in ".!?")
