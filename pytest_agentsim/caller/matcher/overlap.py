"""Words in common: all that is left for a trigger that no rule can read, as in a language without rules."""

from __future__ import annotations

from pytest_agentsim.caller.matcher.words import STOP_WORDS, stem, tokens

__all__ = ["NEEDED", "as_score", "share_in_common", "telling_words"]

# The share of a trigger's words that has to occur in what the agent said.
NEEDED = 0.8
SHORTEST = 3


def share_in_common(trigger: str, agent_text: str) -> float:
    """Return the share (0 to 1) of the trigger's words that occur in the agent's turn."""
    wanted = _telling(trigger)
    return len(wanted & _telling(agent_text)) / len(wanted) if wanted else 0.0


def telling_words(text: str) -> int:
    """Return how many words of a text say something by themselves."""
    return len(_telling(text))


def as_score(share: float, threshold: float) -> float:
    """Put a share on the scale of scores, so that the share needed falls on the threshold."""
    if share >= NEEDED:
        return threshold + (share - NEEDED) / (1 - NEEDED) * (1 - threshold)
    return share / NEEDED * threshold * 0.9


def _telling(text: str) -> frozenset[str]:
    # Scripts that are written without spaces come as one long word; then only the same word counts.
    return frozenset(
        stem(word)
        for word in tokens(text)
        if word not in STOP_WORDS and (len(word) > SHORTEST or not word.isascii())
    )
