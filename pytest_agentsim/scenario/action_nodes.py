"""The nodes of an action: words and tags (platform_spec section c.4).

There is one class for each tag; its fields are the attributes as their author wrote them, so that an action
prints as it was written, and its properties are their values in the units that the name says. A property
raises ValueError while its attribute still holds a placeholder or something else that is no such value.
"""

from __future__ import annotations

import re
from dataclasses import MISSING, dataclass, field, fields
from enum import Enum
from typing import TYPE_CHECKING, ClassVar, TypeAlias

from pytest_agentsim.scenario.action_values import milliseconds_of, pressable
from pytest_agentsim.scenario.network import NetworkConditions

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = [
    "EMOTIONS",
    "TAGS",
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
    "attribute_names",
    "attributes",
    "inside",
    "is_block",
    "printed",
    "tag_name",
    "walk",
]

EMOTIONS = ("laughter", "sigh")
DEFAULT_BREAK = 0.5  # s; the platform only says "short pause"


class Form(Enum):
    """How a tag is written: ``<x />``, ``<x>…</x>``, or either of them."""

    SELF_CLOSING = "self-closing"
    BLOCK = "block"
    EITHER = "either"


@dataclass(frozen=True, slots=True)
class _Placed:
    """Something at `offset` characters from the start of the action's source."""

    offset: int = field(default=0, compare=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class Text(_Placed):
    """Words to say; they are never looked at as tags again."""

    text: str


@dataclass(frozen=True, slots=True)
class Emotion(_Placed):
    """``[laughter]`` or ``[sigh]``: a cue for the voice."""

    name: str


@dataclass(frozen=True, slots=True)
class UnknownTag(_Placed):
    """A tag that does nothing because its name is unknown or it is malformed."""

    source: str


@dataclass(frozen=True, slots=True)
class Tag(_Placed):
    """Base of all tags; fields without a default are its required attributes."""

    tag: ClassVar[str]
    form: ClassVar[Form] = Form.SELF_CLOSING


@dataclass(frozen=True, slots=True)
class Silence(Tag):
    """A pause that the agent may interrupt."""

    tag = "silence"
    time: str

    @property
    def seconds(self) -> float:
        return _seconds(self.time)


@dataclass(frozen=True, slots=True)
class Hold(Tag):
    """A pause that cannot be interrupted; background noise stops during it."""

    tag = "hold"
    time: str

    @property
    def seconds(self) -> float:
        return _seconds(self.time)


@dataclass(frozen=True, slots=True)
class Break(Tag):
    """A short pause inside of an IVR menu."""

    tag = "break"
    time: str | None = None

    @property
    def seconds(self) -> float:
        if self.time is None:
            return DEFAULT_BREAK
        return float(self.time[:-2]) / 1000 if self.time.endswith("ms") else _seconds(self.time)


@dataclass(frozen=True, slots=True)
class Spell(Tag):
    """Words to be spoken letter by letter."""

    tag = "spell"
    form = Form.BLOCK
    children: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Speed(Tag):
    """Speech rate for `text`, or from here on to the next `<speed>` or the end of the action."""

    tag = "speed"
    ratio: str
    text: str | None = None

    @property
    def factor(self) -> float:
        return float(self.ratio)


@dataclass(frozen=True, slots=True)
class Volume(Tag):
    """Loudness for `text`, or from here on to the next `<volume>` or the end of the action."""

    tag = "volume"
    ratio: str
    text: str | None = None

    @property
    def factor(self) -> float:
        return float(self.ratio)


@dataclass(frozen=True, slots=True)
class Voice(Tag):
    """Another speaker: for `text` or `children`; without both of them from here on, also in later actions."""

    tag = "voice"
    form = Form.EITHER
    provider: str
    id: str
    model: str | None = None
    text: str | None = None
    children: tuple[Node, ...] = ()


@dataclass(frozen=True, slots=True)
class Dtmf(Tag):
    """Key presses."""

    tag = "dtmf"
    digits: str

    @property
    def keys(self) -> str:
        """The keys without formatting; empty when `digits` is anything but keys."""
        return pressable(self.digits)


@dataclass(frozen=True, slots=True)
class EndCall(Tag):
    """Hang up when this is reached."""

    tag = "endcall"


@dataclass(frozen=True, slots=True)
class SendSms(Tag):
    """Send an SMS."""

    tag = "send_sms"
    text: str


@dataclass(frozen=True, slots=True)
class Ivr(Tag):
    """A menu that the caller plays, uninterruptible and alone in its action.

    `children` is what is played: the words of `text` and the pauses and noises written among them.
    """

    tag = "ivr"
    text: str
    children: tuple[Node, ...] = ()


@dataclass(frozen=True, slots=True)
class Voicemail(Tag):
    """A greeting, if there is a text, and a beep; uninterruptible and alone in its action."""

    tag = "voicemail"
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Interruption(Tag):
    """Cut in that long after the agent has begun its next turn; what follows is uninterruptible."""

    tag = "interruption"
    time: str

    @property
    def seconds(self) -> float:
        return _seconds(self.time)


@dataclass(frozen=True, slots=True)
class BackgroundNoise(Tag):
    """A continuous sound under the words inside."""

    tag = "background_noise"
    form = Form.BLOCK
    sound: str
    volume: str | None = None
    children: tuple[Node, ...] = ()

    @property
    def gain(self) -> float | None:
        """The volume as a factor; None when the default applies."""
        return None if self.volume is None else float(self.volume)


@dataclass(frozen=True, slots=True)
class Noise(Tag):
    """A sound played once, cut off after `time`."""

    tag = "noise"
    sound: str
    volume: str | None = None
    time: str | None = None

    @property
    def gain(self) -> float | None:
        """The volume as a factor; None when the default applies."""
        return None if self.volume is None else float(self.volume)

    @property
    def milliseconds(self) -> float | None:
        """How much of the sound is played; None for all of it."""
        return None if self.time is None else milliseconds_of(self.time)


@dataclass(frozen=True, slots=True)
class NetworkSimulation(Tag):
    """Another line from here on, also in later actions; what is left out is as on a good line."""

    tag = "network_simulation"
    packet_loss: str | None = None
    jitter: str | None = None
    latency: str | None = None
    burst: str | None = None
    direction: str | None = None

    @property
    def conditions(self) -> NetworkConditions:
        return NetworkConditions.of(attributes(self))


@dataclass(frozen=True, slots=True)
class IgnoreInterruptions(Tag):
    """What is inside plays out whatever the agent says meanwhile."""

    tag = "ignore_interruptions"
    form = Form.BLOCK
    children: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Function(Tag):
    """Run a declared function now."""

    tag = "function"
    name: str


@dataclass(frozen=True, slots=True)
class Audio(Tag):
    """Play a recording instead of speech."""

    tag = "audio"
    id: str


@dataclass(frozen=True, slots=True)
class ClientMessage(Tag):
    """Send a client message of type `t` with the JSON data `d`; nothing is heard."""

    tag = "client_message"
    t: str
    d: str | None = None


Node: TypeAlias = (
    Text | Silence | Hold | Spell | Speed | Volume | Voice | Dtmf | EndCall | SendSms | Ivr | Voicemail
    | Interruption | BackgroundNoise | Noise | NetworkSimulation | IgnoreInterruptions | Function | Audio
    | ClientMessage | Break | Emotion | UnknownTag
)  # fmt: skip

TAGS: dict[str, type[Tag]] = {
    each.tag: each
    for each in (
        Silence, Hold, Spell, Speed, Volume, Voice, Dtmf, EndCall, SendSms, Ivr, Voicemail, Interruption,
        BackgroundNoise, Noise, NetworkSimulation, IgnoreInterruptions, Function, Audio, ClientMessage, Break,
    )
}  # fmt: skip

_NOT_ATTRIBUTES = ("offset", "children")
# An ampersand stays as it is unless it would be read as one of the five entities.
_AMBIGUOUS_AMPERSAND = re.compile(r"&(?=(?:quot|amp|lt|gt|apos);)")


def attribute_names(tag: type[Tag]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the names of the required and of the optional attributes."""
    named = [each for each in fields(tag) if each.name not in _NOT_ATTRIBUTES]
    required = tuple(each.name for each in named if each.default is MISSING)
    return required, tuple(each.name for each in named if each.name not in required)


def tag_name(node: Node) -> str:
    """Return what a log may call the node: the tag's name, or ``text``, ``emotion`` or ``unknown``."""
    match node:
        case Text():
            return "text"
        case Emotion():
            return "emotion"
        case UnknownTag():
            return "unknown"
        case _:
            return node.tag


def attributes(node: Node) -> dict[str, str]:
    """Return what was written into the node, without what was left out."""
    values = {
        each.name: getattr(node, each.name) for each in fields(node) if each.name not in _NOT_ATTRIBUTES
    }
    return {name: value for name, value in values.items() if value is not None}


def inside(node: Node) -> tuple[Node, ...]:
    """Return the nodes that a node holds, the played parts of an `<ivr>` included."""
    match node:
        case Spell() | Voice() | BackgroundNoise() | IgnoreInterruptions() | Ivr():
            return node.children
        case _:
            return ()


def walk(nodes: Iterable[Node]) -> Iterator[Node]:
    """Go through nodes and all that they hold, in the order of the source."""
    for node in nodes:
        yield node
        yield from walk(inside(node))


def is_block(node: Node) -> bool:
    """Tell whether the node stands around others; a `<voice>` only does if it holds something."""
    match node:
        case Spell() | BackgroundNoise() | IgnoreInterruptions():
            return True
        case _:
            return isinstance(node, Voice) and bool(node.children)


def printed(node: Node) -> str:
    """Write a node in its canonical form."""
    match node:
        case Text():
            return node.text
        case Emotion():
            return f"[{node.name}]"
        case UnknownTag():
            return node.source
    opening = "".join((node.tag, *(f" {name}={_quoted(value)}" for name, value in attributes(node).items())))
    if is_block(node):
        return f"<{opening}>{''.join(map(printed, inside(node)))}</{node.tag}>"
    return f"<{opening} />"


def _quoted(value: str) -> str:
    value = _AMBIGUOUS_AMPERSAND.sub("&amp;", value)
    if '"' in value and "'" not in value:
        return f"'{value}'"
    return '"' + value.replace('"', "&quot;") + '"'


def _seconds(time: str) -> float:
    return float(time.removesuffix("s"))
