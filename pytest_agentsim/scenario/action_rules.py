"""Where tags may stand in an action and inside of each other (platform_spec c.2 to c.4).

What the newest platform refuses but an older one accepts is a warning (Appendix 1).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pytest_agentsim.errors import ConfigurationError
from pytest_agentsim.scenario import template
from pytest_agentsim.scenario.action_nodes import (
    Audio,
    BackgroundNoise,
    Dtmf,
    EndCall,
    Function,
    IgnoreInterruptions,
    Interruption,
    Ivr,
    NetworkSimulation,
    Node,
    Noise,
    Speed,
    Spell,
    Text,
    UnknownTag,
    Voice,
    Voicemail,
    Volume,
    attributes,
    inside,
    tag_name,
)
from pytest_agentsim.scenario.problems import Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

__all__ = ["MENU_TAGS", "Finding", "Place", "check_nesting", "check_placement"]

MENU_TAGS = frozenset({"silence", "break", "noise"})  # what an <ivr> may have in its text
NOTICED_DELAY = 10.0  # ms; of less than half a frame nothing is left by rounding
_HOLDS_ANYTHING = frozenset({"ignore_interruptions"})
_HOLDS_NO_AUDIO = frozenset({"spell", "background_noise"})


@dataclass(frozen=True, slots=True)
class Place:
    """Where an action stands. `voice_provider` is the one that earlier actions of the script switched to."""

    first_message: bool = False
    followup: bool = False
    improvised: bool = False
    when_say_dialect: bool = False
    voice_provider: str | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong in an action, `offset` characters from the start of its source."""

    offset: int
    message: str
    hint: str = ""
    severity: Severity = Severity.ERROR


def check_nesting(tag: str, offset: int, holders: Sequence[str], *, strict: bool) -> Iterator[Finding]:
    """Check a tag against the blocks around it, the innermost last."""
    if tag == "break" and "ivr" not in holders:
        yield Finding(
            offset, "<break> belongs into the text of <ivr>", 'write <silence time="1s" />', Severity.WARNING
        )
    if tag == "audio" and (holder := next((each for each in holders if each in _HOLDS_NO_AUDIO), "")):
        yield Finding(offset, f"<audio> cannot stand inside <{holder}>", f"put it before or after <{holder}>")
    elif holders and not _may_hold(holders[-1], tag):
        severity = Severity.ERROR if strict else Severity.WARNING
        hint = "the platform documents no nesting here; put one after the other"
        yield Finding(offset, f"<{tag}> stands inside <{holders[-1]}>", hint, severity)


def check_placement(nodes: Sequence[Node], place: Place) -> Iterator[Finding]:
    """Check all rules that depend on the place of the action or on several of its nodes."""
    everything = tuple(_authored(nodes))
    yield from _templates(everything, place)
    yield from _whole_actions(nodes, everything)
    yield from _interruptions(nodes, everything, place)
    yield from _after_the_end(everything)
    yield from _late_settings(everything)
    yield from _voices(everything, place)
    for node in everything:
        yield from _alone(node, place)


def _may_hold(holder: str, tag: str) -> bool:
    if holder == "voice":
        return tag not in {"voice", "ignore_interruptions"}
    return holder in _HOLDS_ANYTHING or (holder == "ivr" and tag in MENU_TAGS)


def _authored(nodes: Iterable[Node]) -> Iterator[Node]:
    """Go through all nodes but for the parts of a menu, which were written as one text."""
    for node in nodes:
        yield node
        if not isinstance(node, Ivr):
            yield from _authored(inside(node))


def _does_nothing(node: Node) -> bool:
    return isinstance(node, UnknownTag) or (isinstance(node, Text) and not node.text.strip())


def _is_heard(node: Node) -> bool:
    match node:
        case Text() | Speed() | Volume() | Voice():
            return bool((node.text or "").strip())
        case _:
            return isinstance(node, Noise | Audio | Dtmf | Ivr | Voicemail)


def _templates(everything: Iterable[Node], place: Place) -> Iterator[Finding]:
    for node in everything:
        if isinstance(node, Text):
            for problem in template.problems(node.text):
                yield Finding(node.offset + problem.offset, problem.message, problem.hint, problem.severity)
        if isinstance(node, UnknownTag) or not (place.first_message or place.improvised):
            continue
        for value in attributes(node).values():
            for placeholder in template.function_placeholders(value):
                offset = node.offset + (placeholder.start if isinstance(node, Text) else 0)
                yield Finding(offset, *_function_placeholder(placeholder.source, place))


def _function_placeholder(source: str, place: Place) -> tuple[str, str]:
    if place.first_message:
        return (
            f"{source} cannot stand in the first message",
            "functions have not run yet; use it in a later step",
        )
    return "placeholders require a verbatim step", f"an improvised step gets all outputs; leave {source} out"


def _whole_actions(nodes: Sequence[Node], everything: Iterable[Node]) -> Iterator[Finding]:
    does_something = [node for node in nodes if not _does_nothing(node)]
    for node in everything:
        if isinstance(node, Ivr | Voicemail) and not (len(does_something) == 1 and does_something[0] is node):
            hint = "move the rest into its text or into a followup"
            yield Finding(node.offset, f"<{node.tag}> must be the entire action", hint)


def _interruptions(nodes: Sequence[Node], everything: Sequence[Node], place: Place) -> Iterator[Finding]:
    first = next((node for node in nodes if not _does_nothing(node)), None)
    for node in everything:
        if not isinstance(node, Interruption):
            continue
        if not place.followup:
            required = "a then step" if place.when_say_dialect else "in an action_followup"
            yield Finding(
                node.offset, f"<interruption> must be {required}", "it cuts into the reply to an earlier step"
            )
        elif node is not first:
            yield Finding(
                node.offset, "<interruption> must be at the very start of the action", "move it there"
            )
        elif not any(map(_is_heard, everything)):
            severity = Severity.ERROR if place.when_say_dialect else Severity.WARNING
            hint = "let words, a <noise> or an <audio> follow it"
            yield Finding(node.offset, "<interruption> is followed by nothing to be heard", hint, severity)


def _after_the_end(everything: Sequence[Node]) -> Iterator[Finding]:
    ended = False
    for node in everything:
        if ended and not _does_nothing(node):
            name = "text" if isinstance(node, Text) else f"<{tag_name(node)}>"
            yield Finding(
                node.offset, f"{name} after <endcall> is never reached", "move it before", Severity.WARNING
            )
            return
        ended = ended or isinstance(node, EndCall)


def _late_settings(everything: Iterable[Node]) -> Iterator[Finding]:
    heard = False
    for node in everything:
        if heard and isinstance(node, Speed | Volume) and node.text is None:
            hint = "older versions of the platform want it at the start of the action"
            yield Finding(node.offset, f"<{node.tag}> comes after something spoken", hint, Severity.WARNING)
        heard = heard or _is_heard(node)


def _voices(everything: Iterable[Node], place: Place) -> Iterator[Finding]:
    current = place.voice_provider
    if current is not None and template.has_placeholder(current):
        current = None
    for node in everything:
        if not isinstance(node, Voice):
            continue
        if node.text is not None and node.children:
            yield Finding(node.offset, "<voice> has both a text and a block", "keep one of them")
        if template.has_placeholder(node.provider):
            continue
        if current is not None and node.provider != current:
            yield Finding(
                node.offset, "the provider of <voice> cannot change during a call", f"stay with {current}"
            )
        current = current or node.provider


def _alone(node: Node, place: Place) -> Iterator[Finding]:
    match node:
        case Function() if place.first_message:
            yield Finding(
                node.offset, "<function> cannot stand in the first message", "put it into a later step"
            )
        case NetworkSimulation():
            yield from _network(node)
        case Spell() | BackgroundNoise() | IgnoreInterruptions() if not node.children:
            yield Finding(
                node.offset, f"<{node.tag}> has nothing in it", "put the words inside", Severity.WARNING
            )


def _network(node: NetworkSimulation) -> Iterator[Finding]:
    """Check that a network simulation changes something, as far as its values are known."""
    if not attributes(node).keys() & {"packet_loss", "jitter", "latency"}:
        message = "<network_simulation> needs an attribute packet_loss, jitter or latency"
        yield Finding(node.offset, message, 'write packet_loss="5"')
        return
    try:
        conditions = node.conditions
    except (ValueError, ConfigurationError):
        return  # placeholders, or values that are reported by themselves
    if 0 < conditions.jitter + conditions.latency < NOTICED_DELAY:
        message = f"<network_simulation> with a delay of less than {NOTICED_DELAY:g} ms delays nothing"
        yield Finding(node.offset, message, "frames leave every 20 ms", Severity.WARNING)
    if conditions.burst > 1 and not conditions.packet_loss:
        message = "<network_simulation> burst is how many frames are lost in a row, and none is lost"
        yield Finding(node.offset, message, "add a packet_loss", Severity.WARNING)
    elif 1 < conditions.burst <= conditions.burst_by_chance < math.inf:
        message = "<network_simulation> burst is no longer than chance makes it"
        hint = f"at {conditions.packet_loss:g} % it takes more than {conditions.burst_by_chance:.3g} frames"
        yield Finding(node.offset, message, hint, Severity.WARNING)
