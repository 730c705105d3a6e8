"""How bad a connection is: what `<network_simulation>` and a personality's `network_simulation` say."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from pytest_agentsim.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["BURST_LIMITS", "GOOD_LINE", "PACKET_LOSS_LIMITS", "Direction", "NetworkConditions"]

PACKET_LOSS_LIMITS = (0.0, 100.0)  # percent
BURST_LIMITS = (1.0, 500.0)  # frames of 20 ms; whoever wants the line dead for longer sets the loss to 100 %


class Direction(StrEnum):
    """Whose audio suffers: what the caller sends, what it receives, or both."""

    SEND = "send"
    RECEIVE = "receive"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class NetworkConditions:
    """What becomes of the audio on its way, frame by frame of 20 ms.

    `packet_loss` is in percent (0 to 100), `burst` how many frames are lost in a row on average (1 to 500; 1 leaves
    that to chance), `latency` how late every frame is and `jitter` how much later than that it may be, both in
    milliseconds. Raises ConfigurationError for anything else.
    """

    packet_loss: float = 0.0
    jitter: float = 0.0
    latency: float = 0.0
    burst: float = 1.0
    direction: Direction = Direction.SEND

    def __post_init__(self) -> None:
        for name, low, high in (
            ("packet_loss", *PACKET_LOSS_LIMITS),
            ("jitter", 0.0, math.inf),
            ("latency", 0.0, math.inf),
            ("burst", *BURST_LIMITS),
        ):
            value = getattr(self, name)
            if not (low <= value <= high and math.isfinite(value)):
                allowed = f"at least {low:g}" if math.isinf(high) else f"between {low:g} and {high:g}"
                raise ConfigurationError(f"{name} of a network simulation must be {allowed}, not {value:g}")

    @classmethod
    def of(cls, fields: Mapping[str, Any]) -> NetworkConditions:
        """Return what the fields say, numbers as such or as text; what they leave out is as on a good line."""
        numbers = {
            name: float(fields[name])
            for name in ("packet_loss", "jitter", "latency", "burst")
            if name in fields
        }
        return cls(**numbers, direction=Direction(fields.get("direction", Direction.SEND)))

    def towards(self, direction: Direction) -> NetworkConditions:
        """Return what holds for that one direction, `SEND` or `RECEIVE`."""
        suffers = self.direction in (direction, Direction.BOTH)
        return replace(self if suffers else GOOD_LINE, direction=direction)

    @property
    def are_good(self) -> bool:
        """Whether nothing is lost and nothing is late."""
        return not (self.packet_loss or self.jitter or self.latency)

    @property
    def burst_by_chance(self) -> float:
        """How many frames are lost in a row on average where each is lost by itself; infinity at 100 %."""
        return 1 / (1 - self.packet_loss / 100) if self.packet_loss < PACKET_LOSS_LIMITS[1] else math.inf


GOOD_LINE = NetworkConditions()
