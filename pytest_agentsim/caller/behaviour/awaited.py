"""What a step waits for: "asked for your name" as the trigger "The agent asks for your name"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pytest_agentsim.caller.patterns import lazily

__all__ = ["Awaited", "awaited"]

WHAT_CAN_BE_OFFERED = (
    r"options?|choices?|slots?|times?|dates?|days?|availabilit\w+|openings?|appointments?|alternatives?|plans?|"
    r"selections?|menu|rooms?|flights?|tables?|packages?|tiers?|offers?"
)

# What is in the way of a caller that has only rules.
NOT_WHEN = "it does not say when"
NOT_WHAT_FOR = 'it says "when asked", but not what for'
OWN_STATE = "it waits for a state of the caller, which nothing that the agent says brings about"
PASSING_TIME = "it waits for time to pass or for silence, and there is no message to go by"
TWO_TRIGGERS = "it has two triggers; make two steps of it"

ASKED = r"(?:re-?)?(?:asked|prompted|requested|questioned|invited|instructed|quizzed|pressed)"
TOLD = r"(?:told|informed|notified|advised|warned|reminded|assured)"
GIVEN = r"(?:offered|given|presented|shown|quoted|provided|read)"
OTHERS = r"(?:greeted|welcomed|thanked|transferred|connected|put|placed|refused|denied|declined|rejected|turned down)"
LEADING = lazily(
    r"^(?:(?:you(?:'re|\u2019re| are| get| have been)|being|is|then|also|first|finally|only|subsequently|later)\s+)*",
    re.IGNORECASE,
)
AGAIN = lazily(
    r"\s*,?\s+(?:(?:yet )?again|once more|one more time|(?:for )?(?:the|a) "
    r"(?:first|second|third|fourth|next|last|2nd|3rd|4th) time|twice)(?=\s|$)",
    re.IGNORECASE,
)
SPELLING = lazily(rf"{ASKED}\s+(?:to spell|for the spelling of|how to spell)\b[^,]*", re.IGNORECASE)
ALTERNATIVE = lazily(
    rf"\s*,?\s+or\s+(?:(?:when|if|once)\s+)?(?=(?:you(?:'re| are) )?(?:{ASKED}|{TOLD}|{GIVEN}|{OTHERS})\b)",
    re.IGNORECASE,
)
STATE_OF_THE_CALLER = lazily(
    r"^(?:you(?:'re|\u2019re| are| feel| have| get)?\s+)?(?:all )?"
    r"(?:ready|done|finished|satisfied|comfortable|convinced|complete[d]?|bored|frustrated|confused|certain|sure)\b"
    r"|^(?:everything|all (?:of )?(?:the |your )?\w+|the (?:task|goal|objective|conversation|call|request|issue)|"
    r"your (?:task|goal|request|issue|objective))\s+(?:is|are|has been|have been)\s+"
    r"(?:done|complete[d]?|finished|over|achieved|satisfied|resolved|addressed|answered|met|covered)\s*$"
    r"|^(?:it is )?(?:appropriate|necessary|needed|possible|applicable|relevant)\s*$",
    re.IGNORECASE,
)
TIME = lazily(
    r"\b(?:silen(?:t|ce)|(?:stays?|goes|remains?) quiet|no (?:response|answer|reply)|a (?:long )?while|a long time|"
    r"\d+ (?:seconds?|minutes?)|(?:few|some|several) (?:seconds|minutes)|(?:is|are) speaking|mid-sentence)\b",
    re.IGNORECASE,
)
ANOTHER_TRIGGER = lazily(rf"\s(?:when|once|if)\s+(?:{ASKED}|{TOLD}|{GIVEN})\b", re.IGNORECASE)
REASON_FOR_CALL = lazily(
    r"(?:(?:for|about|what)\s+)?(?:is\s+)?(?:the|your) (?:reason|purpose|nature) (?:of|for|behind) "
    r"(?:the |your |this )?(?:call(?:ing)?|visit|contact|inquiry)\b"
    r"|why (?:you(?:'re| are)|are you) calling|how (?:\w+ )?(?:can|may|could) (?:\w+ )?(?:be )?(?:help|assist)\w*"
    r"|(?:about |for )?what (?:you need|brings you|you(?:'re| are) calling|help you|"
    r"you(?:'d| would) like (?:help|to do)|you want)(?: (?:help )?(?:with|about|for|today|to do))*\s*$|(?:what|"
    r"how) (?:you |to )?(?:can )?help\b"
    r"|(?:if|whether) you need (?:help|assistance)\s*$",
    re.IGNORECASE,
)
HOW_TO_HELP = "asks how it can help you or asks for the reason for your call"

# What the caller is asked to do, where it may be asked as well whether it has done it.
DOING = lazily(
    r"to (?P<verb>check|inspect|look at|restart|reboot|reset|unplug|plug in|try|turn (?:off|on)|switch (?:off|on)|"
    r"open|close|"
    r"log (?:in|out)|sign (?:in|up)|update|install|download|measure|contact|clean|replace|fill (?:in|out)|read|visit)\b"
    r"(?P<rest>.*)",
    re.IGNORECASE,
)
IRREGULAR = {
    "reset": "reset",
    "plug": "plugged",
    "unplug": "unplugged",
    "try": "tried",
    "read": "read",
    "close": "closed",
}

THERE_IS_A_CHOICE = lazily(
    rf"(?:there(?:'s| is| are) (?:an? |any |several |multiple |more than one |some )?(?:\w+ )?(?:{WHAT_CAN_BE_OFFERED})"
    r"(?: available)?|you have (?:a|the) choice|(?:(?:it|one|they|any|that) (?:is|are) )?(?:available|offered))",
    re.IGNORECASE,
)
CHOICE = lazily(
    rf"\b(?:which (?:one|of|would|do|you|\w*\s?(?:{WHAT_CAN_BE_OFFERED}))|what (?:{WHAT_CAN_BE_OFFERED})|prefer\w*|"
    rf"choose|choice|options?)\b",
    re.IGNORECASE,
)

PASSIVE = lazily(
    r"^(?P<what>.+?)\s+(?:is|are|has been|have been|was|were|gets?|being)\s+(?:\w+ly\s+)?(?P<done>"
    r"provided|given|shared|confirmed|offered|presented|proposed|suggested|requested|mentioned|stated|explained|"
    r"described|read|listed|quoted|repeated|disclosed|announced|asked for|asked about)"
    r"(?P<rest>\s+(?:to you|back(?: to you)?|by the agent|out|verbally|aloud))*$",
    re.IGNORECASE,
)
ACTIVE = {
    "confirmed": "confirms",
    "offered": "offers",
    "presented": "offers",
    "proposed": "offers",
    "suggested": "offers",
    "requested": "asks for",
    "asked for": "asks for",
    "asked about": "asks about",
    "mentioned": "mentions",
    "stated": "states",
    "explained": "explains",
    "described": "describes",
    "read": "reads back",
    "listed": "lists",
    "repeated": "repeats",
    "announced": "announces",
}
SETTLED = lazily(
    r"\b(?:booked|cancel+ed|scheduled|rescheduled|complete[d]?|processed|updated|moved|placed|made|successful(?:ly)?|"
    r"confirmed|reserved|submitted|changed|issued|refunded|approved|resolved|verified|sent|created|removed|added)\b",
    re.IGNORECASE,
)
NEGATED = lazily(
    r"\b(?:no|not|cannot|unable|fails?|failed|never|none|unavailable)\b|n['\u2019]t\b", re.IGNORECASE
)
BEING_TRANSFERRED = r"you(?:'re| are| will be)(?: being)? (?:transferred|connected|put through)\b"
CONFIRMATION = lazily(r"^(?:the|a|your) (?P<of>[\w' -]+?) confirmation$", re.IGNORECASE)
CLAUSE = lazily(
    r"\b(?:is|are|was|were|isn't|aren't|has|have|had|hasn't|haven't|will|won't|can|can't|cannot|could|does|do|did|"
    r"doesn't|don't|didn't|would|must|should|needs?|costs?|takes?|\w+ed)\b",
    re.IGNORECASE,
)
AGENT = lazily(
    r"^(?:the (?:main |voice |ai |virtual )?(?:agent|assistant|bot|ivr|system|representative|receptionist)|they|it|"
    r"agent)\s+(?P<verb>\w+)(?P<rest>.*)$",
    re.IGNORECASE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Awaited:
    """What has to happen before a step's action.

    `trigger` is for the matcher, and empty when nothing that an agent says can be it; `why_not` tells why then.
    `options` tells that the agent has to leave the caller a choice. `is_bare` tells that the action has to say what
    is asked for; `is_over` that nothing is left to do.
    """

    trigger: str = ""
    options: bool = False
    is_bare: bool = False
    is_over: bool = False
    why_not: str = ""


def awaited(when: str) -> Awaited:
    """Read the clause that follows a step's "when"."""
    clause = AGAIN.sub("", " ".join(when.split()))
    clause = LEADING.sub("", clause, count=1).strip(" .,")
    if not clause:
        return Awaited(is_bare=True, why_not=NOT_WHEN)
    if re.fullmatch(rf"{ASKED}(?: to)?(?: do so| for it| about it)?", clause, re.IGNORECASE):
        return Awaited(is_bare=True, why_not=NOT_WHAT_FOR)
    if ANOTHER_TRIGGER.search(clause):
        return Awaited(why_not=TWO_TRIGGERS)
    if STATE_OF_THE_CALLER.search(clause):
        return Awaited(is_over=True, why_not=OWN_STATE)
    if TIME.search(clause):
        return Awaited(why_not=PASSING_TIME)
    if SPELLING.fullmatch(clause):  # who asks for a name does not ask for it to be spelled
        return Awaited('contains "spell"')
    alternatives = [_active(LEADING.sub("", each, count=1)) for each in ALTERNATIVE.split(clause)]
    trigger = f"The agent {' or '.join(text for text, _ in alternatives)}"
    return Awaited(trigger, any(options for _, options in alternatives))


def _active(clause: str) -> tuple[str, bool]:
    """Return what the agent does, and whether it offers a choice with it."""
    for pattern, rule in (
        (rf"{ASKED}\b\s*(?P<rest>.*)", _asks),
        (rf"{TOLD}\b\s*(?:that\s+)?(?={BEING_TRANSFERRED})(?P<transfer>.*)", _transfers),
        (rf"{TOLD}\b\s*(?P<rest>.*)", _tells),
        (rf"{GIVEN}\b\s*(?P<rest>.*)", _gives),
        (rf"(?P<how>{OTHERS})\b\s*(?P<rest>.*)", _others),
    ):
        found = re.match(pattern, clause, re.IGNORECASE | re.DOTALL)
        if found is not None:
            return rule(found)
    if THERE_IS_A_CHOICE.fullmatch(clause):
        return "offers options", True
    agent = AGENT.match(clause)
    if agent is not None and agent["verb"].lower() not in ("is", "are", "will", "can", "has", "was"):
        verb = agent["verb"].lower()
        return f"{verb if verb.endswith('s') else verb + 's'}{agent['rest']}", _is_choice(agent["rest"])
    passive = PASSIVE.match(clause)
    if passive is not None:
        verb, what = ACTIVE.get(passive["done"].lower(), "provides"), passive["what"]
        confirmation = CONFIRMATION.match(what) if verb == "provides" else None
        if confirmation is not None:
            return f"provides {what} or confirms the {confirmation['of']}", False
        if verb == "offers" and not _is_choice(what):
            return f"offers {what} or asks if you would like {what}", False
        return f"{verb} {what}", verb == "offers"
    settled = SETTLED.search(clause) is not None and NEGATED.search(clause) is None
    return f"{'confirms' if settled else 'says'} that {clause}", False


def _asks(found: re.Match[str]) -> tuple[str, bool]:
    rest = found["rest"].strip()
    if REASON_FOR_CALL.match(rest):
        return HOW_TO_HELP, False
    doing = DOING.match(rest)
    if doing is not None:
        done = f"asks if you have {_participle(doing['verb'])}{doing['rest']}"
        # "Asks you to check" is what an agent does that reads something back.
        is_check = doing["verb"].lower() == "check"
        return (done if is_check else f"asks you {rest} or {done}"), False
    if re.match(r"to\b", rest):
        return f"asks you {rest}", _is_choice(rest) and re.match(
            r"to (?:choose|select|pick)\b", rest
        ) is not None
    about = re.fullmatch(r"about (?P<what>(?:your |the |any )?[\w' -]{1,40})", rest, re.IGNORECASE)
    if about is not None:  # may be a question for yes or no
        return f"asks {rest} or asks if you have {about['what']}", False
    choice = CHOICE.search(rest) is not None
    return f"asks {rest}", choice


def _tells(found: re.Match[str]) -> tuple[str, bool]:
    rest = found["rest"].strip()
    if re.match(r"(?:about|of)\b", rest, re.IGNORECASE):
        return (
            f"tells you about {re.sub(r'^(?:about|of)', '', rest, flags=re.IGNORECASE).strip()}",
            _is_choice(rest),
        )
    if re.match(r"(?:to|what|when|where|which|why|how|who|whether|if)\b", rest, re.IGNORECASE):
        return f"tells you {rest}", False
    clause = re.sub(r"^that ", "", rest, flags=re.IGNORECASE)
    return f"says that {clause}" if CLAUSE.search(clause) else f"tells you {clause}", False


def _transfers(found: re.Match[str]) -> tuple[str, bool]:
    return re.sub(BEING_TRANSFERRED, "transfers you", found["transfer"], flags=re.IGNORECASE), False


def _gives(found: re.Match[str]) -> tuple[str, bool]:
    rest = re.sub(r"^(?:with|out|back)\s+", "", found["rest"].strip(), flags=re.IGNORECASE)
    rest = re.sub(r"^the (?:option|choice|chance|opportunity) (?=to\b)", "", rest, flags=re.IGNORECASE)
    gives = found.group().lower().startswith(
        ("given", "provided", "read", "quoted", "shown")
    ) and not _is_choice(rest)
    is_choice = _is_choice(rest)
    if gives or is_choice or not rest or rest.startswith("to "):
        return f"{'gives you' if gives else 'offers'} {rest}".strip(), is_choice
    return f"offers {rest} or asks if you would like {rest}", False


def _participle(verb: str) -> str:
    first, _, rest = verb.lower().partition(" ")
    done = IRREGULAR.get(first) or (f"{first}d" if first.endswith("e") else f"{first}ed")
    return f"{done} {rest}".strip()


def _others(found: re.Match[str]) -> tuple[str, bool]:
    how, rest = found["how"].lower(), found["rest"].strip()
    if how in ("put", "placed"):
        return f"puts you {rest}", False
    if how in ("refused", "denied", "declined", "rejected", "turned down"):
        return f"refuses {rest or 'your request'}", False
    if how == "connected" and not rest:
        return "greets you", False
    verb = {"greeted": "greets", "welcomed": "greets", "thanked": "thanks"}.get(how, "transfers")
    return f"{verb} you {rest if verb == 'transfers' else ''}".strip(), False


def _is_choice(what: str) -> bool:
    return re.search(rf"\b(?:{WHAT_CAN_BE_OFFERED})\b", what, re.IGNORECASE) is not None
