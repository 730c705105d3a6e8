"""Which steps a turn of the agent calls for, of those that the matcher takes to hold.

The matcher judges each trigger by itself. A caller answers a question once: of two steps that hold for the same
sentence the one counts that it is about.
"""

from __future__ import annotations

import math
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from pytest_agentsim.caller.behaviour.wordings import decide_alone, wording_of, wordings_for
from pytest_agentsim.caller.matcher.interface import Trigger
from pytest_agentsim.caller.matcher.offline import OfflineMatcher
from pytest_agentsim.caller.matcher.parsing import parsed
from pytest_agentsim.caller.matcher.topics import covered
from pytest_agentsim.caller.matcher.utterance import read
from pytest_agentsim.caller.patterns import lazily

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pytest_agentsim.caller.matcher.interface import Candidate, MatchDecision
    from pytest_agentsim.caller.matcher.utterance import Sentence

__all__ = ["called_for", "or_nearest"]

# A score from which a step is taken though nothing that it names is mentioned.
SURE = 0.7
WORDED = 0.9
# How much more likely another step has to be, as a logarithm of odds, for this one not to be meant as well.
FAR_BEHIND = 1.5
# How much less of what it names is mentioned, for another step to be meant alone.
MUCH_LESS = 0.5
# What is enough for a step that is the only one near.
NEAR_QUESTION = 0.15
NEAR_STATEMENT = 0.35
ALL_OF_IT = 0.8
ASKING = lazily(r"^The agent (?:asks|offers)\b")


def called_for(decision: MatchDecision, agent_text: str, triggers: Sequence[Trigger]) -> MatchDecision:
    """Add the steps that the wording of the agent calls for, and take away those that are not meant."""
    sentences = read(agent_text).sentences
    texts = {each.condition_id: each.text for each in triggers}
    candidates = tuple(
        _worded(each, tuple(sentence.said for sentence in sentences)) for each in decision.candidates
    )
    holding = [each for each in candidates if each.holds and each.score < 1.0]
    mentioned = {each.condition_id: _mentioned(texts[each.condition_id], sentences) for each in holding}
    away = {
        each.condition_id: "nothing of it is mentioned"
        for each in holding
        if each.score < SURE and not mentioned[each.condition_id]
    }
    left = [each for each in holding if each.condition_id not in away]
    if len(left) > 1:
        away |= _not_meant(left, mentioned, texts, sentences)
    return replace(decision, candidates=tuple(_without(each, away) for each in candidates))


def or_nearest(decision: MatchDecision, agent_text: str, triggers: Sequence[Trigger]) -> MatchDecision:
    """Where no step holds, let the nearest one, if it alone is near and all that it names is mentioned.

    A caller that asks to repeat the question gets the same question.
    """
    if decision.holding:
        return decision
    sentences = read(agent_text).sentences
    texts = {each.condition_id: each.text for each in triggers}
    near = [
        each
        for each in decision.candidates
        if each.score >= _needed(texts[each.condition_id], sentences)
        and _mentioned(texts[each.condition_id], sentences) >= ALL_OF_IT
    ]
    if len(near) != 1:
        return decision
    reason = f"the nearest, and all that it names is mentioned: {near[0].reason}"
    taken = replace(near[0], score=0.5, holds=True, reason=reason)
    candidates = tuple(taken if each is near[0] else each for each in decision.candidates)
    return replace(decision, candidates=candidates)


def _needed(trigger: str, sentences: Sequence[Sentence]) -> float:
    is_asked = ASKING.search(trigger) is not None
    if is_asked and any(each.is_question for each in sentences):
        return NEAR_QUESTION
    return 1.0 if is_asked else NEAR_STATEMENT


def _worded(candidate: Candidate, sentences: tuple[str, ...]) -> Candidate:
    classes = wordings_for(candidate.trigger)
    if not classes or (candidate.score >= WORDED and not decide_alone(classes)):
        return candidate
    words = wording_of(classes, sentences)
    if words:
        return replace(candidate, score=WORDED, holds=True, reason=f'the agent says "{words}"')
    if candidate.holds and decide_alone(classes):
        return _without(candidate, {candidate.condition_id: "it is not worded like that"})
    return candidate


def _without(candidate: Candidate, away: Mapping[int, str]) -> Candidate:
    why = away.get(candidate.condition_id)
    if why is None:
        return candidate
    return replace(candidate, score=0.49, holds=False, reason=f"{candidate.reason}, but {why}")


def _not_meant(
    candidates: Sequence[Candidate],
    mentioned: Mapping[int, float],
    texts: Mapping[int, str],
    sentences: Sequence[Sentence],
) -> dict[int, str]:
    """Return the candidates that are not meant, and why, of those that hold for the same sentence."""
    place = {each.condition_id: _place(texts[each.condition_id], sentences) for each in candidates}
    away: dict[int, str] = {}
    for each in candidates:
        for other in candidates:
            if other is each or place[each.condition_id] != place[other.condition_id]:
                continue
            mine, theirs = mentioned[each.condition_id], mentioned[other.condition_id]
            is_behind = _odds(other.score) - _odds(each.score) > FAR_BEHIND
            if (not mine and theirs) or (is_behind and mine < theirs) or mine + MUCH_LESS < theirs:
                away[each.condition_id] = f'"{other.trigger}" fits better'
    return away


def _odds(score: float) -> float:
    share = min(max(score, 0.001), 0.999)
    return math.log(share / (1 - share))


@lru_cache(maxsize=1024)
def _place(trigger: str, sentences: tuple[Sentence, ...]) -> int:
    """Return which sentence a trigger holds for best."""
    matcher = OfflineMatcher()
    scores = [
        matcher.match(each.text, triggers=(Trigger(1, trigger),)).candidates[0].score for each in sentences
    ]
    return scores.index(max(scores))


def _mentioned(trigger: str, sentences: Sequence[Sentence]) -> float:
    """Return how much of what a trigger names is mentioned in one sentence, 0 to 1; 1 where it names nothing."""
    alternatives = parsed(trigger)
    if not isinstance(alternatives, tuple):
        return 1.0
    topics = [topic for parts in alternatives for part in parts for topic in part.topics]
    if not topics or not all(topic.words for topic in topics):
        return 1.0
    return max(
        (
            covered(topic.words, sentence.words, topic.types & (sentence.asked | sentence.values))
            for topic in topics
            for sentence in sentences
        ),
        default=0.0,
    )
