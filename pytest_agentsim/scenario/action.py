"""What the caller does in one step, and how the test profile and what functions have fetched get into it."""

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
from pytest_agentsim.scenario.template import fill_in, function_placeholders, missing, placeholders, render

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

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


# Attributes that are words, in which a placeholder without a value can stand as it is.
WORDS = frozenset({"text", "digits", "t", "d"})


class ActionValueError(AgentSimError, ValueError):
    """An attribute got a value from the test profile or a function which it cannot take, or none."""


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
    def needs_functions(self) -> bool:
        """Whether its words have placeholders whose values only functions know."""
        return bool(function_placeholders(self.source))

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
        profile = _Source(
            "the test profile",
            has_placeholder=lambda text: bool(placeholders(text)),
            render=lambda text: render(text, variables),
            is_missing=lambda text: bool(missing(text, variables)),
        )
        return replace(self, nodes=_resolved(self.nodes, profile))

    def fill_in(self, outputs: Mapping[str, Mapping[str, Any]]) -> Action:
        """Put the outputs of functions in, by function and output; they are never read as tags.

        What no function has given stays as it is written and is spoken so (platform_spec section c.7); `<dtmf>`
        presses nothing then. Raises ActionValueError for a value that an attribute cannot take or does not have.
        """
        functions = _Source(
            "a function",
            has_placeholder=lambda text: bool(function_placeholders(text)),
            render=lambda text: fill_in(text, outputs),
            is_missing=lambda text: bool(function_placeholders(fill_in(text, outputs))),
        )
        nodes = _resolved(self.nodes, functions)
        _check_filled(nodes)
        return replace(self, nodes=nodes)


@dataclass(frozen=True, slots=True)
class _Source:
    """Where the values of placeholders come from, and what it is called."""

    name: str
    has_placeholder: Callable[[str], bool]
    render: Callable[[str], str]
    is_missing: Callable[[str], bool]


def _resolved(nodes: Iterable[Node], source: _Source) -> tuple[Node, ...]:
    return tuple(_resolve(node, source) for node in nodes)


def _resolve(node: Node, source: _Source) -> Node:
    match node:
        case UnknownTag() | Emotion():
            return node
        case Spell() | Voice() | BackgroundNoise() | IgnoreInterruptions() | Ivr():
            node = replace(node, children=_resolved(node.children, source))
        case Dtmf() if source.is_missing(node.digits):
            return replace(node, digits="")
    values = attributes(node)
    filled = {name: source.render(value) for name, value in values.items() if source.has_placeholder(value)}
    if not filled:
        return node
    if not isinstance(node, Text | Dtmf):
        unknown_yet = {name for name, value in (values | filled).items() if function_placeholders(value)}
        _check(
            node.tag,
            {name: value for name, value in (values | filled).items() if name not in unknown_yet},
            source,
        )
    changes: dict[str, Any] = filled
    return replace(node, **changes)


def _check(tag: str, values: Mapping[str, str], source: _Source) -> None:
    for problem in check_values(tag, values):
        if problem.severity is Severity.ERROR:
            raise ActionValueError(f"{problem.message}; {source.name} gives it another value")


def _check_filled(nodes: Iterable[Node]) -> None:
    for node in walk(nodes):
        if isinstance(node, Text | UnknownTag | Emotion):
            continue
        for name, value in attributes(node).items():
            left = function_placeholders(value) if name not in WORDS else ()
            if left:
                raise ActionValueError(
                    f"<{node.tag} {name}> needs {left[0].source}, which the function has not given; "
                    "give the output a default"
                )


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
