"""The text of a trigger as the matcher reads it: what the agent does, and about what."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pytest_agentsim.caller.matcher.acts import Act
from pytest_agentsim.caller.matcher.answers import is_of_time, noun_types
from pytest_agentsim.caller.matcher.lexicon import is_identity, things
from pytest_agentsim.caller.matcher.modifiers import specified_nouns
from pytest_agentsim.caller.matcher.sides import sides_of
from pytest_agentsim.caller.matcher.topics import all_processes
from pytest_agentsim.caller.matcher.words import plain, stems
from pytest_agentsim.caller.patterns import lazily

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Alternatives", "Part", "parse"]


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """One thing that the agent does. `topics` has one entry for each thing asked for or said.

    `reading` is 0 where its words are taken as they mostly are, and counts up the less likely ways to take them.
    """

    act: Act
    topics: tuple[Topic, ...]
    reading: int = 0

    @property
    def words(self) -> tuple[str, ...]:
        """The stems of all its topics."""
        return tuple(word for topic in self.topics for word in topic.words)


@dataclass(frozen=True, slots=True, eq=False)
class Topic:
    """What an act is about: the stems that matter, the types of the data, the quoted words."""

    words: tuple[str, ...]
    head: tuple[str, ...]
    types: frozenset[str]
    text: str
    whether: bool
    sides: frozenset[tuple[int, bool]]
    processes: frozenset[str]
    things: frozenset[str]
    specified: Mapping[str, frozenset[str]]
    identity: tuple[str, ...]  # the words that tell this piece of data from others of its type
    words_set: frozenset[str]


# The alternatives of a trigger; of each, all parts have to hold.
Alternatives = tuple[tuple[Part, ...], ...]

SUBJECT = lazily(
    r"^\W*(?:(?:when|if|once|after) )?(?:(?:the|an?|main|testing|ai|virtual|voice|phone|"
    r"other|customer service|support|automated) )*"
    r"(?:agent|assistant|bot|ivr|system|representative|rep|receptionist|operator|menu|it|"
    r"they|she|he|main agent)(?:'s (?:message|reply|response))?\b[,:]?\s*"
    r"(?:(?:has|have|is|are|will|then|now|also|finally|politely|explicitly|first|again|"
    r"just|only|correctly|verbally|successfully) )*",
    re.IGNORECASE,
)
ASKS = (
    r"(?:ask(?:s|ed|ing)?|request(?:s|ed|ing)?|inquires?|enquires?|quer(?:y|ies)|"
    r"prompt(?:s|ed|ing)?|want(?:s|ed)? to know|would like to know|need(?:s|ed)? to know|wonders?|"
    r"seeks?|demands?|solicits?)"
)
OFFERS = (
    r"(?:offer(?:s|ed|ing)?|propos(?:es|ed)|suggest(?:s|ed)?|recommend(?:s|ed)?|presents?|"
    r"lists?|comes? back with|(?:has )?found|finds|shows?)"
)
SAYS = (
    r"(?:tell(?:s|ing)?|told|gave|giv(?:es?|en|ing)|say(?:s|ing)?|said|stat(?:es?|ed|ing)|"
    r"provid(?:es?|ed|ing)|mention(?:s|ed|ing)?|inform(?:s|ed|ing)?|lets?|explain(?:s|ed|"
    r"ing)?|answer(?:s|ed)?|reads?(?: out)?|describ(?:es?|ed)|reports?|responds?|repl(?:y|"
    r"ies)|quot(?:es?|ed)|shar(?:es?|ed)|notif(?:y|ies|ied)|reveals?|announc(?:es?|ed)|"
    r"indicat(?:es?|ed)|claims?|warns?|advis(?:es?|ed)|specif(?:y|ies)|discloses?|"
    r"express(?:es)?|acknowledg(?:es?|ed)|admits?|points? out|assures?)"
)
PERFORMS = (
    r"(?:process|book|schedul|cancel+|updat|submit+|reschedul|grant|approv|complet|resolv|"
    r"finali[sz]|send|issu|place|refund|reset|unlock|verif[iy]|locat|add|remov|chang|"
    r"escalat|waiv|activat|block|order|purchas|reserv|appl)(?:y|e|es|s|ies|ed|ied|ing)?"
)

_MORE = (
    r"(?:any|some)(?:thing)? (?:else|more|further|other|additional)|anything else|"
    r"something else|(?:more|further|additional|other) (?:help|assistance|questions?|"
    r"concerns?)|what else|is all\b"
)
_BYE = (
    r"good ?bye|\bbye\b|farewell|(?:ends?|clos\w+|finish\w*|conclud\w+|wraps?|terminat\w+|"
    r"disconnect\w*)(?: up)? (?:the |this )?(?:call|conversation|chat|interaction)|hangs? "
    r"up|(?:wish\w*|tells?) you (?:to have )?a (?:\w+ )?(?:day|evening|night|week)|"
    r"(?:nice|good|great) (?:day|evening)|signs? off|thanks? you for (?:calling|your "
    r"(?:time|call))|takes? care"
)
_NOT_DONE = (
    r"could ?n[o']t|cannot|can'?t|unable|not able|fail\w*|\b(?:did|does|do|is|are|was|"
    r"were|has|have|will|would)(?:n't| not)\b|problem|trouble|issue with|unsuccess\w*|"
    r"unavailable|not available|no longer|fully booked|sold out|\bno (?:more |other )?\w+|"
    r"\b(?:nothing|none)\b|\berror\b|invalid|conflict|expired|declined|rejected|denied"
)
_DONE = (
    r"success\w*|(?:is|are|was|were|now|has been|have been|be) (?:all |now |been |fully "
    r")?(?:complete[d]?|booked|set|scheduled|rescheduled|reserved|made|sent|submitted|"
    r"added|playing|starting|bought|cancel\w+|done|rented|processed|updated|approved|"
    r"purchased|confirmed|filed|placed|refunded|verified|changed|moved|transferred|issued|"
    r"activated|unlocked|reset|renewed|resolved|fixed|waived|credited|ordered|created|"
    r"recorded|on (?:its|the) way)|went through|goes through|has gone through|(?:has|"
    r"have) (?:been|started|begun|arrived)|(?:you|they|it)(?: have|'ve)? (?:arrived|"
    r"booked|cancelled)"
)
_COUNT = (
    r"how many \w+(?: \w+)? (?:were|are|have been|it|they)?\s?(?:found|match|available)|"
    r"number of (?:matching |available )?\w+(?: \w+)? (?:found|match\w*|available)|number "
    r"of (?:results|matches|options|matching)"
)
_WISH = (
    r"(?:if|whether) (?:you )?(?:\w+ )?(?:want|would like|'d like|wish|prefer to|are "
    r"interested|need|(?:it|they|he|she|i) (?:should|can|may|could))|(?:if|whether) you'd "
    r"(?:like|prefer)|(?:if|whether) (?:it|they) should|whether to\b|\bto (?:go ahead|"
    r"proceed)\b|(?:for )?permission to|if (?:it is|it's) (?:ok|okay|alright) to"
)
_RIGHT = (
    r"\b(?:is|are|was|were)(?: all)? (?:correct|right|accurate|ok|okay|true)\b|"
    r"\bcorrectness\b|for (?:your )?confirmation$"
)
_DATA = (
    r"your (?!(?:\w+ )?(?:appointment|booking|reservation|order|details|request|"
    r"information|choice|selection|answer|cancellation|purchase|payment|trip|flight|ride|"
    r"intent))"
)
_PROVIDE = (
    r"(?:you )?(?:to )?(?:please )?(?:provide|give|tell|share|state|enter|say|specify|"
    r"supply|type|input|key in|select|choose|describe|spell|mention|indicate|send|"
    r"know)(?: (?:it|them|him|her|me|us|the agent|with|out))*"
)


def _rule(
    predicate: str, act: Act, *others: Act, drop: bool = True
) -> tuple[re.Pattern[str], bool, tuple[Act, ...], bool]:
    """Return a rule: of a predicate that begins with ^ all alternatives do."""
    return lazily(predicate, re.IGNORECASE), predicate.startswith("^"), (act, *others), drop


# The first rule that fits what follows the subject decides. Its match is not part of the topic (`drop`).
RULES = (
    _rule(r"(?<!\'s )\bmenu\b(?! (?:items?|prices?)\b)|\bpress (?:a key|\d)", Act.MENU),
    _rule(r"voice ?mail|answering machine|leave a message", Act.VOICEMAIL),
    _rule(rf"^(?:{ASKS}|{OFFERS}|{SAYS}|checks?|wants?)\b.*(?:{_MORE})", Act.ANYTHING_ELSE),
    _rule(
        r"\bhow (?:it|they|he|she|i|the agent|we)?\s*(?:can|may|could|might) (?:help|assist|"
        r"be of|direct)|\bhow to help|(?:reason for|purpose of) your (?:call|visit)|\bwhy "
        r"you(?:'re| are)? call|what you (?:need|want|would like) (?:help|today)|what "
        r"(?:brings you|you need$|you are calling)|what (?:it|they) can (?:do|help)|(?:reason|"
        r"purpose) (?:for|of) (?:calling|the call)(?<!their reason for calling)$",
        Act.HOW_HELP,
    ),
    _rule(
        r"(?:their|its|the) (?:reason|purpose) (?:for|of) (?:calling|(?:their|its|the) call)|"
        r"why (?:they|it|he|she)(?:'re|'s| are| is)? calling",
        Act.CALL_REASON,
    ),
    _rule(
        r"\byou(?:'re| are) (?:\w+ )?welcome\b|^(?:acknowledg\w+|accepts?|responds? to|reacts? to|answers?) "
        r"(?:your|the caller's) (?:thanks|gratitude|thank you)\b",
        Act.WELCOME,
    ),
    _rule(_BYE, Act.GOODBYE),
    _rule(
        r"^(?:greet\w*|welcom\w*|answers? the (?:call|phone)|picks? up|opens? the call|"
        r"(?:says?|said) (?:hello|hi)\b)",
        Act.GREET,
    ),
    _rule(
        r"^(?:introduc\w+|identif(?:y|ies) (?:it|them|him|her)sel(?:f|ves)|(?:gives?|states?|"
        r"says?|mentions?) (?:its|their|his|her) (?:own )?name)",
        Act.INTRODUCE,
        Act.GREET,
    ),
    _rule(
        r"^(?:transfer\w*|connect\w*|rout\w+|forward\w*|redirect\w*|escalat\w+|hands?)\b|^(?:"
        + SAYS
        + "|"
        + OFFERS
        + r")\b.*\b(?:transfer(?:s|ring|red)?|connect(?:s|ing)?|rout(?:e|es|ing)|forward(?:s|"
        r"ing)?|redirect\w*|put(?:ting)?) (?:you|your call|the call|them|to (?!go\b|another (?:bus|flight|train)))\b|"
        r"^offers?.*(?:human|representative|live agent)",
        Act.TRANSFER,
    ),
    _rule(
        r"\b(?:on hold|to (?:hold|wait)|hold on|one moment|please hold|a moment|to stay on "
        r"the line)\b|^puts? you\b",
        Act.HOLD,
    ),
    _rule(
        rf"^(?:{ASKS}|{SAYS})\b.*\b(?:to )?(?:repeat|rephrase|say (?:it|that|this|your \w+) "
        r"again)\b",
        Act.REPEAT,
    ),
    _rule(
        r"(?:did|does|do|could|can)(?: not|n't|not) (?:\w+ )?(?:understand|hear|catch|get "
        r"(?:that|what|it))|misunderst\w+|is confused|unclear",
        Act.NOT_UNDERSTOOD,
        Act.REPEAT,
    ),
    _rule(
        r"(?:can ?not|can't|unable to|not able to|could not|won't) (?:help|assist|do (?:that|"
        r"so|this)|fulfil\w*|answer|provide|share|discuss|give|comply|offer|process)\b|(?:out|"
        r"outside) (?:of )?(?:its )?scope|^refus\w+|^declin\w+|^den(?:y|ies)\b|^reject\w*|"
        r"request could not be",
        Act.CANNOT_HELP,
        Act.FAILED,
    ),
    _rule(
        r"^apologi[sz]e\w*|^(?:says?|is|expresses?|tells? you)\b[^.]* sorry\b|^expresses? "
        r"regret",
        Act.APOLOGISE,
    ),
    _rule(r"^thanks?\b(?! you for)|^expresses? (?:gratitude|thanks)|^thanks you\b", Act.THANK),
    _rule(rf"^(?:{ASKS}|checks?|verif(?:y|ies))\b.*(?:{_RIGHT})", Act.CHECK),
    _rule(
        rf"^{ASKS} (?:you )?(?:to |for )?(?:re)?(?:confirm|verify|verification of|confirmation "
        rf"of|double-check|check)\w*(?: (?:if|whether|that))? (?={_DATA})",
        Act.ASK,
        Act.CHECK,
    ),
    _rule(
        rf"^{ASKS} (?:you )?(?:to |for )?(?:re)?(?:confirm|verif|double-check|"
        r"check)\w*(?!\w*(?: \w+)? (?:code|number|id)\b)",
        Act.CHECK,
        Act.OFFER_TO,
    ),
    _rule(rf"^(?:{ASKS}|checks?|wants?)\b[^.]*?(?:{_WISH})", Act.OFFER_TO),
    _rule(rf"^(?:{ASKS}) (?:you )?(?={_PROVIDE}\b)(?:{_PROVIDE})", Act.ASK),
    _rule(rf"^{ASKS}\b(?: (?:you|the caller|the customer)\b)?(?: (?:for|about|to know|of)\b)*", Act.ASK),
    _rule(r"^(?:needs|wants)\b(?! to)", Act.ASK, Act.STATE),
    _rule(
        rf"^{OFFERS} (?:you )?(?:to )(?=\w)|^offers? (?:you )?(?:help|assistance) (?:to|with|"
        r"in)",
        Act.OFFER_TO,
    ),
    _rule(rf"^{OFFERS} (?=no\b)", Act.FAILED),
    _rule(r"^offer(?:s|ed|ing)?(?: you)?", Act.SUGGEST, Act.OFFER_TO),
    _rule(rf"^{OFFERS}(?: (?:you|up|out)\b)*", Act.SUGGEST),
    _rule(
        r"^(?:reads? back|repeats? back|repeats?|double-checks?|recaps?|summari[sz]es|"
        r"reviews?|goes over|checks?|restates?)",
        Act.CHECK,
    ),
    _rule(r"^verif(?:y|ies|ied)\b", Act.CHECK, Act.DONE, Act.ASK),
    _rule(r"^confirm(?:s|ed|ing)? (?:\w+ ){0,5}details?\b", Act.CHECK, Act.STATE),
    _rule(r"^confirm(?:s|ed|ing)? (?:whether|if|how|what|when|where)\b", Act.STATE),
    _rule(rf"^confirm(?:s|ed|ing)?\b(?=.*\b(?:{_NOT_DONE}))", Act.FAILED),
    _rule(
        r"^confirm(?:s|ed|ing)?(?: (?:that|to you that|with you|you)\b)*(?= "
        rf"(?:.*\b)?(?:{_DONE}))",
        Act.DONE,
    ),
    _rule(rf"^confirm(?:s|ed|ing)? (?={_DATA})", Act.DONE, Act.STATE),
    _rule(r"^confirm(?:s|ed|ing)?(?: (?:that|to you that|with you|you)\b)*", Act.DONE),
    _rule(rf"^(?:{SAYS})\b.*(?:{_COUNT})", Act.COUNT, drop=False),
    _rule(
        rf"^{SAYS}(?: (?:you|that|the caller|know)\b)*(?= (?:.*\b)?(?:{_NOT_DONE}))(?! "
        r"(?:whether|if|why|what|which|how|your))",
        Act.FAILED,
    ),
    _rule(rf"^(?={_NOT_DONE})", Act.FAILED),
    _rule(
        rf"^{SAYS}(?: (?:you|that|the caller|know)\b)*(?= (?:.*\b)?(?:{_DONE}))(?! (?:whether|"
        r"if|where|when|how|what))",
        Act.DONE,
    ),
    _rule(
        r"^(?:respond|repl|answer|acknowledg|react)(?:s|ies|es|ed|ing)?\b(?: (?:to|your|you|"
        r"the|with|that|positively|request|requests|question|questions|message|call|caller|"
        r"caller's|concern|concerns|an?|any|anything|reply|response|answer))*\s*[.]?$",
        Act.RESPOND,
    ),
    _rule(rf"^{SAYS}(?: (?:you|that))* (?=(?:it|they|he|she) (?:will )?needs? your\b)", Act.STATE, Act.ASK),
    _rule(
        rf"^{SAYS}(?: (?:you|that|to you|the caller|know|about|with|back|out|of|for|an?|the|"
        r"your|some|details)\b)*",
        Act.STATE,
    ),
    _rule(rf"^(?={PERFORMS}\b)", Act.DONE),
)
OFFERED_ITEM = lazily(
    rf"^{SAYS}\b.*\b(?:(?:it|they) (?:has |have )?found|is available$|are available$|"
    r"available (?:\w+ )?(?:slots?|times?|options?|dates?|appointments?))",
    re.IGNORECASE,
)

PART_BREAK = lazily(
    rf"\s*(?:,|\band\b|\bthen\b)+\s+(?=(?:(?:then|also) )?(?:{ASKS}|{OFFERS}|{SAYS}|"
    r"confirms?|wants?|greets?|transfers?|puts?|reads?)\b(?! (?:and|of|or)\b))",
    re.IGNORECASE,
)
OR_BREAK = lazily(
    rf"\s*,?\s*\bor\b\s+(?=(?:(?:then|also) )?(?:{ASKS}|{OFFERS}|{SAYS}|confirms?|wants?|"
    r"greets?|transfers?|puts?|reads?|ends?)\b)",
    re.IGNORECASE,
)
ITEM_BREAK = lazily(r"\s*(?:,\s*(?:and\s+)?|\band\b|&|\bas well as\b)\s*(?:also\s+)?", re.IGNORECASE)
ITEM_START = lazily(
    r"^(?:for |about )?(?:your|the|a|an|how|what|when|where|which|full|date|name|phone|"
    r"email|address|account|zip|order|start|end)\b|^\w+$|^\w+ \w+$"
)
PURPOSE = lazily(
    r"\s+(?:(?:in order )?to (?:verify|confirm|authenticate|look up|find|access|pull up|"
    r"check|locate|help|assist|proceed|complete|continue)|so (?:that )?(?:it|they) can|"
    r"for (?:verification|identification|security)|before \w+ing|as part of)\b.*$",
    re.IGNORECASE,
)
WHETHER = lazily(
    r"^\W*(?:(?:you|know|for|about) )*(?:whether|if)\b|^\W*(?:(?:you|about|of|the) )*(?:presence|existence) of\b|"
    r"\byes(?:/| or )no\b",
    re.IGNORECASE,
)
HEAD_END = lazily(
    r"\b(?:where|which|that|to|in|at|on|from|for|is|are|will|with|by|whether|if|when|"
    r"based|associated)\b|(?<!number)(?<!name)(?<!type)(?<!kind)(?<!date)(?<!reason) of\b"
)
# "they need your phone number" is said without a number; "what your phone number is" is not.
CLAUSE = lazily(
    r"\b(?:needs?|requires?|will|would|can|must|should|is|are|was|were|has|have|wants?)\b", re.IGNORECASE
)
QUESTION_WORD = lazily(r"\W*(?:what|which|when|where|who|how|why)\b", re.IGNORECASE)
LEADING = lazily(
    r"^\W*(?:(?:you|for|about|of|to|the|your|a|an|that|their|its|some|any)\b\W*)*", re.IGNORECASE
)


def parse(text: str) -> Alternatives:
    """Parse a trigger's text; never fails: what is not recognised is of the act UNKNOWN."""
    readings: list[tuple[Part, ...]] = []
    for alternative in OR_BREAK.split(_trimmed(text)):
        readings += _combined(
            [_readings(clause) for clause in PART_BREAK.split(alternative) if clause.strip()]
        )
    return tuple(readings)


def _trimmed(text: str) -> str:
    return SUBJECT.sub("", plain(text).strip(), count=1).rstrip(" .!")


def _combined(clauses: list[list[Part]]) -> list[tuple[Part, ...]]:
    """All parts of the main reading together, and each other reading of the clauses likewise."""
    depth = max((len(clause) for clause in clauses), default=0)
    return [tuple(clause[min(level, len(clause) - 1)] for clause in clauses) for level in range(depth)]


def _readings(clause: str) -> list[Part]:
    clause = SUBJECT.sub("", clause.strip(), count=1)
    for pattern, begins, acts, drop in RULES:
        # `search` would try a rule that begins with ^ at every letter.
        found = pattern.match(clause) if begins else pattern.search(clause)
        if found is not None:
            about = clause[found.end() :] if drop and found.start() == 0 else clause
            extra = (Act.SUGGEST,) if OFFERED_ITEM.search(clause) and Act.STATE in acts else ()
            return [Part(act, _topics(act, about), reading) for reading, act in enumerate((*acts, *extra))]
    return [Part(Act.UNKNOWN, (_topic(clause, Act.UNKNOWN),))]


def _topics(act: Act, about: str) -> tuple[Topic, ...]:
    about = PURPOSE.sub("", about) if act is Act.ASK else about
    if act not in (Act.ASK, Act.STATE) or WHETHER.search(about):
        return (_topic(about, act),)
    items = [item for item in ITEM_BREAK.split(about) if item.strip()]
    if len(items) < 2 or not all(ITEM_START.search(item.strip().lower()) for item in items[1:]):
        return (_topic(about, act),)
    return tuple(_topic(item, act) for item in items)


def _topic(about: str, act: Act) -> Topic:
    text = LEADING.sub("", about.strip())
    words = stems(text)
    head = stems(HEAD_END.split(text.lower(), maxsplit=1)[0]) or words[:2]
    whether = WHETHER.search(about) is not None
    is_clause = act is Act.STATE and CLAUSE.search(text) is not None and QUESTION_WORD.match(text) is None
    lowered = text.lower()
    types = frozenset() if whether or is_clause else noun_types(text)
    return Topic(
        words=words,
        head=head,
        types=types,
        text=text,
        whether=whether,
        sides=sides_of(lowered, of_time=is_of_time(types)),
        processes=all_processes(words),
        things=things(words),
        specified=specified_nouns(lowered),
        identity=tuple(word for word in words if is_identity(word)),
        words_set=frozenset(words),
    )
