"""The instructions that react to what the agent says: refusing, accepting, reporting, a feeling put into words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pytest_agentsim.caller.patterns import lazily
from pytest_agentsim.caller.person import first_person, sentence

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_agentsim.caller.identity import Identity

    Rule = Callable[["re.Match[str]", Identity], str]

__all__ = ["REACTIONS"]

# "a lost card" is a thing, "your card was lost" is not, and "your knee hurts" is none either.
IS_CLAUSE = lazily(
    r"\b(?:is|are|was|were|am|has|have|had|will|would|can|cannot|could|do|does|did|needs?|wants?|\w+n['\u2019]t)\b"
    r"|^(?:your|the|it|this|that)\b.*\b(?:keeps?|hurts?|got|lost|went|broke|\w+ed)\b",
    re.IGNORECASE,
)
FEELINGS = {
    "frustration": "frustrated",
    "frustrated": "frustrated",
    "annoyance": "annoyed",
    "anger": "angry",
    "disappointment": "disappointed",
    "confusion": "confused",
    "concern": "concerned",
    "concerns": "concerned",
    "worry": "worried",
    "surprise": "surprised",
    "interest": "interested",
    "impatience": "in a hurry",
    "urgency": "in a hurry",
    "dissatisfaction": "not satisfied",
    "satisfaction": "happy",
    "doubt": "not sure",
    "uncertainty": "not sure",
}


def _rather_not(found: re.Match[str], identity: Identity) -> str:
    deed = first_person(found["deed"].strip(" ."))
    return "No." if identity.terse else sentence(f"I'd rather not {deed}")


def _report(found: re.Match[str], identity: Identity) -> str:
    if IS_CLAUSE.search(found["thing"]):
        return ""
    thing = first_person(found["thing"].strip(" ."))
    return sentence(thing if identity.terse else f"I'd like to {found['verb'].lower()} {thing}")


def _feeling(found: re.Match[str], _identity: Identity) -> str:
    feeling = FEELINGS[found["feeling"].lower()]
    about = first_person((found["about"] or "").strip(" ."))
    return sentence(f"I'm {feeling} {about}".strip())


def _correct(found: re.Match[str], identity: Identity) -> str:
    stated = identity.my(found["name"].strip(), found["value"].strip(" .\"'"))
    return f"No, {stated if identity.terse else stated[0].lower() + stated[1:]}"


def _rule(pattern: str, rule: Rule) -> tuple[re.Pattern[str], Rule]:
    return lazily(rf"(?:{pattern})[\s.!]*$", re.IGNORECASE), rule


REACTIONS: tuple[tuple[re.Pattern[str], Rule], ...] = (
    _rule(r"(?:refuse|decline)\s+to\s+(?P<deed>.+)", _rather_not),
    _rule(
        r"(?P<verb>report|mention|bring up|describe|discuss)\s+(?P<thing>(?:your|the|an?|some|having)?\s*[\w' -]+)",
        _report,
    ),
    _rule(
        rf"(?:express|show|voice|convey)\s+(?:your\s+|some\s+|mild\s+|strong\s+)?(?P<feeling>{'|'.join(FEELINGS)})"
        r"(?:\s+(?P<about>(?:about|with|at|over|by|in|that|because)\b.+))?",
        _feeling,
    ),
    _rule(
        r"correct\s+(?:your|the)\s+(?P<name>[\w' -]+?)\s+(?:to|as|is)\s+(?P<value>.+)",
        _correct,
    ),
)
