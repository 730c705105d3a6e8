"""Steps that say under which condition the caller gives or takes something, as an action and its "when".

"Do not give your phone number unless asked twice" is to provide it when asked for it, after having refused once.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from pytest_agentsim.caller.patterns import lazily

__all__ = ["Constraint", "constraint_of", "is_constraint", "wish_of"]

GIVEN_OPTIONS = "given options"
_NOT = r"(?:do not|don't|never|refuse to|decline to|avoid)"
_GIVE = (
    r"(?:give|giving|provide|providing|share|sharing|tell(?:ing)?(?: them)?|reveal|revealing|disclose|disclosing|"
    r"mention|mentioning|state|stating|confirm|say|volunteer(?:ing)?)(?: out)?"
)
_THING = r"(?:your|the)(?: (?!(?:when|if|unless|until|once|while|even|the first|at first)\b)[\w'-]+){1,6}?"
_DATUM = rf"(?P<what>{_THING})"
_ASKED = r"(?:you(?:'re| are) )?(?:explicitly |specifically |directly )?(?:re-?)?(?:asked|prompted|requested|they ask)"
_TWICE = (
    r"(?P<times>twice|two times|(?:a|the|for the) second time|again|more than once|three times|thrice|"
    r"(?:a|the|for the) third time|more than twice)"
)
_PRESSED = (
    r"(?:they|the agent|it) (?:insists?|presses|pushes|asks? again)|pressed|pushed|"
    r"it is (?:absolutely )?(?:required|necessary|needed)"
)

_UNLESS_TWICE = lazily(
    rf"{_NOT} {_GIVE} {_DATUM},? (?:unless|until) (?:{_ASKED} {_TWICE}|(?P<pressed>{_PRESSED}))",
    re.IGNORECASE,
)
_ONLY_TWICE = lazily(
    rf"(?:only )?{_GIVE} {_DATUM},? (?:only )?(?:when|if|once|after) (?:being )?(?:{_ASKED}(?: for it)? {_TWICE}|"
    rf"(?P<pressed>{_PRESSED}))",
    re.IGNORECASE,
)
_NOT_AT_FIRST = lazily(
    rf"(?:{_NOT} {_GIVE}|withhold) {_DATUM},? (?:the first time|at first|initially)"
    rf"(?:,? (?:when |that )?(?:{_ASKED}|they ask)(?: for it)?)?(?:,? (?:and|but) (?:then )?{_GIVE} it (?:the "
    rf"(?:second|next) time|"
    r"when asked again|after that|later))?",
    re.IGNORECASE,
)
_UNLESS_ASKED = lazily(
    rf"(?:{_NOT} {_GIVE} {_DATUM},? (?:unless|until)|only {_GIVE} (?P<only>{_THING}),? (?:when|if)) "
    rf"{_ASKED}(?: (?:for it|about it|to|directly))?",
    re.IGNORECASE,
)
_WITHHOLD = lazily(
    rf"(?:{_NOT} {_GIVE}|withhold) {_DATUM}(?:,? (?:to anyone|under any circumstances|at all|(?:even )?(?:if|when) "
    rf"{_ASKED}))?",
    re.IGNORECASE,
)
_FIRST_AND_SECOND = lazily(
    r"(?:decline|reject|refuse|turn down) (?:the )?first (?:offer|option|time|slot|appointment|one|suggestion|"
    r"proposal)\b.*?"
    r"(?:and|then|but),? (?:then )?(?:accept|agree to|take|choose) (?:the )?(?:second|next)(?: (?:offer|option|time|"
    r"slot|one|appointment|suggestion))?(?P<when>,? (?:when|if|once) .+)?",
    re.IGNORECASE,
)
_ONLY_ACCEPT = lazily(
    r"(?:only (?:accept|take|agree to|choose|book|consider)|(?:accept|take|agree to|choose|book|consider) "
    r"only)\s+(?P<wish>.+?)(?P<when>,? (?:when|if|once) .+)?",
    re.IGNORECASE,
)
_NOT_ACCEPT = lazily(
    rf"{_NOT} (?:accept|take|agree to|choose|book|accepting|booking|taking)\s+(?P<wish>.+?)(?P<when>,? (?:when|if|"
    rf"once) .+)?",
    re.IGNORECASE,
)
_NOT_PAY = lazily(
    r"(?:do not|don't|never) (?:pay|spend|accept|agree to) (?:anything )?(?:more than|over|above) (?P<price>\$? "
    r"?\d[\d,.]*(?: \w+)?)",
    re.IGNORECASE,
)
_CHOOSE = lazily(
    r"(?:choose|select|pick|take|opt for|go (?:with|for)|accept|request|prefer)\s+.*\b(?:earliest|latest|soonest|"
    r"first|second|"
    r"third|last|cheapest|lowest|most|least|morning|afternoon|evening|before|after|any|either|under|below|(?:mon|"
    r"tues|wednes|thurs|fri|satur|sun)day)\b.*",
    re.IGNORECASE,
)
_TELLS_WHEN = lazily(r"\b(?:when|if|once|after (?:being|they|the agent))\b", re.IGNORECASE)
_EXTRAS = (
    r"(?:up-?sell(?:s|ing)?|cross-?sell(?:s|ing)?|add-?ons?|extras?|upgrades?|promotions?|(?:additional|extra|"
    r"optional) "
    r"(?:services?|products?|items?|features?|coverage)|special offers?|sales pitch(?:es)?|memberships?|protection "
    r"plans?|marketing(?: offers?)?)"
)
_DECLINE_EXTRAS = lazily(
    rf"(?:politely )?(?:decline|refuse|reject|turn down|say no to|{_NOT} (?:accept|agree to|buy|take)) (?:any|all|"
    rf"every|each|the)?"
    rf" ?(?:kind of |sort of |attempts? (?:to|at) )?{_EXTRAS}(?:(?: or|,| and) (?:any |other )?(?:{_EXTRAS}|"
    rf"offers?))*(?: offers?)?"
    r"(?:,? (?:when|if|that) (?:you(?:'re| are) |they are |it is |is |are )?(?:offered|made|presented|mentioned|"
    r"proposed|suggested)(?: (?:one|any|them|it|to you))?)?",
    re.IGNORECASE,
)
_DECLINE_ALL = lazily(
    r"(?:politely )?(?:decline|refuse|reject|turn down|say no to) (?:all|any|every|each)(?: other)? "
    r"(?:offers?|suggestions?|proposals?|alternatives?)"
    r"(?:,? (?:when|if) (?:you(?:'re| are) )?(?:offered|made|presented)(?: (?:one|any))?)?",
    re.IGNORECASE,
)
ANY_EXTRA = "offered any upsell"

_NEGATED = (
    (r"^(?:an? |any |the )?(?P<what>[\w -]*?)\s*before (?P<limit>.+)$", "{what} after {limit}"),
    (
        r"^(?:an? |any |the )?(?P<what>[\w -]*?)\s*(?:after|later than) (?P<limit>.+)$",
        "{what} before {limit}",
    ),
    (
        r"^(?:an? |any |the )?(?P<what>[\w -]*?)\s*on (?:an? )?(?P<limit>(?:\w+day)s?)$",
        "{what} on any day but {limit}",
    ),
    (
        r"^(?:an? |any |the )?(?P<limit>(?:\w+day)s?)(?: (?:appointments?|slots?|times?))?$",
        "any day but {limit}",
    ),
    (
        r"^(?:an? |any |the )?(?P<what>[\w -]*?)\s*in the (?P<limit>morning|afternoon|evening)s?$",
        "any time but {limit}",
    ),
    (
        r"^(?:an? |any |the )?(?P<limit>morning|afternoon|evening)s?(?: (?:appointments?|slots?|times?))?$",
        "any time but {limit}",
    ),
)
_PLACEHOLDER = lazily(r"\{\{\s*test_profile\.(?:[\w-]+\.)*(?P<key>[\w-]+)\s*\}\}")
_CONDITION = lazily(
    r"^(?:do not|don't|never|only|always|avoid|refuse to|under no circumstances|without|make sure|keep)\b|\bunless\b|"
    r"\bno matter\b|\bas long as\b|\buntil\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Constraint:
    """What is done, and the clause that says when; the first `refusals` times `refusal` is done instead."""

    action: str
    when: str
    refusals: int = 0
    refusal: str = ""


def constraint_of(text: str) -> Constraint | None:
    """Read a step that sets a condition; None for others, and for conditions that no rule can keep to."""
    text = _PLACEHOLDER.sub(_name_of, text.strip().rstrip(".!; ").replace("\u2019", "'"))
    return _of_data(text) or _of_offers(text)


def is_constraint(text: str) -> bool:
    """Whether a step sets a condition for the whole call, whether rules can keep to it or not."""
    return _CONDITION.search(text) is not None


def wish_of(text: str) -> str:
    """Return what a line of preferences wishes for, such as "a date after March 6"; empty for none."""
    text = text.strip().rstrip(".!; ")
    constraint = _of_offers(text)
    if constraint is not None and constraint.when == GIVEN_OPTIONS and not constraint.refusals:
        return re.sub(r"^\w+ ", "", constraint.action, count=1)
    return "" if constraint is not None or constraint_of(text) is not None or is_constraint(text) else text


def _of_data(text: str) -> Constraint | None:
    for pattern in (_UNLESS_TWICE, _ONLY_TWICE, _NOT_AT_FIRST):
        found = pattern.fullmatch(text)
        if found is not None:
            what = found["what"].strip()
            refusals = _times(found.groupdict().get("times") or "")
            return Constraint(f"Provide {what}", f"asked for {what}", refusals, f"Refuse to give {what}")
    asked = _UNLESS_ASKED.fullmatch(text)
    if asked is not None:
        what = (asked["what"] or asked["only"]).strip()
        return Constraint(f"Provide {what}", f"asked for {what}")
    withheld = _WITHHOLD.fullmatch(text)
    if withheld is not None:
        return Constraint(f"Refuse to give {withheld['what']}", f"asked for {withheld['what']}")
    return None


def _of_offers(text: str) -> Constraint | None:
    if _DECLINE_EXTRAS.fullmatch(text) or _DECLINE_ALL.fullmatch(text):
        is_any = _DECLINE_ALL.fullmatch(text) is not None
        return Constraint("Decline", "offered anything" if is_any else ANY_EXTRA)
    turns = _FIRST_AND_SECOND.fullmatch(text)
    if turns is not None:
        refusal = "Say no thank you and ask if there is anything else"
        return Constraint("Accept any option", _when(turns["when"]), 1, refusal)
    price = _NOT_PAY.fullmatch(text)
    if price is not None:
        return Constraint(f"Accept an option up to {price['price']}", GIVEN_OPTIONS)
    only = _ONLY_ACCEPT.fullmatch(text)
    if only is not None:
        return Constraint(f"Request {only['wish']}", _when(only["when"]))
    unwanted = _NOT_ACCEPT.fullmatch(text)
    if unwanted is not None:
        wish = _negated(unwanted["wish"])
        return Constraint(f"Request {wish}", _when(unwanted["when"])) if wish else None
    is_bare_choice = _CHOOSE.fullmatch(text) is not None and _TELLS_WHEN.search(text) is None
    return Constraint(text, GIVEN_OPTIONS) if is_bare_choice else None


def _when(clause: str | None) -> str:
    return re.sub(r"^,? (?:when|if|once) ", "", clause) if clause else GIVEN_OPTIONS


def _name_of(found: re.Match[str]) -> str:
    return "your " + re.sub(r"[_-]+", " ", found["key"]).strip()


def _times(words: str) -> int:
    return (
        2 if words.lower() in ("three times", "thrice", "more than twice") or "third" in words.lower() else 1
    )


def _negated(wish: str) -> str:
    for pattern, form in _NEGATED:
        found = re.match(pattern, wish.strip(), re.IGNORECASE)
        if found is not None:
            groups = found.groupdict()
            return form.format(what=_one(groups.get("what") or ""), limit=groups["limit"]).strip()
    return ""


def _one(what: str) -> str:
    what = what.strip() or "time"
    return f"{'an' if what[0].lower() in 'aeiou' else 'a'} {what}"
