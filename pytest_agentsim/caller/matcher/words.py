"""A text as stems: the words that matter, without their endings."""

from __future__ import annotations

from functools import lru_cache

from pytest_agentsim.caller.patterns import lazily

__all__ = ["SHORTEST_ROOT", "STOP_WORDS", "family", "plain", "stem", "stems", "tokens"]

TOKEN = lazily(r"[^\W_]+(?:['-][^\W_]+)*")
# Written as one word or as two.
COMPOUND = lazily(r"\b(post|zip)[ -](codes?)\b")
TYPOGRAPHIC = str.maketrans(
    {"\u2019": "'", "\u2018": "'", "“": '"', "”": '"', "\u2013": "-", "—": "-", "\u00a0": " "}
)

# Words that say how a sentence is built, who speaks and how politely; never what it is about.
_STOP_TEXT = """
    a an the this that these those some any each every all both either such i i'm i'll i've i'd me
    my mine myself we we're we'll we've us our ours you you're you'll you've you'd your yours
    yourself he him his she her it it's its itself they them their theirs he's she's that's there's
    here's am is are was were be been being do does did doing done have has had having will would
    shall should can could may might must ought isn't aren't wasn't weren't don't doesn't didn't
    haven't hasn't won't wouldn't can't couldn't shouldn't cannot and or but nor so if whether then
    than as while of to for in on at by with from about into onto over under up out off per via
    through during before after because since until not no yes please ok okay sure alright well just
    also too very really still yet only even again already now here there what which who whom whose
    when where why how agent assistant bot representative caller customer user main want wants
    wanted like need needs needed know let lets get gets got going go tell tells give gives say says
    said would'd kindly e g etc currently actually
"""
STOP_WORDS = frozenset(_STOP_TEXT.split())

IRREGULAR = {
    "born": "birth",
    "birthday": "birth",
    "birthdate": "birth",
    "dob": "birth",
    "bought": "buy",
    "sent": "send",
    "paid": "pay",
    "payment": "pay",
    "payments": "pay",
    "made": "make",
    "found": "find",
    "left": "leave",
    "leaving": "leave",
    "gave": "give",
    "taken": "take",
    "took": "take",
    "spelt": "spell",
    "spoke": "speak",
    "spoken": "speak",
    "held": "hold",
    "lost": "lose",
    "men": "man",
    "women": "woman",
    "children": "child",
    "people": "people",
    "persons": "person",
    "us": "us",
    "bus": "bus",
    "buses": "bus",
    "gas": "gas",
    "details": "detail",
    "info": "information",
    "rsvp": "rsvp",
    "appt": "appointment",
    "apt": "apartment",
    "bath": "bathroom",
    "baths": "bathroom",
    "beds": "bedroom",
    "bed": "bedroom",
    "films": "movie",
    "film": "movie",
    "taxi": "cab",
    "taxis": "cab",
    "e-mail": "email",
    "mails": "email",
    "telephone": "phone",
    "mobile": "phone",
    "cell": "phone",
    "cellphone": "phone",
    "postcode": "zip",
    "postal": "zip",
    "surname": "lastname",
    "booking": "book",
    "bookings": "book",
    "evening": "evening",
    "morning": "morning",
    "ceiling": "ceiling",
    "building": "building",
    "meeting": "meeting",
    "news": "news",
    "during": "during",
    "thing": "thing",
    "nothing": "nothing",
    "rating": "rating",
    "ratings": "rating",
    "better": "better",
    "need": "need",
    "speed": "speed",
    "feed": "feed",
    "wed": "wed",
}
# Endings that make one part of speech of another, longest first.
DERIVING = (
    *(
        "ization",
        "isation",
        "ational",
        "ations",
        "ation",
        "ition",
        "ments",
        "ment",
        "ances",
        "ance",
        "ences",
        "ence",
    ),
    *(
        "ures",
        "ure",
        "ants",
        "ant",
        "ents",
        "ent",
        "ions",
        "ion",
        "ings",
        "ing",
        "ives",
        "ive",
        "ors",
        "or",
        "ers",
    ),
    *("er", "als", "al", "ness", "ally", "ly", "ity", "ful", "at", "y", "i"),
)
SHORTEST_ROOT = 5
# "department" has nothing to do with departing.
NO_FAMILY = frozenset(
    ("department", "apartment", "international", "university", "general", "customer", "universal")
)
VOWEL = lazily(r"[aeiouy]")


def plain(text: str) -> str:
    """Replace typographic quotes and dashes by the plain ones."""
    return text.translate(TYPOGRAPHIC)


def tokens(text: str) -> list[str]:
    """Return the words of a text in lower case; "don't" and "drop-off" are one word each, "post code" too."""
    return TOKEN.findall(COMPOUND.sub(r"\1\2", plain(text).lower()))


@lru_cache(maxsize=8192)
def stem(word: str) -> str:
    """Return what a word's forms have in common; not always a word itself."""
    word = word.removesuffix("'s").removesuffix("'")
    word = IRREGULAR.get(word, word)
    if len(word) < 4 or not word.isascii() or word in IRREGULAR.values():
        return word
    base = _without_plural(word)
    for ending in ("ing", "ed"):
        shorter = base.removesuffix(ending)
        if shorter != base and len(shorter) >= 3 and VOWEL.search(shorter):
            base = shorter
            break
    return _undoubled(base.removesuffix("e") if len(base) > 3 else base)


@lru_cache(maxsize=8192)
def family(word_stem: str) -> str:
    """Return the root that a stem shares with other parts of speech: "relocat" for relocation and relocating."""
    if word_stem in NO_FAMILY:
        return word_stem
    for ending in DERIVING:
        root = word_stem.removesuffix(ending)
        if root != word_stem and len(root) >= SHORTEST_ROOT:
            return root[:-1] if root[-1] == root[-2] else root
    return word_stem


@lru_cache(maxsize=2048)
def stems(text: str) -> tuple[str, ...]:
    """Return the stems of the words that matter, in order and each once."""
    found = (stem(word) for word in tokens(text) if word not in STOP_WORDS)
    return tuple(dict.fromkeys(found))


def _without_plural(word: str) -> str:
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "shes", "ches", "xes")):
        return word[:-2]
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def _undoubled(word: str) -> str:
    if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "aeiou":
        word = word[:-1]
    return word[:-1] + "i" if word.endswith("y") and len(word) > 3 else word
