"""Numbers with units, as people write them: ``1.5s``, ``800 ms``, ``30%``, ``-20 dB``, ``120 Hz``."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

__all__ = ["Limits", "Quantity"]

_WRITTEN = re.compile(r"\s*(?P<number>[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?)\s*(?P<unit>[A-Za-z%/]*)\s*")
_UNITS = {
    "": ("", 1.0),
    "s": ("s", 1.0), "sec": ("s", 1.0), "ms": ("s", 0.001), "min": ("s", 60.0), "m": ("s", 60.0), "h": ("s", 3600.0),
    "%": ("%", 1.0),
    "db": ("dB", 1.0), "dbfs": ("dB", 1.0),
    "hz": ("Hz", 1.0), "khz": ("Hz", 1000.0),
    "wpm": ("words/min", 1.0), "words/min": ("words/min", 1.0),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number and its unit: ``s``, ``%``, ``dB``, ``Hz``, ``words/min``, or none."""

    number: float
    unit: str = ""

    @classmethod
    def of(cls, written: float | str) -> Quantity:
        """Read a number as written; raises ValueError with a sentence that says what can be."""
        if not isinstance(written, str):
            if not math.isfinite(written):
                raise ValueError(f"{written} is no number that anything can be compared with")
            return cls(float(written))
        found = _WRITTEN.fullmatch(written)
        unit = None if found is None else _UNITS.get(found["unit"].lower())
        if found is None or unit is None:
            raise ValueError(
                f"{written!r} is not a number with a unit such as 1.5s, 800ms, 30%, -20dB or 120Hz"
            )
        return cls(round(float(found["number"]) * unit[1], 9), unit[0])

    def in_unit(self, unit: str) -> float:
        """Return the number in a metric's unit; raises ValueError when that is another kind of unit.

        A number without a unit is in the metric's own, and a share may be written in percent.
        """
        if not self.unit or self.unit == unit or (self.unit == "dB" and unit == "dBFS"):
            return self.number
        if self.unit == "%" and not unit:
            return self.number / 100
        own = f"is in {unit}" if unit else "has no unit"
        raise ValueError(f"it {own}, and {self} cannot be compared with that")

    def __str__(self) -> str:
        space = "" if self.unit in ("", "%") else " "
        return f"{self.number:g}{space}{self.unit}"


@dataclass(frozen=True, slots=True)
class Limits:
    """A range of quantities, both ends included; None leaves an end open."""

    minimum: Quantity | None = None
    maximum: Quantity | None = None

    def __str__(self) -> str:
        low, high = self.minimum, self.maximum
        if low is None or high is None:
            return f"at most {high}" if low is None else f"at least {low}"
        return f"exactly {low}" if low == high else f"from {low} to {high}"
