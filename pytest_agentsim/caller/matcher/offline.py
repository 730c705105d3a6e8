"""The matcher that needs nothing but rules: the same input always gives the same decision."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from pytest_agentsim.caller.matcher import keypress, overlap
from pytest_agentsim.caller.matcher.acts import Act
from pytest_agentsim.caller.matcher.examples import judge_examples
from pytest_agentsim.caller.matcher.functions import ask
from pytest_agentsim.caller.matcher.interface import Candidate, MatchDecision, Trigger
from pytest_agentsim.caller.matcher.parsing import parsed
from pytest_agentsim.caller.matcher.reasons import why
from pytest_agentsim.caller.matcher.scoring import as_score, see
from pytest_agentsim.caller.matcher.utterance import read
from pytest_agentsim.key_presses import read_keys
from pytest_agentsim.result import Speaker
from pytest_agentsim.scenario import contains

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pytest_agentsim.caller.matcher.trigger import Alternatives
    from pytest_agentsim.caller.matcher.utterance import Utterance
    from pytest_agentsim.result import Turn

__all__ = ["LONGEST_READ", "THRESHOLD", "OfflineMatcher", "is_exact"]

# A score of 0.5 is where the evidence for and against a trigger is in balance.
THRESHOLD = 0.5
# What has fired needs more where another trigger holds that has not. Of 112,000 agent turns of the Schema-Guided
# Dialogue dataset (train), the odds of an act that the agent has done before are at best (e to the power of 1.07)
# times lower than those of one that it has not; 0.745 is the score of such odds.
THRESHOLD_AGAIN = 0.745
# Languages that the rules can read; "multi" calls are read as English.
READABLE = ("en", "multi")
# Agents that go on for longer are read up to here; contains triggers see all.
LONGEST_READ = 4000


class OfflineMatcher:
    """Judges triggers by rules.

    `language` is that of the scenario (``en``, ``en-GB``, ``es``…). For languages other than English only
    `contains` and key-press triggers are exact; the others need nearly all of their words to occur.
    """

    def __init__(self, *, language: str = "en") -> None:
        self._language = language
        self._readable = language.lower().replace("_", "-").split("-")[0] in READABLE

    async def decide(
        self, agent_text: str, *, history: Sequence[Turn], triggers: Sequence[Trigger]
    ) -> MatchDecision:
        """Judge every trigger against the agent's latest message; `history` are the turns before it."""
        return self.match(agent_text, history=history, triggers=triggers)

    def match(
        self, agent_text: str, *, history: Sequence[Turn] = (), triggers: Sequence[Trigger]
    ) -> MatchDecision:
        """Do what `decide` does, without waiting for anything."""
        caller_text = next((turn.text for turn in reversed(history) if turn.speaker is Speaker.CALLER), "")
        agent_before = next((turn.text for turn in reversed(history) if turn.speaker is Speaker.AGENT), "")
        opens_call = not any(turn.speaker is Speaker.AGENT for turn in history)
        unreadable = "" if self._readable else self._language
        judge = _judge_again if len(agent_text) <= LONGEST_READ else _judge
        candidates = []
        for wanted in triggers:
            remembering = judge if not _asks_functions(wanted.text) else _judge
            score, reason = remembering(
                wanted.text, agent_text, caller_text, agent_before, opens_call, unreadable
            )
            if wanted.examples and score < THRESHOLD:
                score, reason = max(
                    (score, reason), judge_examples(wanted.examples, agent_text, THRESHOLD), key=_by_score
                )
            candidates.append(Candidate(wanted.condition_id, wanted.text, score, score >= THRESHOLD, reason))
        return MatchDecision(_without_vague_repetition(candidates, triggers), THRESHOLD)


def _without_vague_repetition(
    candidates: Sequence[Candidate], triggers: Sequence[Trigger]
) -> tuple[Candidate, ...]:
    """Prefer what has not fired in this call to what has, and holds only just."""
    fired = {each.condition_id for each in triggers if each.fired}
    if not any(each.holds and each.condition_id not in fired for each in candidates):
        return tuple(candidates)
    return tuple(
        replace(each, holds=False, reason=f"it has fired before, and another holds; {each.reason}")
        if each.holds and each.condition_id in fired and each.score < THRESHOLD_AGAIN
        else each
        for each in candidates
    )


def _by_score(judged: tuple[float, str]) -> float:
    return judged[0]


def _asks_functions(trigger: str) -> bool:
    """Tell whether a trigger asks a function, whose answer may be another one the next time."""
    meant = parsed(trigger)
    return isinstance(meant, contains.Contains) and bool(meant.functions)


def is_exact(trigger: str) -> bool:
    """Tell whether a trigger speaks of characters or keys, so that there is nothing to understand about it."""
    return isinstance(parsed(trigger), contains.Contains | keypress.KeyPress)


def _judge(
    wanted: str, agent_text: str, caller_text: str, agent_before: str, opens_call: bool, unreadable: str
) -> tuple[float, str]:
    """Return the score, 0 to 1 with three digits, and the reason; `unreadable` names a language without rules."""
    meant = parsed(wanted)
    message = read_keys(agent_text)
    if isinstance(meant, contains.Contains):
        found, reason = _judge_contains(meant, agent_text)
    elif isinstance(meant, keypress.KeyPress):
        found, reason = _judge_keys(meant, message.keys)
    elif not message.words and message.keys:
        found, reason = 0.0, "the agent pressed keys and said nothing"
    elif unreadable:
        found, reason = _judge_overlap(wanted, message.words, f'no rules for the language "{unreadable}"')
    else:
        utterance = read(
            message.words[:LONGEST_READ],
            caller_text[:LONGEST_READ],
            agent_before[:LONGEST_READ],
            opens_call=opens_call,
        )
        found, reason = _judge_alternatives(meant, wanted, message.words, utterance)
    return round(found, 3), reason


# The scenarios of a suite share their agent's sentences and many of their triggers.
_judge_again = lru_cache(maxsize=8192)(_judge)


def _judge_contains(expression: contains.Contains, agent_text: str) -> tuple[float, str]:
    try:
        found = ", ".join(f'"{text}"' for text in expression.found_in(agent_text, ask)) or "nothing"
        return float(
            expression.matches(agent_text, ask)
        ), f"the message contains {found} of what is looked for"
    except Exception as error:  # noqa: BLE001  (whatever a user's function raises)
        return 0.0, f"the function failed: {type(error).__name__}: {error}"


def _judge_keys(wanted: keypress.KeyPress, pressed: tuple[str, ...]) -> tuple[float, str]:
    said = " and ".join(pressed) or "no key"
    return float(
        wanted.matches(pressed)
    ), f"the agent pressed {said}; waited for {' or '.join(wanted.groups) or 'any key'}"


def _judge_alternatives(
    alternatives: Alternatives, text: str, agent_text: str, utterance: Utterance
) -> tuple[float, str]:
    if not alternatives:
        return 0.0, "the trigger is malformed"
    if any(part.act is Act.UNKNOWN for parts in alternatives for part in parts):
        return _judge_overlap(text, agent_text, "the trigger names no act that is known")
    sight = see(alternatives, utterance)
    return as_score(sight.total), why(sight, utterance, holds=sight.total >= 0)


def _judge_overlap(text: str, agent_text: str, because: str) -> tuple[float, str]:
    share = overlap.share_in_common(text, agent_text)
    needed = f"{overlap.NEEDED:.0%}"
    return overlap.as_score(share, THRESHOLD), f"{because}: {share:.0%} of its words occur, {needed} needed"
