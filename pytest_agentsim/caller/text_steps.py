"""What an action becomes on the text channel: pauses, things to record and at most one message.

One action is one message, because every message that the agent gets is a turn it replies to. Pauses before,
inside and after the words therefore all pass before the message goes out. Tags that only make sound are
recorded and leave no trace in the words; keys stay in the message, as X-RUBRIC wants them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pytest_agentsim.caller.steps import Pause, Performance, Record, SideStep, joined

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_agentsim.scenario.action import (
        Action,
        Audio,
        BackgroundNoise,
        Emotion,
        Interruption,
        NetworkSimulation,
        Noise,
        Speed,
        Voice,
        Volume,
    )

__all__ = ["Message", "Pause", "Record", "Step", "text_steps"]

BEEP = "[beep]"
KEYS = "0123456789*#"  # X-RUBRIC has no keys A to D


@dataclass(frozen=True, slots=True)
class Message:
    """Send the words; `hang_up` ends the call with them. Without words it only hangs up."""

    text: str
    hang_up: bool


Step = Pause | Record | SideStep | Message


def text_steps(action: Action) -> tuple[Step, ...]:
    """Turn a resolved action into its steps; a message is the last of them, and there may be none."""
    performance = _TextPerformance()
    performance.perform(action.nodes)
    return tuple(performance.finish())


class _TextPerformance(Performance):
    """Collects the words and the other steps of one action."""

    def __init__(self) -> None:
        super().__init__()
        self._steps: list[Step] = []
        self._words = ""

    def finish(self) -> Iterator[Step]:
        yield from self._steps
        words = self._words.strip()
        if words or self._hung_up:
            yield Message(words, self._hung_up)

    def _say(self, words: str) -> None:
        if not words:
            return
        self._words = joined(self._words, words) if self._joint and self._words else self._words + words
        self._joint = False

    def _spell(self, text: str) -> None:
        """Letters and digits one by one, as people write a spelled word."""
        self._say(", ".join(character.upper() for character in text if not character.isspace()))

    def _press_if_any(self, keys: str) -> None:
        super()._press_if_any("".join(key for key in keys if key in KEYS))

    def _press(self, keys: str) -> None:
        self._joint = self._joint and not self._words.endswith(" ")
        self._say(f'<dtmf digits="{keys}"/>')

    def _add(self, step: Pause | Record | SideStep) -> None:
        self._steps.append(step)

    def _adjust(self, node: Speed | Volume) -> None:
        self._record(node)
        self._say(node.text or "")
        self._joint = True

    def _play(self, node: Audio) -> None:
        self._record(node)

    def _cut_in(self, node: Interruption) -> None:
        self._record(node)

    def _speak_as(self, node: Voice) -> None:
        self._say(node.text or "")
        self.perform(node.children)

    def _degrade(self, node: NetworkSimulation) -> None:
        self._record(node)

    def _make_noise(self, node: Noise) -> None:
        pass  # there is nothing to hear, here and below

    def _beep(self) -> None:
        if not self._words.strip():  # without a greeting either, the agent would not know that it is its turn
            self._say(BEEP)

    def _express(self, node: Emotion) -> None:
        pass

    def _go_to(self, node: BackgroundNoise) -> None:
        pass

    def _go_back(self) -> None:
        pass
