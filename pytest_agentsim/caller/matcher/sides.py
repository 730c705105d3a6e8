"""Which side of a pair of opposites a text is on: departure or arrival, bedrooms or bathrooms, first or last name."""

from __future__ import annotations

from functools import lru_cache

from pytest_agentsim.caller.patterns import lazily

__all__ = ["agree", "is_far", "is_on_way", "opposed", "sides_of"]

# Who speaks of one side only does not speak of the other.
PAIRS = tuple(
    (lazily(one), lazily(other))
    for one, other in (
        (
            r"\b(?:from|leav\w+|depart\w*|start\w*|pick\w*|origin\w*|board\w*)\b",
            (
                r"\b(?:destination|arriv\w*|drop\w*|return\w*|end|ends|"
                r"ending|back|till|until|land\w*|(?:travel\w*|fly\w*|get|ride|trip|bus|flight|train) "
                r"to|to (?:where|which|what)|where to|(?:get|be) (?:there|in))\b|\bto\W*$"
            ),
        ),
        (
            r"\b(?:outbound|onward|first leg|departing|departure|out|leaving|leave)\b",
            r"\b(?:return\w*|inbound|second leg|coming back|come back|way back|back|round[- ]trip)\b",
        ),
        (r"\bpick\w*\b", r"\b(?:drop\w*|return\w*)\b"),
        (r"\b(?:start\w*|begin\w*)\b", r"\b(?:end|ends|ending|finish\w*|until|till)\b"),
        (r"\bcheck(?:ing)?[- ]?in\b|\barriv\w*\b", r"\bcheck(?:ing)?[- ]?out\b|\b(?:leav\w*|depart\w*)\b"),
        (r"\bbed(?:s|rooms?)?\b", r"\bbath(?:s|rooms?)?\b"),
        (r"\b(?:adults?|grown-?ups?)\b", r"\b(?:child|children|kids?|infants?)\b"),
        (r"\b(?:first|given) name\b", r"\b(?:last|family) name\b|\bsurname\b"),
        (r"\bchecking\b", r"\bsavings?\b"),
        (r"\bbilling\b", r"\b(?:shipping|delivery|mailing)\b"),
        (r"\b(?:sender?|sending|from)\b", r"\b(?:recipient|receiver|payee|to (?:whom|who))\b"),
        (r"\bcheap\w*|\blow\w*\b", r"\bhigh\w*\b"),
        (r"\bmin(?:imum)?\b", r"\bmax(?:imum)?\b"),
        (r"\bopen\b", r"\bclosed?\b"),
        (r"\bavailable\b", r"\bunavailable\b"),
        (r"\b(?:approved|accepted)\b", r"\b(?:denied|declined|rejected)\b"),
        (r"\beligible\b", r"\bineligible\b"),
        (r"\bmorning\b", r"\b(?:afternoon|evening)\b"),
        (
            r"\bnew (?:customer|patient|member|client)\b",
            r"\b(?:existing|returning|current) (?:customer|patient|member|client)\b",
        ),
    )
)

WAYS = 4
# Of a stay, the arrival is the beginning.
STAY = lazily(r"\b(?:stay\w*|guests?|check(?:ing)?[- ]?(?:in|out))\b")
BEGINS, ENDS = lazily(r"\b(?:start\w*|begin\w*|from|first)\b"), lazily(r"\b(?:end\w*|until|till|last)\b")
CHECK_IN, CHECK_OUT = (WAYS, False), (WAYS, True)  # the first pair that is no way
# Where somebody goes is the end of the way; when somebody goes, its beginning.
GOING = lazily(r"\b(?:go|going|goes|head\w*|visit\w*)\b")
END_OF_WAY = (0, True)


@lru_cache(maxsize=2048)
def sides_of(text: str, *, of_time: bool = False) -> frozenset[tuple[int, bool]]:
    """Return the sides that a text (in lower case) is on: number of the pair, and whether it is the second side.

    `of_time` says that the text is about when something is, not where.
    """
    found, first = (_of_stay(text), WAYS) if STAY.search(text) else (set(), 0)
    if not first and not of_time and GOING.search(text):
        found.add(END_OF_WAY)
    for number, (one, other) in enumerate(PAIRS[first:], start=first):
        if one.search(text):
            found.add((number, False))
        if other.search(text):
            found.add((number, True))
    return frozenset(found)


def _of_stay(text: str) -> set[tuple[int, bool]]:
    """The side of a stay that a text about one is on, however it puts it: it has no other way."""
    found = set()
    if BEGINS.search(text):
        found.add(CHECK_IN)
    if ENDS.search(text):
        found.add(CHECK_OUT)
    return found


def opposed(
    wanted: frozenset[tuple[int, bool]], said: frozenset[tuple[int, bool]], *, ways: bool = False
) -> bool:
    """Whether of some pair one text names one side only, and the other text the other only.

    `ways` asks for the first pairs, which are about where things go and when they begin and end: common words that
    are often said of something else.
    """
    return bool(wanted and said) and any(
        (number < WAYS) is ways
        and (number, not second) in said
        and (number, second) not in said
        and (number, not second) not in wanted
        for number, second in wanted
    )


def agree(wanted: frozenset[tuple[int, bool]], said: frozenset[tuple[int, bool]]) -> bool:
    """Whether both texts are on the same side of some pair, and the wanted one on that side only."""
    return bool(wanted and said) and any(
        (number, second) in said and (number, not second) not in wanted for number, second in wanted
    )


def is_far(sides: frozenset[tuple[int, bool]]) -> bool:
    """Whether a text is about where or when something ends; who asks "which date?" means where it begins."""
    return any(second and (number, False) not in sides for number, second in sides if number < WAYS)


def is_on_way(sides: frozenset[tuple[int, bool]]) -> bool:
    """Whether a text tells at all where or when something begins or ends."""
    return any(number < WAYS for number, _ in sides)
