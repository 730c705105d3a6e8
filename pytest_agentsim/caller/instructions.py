"""The instructions that can be turned to speech by rules: what each looks like, what is said."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from pytest_agentsim.caller.patterns import lazily
from pytest_agentsim.caller.person import as_question, first_person, sentence
from pytest_agentsim.caller.reactions import REACTIONS
from pytest_agentsim.caller.spoken import look_up, said, spelled

if TYPE_CHECKING:
    from pytest_agentsim.caller.identity import Identity

__all__ = ["is_manner", "plainly", "turned"]

PROVIDE = (
    r"(?:provide|give|share|state|supply|offer|specify|enter|read(?: out)?|tell(?: "
    r"(?:them|the (?:main )?agent|him|her))?|say|mention|confirm|repeat|use|answer with|"
    r"respond with|reply with|send)"
)
LISTENER = (
    r"(?:(?:to )?(?:them|the (?:main )?agent|him|her|the (?:representative|assistant|bot|"
    r"receptionist))\s+)?"
)
ASK = rf"(?:ask|inquire|enquire|find out|check|wonder)\s+{LISTENER}"
TELL = (
    r"(?:say|tell|state|mention|explain|inform|let|point out|add|note|clarify|admit|claim|"
    r"reply|respond|answer|insist|complain|report|indicate|express|emphasi[sz]e|confirm|"
    rf"remind|acknowledge|reveal|announce)\s+{LISTENER}(?:know\s+)?(?:that\s+)?"
)

MISSING_DATUM = lazily(rf"{PROVIDE}\s+(?P<name>(?:your|the)\s+[\w' -]+)$", re.IGNORECASE)
# How to behave, or what cannot be known: nothing to say.
NOT_SPEECH = lazily(
    r"(?:act|be|get|sound|seem|stay|remain|speak|pretend|wait|listen|pause|keep|continue|"
    r"remember|try|do not|don't|never|avoid|interrupt|answer|respond|improvise|follow)\b",
    re.IGNORECASE,
)

# What is said for an instruction that fits; "" when it cannot be said after all.
Rule = Callable[["re.Match[str]", "Identity"], str]


def turned(step: str, identity: Identity) -> str:
    """Return what the caller says for one step of an instruction; "" when no rule applies."""
    for pattern, rule in RULES:
        found = pattern.match(step)
        if found is not None and (words := rule(found, identity)):
            return words
    return ""


def is_manner(step: str) -> bool:
    """Whether a step tells how to behave: nothing is said for it."""
    return NOT_SPEECH.match(step) is not None


def plainly(step: str) -> str:
    """Speak a step that no rule turns, in the first person; "" where it is about how to behave."""
    missing = MISSING_DATUM.match(step)
    if missing is not None:
        return sentence(f"I don't have {first_person(missing['name'])} at hand")
    if NOT_SPEECH.match(step):
        return ""
    return sentence(first_person(re.sub(rf"^{PROVIDE}\s+", "", step, flags=re.IGNORECASE)).strip(" ."))


def _rule(pattern: str, rule: Rule) -> tuple[re.Pattern[str], Rule]:
    return lazily(rf"(?:{pattern})[\s.!]*$", re.IGNORECASE), rule


def _always(plain: str, *, terse: str = "") -> Rule:
    return lambda _found, identity: terse if identity.terse and terse else plain


def _own_name(_found: re.Match[str], identity: Identity) -> str:
    return identity.datum("name")


def _quoted(found: re.Match[str], _identity: Identity) -> str:
    return sentence(found["words"])


def _datum_as(found: re.Match[str], identity: Identity) -> str:
    name, value = found["name"].strip(), found["value"].strip().strip("\"'“”").rstrip(".")
    return identity.my(name, said(value))


def _datum(found: re.Match[str], identity: Identity) -> str:
    names = re.split(r"\s*,\s*(?:and\s+)?|\s+and\s+", found["name"].strip(" ."))
    stated = [identity.datum(re.sub(r"^(?:your|the)\s+", "", name, flags=re.IGNORECASE)) for name in names]
    if not all(stated):
        return ""
    return (", " if identity.terse else " ").join(stated)


def _spell(found: re.Match[str], identity: Identity) -> str:
    name = re.sub(r"^(?:your|the)\s+", "", found["name"].strip(" ."), flags=re.IGNORECASE)
    datum = look_up(name, identity.variables)
    value = datum.value if datum else ""
    literal = re.match(r"[\"'“](.+)[\"'”]$|([A-Z][\w-]+)$", found["name"].strip(" ."))
    if not value and literal is not None:
        word = literal.group(1) or literal.group(2)
        return sentence(f"{word}, {spelled(word)}" if found["first"] else spelled(word))
    return identity.my(name, spelled(value)) if value else ""


def _literal(found: re.Match[str], identity: Identity) -> str:
    value = said(found["value"].strip("\"'“”. "))
    return value if identity.terse else sentence(value)


def _the_datum_as(found: re.Match[str], identity: Identity) -> str:
    value = found["value"].rstrip(".")
    return value if identity.terse else sentence(f"the {found['name']} is {value}")


def _about(found: re.Match[str], _identity: Identity) -> str:
    return sentence(f"it's about {first_person(found['thing'].strip(' .'))}")


def _statement(found: re.Match[str], identity: Identity) -> str:
    clause = first_person(found["clause"].strip(" ."))
    if identity.terse:
        clause = re.sub(r"^I have (?=an?\b)", "", clause)
    return sentence(clause)


def _ask_whether(found: re.Match[str], _identity: Identity) -> str:
    return sentence(as_question(first_person(found["clause"].strip(" .?"))), "?")


def _ask_what(found: re.Match[str], _identity: Identity) -> str:
    word, clause = found["word"], first_person(found["clause"].strip(" .?"))
    return sentence(f"{word} {_question_after(word, clause)}".strip(), "?")


def _ask_for(found: re.Match[str], identity: Identity) -> str:
    thing = first_person(found["thing"].strip(" .?"))
    if identity.terse:
        return sentence(f"{thing}, please")
    return sentence(f"can I have {_with_article(thing)}, please", "?")


def _ask_about(found: re.Match[str], _identity: Identity) -> str:
    return sentence(f"what about {first_person(found['thing'].strip(' .?'))}", "?")


def _ask_to(found: re.Match[str], _identity: Identity) -> str:
    own = found["who"] is None
    text = first_person(found["deed"].strip(" .?"))
    return sentence(f"{'can I' if own else 'can you'} {text}{'' if own else ', please'}", "?")


def _request(found: re.Match[str], identity: Identity) -> str:
    thing = first_person(found["thing"].strip(" ."))
    if identity.terse:
        return sentence(f"{thing}, please")
    return sentence(f"I'd like {_with_article(thing)}, please")


def _wish(found: re.Match[str], _identity: Identity) -> str:
    return sentence(f"I'd like to {first_person(found['deed'].strip(' .'))}")


def _choose(found: re.Match[str], identity: Identity) -> str:
    thing = first_person(found["thing"].strip(" ."))
    return sentence(f"{thing}, please" if identity.terse else f"I'll take {thing}, please")


def _thank(found: re.Match[str], _identity: Identity) -> str:
    what = first_person((found["what"] or "").strip(" ."))
    return sentence(f"thank you {what}".strip())


def _confirm_that(found: re.Match[str], identity: Identity) -> str:
    clause = first_person(found["clause"].strip(" ."))
    return "Yes." if identity.terse else sentence(f"yes, {clause}")


def _apologise(found: re.Match[str], _identity: Identity) -> str:
    what = first_person((found["what"] or "").strip(" ."))
    return sentence(f"I'm sorry {what}".strip())


def _insist(found: re.Match[str], _identity: Identity) -> str:
    return sentence(f"I insist on {first_person(found['what'].strip(' .'))}")


def _question_after(word: str, clause: str) -> str:
    """Turn what follows a question word: "the fee is" to "is the fee"."""
    if word.lower() in ("what", "which") or word.lower().startswith("how "):
        turned = as_question(clause)
        if turned != clause:
            return turned
        head = re.match(r"(?P<noun>[\w' -]+?)\s+(?P<rest>(?:I|you|we|there|the|my|your|it)\b.*)$", clause)
        return f"{head['noun']} {as_question(head['rest'])}" if head else clause
    return as_question(clause)


def _with_article(thing: str) -> str:
    own = re.match(
        r"(?:an?|the|my|your|some|any|this|that|these|those|more|another|help|information|"
        r"assistance|\d|to)\b",
        thing,
        re.IGNORECASE,
    )
    if own is not None or re.match(r"[\w-]+s\b", thing) or " and " in thing:
        return thing
    return f"{'an' if thing[:1].lower() in 'aeiou' else 'a'} {thing}"


# The first rule that fits and finds what it needs decides.
RULES: tuple[tuple[re.Pattern[str], Rule], ...] = (
    (
        lazily(
            r"^(?:say|tell (?:them|the agent)|respond(?: with)?|reply(?: with)?|answer(?: with)?|"
            r"ask|state)\b[:,]?\s*" + r"[\"“'](?P<words>[^\"“”]{2,})[\"”'][.!?]?$",
            re.IGNORECASE,
        ),
        _quoted,
    ),
    *REACTIONS,
    _rule(
        r"(?:thank|thanks)\b(?:\s+(?:them|you|the (?:main )?agent|him|"
        r"her))?(?:\s+(?P<what>for .+|very much|so much))?",
        _thank,
    ),
    _rule(
        rf"(?:say|wish {LISTENER}|tell {LISTENER})\s*(?:good ?bye|bye)|end the (?:call|"
        r"conversation)|hang up|wrap up the call",
        _always("Goodbye."),
    ),
    _rule(rf"greet(?:\s+{LISTENER.strip()}.*)?|say (?:hi|hello)", _always("Hello.")),
    _rule(r"introduce yourself", _own_name),
    _rule(
        r"(?:say|answer|reply|respond)\s+(?:with\s+)?(?:that you(?:'d| would)? )?(?:a "
        r")?[\"']?yes[\"']?|agree|accept(?: (?:it|that|the (?:offer|suggestion|proposal|time|"
        r"slot|appointment|change|fee|charge)))?|agree to .+|say (?:ok|okay|sure)|go ahead|"
        rf"tell {LISTENER}(?:to go ahead|yes)|proceed|approve(?: it)?",
        _always("Yes, please.", terse="Yes."),
    ),
    _rule(
        r"(?:confirm|verify|acknowledge)(?: (?:it|that|them|everything|this|(?:that )?(?:it|"
        r"that|everything|the (?:\w+ )?(?:details|information|appointment|booking|reservation|"
        r"order|cancellation|address|date|time|change|name|number)|your (?:identity|details|"
        r"information)|they)(?: (?:is|are) (?:all )?(?:correct|right|accurate))?))?|say "
        r"(?:that )?(?:it|that|everything)(?:'s| is) (?:correct|right)|confirm the .* (?:is|"
        r"are) correct",
        _always("Yes, that's correct.", terse="Yes."),
    ),
    _rule(
        r"(?:say|answer|reply|respond)\s+(?:with\s+)?(?:a )?[\"']?no,? (?:nothing else|that's "
        r"(?:all|it)|that is all)[\"']?|say (?:that )?(?:you(?: don't| do not) need anything "
        r"else|that(?:'s| is| will be) all|there(?:'s| is) nothing else)",
        _always("No, that's all."),
    ),
    _rule(
        r"(?:say|answer|reply|respond)\s+(?:with\s+)?(?:a )?[\"']?no[\"']?|(?:decline|refuse|"
        r"reject|turn down)(?: .+)?|disagree|say no thanks?|(?:politely )?say no thank you",
        _always("No, thank you.", terse="No."),
    ),
    _rule(
        r"deny(?: (?:it|that|this))?|say (?:it|that)(?:'s| is) (?:not (?:correct|right)|wrong|"
        r"incorrect)|correct (?:them|the agent)",
        _always("No, that's not correct.", terse="No."),
    ),
    _rule(r"apologi[sz]e(?:\s+(?P<what>for .+))?", _apologise),
    _rule(r"say (?:that )?you (?:don't|do not) know|say you(?:'re| are) not sure", _always("I don't know.")),
    _rule(
        rf"{ASK}to repeat(?: (?:that|it|the question|themselves|what they said))?|ask for (?:a "
        rf"repeat|repetition|clarification)|ask {LISTENER}to say (?:that|it) again",
        _always("Could you repeat that, please?"),
    ),
    _rule(r"(?P<first>(?:say|state|give|provide) and )?spell(?: out)?\s+(?P<name>.+)", _spell),
    _rule(r"(?:confirm|verify|acknowledge) that (?P<clause>.+)", _confirm_that),
    _rule(
        rf"{PROVIDE}\s+(?:that\s+)?your\s+(?P<name>[\w' -]+?)\s+(?:as|is|:|=|to "
        r"be)\s+(?P<value>.+)",
        _datum_as,
    ),
    _rule(
        rf"{PROVIDE}\s+the\s+(?P<name>[\w' -]+?)\s+(?:as|:|=|to be)\s+(?P<value>.+)",
        _the_datum_as,
    ),
    _rule(
        rf"{PROVIDE}\s+(?P<name>(?:your|the)\s+[\w' ,-]+?)(?: again| as requested| to "
        rf"{LISTENER.strip()}| from (?:the|your) (?:test )?profile)?",
        _datum,
    ),
    _rule(
        rf"{PROVIDE}\s+(?:the|your)\s+(?P<name>[a-z][a-z ]*?)\s+(?P<value>[A-Z-]*\d[\w-]*)",
        _the_datum_as,
    ),
    _rule(rf"{PROVIDE}\s+(?P<value>(?-i:[A-Z\d+\"“'])\S*(?:\s+\S+){{0,5}})", _literal),
    _rule(rf"(?:tell|inform|talk to|speak to)\s+{LISTENER}about\s+(?P<thing>.+)", _about),
    _rule(rf"{ASK}(?:if|whether)\s+(?P<clause>.+)", _ask_whether),
    _rule(
        rf"{ASK}(?:about\s+)?(?P<word>how (?:much|many|long|soon|often|far|late|early)|what|"
        r"which|when|where|who|why|how)\s+(?P<clause>.+)",
        _ask_what,
    ),
    _rule(
        r"ask\s+(?P<who>(?:them|the (?:main )?agent|him|her)\s+)?to\s+(?P<deed>(?!be\b|"
        r"speak\b|talk\b).+)",
        _ask_to,
    ),
    _rule(
        r"(?:ask|request|demand)\s+(?:them\s+|the agent\s+)?to\s+(?P<deed>(?:be|speak|"
        r"talk)\b.+)",
        _wish,
    ),
    _rule(rf"{ASK}for\s+(?P<thing>.+)", _ask_for),
    _rule(rf"{ASK}(?:about|regarding)\s+(?P<thing>.+)", _ask_about),
    _rule(r"(?:request|ask) to\s+(?P<deed>.+)", _wish),
    _rule(r"(?:request|demand)\s+(?P<thing>.+)", _request),
    _rule(r"(?:choose|select|pick|take|opt for|go with|accept)\s+(?P<thing>.+)", _choose),
    _rule(
        r"(?:state|express|explain|mention|say)\s+(?:your\s+)?(?:intent|intention|desire|wish|"
        r"request|need)\s+to\s+(?P<deed>.+)",
        _wish,
    ),
    _rule(
        r"(?:say|state|tell them|mention|explain)\s+(?:that\s+)?you(?:'d| would) (?:like|want|"
        r"prefer) to\s+(?P<deed>.+)",
        _wish,
    ),
    _rule(r"insist on\s+(?P<what>.+)", _insist),
    _rule(
        rf"{TELL}(?P<clause>(?:you|your|you're|you've|you'd|you'll|it|it's|there|there's|the|"
        r"this|that|that's|they|they're|we|i|i'm|someone|nobody|no one|everything|nothing|a|"
        r"an|he|she|his|her|both|all)\b.+)",
        _statement,
    ),
)
