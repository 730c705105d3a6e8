"""The call that the documentation measures by hand: the package still says what is written there."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from pathlib import Path

import pytest

from pytest_agentsim.metrics.measure import measured
from pytest_agentsim.result import CallResult

soundfile = pytest.importorskip("soundfile")

DOCS = Path(__file__).parent.parent.parent / "docs"
FOLDER = DOCS / "example-call"


@dataclass(frozen=True)
class Row:
    """One line of the working."""

    metric: str
    by_hand: float
    written: float
    tolerance: float
    digits: int


def rows() -> list[Row]:
    found = []
    for line in (DOCS / "metrics-by-hand.md").read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 5 and cells[0].startswith("`"):
            digits = len(cells[3].partition(".")[2])
            found.append(
                Row(cells[0].strip("`"), number(cells[2]), number(cells[3]), float(cells[4]), digits)
            )
    return found


def skipped() -> dict[str, str]:
    lines = (DOCS / "metrics-by-hand.md").read_text(encoding="utf-8").splitlines()
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return {each[0].strip("`"): each[1] for each in cells if len(each) == 3 and each[0].startswith("`")}


def number(written: str) -> float:
    return float({"true": 1, "false": 0}.get(written, written))


@pytest.fixture(scope="module")
def call(tmp_path_factory: pytest.TempPathFactory) -> CallResult:
    """The stored call, measured today."""
    recording = tmp_path_factory.mktemp("call") / "recording.wav"
    samples, rate = soundfile.read(FOLDER / "recording.flac", dtype="int16")
    soundfile.write(recording, samples, rate)
    document = json.loads((FOLDER / "result.json").read_text(encoding="utf-8"))
    lines = (FOLDER / "events.jsonl").read_text(encoding="utf-8").splitlines()
    stored = CallResult.from_json({**document, "events": [json.loads(line) for line in lines]})
    return asyncio.run(measured(stored, recording))


@pytest.mark.parametrize("row", rows(), ids=lambda row: row.metric)
def test_what_is_measured_is_what_was_worked_out_by_hand(call: CallResult, row: Row) -> None:
    value = call.metric(row.metric).value
    assert isinstance(value, bool | int | float)
    assert abs(float(value) - row.by_hand) <= row.tolerance, f"measured {value}"
    assert round(float(value), row.digits) == row.written, (
        "write the measured column of metrics-by-hand.md anew"
    )


@pytest.mark.parametrize(("metric", "outcome"), skipped().items())
def test_what_does_not_apply_says_so(call: CallResult, metric: str, outcome: str) -> None:
    assert call.metric(metric).outcome.value == outcome


def test_the_working_covers_what_is_measured_of_this_call(call: CallResult) -> None:
    named = {row.metric for row in rows()}
    assert {each.name for each in call.metrics if each.is_measured} <= named
