"""Turn what an instruction says about "you" into what the caller says about "I"."""

from __future__ import annotations

import re

from pytest_agentsim.caller.patterns import lazily

__all__ = ["as_question", "first_person", "sentence"]

# Longest first: "you're" before "you".
TURNS = {
    "you are": "I am",
    "you were": "I was",
    "you're": "I'm",
    "you've": "I've",
    "you'd": "I'd",
    "you'll": "I'll",
    "are you": "am I",
    "were you": "was I",
    "yourself": "myself",
    "yours": "mine",
    "your": "my",
    "you": "I",
    "they are": "you are",
    "they're": "you're",
    "they've": "you've",
    "they'll": "you'll",
    "they'd": "you'd",
    "they": "you",
    "them": "you",
    "their": "your",
    "theirs": "yours",
    "themselves": "yourselves",
    "the main agent's": "your",
    "the agent's": "your",
    "the agent is": "you are",
    "the agent has": "you have",
    "the agent can": "you can",
    "the main agent": "you",
    "the agent": "you",
    "the representative": "you",
    "the assistant": "you",
    "the bot": "you",
    "the receptionist": "you",
    "i": "I",
}
_TURNED = lazily(
    r"(?<![\w'])(?:"
    + "|".join(re.escape(each).replace("'", "['\u2019]") for each in sorted(TURNS, key=len, reverse=True))
    + r")(?![\w'\u2019])",
    re.IGNORECASE,
)
# "I" after a verb or a preposition, at the end or before more, is "me".
OBJECT = lazily(
    r"\b(to|for|with|from|about|of|at|by|on|behind|help|helps|helped|call|calls|called|"
    r"tell|tells|told|give|gives|gave|send|sends|sent|charge|charged|"
    r"charges|let|lets|make|makes|made|show|shows|transfer|transferred|connect|bill|"
    r"billed|cost|costs|owe|owes|email|emails|text|texts|contact|contacts|"
    r"reach|remind|inform|informed|put|putting|ask|asked|assist|refund|refunds|reimburse|"
    r"update|updates|bother|bothers|see|pay|pays|book|getting|get|gets|stop|stopped|offer|"
    r"offered|promised|suits?|waive)\s+I\b(?!\s+(?:am|have|had|was|can|could|will|would|"
    r"need|want|should|do|did|don't|already|just|never|might|may|received|called|made|"
    r"paid|lost|owe|sent|ordered|booked|think|know)\b)"
)
# The other person as subject: "them" was turned to "you", "they is" never arises.
AGENT_VERB = lazily(r"\byou (is|has|was|does)\b")
PLURAL = {"is": "are", "has": "have", "was": "were", "does": "do"}

AUXILIARIES = r"am|is|are|was|were|can|could|will|would|shall|should|may|might|must|do|does|did|have|has|had"
SUBJECT_AND_AUXILIARY = lazily(
    r"^(?P<subject>(?:(?:the|a|an|my|your|this|that|these|those|any|"
    rf"some)\s+)?(?:[\w'-]+\s+){{0,4}}?[\w'-]+)\s+(?P<auxiliary>{AUXILIARIES})\b\s*(?P<rest>.*)$",
    re.IGNORECASE,
)
SUBJECT_AND_VERB = lazily(r"^(?P<subject>I|you|we|there)\s+(?P<verb>[\w'-]+)\s*(?P<rest>.*)$", re.IGNORECASE)
NOUN_AND_VERB = lazily(
    r"^(?P<subject>(?:the|a|an|my|your|this|that|it|he|"
    r"she)(?:\s+[\w'-]+){0,3}?)\s+(?P<verb>costs?|takes?|includes?|covers?|works?|needs?|"
    r"accepts?|requires?|offers?|opens?|closes?|starts?|ends?|expires?|arrives?|leaves?|"
    r"departs?|means?|happens?|comes?|ships?|applies|apply)\b\s*(?P<rest>.*)$",
    re.IGNORECASE,
)
CONTRACTED = {
    "i'm": ("I", "am"),
    "i've": ("I", "have"),
    "i'd": ("I", "would"),
    "i'll": ("I", "will"),
    "you're": ("you", "are"),
    "you've": ("you", "have"),
    "it's": ("it", "is"),
    "there's": ("there", "is"),
    "you'll": ("you", "will"),
}


def first_person(text: str) -> str:
    """Turn the person of an instruction: you to I, your to my, them and the agent to you."""
    turned = _TURNED.sub(lambda found: TURNS[found.group().lower().replace("\u2019", "'")], text)
    turned = OBJECT.sub(lambda found: f"{found.group(1)} me", turned)
    return AGENT_VERB.sub(lambda found: f"you {PLURAL[found.group(1)]}", turned)


def as_question(clause: str) -> str:
    """Turn "the clinic is open" to "is the clinic open"; a clause that cannot be turned stays as it is."""
    first, _, rest = clause.partition(" ")
    if first.lower().replace("\u2019", "'") in CONTRACTED:
        subject, verb = CONTRACTED[first.lower().replace("\u2019", "'")]
        return f"{verb} {subject} {rest}".strip()
    found = SUBJECT_AND_AUXILIARY.match(clause)
    if found is not None and not _has_own_verb(found["subject"]):
        return f"{found['auxiliary'].lower()} {found['subject']} {found['rest']}".strip()
    found = SUBJECT_AND_VERB.match(clause) or NOUN_AND_VERB.match(clause)
    if found is None:
        return clause
    third = found["subject"].lower() not in ("i", "you", "we", "there")
    third = third and found["verb"].endswith("s")
    verb = _infinitive(found["verb"]) if third else found["verb"]
    return f"{'does' if third else 'do'} {found['subject']} {verb} {found['rest']}".strip()


def _has_own_verb(subject: str) -> bool:
    """Whether what looked like a long subject is "I need to know what" or the like."""
    return re.match(r"(?:I|you|we)\s+\w", subject) is not None


def _infinitive(verb: str) -> str:
    if verb.endswith("ies"):
        return verb[:-3] + "y"
    return verb.removesuffix("s")


def sentence(text: str, end: str = ".") -> str:
    """Return the text as a sentence: a capital first and a mark at the end."""
    text = re.sub(r"\s+", " ", text).strip(" ,;")
    if not text:
        return ""
    closed = text if text[-1] in ".!?…" else text + end
    return closed[0].upper() + closed[1:]
