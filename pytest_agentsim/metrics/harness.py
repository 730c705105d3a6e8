"""Whether this process kept time well enough for what is measured of a voice call."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_agentsim.metrics.metric import NotMeasurable

if TYPE_CHECKING:
    from pytest_agentsim.result import CallResult

__all__ = ["check_on_time"]

LATE = 0.02  # s, one frame: the log does not tell times more exactly than that


def check_on_time(result: CallResult) -> None:
    """Raise NotMeasurable if the caller's frames left so late that times between the two sides are not true."""
    lateness = 0.0 if result.harness is None else result.harness.lateness_p99
    if lateness > LATE:
        raise NotMeasurable(
            f"the harness itself was late: by up to {lateness * 1000:.0f} ms in 99 of 100 frames; "
            "run fewer calls at once"
        )
