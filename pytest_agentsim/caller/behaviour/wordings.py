"""How agents word what steps wait for most often: the opening question, the confirmation, nothing being free.

The matcher judges whether a sentence is about what a trigger names. These name nothing: "You're all set for Tuesday".
"""

from __future__ import annotations

import re
from typing import NamedTuple

from pytest_agentsim.caller.patterns import lazily

__all__ = ["decide_alone", "wording_of", "wordings_for"]


class _Class(NamedTuple):
    """What a step waits for, as its trigger has it, and what agents say then.

    `but` is what occurs in sentences of another kind. With `alone` nothing else tells that it is this: agents do not
    name what they do.
    """

    trigger: re.Pattern[str]
    said: re.Pattern[str]
    but: re.Pattern[str] | None = None
    alone: bool = False


def _words(*wordings: str) -> re.Pattern[str]:
    return lazily("|".join(wordings), re.IGNORECASE)


_MORE = _words(
    r"\b(?:anything|something|what) else\b",
    r"\b(?:other|further|more|additional) (?:questions?|help|assistance)\b",
)
_BOOKING = (
    r"(?:appointment|booking|reservation|visit|table|flight|seat|room|order|trip|time|slot|schedule|delivery|"
    r"service|technician)"
)
_FREE = (
    r"(?:slots?|times?|openings?|appointments?|availability|dates?|tables?|rooms?|seats?|flights?|mornings?|"
    r"afternoons?|evenings?)"
)

_CLASSES = (
    # The opening question.
    _Class(
        _words(r"asks how it can help you"),
        _words(
            r"\bhow (?:can|may|could|might) (?:i|we) (?:help|assist|serve|direct|be of|make)\b",
            r"\bwhat (?:can|may|could) (?:i|we) (?:do|help|get|assist|look into|look up|check)\b(?: (?:for|with) you)?",
            r"\bwhy (?:are )?you(?:'re| are)? (?:calling|contacting|reaching)",
            r"\b(?:what|which) (?:are )?you(?:'re| are)? (?:calling|contacting us) (?:about|for|in)\b",
            r"\bwhat(?:'s| is| seems to be)? ?(?:the )?(?:reason|purpose|nature) (?:of|for|behind)\b",
            r"\bwhat (?:this|the|your) call is (?:about|regarding|in regards? to)\b",
            r"\bwhat(?:'s| is) (?:going on|this (?:call )?(?:about|regarding|in regards? to))\b",
            r"\bwhat brings you\b|\bwhat (?:do|did) you need (?:help|assistance)\b|\bwhat seems to be the\b",
            r"\bwhat would you like (?:help|to do) \b|\btell me (?:a (?:little|bit) about )?why you(?:'re| are) "
            r"calling\b",
        ),
        _MORE,
    ),
    # More to be told, and not more to be done.
    _Class(
        _words(
            r"asks (?:for|about|if (?:you have|there is|there's)|whether (?:you have|there is)|you to (?:provide|"
            r"give|share|add)) "
            r"(?:any|some) ?(?:(?:other|additional|further|more|extra|special) (?:information|info|details?|notes?|"
            r"comments?|"
            r"remarks?|concerns|instructions|requirements|requests)|thing (?:else )?(?:to add|(?:they|we|the \w+) "
            r"should know))\b",
        ),
        _words(
            r"\b(?:anything|something) (?:else )?(?:that )?(?:you(?:'d| would)? (?:like|want)|i|we|(?:the|your) \w+) "
            r"(?:us |me |the \w+ |your \w+ )?(?:to know|should (?:know|note|be aware of)|to add|to mention|need to "
            r"know)",
            r"\bany(?:thing)? (?:other|additional|further|more|special) (?:details?|information|info|notes?|comments?|"
            r"instructions|requests?|requirements)\b",
            r"\banything (?:else )?(?:to add|(?:you(?:'d| would) like )?to (?:mention|share|tell (?:me|us)|include|"
            r"note))\b",
        ),
    ),
    # Something has been booked.
    _Class(
        _words(
            rf"(?:confirms|provides) (?:the |your |a |an )?(?:new |final )?{_BOOKING}\b(?! (?:is|was) (?:not|cancel))",
            rf"(?:confirms|says) that (?:the |your |a |an )?(?:new )?{_BOOKING} (?:is|has been|was|are) (?:now )?"
            r"(?:booked|confirmed|scheduled|reserved|made|set|rescheduled|moved|placed|changed|updated)",
        ),
        _words(
            r"\byou(?:'re| are) (?:all )?(?:set|booked|confirmed|scheduled|good to go)\b(?! (?:to|up with))",
            r"\b(?:i|we)(?:'ve| have)? (?:got |put |have )?you (?:down|booked|scheduled|in|set up)\b",
            r"\bwe'?(?:ll| will) see you (?:on|then|at|there)\b|\bsee you (?:on|then)\b",
            rf"\b(?:your|the) (?:\w+ ){{0,2}}{_BOOKING} (?:is|has been) (?:now |all )?(?:booked|confirmed|scheduled|"
            rf"reserved|set(?: up)?|"
            r"placed|moved|changed|made)\b",
            r"\bi(?:'ve| have)? (?:just )?(?:re)?(?:booked|scheduled|moved|reserved|switched) (?:you|that|it|your|a|"
            r"the)\b",
        ),
        _words(
            r"\b(?:shall|should|would|could|can|do you|want|if|before|not|n't|until|once|currently|right now|at the "
            r"moment|previously|originally|i see|i can see|looks like)\b"
        ),
    ),
    # Nothing is free.
    _Class(
        _words(
            rf"says that (?:there (?:is|are) )?no (?:\w+ ){{0,2}}{_FREE}(?: (?:is|are|were|left|available).*)?$",
            r"says that .*\b(?:is|are) (?:not available|unavailable|n't available|fully booked|booked(?: up)?|sold "
            r"out|taken|full)$",
        ),
        _words(
            r"\b(?:fully|all|completely|totally) (?:booked|full|taken)\b|\bbooked (?:up|solid|out)\b|\bsold out\b",
            r"\b(?:is|are|it's|that's|already) taken\b|\bno longer (?:available|open|free)\b",
            r"\bnothing (?:open|available|left|free)\b|\b(?:don't|do not|can't|cannot) (?:see|have|find) (?:any|"
            r"anything|a)\b",
            rf"\bno (?:\w+ ){{0,2}}{_FREE}\b(?! (?:limit|needed|required))|\b(?:not|n't|un) ?available\b",
        ),
    ),
    # What is the matter.
    _Class(
        _words(
            r"asks (?:for|about|what) (?:your |the |is )?(?:\w+ )?(?:symptoms?|problem|issue|matter|trouble|wrong|"
            r"going on|happened)\b"
        ),
        _words(
            r"\bwhat(?:'s| is| are| seems? to be)? ?(?:the )?(?:wrong|bothering you|going on|the (?:matter|trouble|"
            r"issue|problem))\b",
            r"\bwhat (?:happened|are you (?:experiencing|having|feeling))\b|\bhow (?:are you feeling|do you feel)\b",
            r"\bwhat (?:kind|sort|type) of (?:problem|issue|trouble|symptom)|\btell me what (?:happened|is wrong|"
            r"you(?:'re| are) (?:feeling|experiencing))",
        ),
    ),
    # Why the caller wants something.
    _Class(
        _words(r"asks (?:you )?why\b", r"asks for (?:the|your|a) reason\b(?! for your call)"),
        _words(
            r"\bwhy (?:do|did|are|would|is|have) you\b|\bwhat(?:'s| is) (?:the reason|prompting|making you|behind|"
            r"causing)\b",
            r"\bwhat (?:made|makes|led|prompted) you\b|\bhow come\b|\b(?:may|can|could) i ask why\b|\bthe reason "
            r"(?:why|you)\b",
        ),
        _words(r"\bcalling\b"),
    ),
    # Somebody or something is on its way.
    _Class(
        _words(r"(?:confirms|says) that .*\b(?:dispatched|on (?:its|the|their) way|sent out|coming)\b"),
        _words(
            r"\b(?:crew|team|technician|driver|someone|somebody|unit|ambulance|help|engineer|mechanic|truck|order|"
            r"package)\b.{0,30}\b(?:on (?:the|its|their) way|dispatched|sent out|headed|en route|heading)\b",
            r"\b(?:sent|dispatched|sending) (?:out )?(?:a|an|the|our|your|someone)\b",
        ),
        _words(r"\b(?:shall|should|would you|could|do you want|if|before|not|n't)\b"),
    ),
    # Something that the caller has not asked for.
    _Class(
        _words(r"offers any upsell"),
        _words(
            r"\b(?:add|include|upgrade|upgrading|adding|sign(?:ing)? up|enrol\w*|join(?:ing)?)\b.{0,60}\?",
            r"\b(?:would you like|interested in|how about|want)\b.{0,40}\b(?:our|premium|deluxe|extended|protection|"
            r"insurance|warranty|membership|rewards|loyalty|upgrade|add-?on|extra|special|newsletter|bundle|package)\b",
            r"\bfor (?:just|only|an (?:extra|additional)) \$? ?\d|\bfor \$ ?\d+ (?:more|extra)\b",
            r"\b(?:special offer|promotion|add-?on|up-?grade)s?\b",
        ),
        _words(r"\b(?:did you (?:ask|request)|you asked|address|name|number|account number)\b"),
        alone=True,
    ),
    _Class(
        _words(r"offers anything"),
        _words(
            r"\b(?:would you (?:like|prefer|be interested)|do you want|shall i|should i|how about|"
            r"(?:i|we) (?:can|could) (?:offer|give|do)|can i (?:offer|interest)|are you interested|"
            r"(?:i|we) have\b.*\bor\b)",
        ),
        _words(r"\b(?:your (?:name|number|address|date of birth|email)|anything else)\b"),
        alone=True,
    ),
    # A price that is let down.
    _Class(
        _words(
            r"offers (?:\w+ ){0,3}(?:discount|promotion|deal|lower (?:price|rate)|better (?:price|rate|deal))"
        ),
        _words(
            r"\b\d+ ?(?:%|percent) (?:off|discount)\b|\bhalf (?:off|price)\b|\$ ?\d+ (?:off|less|back)\b|\b\d+ "
            r"dollars (?:off|less)\b",
            r"\btake .{1,20} off (?:your|the|of)\b|\b(?:lower|reduce|cut|drop) (?:your|the) (?:rate|price|bill|"
            r"monthly|fee|payment)\b",
            r"\b(?:discount|credit|promotion|special offer|deal)\b.{0,40}\b(?:if you|to stay|for you|available|"
            r"eligible)\b|\b(?:free|complimentary) month\b",
        ),
    ),
)


def wordings_for(trigger: str) -> tuple[int, ...]:
    """Return the classes that a trigger belongs to, for `wording_of`."""
    return tuple(place for place, each in enumerate(_CLASSES) if each.trigger.search(trigger))


def decide_alone(classes: tuple[int, ...]) -> bool:
    """Tell whether nothing but the wording shows that an agent does what a trigger of these classes waits for."""
    return any(_CLASSES[place].alone for place in classes)


def wording_of(classes: tuple[int, ...], sentences: tuple[str, ...]) -> str:
    """Return the words of an agent with which it does what a trigger of these classes waits for; empty for none."""
    for place in classes:
        each = _CLASSES[place]
        for sentence in sentences:
            found = each.said.search(sentence)
            if found is not None and (each.but is None or each.but.search(sentence) is None):
                return found.group()
    return ""
