"""What the steps of an action have in common on both channels, and how an action is gone through.

A subclass of `Performance` says what the words, keys, pauses and sounds of an action become on its channel.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from pytest_agentsim.scenario import action as tags

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pytest_agentsim.scenario.action import Action, Node

__all__ = [
    "Pause",
    "Performance",
    "Record",
    "RunFunction",
    "SendClientMessage",
    "SendSms",
    "SideStep",
    "cut_in_of",
    "joined",
    "steps_after",
]

S = TypeVar("S")

NO_KEYS = "<dtmf> presses no keys: the test profile has none for it, or not only keys"


@dataclass(frozen=True, slots=True)
class Pause:
    """Let time pass; an interruptible pause ends when the agent says something.

    `hold` tells that the caller has put the agent on hold: no background noise is heard meanwhile, and what the agent
    says is answered afterwards, unless the hold is part of something that is protected from interruptions.
    """

    seconds: float
    interruptible: bool
    hold: bool = False
    is_protected: bool = False


@dataclass(frozen=True, slots=True)
class Record:
    """Put a tag into the event log which the channel has no other use for, and a `warning` if there is one."""

    tag: str
    data: dict[str, Any] = field(default_factory=dict)
    warning: str = ""


@dataclass(frozen=True, slots=True)
class RunFunction:
    """Send a function's request, and go on when its outputs have come."""

    name: str


@dataclass(frozen=True, slots=True)
class SendSms:
    """Send the agent a text message."""

    text: str


@dataclass(frozen=True, slots=True)
class SendClientMessage:
    """Send a message of the caller's client: its type, and its data as JSON or empty."""

    type: str
    data: str


# What the caller does beside speaking; the agent hears nothing of it.
SideStep = RunFunction | SendSms | SendClientMessage


class Performance(ABC):
    """Goes through an action from left to right, up to where it hangs up."""

    def __init__(self) -> None:
        self._interruptible = True
        self._hung_up = False
        self._joint = False  # a silent tag stood between the words so far and the next ones

    def perform(self, nodes: Iterable[Node]) -> None:
        for node in nodes:
            if self._hung_up:
                return
            self._perform(node)

    @abstractmethod
    def _say(self, words: str) -> None: ...

    @abstractmethod
    def _spell(self, text: str) -> None: ...

    @abstractmethod
    def _press(self, keys: str) -> None:
        """Press at least one key."""

    @abstractmethod
    def _add(self, step: Pause | Record | SideStep) -> None: ...

    @abstractmethod
    def _adjust(self, node: tags.Speed | tags.Volume) -> None: ...

    @abstractmethod
    def _play(self, node: tags.Audio) -> None: ...

    @abstractmethod
    def _cut_in(self, node: tags.Interruption) -> None: ...

    @abstractmethod
    def _speak_as(self, node: tags.Voice) -> None: ...

    @abstractmethod
    def _degrade(self, node: tags.NetworkSimulation) -> None: ...

    @abstractmethod
    def _make_noise(self, node: tags.Noise) -> None: ...

    @abstractmethod
    def _beep(self) -> None:
        """Let the agent know that a message can be left now."""

    @abstractmethod
    def _express(self, node: tags.Emotion) -> None: ...

    @abstractmethod
    def _go_to(self, node: tags.BackgroundNoise) -> None: ...

    @abstractmethod
    def _go_back(self) -> None: ...

    def _perform(self, node: Node) -> None:
        match node:
            case tags.Text():
                self._say(node.text)
            case tags.Spell():
                self._spell("".join(each.text for each in node.children if isinstance(each, tags.Text)))
            case tags.Dtmf():
                self._press_if_any(node.keys)
            case tags.EndCall():
                self._hung_up = True
            case tags.Silence():
                self._pause(node.seconds)
            case tags.Hold():
                self._pause(node.seconds, interruptible=False, hold=True)
            case tags.Break():
                self._pause(node.seconds, interruptible=False)
            case tags.Speed() | tags.Volume():
                self._adjust(node)
            case tags.Audio():
                self._play(node)
            case tags.Interruption():
                self._cut_in(node)
            case tags.NetworkSimulation():
                self._degrade(node)
            case tags.Function():
                self._do_beside(RunFunction(node.name))
            case tags.SendSms():
                self._do_beside(SendSms(node.text))
            case tags.ClientMessage():
                self._do_beside(SendClientMessage(node.t, node.d or ""))
            case tags.Ivr() | tags.IgnoreInterruptions():
                self._record(node)
                with self._uninterruptible():
                    self.perform(node.children)
            case tags.Voicemail():
                self._record(node)
                with self._uninterruptible():
                    self._say(node.text or "")
                    self._beep()
            case tags.Voice():
                self._record(node)
                self._speak_as(node)
            case tags.BackgroundNoise():
                self._record(node)
                self._go_to(node)
                self.perform(node.children)
                self._go_back()
            case tags.Noise():
                self._record(node)
                self._make_noise(node)
            case tags.UnknownTag():
                self._joint = True
            case tags.Emotion():
                self._record_as("emotion", {"name": node.name})
                self._express(node)

    @contextmanager
    def _uninterruptible(self) -> Iterator[None]:
        before, self._interruptible = self._interruptible, False
        yield
        self._interruptible = before

    def _press_if_any(self, keys: str) -> None:
        if keys:
            self._press(keys)
        else:
            self._add(Record("dtmf", {"note": "no keys to press"}, NO_KEYS))
            self._joint = True

    def _pause(self, seconds: float, *, interruptible: bool = True, hold: bool = False) -> None:
        is_protected = hold and not self._interruptible
        self._add(Pause(seconds, interruptible and self._interruptible, hold, is_protected))
        self._joint = True

    def _do_beside(self, step: SideStep) -> None:
        self._add(step)
        self._joint = True

    def _record(self, node: Node) -> None:
        self._record_as(tags.tag_name(node), dict(tags.attributes(node)))

    def _record_as(self, tag: str, data: dict[str, Any]) -> None:
        self._add(Record(tag, data))
        self._joint = True


def steps_after(functions: int, steps: Sequence[S]) -> Sequence[S]:
    """Return the steps behind so many `RunFunction`, of which an action has as many whatever they fetch."""
    for position, step in enumerate(steps):
        if not functions:
            return steps[position:]
        functions -= isinstance(step, RunFunction)
    return ()


def joined(left: str, right: str) -> str:
    """Put words after others with one space between them, but none before a punctuation mark."""
    right = right.lstrip()
    space = "" if not left or right[:1] in ".,;:!?" else " "
    return f"{left.rstrip()}{space}{right}"


def cut_in_of(action: Action) -> float | None:
    """Return how long after the agent has begun its turn an action cuts in, in seconds; None if it does not."""
    for node in action.nodes:
        match node:
            case tags.Interruption():
                return node.seconds
            case tags.UnknownTag():
                continue
            case tags.Text() if not node.text.strip():
                continue
        return None
    return None
