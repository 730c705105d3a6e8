"""Stored calls for the page to show."""

from __future__ import annotations

import math
import struct
import wave
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from pytest_agentsim.baseline.file import Baseline
from pytest_agentsim.baseline.record import ItemRecord, item_record
from pytest_agentsim.expect import Outcome, Verdict, Words
from pytest_agentsim.metric_value import Direction, MetricOutcome, MetricValue
from pytest_agentsim.metric_value import Evidence as Found
from pytest_agentsim.report.artifacts import RECORDING, write_artifacts
from pytest_agentsim.report.page.render import write_page
from pytest_agentsim.report.stored import stored_calls
from pytest_agentsim.report.verdicts import CallOutcome, Judgement, write_judgement
from pytest_agentsim.result import (
    CallResult,
    EndedBy,
    Event,
    EventKind,
    HarnessCheck,
    Latency,
    NetworkTotals,
    Reason,
    Speaker,
    Status,
    ToolCall,
    Turn,
)

if TYPE_CHECKING:
    from pathlib import Path

KINDS = {Speaker.CALLER: EventKind.CALLER_TURN, Speaker.AGENT: EventKind.AGENT_TURN}
RATE = 16_000


def a_decision(*scores: float) -> dict[str, Any]:
    return {
        "move": "triggers",
        "threshold": 0.5,
        "holding": [number for number, score in enumerate(scores) if score >= 0.5],
        "candidates": [
            {
                "condition_id": number,
                "trigger": f"The agent does thing {number}",
                "score": score,
                "holds": score >= 0.5,
                "reason": f"because of {score}",
            }
            for number, score in enumerate(scores)
        ],
    }


def text_result(scenario: str = "Opening hours", **changes: Any) -> CallResult:
    turns = (
        Turn(1, Speaker.CALLER, "When are you open?", 0.0),
        Turn(2, Speaker.AGENT, "From nine to five. Would you like to reschedule?", 0.2),
        Turn(3, Speaker.CALLER, "No, thanks", 0.3),
    )
    events = [
        Event(turn.time or 0.0, KINDS[turn.speaker], {"text": turn.text, "number": turn.number})
        for turn in turns
    ]
    events.insert(2, Event(0.25, EventKind.DECISION, a_decision(0.1, 0.9)))
    latency = MetricValue(
        "latency",
        "Latency",
        MetricOutcome.MEASURED,
        0.2,
        "s",
        Direction.LOWER,
        details={"p50": 0.2, "p95": 0.2},
        extra={"by_turn": {"2": 0.2}},
    )
    judged = MetricValue("goal", "Goal reached", MetricOutcome.NOT_JUDGED, reason="no judge is configured")
    values: dict[str, Any] = {
        "scenario": scenario,
        "run_id": f"run of {scenario}",
        "batch_id": "batch-1",
        "channel": "text",
        "personality": "normal",
        "seed": 7,
        "status": Status.COMPLETED,
        "ended_by": EndedBy.CALLER,
        "ended_reason": Reason.CALLER_ENDED,
        "detail": "The caller ended the call.",
        "started_at": "2026-01-01T00:00:00.000+00:00",
        "duration": 0.5,
        "events": (*events, Event(0.5, EventKind.ENDED, {"status": "completed"})),
        "turns": turns,
        "tool_calls": (ToolCall("1", "look_up", {"name": "Sarah"}, 0.1, 1, {"found": True}),),
        "metrics": (latency, judged),
    }
    return CallResult(**{**values, **changes})


def voice_result(scenario: str = "A noisy line", **changes: Any) -> CallResult:
    turns = (
        Turn(1, Speaker.CALLER, "I need to cancel", 0.5, 2.0),
        Turn(2, Speaker.AGENT, "may i have your name", 2.6, 4.0),
        Turn(3, Speaker.CALLER, '<dtmf digits="12#"/>', 3.6, 4.5, interrupted=True),
        Turn(4, Speaker.AGENT, "thank you goodbye", 5.0, 6.0),
    )
    events = (
        Event(0.1, EventKind.SOUND, {"sound": "office", "start": 0.0}),
        Event(0.5, EventKind.CALLER_TURN, {"text": turns[0].text, "number": 1}),
        Event(
            1.0,
            EventKind.NETWORK,
            {"direction": "send", "first": 50, "start": 1.0, "lost": [[55, 57]], "late": [[60, 61, 140]]},
        ),
        Event(2.6, EventKind.AGENT_TURN, {"text": "", "number": 2, "spans": [[2.6, 3.0], [3.2, 4.0]]}),
        Event(2.7, EventKind.DECISION, a_decision(0.8, 0.2)),
        Event(3.6, EventKind.BARGE_IN, {"by": "caller", "cause": "scenario", "start": 3.6}),
        Event(3.6, EventKind.CALLER_TURN, {"text": turns[2].text, "number": 3}),
        Event(4.6, EventKind.FUNCTION_CALL, {"id": "1", "name": "cancel", "arguments": {}}),
        Event(4.7, EventKind.WARNING, {"message": "the agent's audio was dropped"}),
        Event(5.0, EventKind.AGENT_TURN, {"text": "", "number": 4}),
        Event(6.2, EventKind.ENDED, {"status": "completed"}),
    )
    found = MetricValue(
        "ai_interrupting_user",
        "AI Interrupting User",
        MetricOutcome.MEASURED,
        1,
        direction=Direction.LOWER,
        evidence=(Found("the agent cut in", 2, 2.6),),
    )
    values = {
        "channel": "voice",
        "duration": 6.2,
        "turns": turns,
        "events": events,
        "tool_calls": (ToolCall("1", "cancel", {}, 4.6, 3),),
        "latencies": (Latency(2, 0.6), Latency(4, None)),
        "harness": HarnessCheck(310, 0.001, 0.004, 0.02, 0.021),
        "network": (NetworkTotals("send", 310, 3, 3, 2, 0.01, 0.14),),
        "metrics": (found,),
        "recording": RECORDING,
    }
    return text_result(scenario, **{**values, **changes})


def write_recording(path: Path, seconds: float = 6.2) -> None:
    """Write a caller that is loud in the first half, on the left, and an agent in the second."""
    frames = bytearray()
    total = int(seconds * RATE)
    for each in range(total):
        value = int(20_000 * math.sin(each * 0.1))
        frames += struct.pack("<hh", *((value, 0) if each < total / 2 else (0, value)))
    with wave.open(str(path), "wb") as file:
        file.setparams((2, 2, RATE, 0, "NONE", ""))
        file.writeframes(bytes(frames))


MET = Verdict(Outcome.MET, "call", "the call completed")
SAID = Verdict(
    Outcome.NOT_MET,
    "expect.agent_never_says[0]",
    "the agent said 'reschedule', which it never should",
    ("turn 2: From nine to five. Would you like to reschedule?",),
    (2,),
    "desk.scenario.yaml:12",
    0,
    words=(Words(2, 37, 47),),
)
NOT_JUDGED = Verdict(Outcome.NOT_JUDGED, "expected_outcome", "not judged, because no judge is configured")


class Results:
    """An output directory that calls are put into."""

    def __init__(self, path: Path) -> None:
        self.path = path / "results"

    def add(
        self,
        folder: str,
        result: CallResult,
        *verdicts: Verdict,
        judged: bool = True,
        recorded: bool = True,
        **changes: Any,
    ) -> Path:
        """Store a call in a folder as a run does; its outcome is that of the verdicts."""
        directory = self.path / folder
        directory.mkdir(parents=True)
        if result.recording and recorded:
            write_recording(directory / RECORDING)
        write_artifacts(result, directory)
        outcome = CallOutcome.PASSED if all(each.passed for each in verdicts) else CallOutcome.FAILED
        values: dict[str, Any] = {
            "run_id": result.run_id,
            "node_id": f"desk.scenario.yaml::{folder}",
            "outcome": outcome,
            "item_outcome": outcome,
            "file": "desk.scenario.yaml",
            "line": 3,
            "verdicts": verdicts,
        }
        if judged:
            write_judgement(Judgement(**{**values, **changes}), directory)
        return directory

    def add_run(self, item: str, number: int, *verdicts: Verdict, **changes: Any) -> Path:
        """Store one run of an item, with a run id of its own."""
        run_id = changes.pop("run_id", f"{item}-{number}")
        result = changes.pop("result", None) or text_result(item, run_id=run_id, seed=number)
        folder = item if number == 1 else f"{item}-run{number}"
        node_id = f"desk.scenario.yaml::{item}"
        return self.add(folder, result, *verdicts, **{"node_id": node_id, "run": number, **changes})

    def page(self, file: str = "report.html", **options: Any) -> Path:
        """Make the page of all of them, beside the directory."""
        page = self.path.parent / file
        write_page(stored_calls(self.path), page, self.path, **options)
        return page


def a_baseline(
    output: Path, name: str, *, factor: float = 1.0, saved_at: str = "2026-01-01T00:00:00+00:00"
) -> Baseline:
    """Return the calls of an output directory as a baseline, their latencies so many times as long."""
    items: dict[str, ItemRecord] = {}
    for call in stored_calls(output):
        if call.result is None or call.judgement is None:
            continue
        made = item_record([call.result], [call.judgement.verdicts], passed=True)
        if made is None:
            continue
        [run] = made.runs
        metrics = {
            name: value * factor if name.startswith("latency") and isinstance(value, float) else value
            for name, value in run.metrics.items()
        }
        run = replace(run, number=call.judgement.run, metrics=metrics)
        before = items.get(call.judgement.node_id)
        runs = (*before.runs, run) if before is not None else (run,)
        items[call.judgement.node_id] = replace(made, runs=runs)
    kinds = {kind: each for item in items.values() for kind, each in item.kinds.items()}
    return Baseline(name, saved_at, f"batch of {name}", items, kinds)


@pytest.fixture
def results(tmp_path: Path) -> Results:
    """An output directory without calls yet."""
    return Results(tmp_path)
