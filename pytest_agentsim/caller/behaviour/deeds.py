"""What the caller does in a step: say something, choose, verify, press keys, send a text, end the call."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING

from pytest_agentsim.caller.patterns import lazily

if TYPE_CHECKING:
    from pytest_agentsim.scenario.step import Parts

__all__ = ["Deed", "Kind", "datum_named", "read_deed"]


class Kind(Enum):
    """The kinds of deeds."""

    SAY = auto()
    CHOOSE = auto()
    VERIFY = auto()
    PRESS = auto()
    TEXT = auto()
    END = auto()


@dataclass(frozen=True, slots=True)
class Deed:
    """A step's action.

    `instruction` is what the realiser is given: empty for an END without words. `subject` is what is chosen, verified,
    pressed or sent. `ends` tells that the call ends with it. The first `refusals` times `refusal` is said instead.
    """

    kind: Kind
    instruction: str
    subject: str = ""
    ends: bool = False
    refusals: int = 0
    refusal: str = ""


MODAL = lazily(
    r"^(?:you (?:should|must|will|need to|have to|can)\s+|please\s+|clearly\s+|politely\s+|calmly\s+|firmly\s+)+",
    re.IGNORECASE,
)
ENDING = lazily(
    r"(?:^|[,;.]?\s*(?:\b(?:and|then|before)\b\s*)*)(?:politely |immediately )?"
    r"(?:(?:end(?:ing)?|terminate|finish|conclude|disconnect(?:ing)?) (?:the |this )?(?:call|conversation|chat)|"
    r"hang(?:ing)? up|"
    r"disconnect)(?: (?:politely|immediately|the call|the phone|now))*\s*$",
    re.IGNORECASE,
)
VERIFYING = lazily(
    r"^(?:verify|confirm|check)\s+(?:that\s+)?(?:(?:the|your)\s+)?(?P<item>.+?)(?:\s+(?:is|"
    r"are)(?: all)? (?:correct|right|accurate))?$",
    re.IGNORECASE,
)
KEYPAD = (
    r"\s+(?:on|using|with|via|through|by)\s+(?:the |your )?(?:phone(?:'s)? )?"
    r"(?:key ?pad|dial ?pad|touch[- ]?tones?|dtmf(?: tones?)?|phone|keys)"
)
PRESSING = lazily(
    rf"^(?:(?:press|dial|key in|punch in|send dtmf)\s+(?P<keys>.+?)(?:{KEYPAD})?"
    rf"|(?:enter|type|input|provide|give|send)\s+(?P<entered>.+?){KEYPAD}(?P<then>\s+followed by .+)?)$",
    re.IGNORECASE,
)
ENTERING = lazily(r"^(?:enter|type|input)(?: in)?\s+(?P<keys>.+)$", re.IGNORECASE)
TEXTING = lazily(
    r"^(?:send|text)\s+(?:them\s+)?(?:an?\s+)?(?:(?:sms|text)(?: message)?|message by sms)\s+(?:saying|that says|"
    r"with|containing|reading)"
    r"\s+(?:the (?:text|words?)\s+)?(?P<text>.+)$",
    re.IGNORECASE,
)
CHOOSING = lazily(
    r"^(?:choose|select|pick|take|opt for|go (?:with|for)|agree to|accept|request|ask for|prefer|book)\s+(?P<what>.+)$",
    re.IGNORECASE,
)
CONSTRAINT = lazily(
    r"\b(?:earliest|latest|soonest|first|second|third|last|next|cheapest|lowest|most|least|morning|afternoon|"
    r"evening|before|under|below|up to|"
    r"after|monday|tuesday|wednesday|thursday|friday|saturday|sunday|weekday|any|either|whichever|available|slot|"
    r"time|option)\b",
    re.IGNORECASE,
)
OFFER = lazily(
    r"^accept\s+(?:the |an? |any |their )?(?:offer(?:ed)?|proposed|proposal|suggest(?:ed|ion)|help|hand-?off|"
    r"transfer|callback|"
    r"invitation)\b(?! (?:slot|time|day|option|appointment))",
    re.IGNORECASE,
)
ANSWERING = lazily(
    r"^(?:answer|respond|reply|(?:provide|give|state|share|tell them) (?:it|them|that|those|this|(?:that|the|"
    r"this) (?:information|info|"
    r"detail|details)|your (?:information|info|details|answer)))(?: honestly| truthfully| accurately)?(?=\s*$|"
    r"\s*,?\s+and\b)",
    re.IGNORECASE,
)
ASKED_FOR = lazily(
    r"\b(?:asked|prompted|requested)\s+(?:again\s+)?(?:for|about|to (?:provide|give|state|confirm|verify|enter|"
    r"share|tell|spell))\s+"
    r"(?P<what>(?:your |the )?[\w' ,-]+?)(?:\s+(?:for|to|in order|by|so)\b.*)?$",
    re.IGNORECASE,
)
NAMED = lazily(
    r"^(?:(?:refuse|decline) to )?(?:provide|give|share|state|say|tell (?:them|the agent)|spell|"
    r"say and spell|confirm|verify|supply|enter|repeat|read(?: out)?)\s+"
    r"(?:out\s+)?(?P<what>(?:your|the)\s+[\w' ,-]+?)(?:\s+(?:as|is|to be)\s+.+)?$",
    re.IGNORECASE,
)
PLACEHOLDER = lazily(r"\{\{\s*test_profile(?:\.[\w-]+)*?[.\[]\s*['\"]?(?P<key>[\w -]+?)['\"]?\s*\]?\s*\}\}")
# How to do something is the personality's affair.
MANNER = lazily(
    r"^(?:be|stay|remain|sound|act|seem|keep|speak|do not|don't|never|avoid|try|continue|remember|use an?)\b",
    re.IGNORECASE,
)
EXACTLY = lazily(r"(?<=[\"'\u201d])\s+(?:exactly|verbatim|word for word)$", re.IGNORECASE)
SENTENCE_END = lazily(r"(?<=[.!?])\s+(?=[A-Z])")


def read_deed(parts: Parts, *, has_keypad: bool) -> Deed:
    """Read a step's action; `has_keypad` tells that what is to be entered is entered on keys."""
    action = EXACTLY.sub("", _spoken_of(MODAL.sub("", parts.action.strip())))
    ending = ENDING.search(action)
    if ending is not None:
        before = action[: ending.start()].strip(" ,.;")
        return Deed(Kind.END if not before else Kind.SAY, before, ends=True)
    texting = TEXTING.match(action)
    if texting is not None:
        return Deed(Kind.TEXT, action, texting["text"].strip("\"'\u201c\u201d "))
    pressing = PRESSING.match(action)
    if pressing is not None:
        entered = (pressing["entered"] or "") + (pressing["then"] or "")
        return Deed(Kind.PRESS, action, pressing["keys"] or entered)
    entering = ENTERING.match(action) if has_keypad else None
    if entering is not None:
        return Deed(Kind.PRESS, action, entering["keys"])
    verifying = VERIFYING.match(action) if parts.corrects else None
    if verifying is not None:
        return Deed(Kind.VERIFY, action, verifying["item"])
    if OFFER.match(action):
        return Deed(Kind.SAY, "agree")
    choosing = CHOOSING.match(action)
    if choosing is not None and CONSTRAINT.search(f"{choosing['what']} {parts.when}"):
        return Deed(Kind.CHOOSE, action, choosing["what"])
    return Deed(Kind.SAY, _answered(action, parts.when))


def datum_named(action: str) -> str:
    """Return what an action gives of the caller's data, as one asks for it ("date of birth"); empty when nothing."""
    found = PLACEHOLDER.search(action)
    if found is not None:
        return re.sub(r"[_-]+", " ", found["key"]).strip()
    named = NAMED.match(action.strip())
    return re.sub(r"^(?:your|the)\s+", "", named["what"].strip(), flags=re.IGNORECASE) if named else ""


def _spoken_of(action: str) -> str:
    """Leave out sentences about manner beside others that say what to do."""
    sentences = [each.strip() for each in SENTENCE_END.split(action) if each.strip()]
    kept = [each for each in sentences if MANNER.match(each) is None]
    return " ".join(kept or sentences).rstrip(" .")


def _answered(action: str, when: str) -> str:
    """Put what was asked for in the place of "answer" and "provide it"."""
    answering = ANSWERING.match(action)
    asked = ASKED_FOR.search(when)
    if answering is None or asked is None:
        return action
    what = asked["what"].strip()
    own = what if re.match(r"(?:your|the)\b", what, re.IGNORECASE) else f"your {what}"
    return f"Provide {own}{action[answering.end() :]}"
