"""What the caller does in one step, and how the test profile gets into it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from pytest_agentsim.errors import AgentSimError
from pytest_agentsim.scenario.action_nodes import (
    TAGS,
    Audio,
    BackgroundNoise,
    Break,
    ClientMessage,
    Dtmf,
    Emotion,
    EndCall,
    Form,
    Function,
    Hold,
    IgnoreInterruptions,
    Interruption,
    Ivr,
    NetworkSimulation,
    Node,
    Noise,
    SendSms,
    Silence,
    Speed,
    Spell,
    Tag,
    Text,
    UnknownTag,
    Voice,
    Voicemail,
    Volume,
    attributes,
    inside,
    printed,
    tag_name,
    walk,
)
from pytest_agentsim.scenario.action_values import check_values
from pytest_agentsim.scenario.problems import Severity
from pytest_agentsim.scenario.template import function_placeholders, missing, placeholders, render

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

__all__ = [
    "TAGS",
    "Action",
    "ActionValueError",
    "Audio",
    "BackgroundNoise",
    "Break",
    "ClientMessage",
    "Dtmf",
    "Emotion",
    "EndCall",
    "Form",
    "Function",
    "Hold",
    "IgnoreInterruptions",
    "Interruption",
    "Ivr",
    "NetworkSimulation",
    "Node",
    "Noise",
    "SendSms",
    "Silence",
    "Speed",
    "Spell",
    "Tag",
    "Text",
    "UnknownTag",
    "Voice",
    "Voicemail",
    "Volume",
    "attributes",
    "inside",
    "tag_name",
    "walk",
]


class ActionValueError(AgentSimError, ValueError):
    """An attribute got a value from the test profile which it cannot take."""


@dataclass(frozen=True, slots=True)
class Action:
    """One step of the caller; an improvised one is an instruction instead of the words to say.

    Two actions are equal when they do the same, however they were written.
    """

    source: str = field(compare=False)
    nodes: tuple[Node, ...]
    improvised: bool = False

    def __str__(self) -> str:
        """Return the canonical source, which parses to the same action until it is resolved."""
        return "".join(map(printed, self.nodes))

    @property
    def is_empty(self) -> bool:
        """Whether nothing is said or done; unknown tags do nothing."""
        return all(
            isinstance(node, UnknownTag) or (isinstance(node, Text) and not node.text.strip())
            for node in self.nodes
        )

    @property
    def text(self) -> str:
        """The words that are heard, with single spaces between them."""
        return " ".join("".join(map(_words, self.nodes)).split())

    def walk(self) -> Iterator[Node]:
        """Go through all nodes, each before those that it holds."""
        return walk(self.nodes)

    def resolve(self, variables: Mapping[str, Any]) -> Action:
        """Put the values of the test profile in; they are never read as tags.

        Raises ProfileKeyError for a key that the profile does not have, and ActionValueError for a value that
        an attribute cannot take (in either case `<dtmf>` presses nothing instead).
        """
        return replace(self, nodes=_resolved(self.nodes, variables))


def _resolved(nodes: Iterable[Node], variables: Mapping[str, Any]) -> tuple[Node, ...]:
    return tuple(_resolve(node, variables) for node in nodes)


def _resolve(node: Node, variables: Mapping[str, Any]) -> Node:
    match node:
        case UnknownTag() | Emotion():
            return node
        case Spell() | Voice() | BackgroundNoise() | IgnoreInterruptions() | Ivr():
            node = replace(node, children=_resolved(node.children, variables))
        case Dtmf() if missing(node.digits, variables):
            return replace(node, digits="")
    values = attributes(node)
    filled = {name: render(value, variables) for name, value in values.items() if placeholders(value)}
    if not filled:
        return node
    if not isinstance(node, Text | Dtmf):
        unknown_yet = {name for name, value in values.items() if function_placeholders(value)}
        _check(
            node.tag, {name: value for name, value in (values | filled).items() if name not in unknown_yet}
        )
    changes: dict[str, Any] = filled
    return replace(node, **changes)


def _check(tag: str, values: Mapping[str, str]) -> None:
    for problem in check_values(tag, values):
        if problem.severity is Severity.ERROR:
            raise ActionValueError(f"{problem.message}; the test profile gives it another value")


def _words(node: Node) -> str:
    match node:
        case Text():
            return node.text
        case UnknownTag():
            return ""
        case Ivr() | Spell() | BackgroundNoise() | IgnoreInterruptions():
            return "".join(map(_words, inside(node)))
        case Voice():
            return (f" {node.text} " if node.text else "") + "".join(map(_words, node.children))
        case Speed() | Volume() | Voicemail():
            return f" {node.text or ''} "
        case _:
            return " "
