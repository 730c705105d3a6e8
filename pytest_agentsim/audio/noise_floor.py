"""How loud an agent's line is while nobody speaks on it: the least of the latest levels."""

from __future__ import annotations

from collections import deque

__all__ = ["NoiseFloor"]

WINDOW = 75  # frames, 1.5 s: speech that goes on for so long without a pause still dips to the noise
SETTLED = 50  # frames after which the least level is believed to be noise, however loud it is

# dBFS. Whatever is below the least is as good as silence. Of the first second's levels none is believed to be noise
# above the most: speech that starts loudly, without any noise before it, would pass for noise.
LEAST = -62.0
MOST = -41.0
MOST_WHEN_SETTLED = -30.0


class NoiseFloor:
    """Follows the power of the noise below speech; powers are mean squares, 1.0 for full scale."""

    def __init__(self) -> None:
        self._powers: deque[float] = deque(maxlen=WINDOW)

    def learn(self, power: float) -> None:
        """Take the power of the next frame that is not digital silence."""
        self._powers.append(power)

    def forget(self) -> None:
        """Know nothing again, as at the start of a call."""
        self._powers.clear()

    def power_above(self, margin: float) -> float:
        """Return the power that lies `margin` dB above the floor."""
        most = _MOST_WHEN_SETTLED if self._settled else _MOST
        return min(max(min(self._powers, default=1.0), _LEAST), most) * _ratio(margin)

    def least_above(self, margin: float) -> float:
        """Return what `power_above` may turn out to be when more is known: less, until the floor has settled."""
        return self.power_above(margin) if self._settled else _LEAST * _ratio(margin)

    @property
    def _settled(self) -> bool:
        return len(self._powers) >= SETTLED


def _ratio(decibels: float) -> float:
    return float(10 ** (decibels / 10))


_LEAST = _ratio(LEAST)
_MOST = _ratio(MOST)
_MOST_WHEN_SETTLED = _ratio(MOST_WHEN_SETTLED)
