"""What an action becomes on the text channel: pauses, things to record and at most one message.

One action is one message, because every message that the agent gets is a turn it replies to. Pauses before,
inside and after the words therefore all pass before the message goes out. Tags that only make sound are
recorded and leave no trace in the words; keys stay in the message, as X-RUBRIC wants them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pytest_agentsim.scenario import action as tags

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pytest_agentsim.scenario.action import Action, Node

__all__ = ["Message", "Pause", "Record", "Step", "text_steps"]

KEYS = "0123456789*#"  # X-RUBRIC has no keys A to D


@dataclass(frozen=True, slots=True)
class Pause:
    """Let time pass; an interruptible pause ends when the agent says something."""

    seconds: float
    interruptible: bool


@dataclass(frozen=True, slots=True)
class Record:
    """Put a tag into the event log which the text channel has no other use for."""

    tag: str
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Message:
    """Send the words; `hang_up` ends the call with them. Without words it only hangs up."""

    text: str
    hang_up: bool


Step = Pause | Record | Message


def text_steps(action: Action) -> tuple[Step, ...]:
    """Turn a resolved action into its steps; a message is the last of them, and there may be none."""
    performance = _Performance()
    performance.perform(action.nodes, interruptible=True)
    return tuple(performance.finish())


class _Performance:
    """Collects the words and the other steps of one action from left to right."""

    def __init__(self) -> None:
        self._steps: list[Step] = []
        self._words = ""
        self._joint = False  # a silent tag stood between the words so far and the next ones
        self._hung_up = False

    def perform(self, nodes: Iterable[Node], *, interruptible: bool) -> None:
        for node in nodes:
            if self._hung_up:
                return
            self._perform(node, interruptible=interruptible)

    def finish(self) -> Iterator[Step]:
        yield from self._steps
        words = self._words.strip()
        if words or self._hung_up:
            yield Message(words, self._hung_up)

    def _perform(self, node: Node, *, interruptible: bool) -> None:
        match node:
            case tags.Text():
                self._say(node.text)
            case tags.Silence():
                self._pause(node.seconds, interruptible=interruptible)
            case tags.Hold():
                self._pause(node.seconds, interruptible=False)
            case tags.Spell():
                self._say(_spelled(node.children))
            case tags.Dtmf():
                self._press("".join(key for key in node.keys if key in KEYS))
            case tags.EndCall():
                self._hung_up = True
            case tags.Ivr():
                self._record(node)
                self.perform(node.children, interruptible=False)
            case tags.Break():
                self._pause(node.seconds, interruptible=False)
            case tags.Voicemail() | tags.Speed() | tags.Volume():
                self._record(node)
                self._say(node.text or "")
                self._joint = True
            case tags.IgnoreInterruptions():
                self._record(node)
                self.perform(node.children, interruptible=False)
            case tags.Voice():
                self._record(node)
                self._say(node.text or "")
                self.perform(node.children, interruptible=interruptible)
            case tags.BackgroundNoise():
                self._record(node)
                self.perform(node.children, interruptible=interruptible)
            case tags.UnknownTag():
                self._joint = True
            case tags.Emotion():
                self._record_as("emotion", {"name": node.name})
            case _:
                self._record(node)

    def _say(self, words: str) -> None:
        if not words:
            return
        if self._joint and self._words:
            right = words.lstrip()
            space = "" if right[:1] in ".,;:!?" else " "
            self._words = f"{self._words.rstrip()}{space}{right}"
        else:
            self._words += words
        self._joint = False

    def _press(self, keys: str) -> None:
        if not keys:
            self._steps.append(Record("dtmf", {"note": "no keys to press"}))
            return
        self._joint = self._joint and not self._words.endswith(" ")
        self._say(f'<dtmf digits="{keys}"/>')

    def _pause(self, seconds: float, *, interruptible: bool) -> None:
        self._steps.append(Pause(seconds, interruptible))
        self._joint = True

    def _record(self, node: Node) -> None:
        self._record_as(tags.tag_name(node), dict(tags.attributes(node)))

    def _record_as(self, tag: str, data: dict[str, Any]) -> None:
        self._steps.append(Record(tag, data))
        self._joint = True


def _spelled(nodes: Iterable[Node]) -> str:
    """Letters and digits one by one, as people write a spelled word."""
    text = "".join(node.text for node in nodes if isinstance(node, tags.Text))
    return ", ".join(character.upper() for character in text if not character.isspace())
