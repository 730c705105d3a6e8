"""How long the HTML report of many stored calls takes to make, beside what reading and writing as many bytes takes.

500 calls, two of each scenario, one in five by voice with a recording of half a minute: the calls of a run of four
hours on the line. Then the same beside a baseline and the 500 calls of another run.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import time
import wave
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from pytest_agentsim.baseline.file import Baseline
from pytest_agentsim.baseline.record import item_record
from pytest_agentsim.expect import Outcome, Verdict
from pytest_agentsim.metric_value import Direction, MetricOutcome, MetricValue
from pytest_agentsim.report.artifacts import RECORDING, write_artifacts
from pytest_agentsim.report.page.against import Against
from pytest_agentsim.report.page.other import OtherResults
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
    Reason,
    Speaker,
    Status,
    Turn,
)

if TYPE_CHECKING:
    from collections.abc import Callable

TURNS = 12
SECONDS = 30
RATE = 16_000
VOICE_IN = 5
RUNS = 2
ROUNDS = 3


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=500)
    count = parser.parse_args().calls
    with tempfile.TemporaryDirectory() as folder:
        output, page = Path(folder) / "results", Path(folder) / "report.html"
        recording = a_recording()
        for number in range(count):
            store(output / "suite.scenario.yaml" / f"call_{number:04d}", number, recording)
        # Imports and the file system's cache are not what is measured.
        write_page(stored_calls(output)[:10], page, output)
        ours = least(lambda: write_page(stored_calls(output), page, output))
        other = OtherResults("before", output, stored_calls(output))
        against = Against(a_baseline(output))
        beside = least(lambda: write_page(stored_calls(output), page, output, other=other, against=against))
        text_only = least(lambda: write_page(stored_calls(output), page, output, largest=0))
        size = page_size(output, page)
        raw = least(lambda: read_and_write(output, page))
    print(
        f"{count} calls, {count // VOICE_IN} of them by voice, {SECONDS} s each; load {os.getloadavg()[0]:.1f}"
    )
    told("the report", ours, f"  ({size / 1e6:.1f} MB; aim 3 s)")
    told("the same, with all recordings beside it", text_only)
    told("the same, with a baseline and another run", beside)
    told("raw: read and parse the files, write one", raw)


def least(work: Callable[[], object]) -> tuple[float, float]:
    """Return the shortest of some rounds, in seconds on the clock and of the CPU."""
    times = []
    for _ in range(ROUNDS):
        begun, busy = time.perf_counter(), time.process_time()
        work()
        times.append((time.perf_counter() - begun, time.process_time() - busy))
    return min(each for each, _ in times), min(each for _, each in times)


def told(what: str, seconds: tuple[float, float], note: str = "") -> None:
    print(f"{what:<42}{seconds[0]:6.2f} s, {seconds[1]:5.2f} s of the CPU{note}")


def a_baseline(output: Path) -> Baseline:
    """Return the calls of a directory as the baseline that their run would have been kept as."""
    calls = stored_calls(output)
    by_item: dict[str, list[CallResult]] = {}
    for call in calls:
        if call.result is not None and call.judgement is not None:
            by_item.setdefault(call.judgement.node_id, []).append(call.result)
    items = {
        item: record
        for item, results in by_item.items()
        if (record := item_record(results, (), passed=True)) is not None
    }
    return Baseline("main", "2026-01-01T00:00:00+00:00", "before", items)


def page_size(output: Path, page: Path) -> int:
    write_page(stored_calls(output), page, output)
    return page.stat().st_size


def read_and_write(output: Path, page: Path) -> None:
    """Do the least that any report has to: read all files, parse their JSON, write a file as large as ours."""
    for file in output.rglob("*"):
        if file.suffix == ".wav":
            file.read_bytes()
        elif file.suffix in (".json", ".jsonl"):
            for line in file.read_text(encoding="utf-8").splitlines():
                if line not in ("[", "]"):
                    json.loads(line.rstrip(","))
    page.with_suffix(".raw").write_bytes(page.read_bytes())


def a_recording() -> bytes:
    """Return both sides of half a minute of something like speech: noise whose loudness goes up and down."""
    generator = np.random.default_rng(0)
    moments = np.arange(SECONDS * RATE) / RATE
    sides = [
        generator.normal(0, 2_500, len(moments)) * (np.sin(2 * np.pi * moments / 5 + phase) > 0)
        for phase in (0, np.pi)
    ]
    return np.stack(sides, axis=1).clip(-32_768, 32_767).astype("<i2").tobytes()


def store(directory: Path, number: int, recording: bytes) -> None:
    directory.mkdir(parents=True)
    is_voice = number % VOICE_IN == 0
    result = a_call(number, is_voice=is_voice)
    if is_voice:
        with wave.open(str(directory / RECORDING), "wb") as file:
            file.setparams((2, 2, RATE, 0, "NONE", ""))
            file.writeframes(recording)
    write_artifacts(result, directory)
    failed = number % 10 == 0
    outcome = CallOutcome.FAILED if failed else CallOutcome.PASSED
    said = Verdict(Outcome.MET, "expect.agent_says[0]", "", (), (), "suite.scenario.yaml:9", 0)
    missed = Verdict(
        Outcome.NOT_MET,
        "expect.agent_never_says[0]",
        "the agent said 'sorry', which it never should",
        (),
        (2,),
    )
    judgement = Judgement(
        result.run_id,
        f"suite.scenario.yaml::scenario_{number // RUNS:04d}",
        outcome,
        outcome,
        number % RUNS + 1,
        RUNS,
        file="suite.scenario.yaml",
        line=number,
        tags=("smoke",),
        verdicts=(said, missed) if failed else (said,),
    )
    write_judgement(judgement, directory)


def a_call(number: int, *, is_voice: bool) -> CallResult:
    step = SECONDS / TURNS
    turns = tuple(
        Turn(
            place + 1,
            Speaker.AGENT if place % 2 else Speaker.CALLER,
            "Thank you, Sarah. You have an appointment on Tuesday, March 3 at 10:00 AM.",
            place * step,
            (place + 0.8) * step if is_voice else None,
        )
        for place in range(TURNS)
    )
    waits = {str(turn.number): 0.4 + 0.01 * (number % 30) for turn in turns if turn.speaker is Speaker.AGENT}
    latency = MetricValue(
        "latency", "Latency", MetricOutcome.MEASURED, 0.5, "s", Direction.LOWER, extra={"by_turn": waits}
    )
    return CallResult(
        scenario=f"Scenario {number // RUNS}",
        run_id=str(number),
        batch_id="batch",
        channel="voice" if is_voice else "text",
        personality="normal",
        seed=number,
        status=Status.COMPLETED,
        ended_by=EndedBy.CALLER,
        ended_reason=Reason.CALLER_ENDED,
        detail="The caller ended the call.",
        started_at="2026-01-01T00:00:00.000+00:00",
        duration=float(SECONDS),
        events=(*(event for turn in turns for event in events_of(turn)), Event(SECONDS, EventKind.ENDED)),
        turns=turns,
        recording=RECORDING if is_voice else "",
        latencies=tuple(Latency(int(turn), wait) for turn, wait in waits.items()) if is_voice else (),
        harness=HarnessCheck(1500, 0.001, 0.004, 0.02, 0.021) if is_voice else None,
        metrics=(
            latency,
            *(
                MetricValue(f"metric_{each}", "Some metric", MetricOutcome.MEASURED, 1.5)
                for each in range(20)
            ),
        ),
    )


def events_of(turn: Turn) -> list[Event]:
    """Return what the log has of a turn; after the agent's, the decision about six conditions."""
    time_of = turn.time or 0.0
    if turn.speaker is Speaker.CALLER:
        return [Event(time_of, EventKind.CALLER_TURN, {"text": turn.text, "number": turn.number})]
    candidates: list[dict[str, Any]] = [
        {
            "condition_id": each,
            "trigger": "The agent asks for your date of birth",
            "score": each / 6,
            "holds": each > 3,
            "reason": "not that the agent asks for it (date of birth): the question is about another piece of data",
        }
        for each in range(6)
    ]
    decided = {"move": "triggers", "threshold": 0.5, "holding": [4, 5], "candidates": candidates}
    return [
        Event(time_of, EventKind.AGENT_TURN, {"text": turn.text, "number": turn.number}),
        Event(time_of, EventKind.DECISION, decided),
    ]


if __name__ == "__main__":
    main()
