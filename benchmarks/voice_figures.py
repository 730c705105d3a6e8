"""What the voice benchmark makes of the reports of a caller and of the log of the agent that it called."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from statistics import mean, median
from typing import TYPE_CHECKING, Any

from voice_audio import TURNS, caller_turns
from voice_report import percentile

if TYPE_CHECKING:
    from collections.abc import Sequence

    from voice_report import CallReport, Report

__all__ = [
    "AgentLog",
    "Behaviour",
    "Pace",
    "Reaction",
    "Truth",
    "Yielding",
    "behaviour",
    "pace",
    "reaction",
    "truth",
    "yielding",
]

AgentLog = dict[str, dict[str, Any]]  # of voice_server.py, by the ids of the calls

STALL = 0.1  # s between two frames of a caller
FRAME_SECONDS = 0.02
END_OF_TURN = 0.7  # s, what both callers are set to


@dataclass(frozen=True, slots=True)
class Pace:
    """How regularly frames were sent, in seconds, and what a second of one call costs of the processor."""

    late_p50: float  # of the median call
    late_p99: float  # of the worst call
    late_max: float
    gap_p99: float  # of all gaps between frames as they reach the agent's process
    gap_max: float
    cpu: float
    agent_late_p99: float  # of the agent's own frames: the machine's noise, which is in all the other figures


def pace(report: Report, log: AgentLog) -> Pace:
    gaps = [gap for call in log.values() for gap in call["gaps"]]
    noise = [late for call in log.values() for late in call["lateness"]]
    return Pace(
        late_p50=median(call.lateness_p50 for call in report.calls),
        late_p99=max(call.lateness_p99 for call in report.calls),
        late_max=max(call.lateness_max for call in report.calls),
        gap_p99=percentile(gaps, 0.99),
        gap_max=max(gaps),
        cpu=report.cpu / sum(call.duration for call in report.calls),
        agent_late_p99=percentile(noise, 0.99),
    )


@dataclass(frozen=True, slots=True)
class Behaviour:
    """What of the conversations arrived; `caller_turns` are those that the agent heard once, undamaged."""

    expected: int  # turns of either side
    caller_turns: int
    agent_turns: int
    agent_turns_intact: int
    stalls: int
    problems: tuple[str, ...]


def behaviour(report: Report, log: AgentLog, seconds: float) -> Behaviour:
    wanted = [zlib.crc32(pcm) for pcm in caller_turns(seconds)]
    heard = [[turn["checksum"] for turn in call["turns"]] for call in log.values()]
    return Behaviour(
        expected=TURNS * len(report.calls),
        caller_turns=sum(turns.count(checksum) == 1 for turns in heard for checksum in wanted),
        agent_turns=sum(call.answers for call in report.calls),
        agent_turns_intact=sum(call.intact for call in report.calls),
        stalls=sum(gap > STALL for call in log.values() for gap in call["gaps"]),
        problems=tuple(call.problem for call in report.calls if call.problem),
    )


@dataclass(frozen=True, slots=True)
class Truth:
    """How far the latencies that a caller reports are from what the agent did, in seconds."""

    errors: tuple[float, ...]
    not_measurable: int
    missing: int

    @property
    def mean(self) -> float:
        return mean(map(abs, self.errors)) if self.errors else 0.0

    @property
    def worst(self) -> float:
        return max(map(abs, self.errors), default=0.0)


def truth(rounds: Sequence[tuple[Report, AgentLog]]) -> Truth:
    errors: list[float] = []
    not_measurable = missing = 0
    for report, log in rounds:
        for call in report.calls:
            true = _true_latencies(log[call.id])
            # A latency for fewer or more answers than there were belongs to none of them.
            if len(call.latencies) != len(true):
                missing += len(true)
                continue
            not_measurable += call.latencies.count(None)
            errors += [
                told - happened
                for told, happened in zip(call.latencies, true, strict=True)
                if told is not None
            ]
    return Truth(tuple(errors), not_measurable, missing)


def _true_latencies(call: dict[str, Any]) -> list[float]:
    return [
        answer["first"] - turn["last"] for turn, answer in zip(call["turns"], call["answers"], strict=False)
    ]


@dataclass(frozen=True, slots=True)
class Reaction:
    """How long after an answer's end, beyond the silence asked for, the next turn's first frame arrived, in seconds."""

    p50: float
    p99: float


def reaction(rounds: Sequence[tuple[Report, AgentLog]]) -> Reaction:
    delays = [delay for _, log in rounds for call in log.values() for delay in _reactions(call)]
    return Reaction(percentile(delays, 0.5), percentile(delays, 0.99))


def _reactions(call: dict[str, Any]) -> list[float]:
    # An answer is over when its last frame, which is written at its beginning, has been played.
    return [
        turn["first"] - (answer["last"] + FRAME_SECONDS) - END_OF_TURN
        for answer, turn in zip(call["answers"], call["turns"][1:], strict=False)
    ]


@dataclass(frozen=True, slots=True)
class Yielding:
    """How long after `speech.started` was written the caller's last frame of speech arrived, in seconds."""

    count: int
    expected: int
    p50: float
    worst: float
    noise_p99: float
    noise_max: float


def yielding(calls: Sequence[CallReport], log: AgentLog) -> Yielding:
    told = [each["last_speech"] - each["told"] for call in log.values() for each in call["interruptions"]]
    noise = [late for call in log.values() for late in call["lateness"]]
    return Yielding(
        count=len(told),
        expected=(TURNS - 1) * len(calls),
        p50=percentile(told, 0.5),
        worst=max(told, default=0.0),
        noise_p99=percentile(noise, 0.99),
        noise_max=max(noise, default=0.0),
    )
