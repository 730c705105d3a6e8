"""How well what an alternative of a trigger names is seen in an agent turn, and what that rests on."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from pytest_agentsim.caller.matcher.features import about, manner
from pytest_agentsim.caller.matcher.fitted import fitted
from pytest_agentsim.caller.matcher.plain_acts import PLAIN_WEIGHTS, observe_plain

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pytest_agentsim.caller.matcher.acts import Act
    from pytest_agentsim.caller.matcher.trigger import Alternatives, Part, Topic
    from pytest_agentsim.caller.matcher.utterance import Sentence, Utterance

__all__ = ["Sight", "as_score", "contributions", "see"]

# What each later reading of a trigger has to make good: "confirms the details" asks, or else states them.
LATER_READING = "later reading"
LATER_READING_OF_PLAIN_ACTS = -0.7


@dataclass(frozen=True, slots=True)
class Sight:
    """How one thing that a trigger names is seen best: `total` is a sum of weights, 0 in the balance.

    `sentence` is None for acts that are judged by the whole turn.
    """

    total: float
    act: Act
    topic: Topic
    sentence: Sentence | None
    topical: Mapping[str, float]  # the features of `about`, or those of a plain act


def see(alternatives: Alternatives, utterance: Utterance) -> Sight:
    """Return the sight that decides.

    The best alternative counts; everything that it names has to be seen, so the worst of its parts counts; and
    each part counts as the sentence shows it that shows it best.
    """
    return max((_seen(parts, utterance) for parts in alternatives), key=_total)


def contributions(sight: Sight, utterance: Utterance) -> dict[str, float]:
    """Return what each feature that was observed adds to the total of a sight."""
    if sight.sentence is None:
        return _weighed(PLAIN_WEIGHTS, sight.topical)
    weights = fitted().features[sight.act]
    return {**_manner(sight.sentence, utterance, sight.act)[1], **_weighed(weights, sight.topical)}


def as_score(total: float) -> float:
    """Return a total as a number from 0 to 1; the balance, 0, is 0.5."""
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, total))))


def _seen(parts: tuple[Part, ...], utterance: Utterance) -> Sight:
    worst = min((_best(part, topic, utterance) for part in parts for topic in part.topics), key=_total)
    reading = max(part.reading for part in parts)
    if not reading:
        return worst
    penalty = fitted().features.get(worst.act, {}).get(LATER_READING, LATER_READING_OF_PLAIN_ACTS)
    return replace(worst, total=worst.total + penalty * reading)


def _best(part: Part, topic: Topic, utterance: Utterance) -> Sight:
    weights = fitted().features.get(part.act)
    if weights is None or not utterance.sentences:
        observed = observe_plain(part, utterance)
        return Sight(_sum(PLAIN_WEIGHTS, observed), part.act, topic, None, observed)
    return max(
        (_in_sentence(part.act, topic, each, utterance, weights) for each in utterance.sentences), key=_total
    )


def _in_sentence(
    act: Act, topic: Topic, sentence: Sentence, utterance: Utterance, weights: Mapping[str, float]
) -> Sight:
    observed = about(topic, sentence, utterance, act)
    total = _manner(sentence, utterance, act)[0] + _sum(weights, observed)
    return Sight(total, act, topic, sentence, observed)


@lru_cache(maxsize=2048)
def _manner(sentence: Sentence, utterance: Utterance, act: Act) -> tuple[float, dict[str, float]]:
    """What counts the same for all triggers that are about this act: the sum, and what adds up to it."""
    model = fitted()
    weighed = _weighed(model.features[act], manner(sentence, utterance, act, model.wordings))
    return sum(weighed.values()), weighed


def _total(sight: Sight) -> float:
    return sight.total


def _sum(weights: Mapping[str, float], observed: Mapping[str, float]) -> float:
    return sum([weights[name] * value for name, value in observed.items() if name in weights])


def _weighed(weights: Mapping[str, float], observed: Mapping[str, float]) -> dict[str, float]:
    return {name: weights[name] * value for name, value in observed.items() if name in weights}
