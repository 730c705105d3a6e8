"""How instructions are best written: the authoring rules of platform_spec section n.6, as advice."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from pytest_agentsim.scenario.problems import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_agentsim.scenario.instructions import Behaviour
    from pytest_agentsim.scenario.reading import Entry, Reading
    from pytest_agentsim.scenario.step import Step

__all__ = ["advise_on_first_message", "advise_on_instructions"]


class _Advice(NamedTuple):
    """What is said of one place; `offset` counts from the beginning of the step, or of the instructions."""

    offset: int
    message: str
    hint: str


class _Rule(NamedTuple):
    """A wording that does not belong into a step; `{0}` in the message is what was found."""

    pattern: re.Pattern[str]
    message: str
    hint: str


def _rule(pattern: str, message: str, hint: str) -> _Rule:
    return _Rule(re.compile(pattern, re.IGNORECASE), message, hint)


_WORDINGS = (
    _rule(
        r"^(?:the )?(?:caller|customer|patient|user|he|she)\s+(?:should|will|must|\w+s)\b",
        "is in the third person",
        'tell the caller what to do: "State your name when asked for your name"',
    ),
    _rule(
        r"\b(?:agent|ai|bot|system|ivr|caller|customer)\b(?!')",
        'names "{0}"',
        "say what is asked instead of who asks: when asked for your date of birth",
    ),
    _rule(
        r"\b(?:wait|listen|(?:remain|stay|keep|be) (?:silent|quiet)|mumble|interrupt|pause|acknowledge)\b",
        'says "{0}", which is nothing that a step can do',
        "silence and interruptions are the personality's; leave the step out",
    ),
    _rule(
        r"\b(?:in an? [\w-]+ (?:voice|tone|manner)|slowly|quickly|loudly|quietly|angrily|calmly|cheerfully|"
        r"with an? [\w-]+ accent)\b",
        'says "{0}", which is about how the caller sounds',
        "give it a personality that sounds like that",
    ),
)
_EXACT_WORDS = re.compile(r"[\"\u201c][^\"\u201c\u201d]{25,}[\"\u201d]")
_QUOTED_TRIGGER = re.compile(
    r"\b(?:when|if|once)\b[^\"\u201c.;]*?(?:says?|asks?|hear|told|asked)[^\"\u201c.;]*?[\"\u201c][^\"\u201d]{8,}[\"\u201d]",
    re.IGNORECASE,
)
_SECOND_ACTION = re.compile(
    r"\band\s+(?!also\b|correct\b|spell\b|end\b|hang\b)(?:then\s+)?"
    r"(?P<verb>provide|give|say|state|ask|request|choose|select|accept|decline|confirm|verify|explain|tell|report|"
    r"agree)\b",
    re.IGNORECASE,
)
_READ_BACK = re.compile(
    r"^(?:verify|confirm)\b.*\bwhen asked to (?:confirm|verify)\b", re.IGNORECASE | re.DOTALL
)
_BARE = re.compile(r"(?:you(?:'re| are) )?(?:asked|prompted)(?: to(?: do so)?)?", re.IGNORECASE)
_OWN_STATE = re.compile(
    r"(?:you(?:'re| are)? )?(?:ready|done|finished|satisfied|comfortable)\b", re.IGNORECASE
)
_ENDING = re.compile(r"\b(?:end|terminate|finish) the (?:call|conversation)\b|\bhang up\b", re.IGNORECASE)
_TRANSFER = re.compile(r"\b(?:transfer\w*|hand-?off|connected)\b", re.IGNORECASE)
_INVERTED = re.compile(
    r"\byou are (?:an?|the) (?:[\w-]+ ){0,4}(?:agent|assistant|receptionist|representative|bot|chatbot|voicebot)\b",
    re.IGNORECASE,
)
_META = re.compile(
    r"\s*(?:speak|talk|act|respond|pretend|wait|introduce yourself|behave|start by|begin by|say (?:that )?you)\b",
    re.IGNORECASE,
)


def advise_on_instructions(reading: Reading, entry: Entry, behaviour: Behaviour) -> None:
    """Warn of what makes instructions unreliable, each at its place; without a language model or with one."""
    for advice in _on_the_whole(entry.value, behaviour):
        reading.within(entry, advice.offset, advice.message, advice.hint, Severity.WARNING)
    for step in behaviour.steps:
        for advice in _on_step(step):
            message = f"step {step.number} {advice.message}"
            reading.within(entry, step.offset + advice.offset, message, advice.hint, Severity.WARNING)


def advise_on_first_message(reading: Reading, entry: Entry) -> None:
    """Warn of a first message that tells the caller what to do: it is said word for word."""
    if _META.match(entry.value):
        reading.warn(
            entry, "the first message is said word for word, and this is an instruction", "write what is said"
        )


def _on_the_whole(text: str, behaviour: Behaviour) -> Iterator[_Advice]:
    if not behaviour.is_wrapped:
        yield _Advice(
            0,
            "the instructions are not within <scenario>",
            "write <scenario> before and </scenario> after them",
        )
    inverted = _INVERTED.search(text)
    if inverted is not None:
        hint = "describe the one who calls; the agent under test knows itself"
        yield _Advice(inverted.start(), "the role is that of the agent", hint)
    if not behaviour.steps:
        hint = "write YOUR BEHAVIOR: and numbered steps, each with its when"
        yield _Advice(0, "the instructions have no steps", hint)
        return
    last = behaviour.steps[-1]
    if _ENDING.search(last.source) is None and _TRANSFER.search(last.source) is None:
        hint = 'let the last one be "End the call when …", with the result of the step before it'
        yield _Advice(last.offset, f"step {last.number} is the last one and does not end the call", hint)


def _on_step(step: Step) -> Iterator[_Advice]:
    for rule in _WORDINGS:
        found = rule.pattern.search(step.source)
        if found is not None:
            yield _Advice(found.start(), rule.message.format(found.group()), rule.hint)
            if rule is _WORDINGS[0]:
                break
    yield from _on_trigger(step)
    yield from _on_action(step)


def _on_trigger(step: Step) -> Iterator[_Advice]:
    when = step.parts.when
    place = max(step.source.lower().rfind("when"), 0)
    if not when:
        hint = "name the question or the answer that it waits for: when asked for the reason of the call"
        yield _Advice(0, "does not say when", hint)
    elif _BARE.fullmatch(when):
        yield _Advice(
            place, "is done when asked, but not for what", "name it: when asked for your date of birth"
        )
    elif _OWN_STATE.match(when):
        hint = "name what is said before it: when the confirmation number is given"
        yield _Advice(place, "waits for a state of the caller, which nobody can see", hint)
    quoted = _QUOTED_TRIGGER.search(step.source)
    if quoted is not None:
        hint = "name the topic: when asked what you need help with"
        yield _Advice(quoted.start(), "waits for exact words, which an agent may put otherwise", hint)


def _on_action(step: Step) -> Iterator[_Advice]:
    exact = _EXACT_WORDS.search(step.source)
    if exact is not None and _QUOTED_TRIGGER.search(step.source) is None:
        hint = "say what is meant, unless the very words matter"
        yield _Advice(exact.start(), "has the caller's words ready", hint)
    action = step.parts.action
    second = _SECOND_ACTION.search(action)
    if second is not None:
        place = max(step.source.lower().find(second["verb"].lower(), second.start()), 0)
        hint = 'make two steps of it, or add to the first "and also mention …"'
        yield _Advice(place, "does two things at once, of which the second is easily dropped", hint)
    if _READ_BACK.match(step.source) and not step.parts.corrects:
        hint = 'write "Verify [item] when asked to confirm [item] and correct if wrong."'
        yield _Advice(0, "confirms what is read back, right or wrong", hint)
