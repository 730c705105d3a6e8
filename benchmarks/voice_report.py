"""What a caller of the voice benchmark tells of its calls, as JSON from its process to the one that compares."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["CallReport", "Report", "percentile"]


@dataclass(frozen=True, slots=True)
class CallReport:
    """One call. `latencies` are what the caller takes for the agent's, None where it says that it cannot tell.

    `answers` counts the agent's turns that were heard, `intact` those of them that were heard without a gap in them.
    The lateness is that of the frames sent: the time right before the write minus the time at which it was due. All
    times are in seconds.
    """

    id: str
    problem: str
    duration: float
    latencies: list[float | None]
    answers: int
    intact: int
    lateness_p50: float
    lateness_p99: float
    lateness_max: float


@dataclass(frozen=True, slots=True)
class Report:
    """All calls of one process; `cpu` is what they took of the processor together, in seconds, without its start."""

    cpu: float
    calls: list[CallReport]

    def to_json(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Report:
        document = json.loads(text)
        return cls(document["cpu"], [CallReport(**call) for call in document["calls"]])


def percentile(values: Sequence[float], share: float) -> float:
    """Return what that share of the values does not exceed; 0.0 if there are none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0
