"""What type of answer a question asks for, and what types of value a statement gives."""

from __future__ import annotations

from functools import lru_cache

from pytest_agentsim.caller.matcher.words import stem, stems, tokens
from pytest_agentsim.caller.patterns import lazily

__all__ = [
    "asked_types",
    "asked_which",
    "is_of_time",
    "noun_types",
    "question_word_types",
    "value_types",
    "word_types",
]

NOUN_TYPES = {
    "place": "city town location area where place region neighborhood neighbourhood destination part "
    "origin station airport venue municipality locality",
    "address": "address street",
    "date": "date day month year when weekday",
    "time": "time hour when slot",
    "count": "many count quantity",
    "duration": "duration length long nights",
    "money": "price cost fare amount budget balance fee rent payment charge total money",
    "name": "name title who whom lastname",
    "phone": "phone telephone callback contact",
    "email": "email contact",
    "kind": "type kind category genre class style sort classification",
    "reason": "reason why purpose issue problem concern symptoms",
    "code": "number code id pin ssn zip reference identification",
    "rating": "rating stars score",
    "percent": "percent percentage",
}
_TYPES_OF: dict[str, set[str]] = {}
for _type, _nouns in NOUN_TYPES.items():
    for _noun in _nouns.split():
        _TYPES_OF.setdefault(stem(_noun), set()).add(_type)

# A place that is asked for may be either of them.
_ENDS_OF_A_WAY = frozenset((stem("origin"), stem("destination")))
_NONE: frozenset[str] = frozenset()

NUMBER_TO_CALL = lazily(r"\bnumber (?!of\b).{0,15}\b(?:call|reach|text|dial|contact)\b")
# "The phone number of the hotel" counts nothing.
NO_COUNT = "".join(
    rf"(?<!\b{word} )"
    for word in (
        "phone",
        "telephone",
        "contact",
        "account",
        "card",
        "order",
        "policy",
        "member",
        "room",
        "flight",
        "id",
    )
)
# Question words that settle the type by themselves.
QUESTION_WORDS = (
    (
        lazily(
            rf"\bhow (?:many|large|big)\b|{NO_COUNT}\b(?:number|count|quantity|total) of (?!days|nights|"
            r"hours)|\b(?:party|group) size\b"
        ),
        {"count"},
    ),
    (lazily(r"\bhow (?:much|expensive)\b"), {"money"}),
    (
        lazily(
            r"\bhow long\b|\bnumber of (?:days|nights|hours)\b|\bhow many (?:days|nights|hours|"
            r"minutes)\b"
        ),
        {"duration"},
    ),
    (lazily(r"\bwhere(?:abouts|'s)?\b"), {"place", "address"}),
    (lazily(r"(?<!\bdate )(?<!\bday )(?<!\btime )\bwhen\b"), {"date", "time"}),
    (lazily(r"\bbirth(?:day|date)?\b|\bborn\b|\bdob\b"), {"date"}),
    (
        lazily(
            r"\b(?:travel|travell?ing|journey|transfer|ride|trip|driving|drive|waiting|wait|processing|delivery|"
            r"running|response|turnaround) times?\b|\btime (?:it takes|to (?:the |your )?destination)\b"
        ),
        {"duration"},
    ),
    (lazily(r"\bhow (?:early|late|soon)\b"), {"time"}),
    (lazily(r"\bwho(?:m|'s)?\b"), {"name"}),
    (NUMBER_TO_CALL, {"phone"}),
    (
        lazily(
            r"\bwhy\b|\bwhat (?:brings|happened)\b|\bwhat(?:'s| is| seems to be) (?:wrong|going "
            r"on)\b"
        ),
        {"reason"},
    ),
)
# What is to be named in the answer.
PREFERRED = r"(?:particular|specific|preferred|desired|favou?rite|special|certain)"
WHICH_THING = lazily(
    rf"\b(?:an?|any|your|which) (?:{PREFERRED} )((?:[\w'-]+ )?[\w'-]+)|"
    r"\bpreferences? (?:of|for)(?: the| an?)? ((?:[\w'-]+ )?[\w'-]+)|"
    r"\b(?:do you have|is there) (?:an?|any) ((?:[\w'-]+ )?[\w'-]+) (?:that |which )?"
    r"(?:you(?:'d| would)? (?:like|prefer|want|wish)|in mind)|"
    r"\b(?:what|which)(?: one)?(?: of the)? ((?:[\w'-]+ ){0,2}?[\w'-]+?)"
    r"(?=\W*$| (?:do|does|did|would|will|are|is|should|shall|can|could|may|you|i|we|it|in|at|for)\b)"
)
PHRASE = (
    r"((?:(?!(?:do|does|did|would|will|are|is|should|shall|can|could|to|for|in|on|at|"
    r"that|you|i|where|when|which|what|so|from|with|works?)\b)[\w'-]+[,\s]*){1,8})"
)
# The noun phrase that is asked for: what follows "what/which" or a request, up to the next verb.
ASKED_PHRASE = lazily(
    r"\b(?:what(?:'s| is| are| was| would be| will be)?|which|(?:certain|particular|specific|preferred)|"
    r"(?:provide|give|have|get|tell|need|share|enter|state|confirm|verify|spell|say|take|describe|explain|"
    r"know|type|specify)(?: (?:me|us|with))*)"
    rf"\s+{PHRASE}"
)
PREFERENCE_FOR = lazily(rf"\bpreferences? (?:for|of|on|about|regarding|as to) {PHRASE}")
END_OF_HEAD = lazily(r"\b(?:where|which|that|for|in|at|to|from|on|with|based|when|who|so)\b")

# What takes place is no place.
TAKING_PLACE = lazily(r"\bt(?:ak(?:e|es|en|ing)|ook) place\b")

MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|"
    r"sep(?:t(?:ember)?)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
NUMBER = r"(?:\d+|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)"
VALUES = (
    (
        "money",
        lazily(
            r"[$€£]\s?\d+(?:[.,]\d+)*|\b\d+(?:[.,]\d+)*\s?(?:dollars?|bucks|usd|eur|euros?|pounds?|cents?|"
            r"credits?|gbp)\b|\bfree of charge\b|\b(?:is|are|for) free\b|\bfree (?:entry|entrance|admission)\b|"
            r"\b(?:costs?|price|fare|fee|total)(?: (?!number\b)[a-z']+){0,3} \d+(?:[.,]\d+)*\b|"
            r"\b(?:in)?expensive\b|\bcheap\b|\bmoderate(?:ly)?\b"
        ),
    ),
    ("phone", lazily(r"\+?\(?\d[\d\-.() ]{6,}\d")),
    ("email", lazily(r"[\w.+-]{1,64}@[\w-]{1,64}\.\w|\bat \w+ dot (?:com|org|net)\b")),
    (
        "address",
        lazily(
            r"\d+ (?:[\w.']+ ){0,4}(?:street|st|avenue|ave|road|rd|boulevard|blvd|drive|dr|lane|"
            r"ln|way|highway|hwy|court|square|plaza|parkway|broadway|alley|circle|real|walk|"
            r"mall)\b|\blocated at\b|\baddress (?:is|would be)\b|\b(?:suite|#)\s?\d"
        ),
    ),
    (
        "time",
        lazily(
            r"\b\d{1,2}(?::\d\d)?\s?[ap]\.?m\b|\b\d{1,2}:\d\d\b|\bnoon\b|\bmidnight\b|\bo'clock\b|"
            r"\b(?:in the|this|tomorrow) (?:morning|afternoon|evening)\b"
        ),
    ),
    (
        "date",
        lazily(
            rf"\b{MONTH}\.? \d+(?:st|nd|rd|th)?\b|\b\d{{1,2}}(?:st|nd|rd|th)\b|\b\d{{4}}-\d\d-\d\d\b|"
            rf"\b\d{{1,2}}/\d{{1,2}}(?:/\d+)?\b|\b(?:mon|tues|wednes|thurs|fri|satur|sun)days?\b|"
            r"\btoday\b|\btomorrow\b|\bnext week\b|\b(?:in|from|since|year|of) (?:19|20)\d\d\b"
        ),
    ),
    ("rating", lazily(r"\b\d\.\d\b|\b\d stars?\b|\brat(?:ed|ing)\b")),
    ("percent", lazily(r"\d+(?:\.\d+)?\s?(?:%|percent)")),
    (
        "duration",
        lazily(
            rf"\b{NUMBER}[ -](?:(?:business|working) )?(?:min(?:ute)?s?|hours?|hrs?|days?|nights?|weeks?|months?)\b|"
            r"\ball day\b"
        ),
    ),
    ("count", lazily(rf"\b(?:{NUMBER}|zero|several)\b")),
    (
        "code",
        lazily(
            r"\b(?:reference|confirmation|booking|tracking)(?: (?:number|code|id))?(?: is| will be|:)? "
            r"(?!(?:numbers?|codes?|emails?|number's)\b)(?=[a-z]*[^aeiou\s]{3}|[a-z]*\d)[a-z0-9]{6,}\b|"
            r"\b(?=[a-z-]*\d)[a-z0-9]+(?:-[a-z0-9]+)*\b|\b(?:[a-z0-9][ -]){3,}[a-z0-9]\b"
        ),
    ),
)

# Their digits are no value of another type.
OF_DIGITS = frozenset(("money", "phone", "address", "time", "date", "rating", "percent"))


@lru_cache(maxsize=2048)
def asked_types(question: str) -> frozenset[str]:
    """Return the types of answer that would satisfy a question; empty when it is open or yes/no."""
    text = question.lower()
    found: set[str] = set()
    found |= question_word_types(text)
    for phrase in (*ASKED_PHRASE.findall(text), *PREFERENCE_FOR.findall(text)):
        found |= _types_in(phrase)
    return frozenset(found)


@lru_cache(maxsize=2048)
def asked_which(question: str) -> frozenset[str]:
    """Return the stems of what is to be chosen by its name: "which hotel would you like?" (in lower case)."""
    return frozenset(word for phrases in WHICH_THING.findall(question) for word in stems(" ".join(phrases)))


@lru_cache(maxsize=1024)
def noun_types(phrase: str) -> frozenset[str]:
    """Return the types that a description names ("the date of birth" is a date); its head phrase decides."""
    text = phrase.lower()
    if NUMBER_TO_CALL.search(text):
        return frozenset(("phone",))
    for part in (END_OF_HEAD.split(text, maxsplit=1)[0], text):
        found = question_word_types(part) or _types_in(part)
        if found:
            return frozenset(found)
    return frozenset()


@lru_cache(maxsize=2048)
def value_types(statement: str) -> frozenset[str]:
    """Return the types of the values that a statement contains."""
    text = statement.lower()
    found = set()
    for name, pattern in VALUES:
        if pattern.search(text):
            found.add(name)
            if name in OF_DIGITS:  # which count nothing else and are no code
                text = pattern.sub(" ", text)
    return frozenset(found)


@lru_cache(maxsize=2048)
def question_word_types(text: str) -> frozenset[str]:
    """Return the types of answer that question words settle ("where", "how many", in lower case)."""
    return frozenset(each for pattern, types in QUESTION_WORDS if pattern.search(text) for each in types)


def is_of_time(types: frozenset[str]) -> bool:
    """Whether types of answer tell when something is, and not where."""
    return not types.isdisjoint(("date", "time")) and "place" not in types


def word_types(word_stem: str) -> frozenset[str]:
    """Return the types of data that a single stem names."""
    return _NONE if word_stem in _ENDS_OF_A_WAY else frozenset(_TYPES_OF.get(word_stem, ()))


def _types_in(phrase: str) -> set[str]:
    phrase = TAKING_PLACE.sub(" ", phrase)
    found = {each for word in tokens(phrase) for each in _TYPES_OF.get(stem(word), ())}
    # "phone number", "date and time": a code is only what nothing else specifies.
    return found - {"code"} if found - {"code", "name"} else found
