"""How much each feature of a trigger and an agent turn counts; set by hand.

The score of a reading is ``1 / (1 + exp(-sum))`` over its features times these weights: a sum of 0 is 0.5.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from pytest_agentsim.caller.matcher.acts import Act

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["WEIGHTS", "contributions", "score"]

WEIGHTS: dict[Act, dict[str, float]] = {
    Act.ASK: {
        "always": -7.0,
        "question": 4.0,
        "topic": 4.5,
        "type fits": 1.5,
        "other type": -3.0,
        "identity missing": -3.0,
        "identity extra": -3.5,
        "yes/no only": -2.0,
        "yes/no wanted": 0.5,
        "open but yes/no wanted": -1.5,
        "opposite": -4.0,
        "other act": -3.0,
        "read back": -4.0,
    },
    Act.CHECK: {
        "always": -3.0,
        "wording": 3.5,
        "weak wording": 1.0,
        "topic": 1.0,
        "read back": 1.0,
        "asks for data": -3.0,
        "other act": -3.0,
    },
    Act.OFFER_TO: {
        "always": -5.0,
        "wording": 3.5,
        "topic": 2.5,
        "process": 1.5,
        "other process": -3.0,
        "denied": -4.0,
        "other act": -3.0,
        "done": -2.0,
    },
    Act.SUGGEST: {
        "always": -4.0,
        "wording": 2.5,
        "weak wording": 1.0,
        "topic": 2.0,
        "value": 1.0,
        "no value": -3.0,
        "named": 1.5,
        "nothing of it": -2.0,
        "denied": -2.0,
        "about one already named": -3.0,
        "other act": -4.0,
        "only asks": -3.0,
        "offers to do": -3.0,
    },
    Act.STATE: {
        "always": -6.0,
        "statement": 3.0,
        "topic": 5.0,
        "asked before": 2.0,
        "value": 1.0,
        "no value": -4.0,
        "nothing of it": -3.0,
        "identity missing": -3.0,
        "opposite": -5.0,
        "read back": -3.0,
        "in a question": -1.5,
        "denied": -2.5,
    },
    Act.COUNT: {"always": -4.0, "wording": 4.0, "topic": 2.0, "read back": -3.0},
    Act.DONE: {
        "always": -3.0,
        "wording": 4.0,
        "topic": 1.5,
        "process": 1.0,
        "other process": -4.0,
        "nothing of it": -1.5,
        "denied": -5.0,
        "read back": -3.0,
    },
    Act.FAILED: {
        "always": -4.0,
        "wording": 3.5,
        "weak wording": 1.0,
        "topic": 2.0,
        "process": 1.0,
        "other process": -1.5,
        "nothing of it": -1.5,
    },
}
# Acts that have a wording of their own and need no topic.
PLAIN_ACT = {"always": -3.0, "wording": 5.0, "other act": -4.0, "topic missing": -2.5}


def contributions(act: Act, features: Mapping[str, float]) -> dict[str, float]:
    """Return what each feature that counts for an act adds to its sum; 0 for those that were not observed."""
    return {name: weight * features.get(name, 0.0) for name, weight in WEIGHTS.get(act, PLAIN_ACT).items()}


def score(act: Act, features: Mapping[str, float]) -> float:
    """Return how well an act is seen to hold, 0 to 1."""
    weights = WEIGHTS.get(act, PLAIN_ACT)
    total = sum(weights[name] * value for name, value in features.items() if name in weights)
    return 1.0 / (1.0 + math.exp(-total))
