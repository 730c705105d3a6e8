"""Say what an instruction asks for: actions with `fixed_message: false`, without a language model."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pytest_agentsim.caller import phrases
from pytest_agentsim.caller.identity import Identity
from pytest_agentsim.caller.instructions import is_manner, plainly, turned
from pytest_agentsim.caller.patterns import lazily
from pytest_agentsim.caller.person import sentence
from pytest_agentsim.scenario.personality import Wording

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["OfflineRealiser"]

STEP_BREAK = lazily(
    r"(?<!\bsay)\s*(?:;|\.\s+(?=[A-Z])|,?\s+and then\s+|,?\s+then\s+|"
    r",?\s+and\s+(?:also\s+)?(?=(?:ask|say|tell|confirm|provide|give|mention|thank|state|"
    r"explain|request|spell|repeat|agree|decline|accept|apologi[sz]e|inform|inquire|"
    r"insist|express)\b))",
    re.IGNORECASE,
)
LINK = lazily(
    r"^(?:(?P<also>also|additionally|in addition|as well)|(?P<then>and|then|next|now|"
    r"finally|please|politely|calmly|just|simply))[,\s]+",
    re.IGNORECASE,
)
TRAILING_WHEN = lazily(
    r"\s+(?:when|if|once|after) (?:you(?:'re| are)? )?(?:asked|prompted|they ask|the "
    r"(?:main )?agent asks)\b.*$",
    re.IGNORECASE,
)
QUOTED = lazily(r"""^[^"“']*?["“'](?P<words>[^"“”]{2,})["”'][.!?]?$""")


class OfflineRealiser:
    """Turns instructions to speech by rules; the same instruction always gives the same words.

    `variables` is the caller's profile; `wording` sets how short or long the caller speaks; `language` is
    that of the scenario. Instructions are read in English; what the caller says of its own accord
    (`clarify`, `farewell`) is in the scenario's language.
    """

    def __init__(self, *, role: str, variables: Mapping[str, Any], wording: Wording, language: str) -> None:
        del role  # who the caller is changes nothing that rules can say
        self._variables = variables
        self._identity = Identity(variables, terse=wording is Wording.TERSE)
        self._wording = wording
        self._phrases = phrases.of(language)

    def realise(self, instruction: str, *, agent_text: str, fetched: Mapping[str, Any] | None = None) -> str:
        """Return what the caller says; never empty, and never the instruction's own words to the caller.

        `fetched` is what functions have found out, by output; of two values with one name it is the one that is said.
        """
        del agent_text  # the rules need only the instruction
        identity = self._identity
        if fetched:
            identity = replace(identity, variables={**self._variables, **fetched})
        spoken = [_step(step, identity) for step in _steps(instruction)]
        text = _joined([each for each, _ in spoken if each])
        return self._worded(text or sentence(self._phrases.yes))

    def can_realise(self, instruction: str) -> bool:
        """Whether a rule applies to every step of an instruction, so that the caller says what is meant."""
        return bool(_steps(instruction)) and not self.left_over(instruction)

    def left_over(self, instruction: str) -> tuple[str, ...]:
        """Return the parts of an instruction to which no rule applies; the whole of it where it has no parts."""
        parts = _steps(instruction)
        return (
            tuple(each for each in parts if not _step(each, self._identity)[1]) if parts else (instruction,)
        )

    def is_manner(self, part: str) -> bool:
        """Whether a part of an instruction tells how to behave instead of what to say."""
        return is_manner(part)

    @property
    def identity(self) -> Identity:
        """The caller's data as it says them."""
        return self._identity

    def clarify(self, attempt: int) -> str:
        """Return a sentence that asks the agent to say it again; `attempt` 0 is the first."""
        wordings = self._phrases.clarify[self._wording]
        return wordings[min(max(attempt, 0), len(wordings) - 1)]

    def farewell(self) -> str:
        """Return the words with which the caller ends a call of its own accord."""
        return self._phrases.farewell[self._wording]

    def _worded(self, text: str) -> str:
        if self._wording is not Wording.CHATTY or text.startswith(phrases.NEEDS_NO_FILLER):
            return text
        if text.endswith("?"):
            return f"{phrases.FILLER_OF_QUESTIONS} {_lowered(text)}"
        return f"{phrases.FILLER_OF_ANSWERS if text.startswith('My ') else phrases.FILLER} {_lowered(text)}"


def _step(step: str, identity: Identity) -> tuple[str, bool]:
    """Return the words for one step, and whether a rule applied."""
    link = ""
    while (found := LINK.match(step)) is not None:
        link = link or ("also" if found["also"] else found["then"].lower())
        step = step[found.end() :]
    words = turned(step, identity)
    return (_linked(link, words), True) if words else (_linked(link, plainly(step)), False)


def _steps(instruction: str) -> list[str]:
    text = re.sub(r"<[^<>]*>", " ", instruction)
    text = TRAILING_WHEN.sub("", re.sub(r"\s+", " ", text).strip())
    if QUOTED.match(text):
        return [text]
    return [step.strip(" ,.") for step in STEP_BREAK.split(text) if step and step.strip(" ,.")]


def _joined(spoken: list[str]) -> str:
    """Put sentences one after the other; a bare value that is not the last gets its full stop."""
    closed = [each if each[-1] in ".!?…" else f"{each}." for each in spoken[:-1]]
    return " ".join([*closed, *spoken[-1:]])


def _linked(link: str, words: str) -> str:
    if not words or link not in ("also", "and"):
        return words
    return f"{link.capitalize()}{',' if link == 'also' else ''} {_lowered(words)}"


def _lowered(text: str) -> str:
    """Take the capital off a sentence's first word, unless it is one of its own."""
    first = re.match(r"[^\W\d_][\w'\u2019]*", text)
    own = first is None or first.group() not in phrases.SENTENCE_OPENERS
    return text if own else text[0].lower() + text[1:]
