"""How many calls overlap when nobody says how many: what agents bear, and what the machine paces well."""

from __future__ import annotations

import os

from pytest_agentsim.call_gate import Limit, Limits

__all__ = ["limits_for"]

TEXT_CALLS = 50
TEXT_RATE = 1000.0  # calls a second
VOICE_RATE = 20.0  # calls a second

# Measured with benchmarks/voice.py and the example suite: what one core paces, and what it understands besides.
PACED_CALLS_PER_CORE = 40
UNDERSTOOD_CALLS_PER_CORE = 2

# Recognizers that leave the work to a server.
REMOTE_RECOGNIZERS = frozenset({"openai"})


def limits_for(
    concurrency: int | None, launch_rate: float | None, *, recognizer: str, processes: int = 1
) -> Limits:
    """Return the limits of one of so many processes; None for what the machine and the channel suggest.

    A given concurrency is that of each process. A given launch rate is that of all of them together, on each
    channel.
    """
    voice = concurrency or max(1, _calls_that_can_be_paced(recognizer) // processes)
    return Limits(
        text=Limit(concurrency or TEXT_CALLS, (launch_rate or TEXT_RATE) / processes),
        voice=Limit(voice, (launch_rate or VOICE_RATE) / processes),
    )


def _calls_that_can_be_paced(recognizer: str) -> int:
    per_core = PACED_CALLS_PER_CORE if recognizer in REMOTE_RECOGNIZERS else UNDERSTOOD_CALLS_PER_CORE
    return per_core * _usable_cores()


def _usable_cores() -> int:
    # A container may have fewer than the machine.
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
