"""What the agent of a scenario may say: free phrases that help a speech recogniser to expect it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from pytest_agentsim.caller.patterns import lazily
from pytest_agentsim.caller.person import as_question
from pytest_agentsim.caller.spoken import said
from pytest_agentsim.caller.triggers import triggers_of
from pytest_agentsim.errors import ProfileKeyError
from pytest_agentsim.scenario.action import ActionValueError
from pytest_agentsim.scenario.expectations import Phrase, PhraseKind
from pytest_agentsim.scenario.model import ExpectationKind
from pytest_agentsim.scenario.template import render

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pytest_agentsim.scenario.action import Action
    from pytest_agentsim.scenario.model import Scenario
    from pytest_agentsim.scenario.profile import TestProfile

__all__ = ["hints_of"]

AGENT = r"(?:(?:the|your) )?(?:main |virtual |other )?(?:agent|assistant|bot|representative|system)"
LISTENER = r"(?:you|the caller|the customer|the user)"
WISHES = r"(?:wants|needs|wishes|would like) to (?:know|hear|learn|have|get)"
ASKED_WHETHER = lazily(
    rf"\s*{AGENT} (?:asks?|checks?|inquires?|wonders?|{WISHES})(?: {LISTENER})? (?:whether|if) (?P<clause>.+)",
    re.IGNORECASE,
)
# What a trigger says of the agent before it comes to what the agent says.
REPORTING = lazily(
    rf"\s*{AGENT}(?: \w+ly)? (?:{WISHES}|has \w+|is \w+ing|\w+s)(?: back)?(?: {LISTENER}(?= \w))?"
    r"(?: (?:that|for|to|about|with|of))?\s+",
    re.IGNORECASE,
)
# "The agent asks for your name or asks for your email"
ANOTHER = lazily(
    rf"\s+or\s+(?:{AGENT}\s+)?(?=(?:asks|says|tells|offers|confirms|mentions|requests)\b)", re.IGNORECASE
)
ECHOED = {
    "i": "you",
    "i'm": "you're",
    "i've": "you've",
    "i'd": "you'd",
    "i'll": "you'll",
    "am": "are",
    "me": "you",
    "my": "your",
    "mine": "yours",
    "myself": "yourself",
}
OWN_WORD = lazily(rf"(?<![\w'])(?:{'|'.join(ECHOED)})(?![\w'])", re.IGNORECASE)


def hints_of(scenario: Scenario, profile: TestProfile) -> tuple[str, ...]:
    """Return phrases of what the agent may say, most telling first and each once.

    Values of `profile` are filled in as people would write them; a key that it lacks leaves its phrase as it
    is written.
    """
    variables = profile.variables
    phrases = (
        *_expected(scenario),
        *_triggers(scenario, variables),
        *_values(variables),
        *_echoes(scenario, variables),
        *_about(scenario, variables),
    )
    cleaned = (" ".join(phrase.split()) for phrase in phrases)
    return tuple(dict.fromkeys(phrase for phrase in cleaned if phrase))


def _expected(scenario: Scenario) -> Iterator[str]:
    """Go through the words that the agent is expected to say, or never to say."""
    for each in scenario.expect:
        if each.kind not in (ExpectationKind.AGENT_SAYS, ExpectationKind.AGENT_NEVER_SAYS):
            continue
        if isinstance(each.value, Phrase):
            yield from _phrase(each.value)


def _phrase(phrase: Phrase) -> Iterator[str]:
    if phrase.kind is PhraseKind.TEXT:
        yield phrase.text
    elif phrase.kind is PhraseKind.CONDITION:
        yield from _of_trigger(phrase.text)
    else:  # the words in a pattern still tell something
        yield re.sub(r"\\.|[^\w\s'$\\]+", " ", phrase.text)


def _triggers(scenario: Scenario, variables: Mapping[str, Any]) -> Iterator[str]:
    for each in triggers_of(scenario):
        yield from _of_trigger(_filled(each.text, variables))


def _of_trigger(trigger: str) -> Iterator[str]:
    """Turn what the agent does to what it says: "The agent asks if you are new" to "are you new"."""
    first, *others = ANOTHER.split(trigger)
    for clause in (first, *(f"the agent {other}" for other in others)):
        whether = ASKED_WHETHER.match(clause)
        if whether is not None:
            yield as_question(whether["clause"].rstrip(" ."))
            yield whether["clause"]
        else:
            yield REPORTING.sub("", clause, count=1)


def _values(variables: Mapping[str, Any]) -> Iterator[str]:
    """Go through the values of the profile, then its keys: agents ask for these and read those back."""
    values = {str(key): said(value) for key, value in variables.items()}
    yield from (value for key, value in values.items() if not key.lower().startswith("x-"))
    yield from (
        f"your {re.sub('[-_]+', ' ', key).strip().lower()}"
        for key in values
        if not key.lower().startswith("x-")
    )


def _echoes(scenario: Scenario, variables: Mapping[str, Any]) -> Iterator[str]:
    """Go through the caller's words as an agent repeats them."""
    if scenario.first_message:
        yield _echo(_filled(scenario.first_message, variables))
    for each in scenario.script.conditions if scenario.script is not None else ():
        yield _echo(_words(each.action, variables))


def _echo(words: str) -> str:
    return OWN_WORD.sub(lambda found: ECHOED[found.group().lower()], words.replace("\u2019", "'"))


def _words(action: Action, variables: Mapping[str, Any]) -> str:
    try:
        return action.resolve(variables).text
    except (ProfileKeyError, ActionValueError):
        return action.text


def _about(scenario: Scenario, variables: Mapping[str, Any]) -> Iterator[str]:
    yield _filled(scenario.expected_outcome, variables)
    if scenario.script is not None:
        yield _filled(scenario.script.role, variables)
    yield from re.split(r"(?<=[.!?])\s+|\n+", _filled(scenario.instructions, variables))
    yield scenario.name


def _filled(text: str, variables: Mapping[str, Any]) -> str:
    try:
        return render(text, variables)
    except ProfileKeyError:
        return text
