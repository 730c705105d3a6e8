"""Items whose calls cost next to nothing: what collecting and running one takes, beside a plain parametrised item."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from measure import run
from one_turn import one_turn_agent, write_suite

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["print_trivial_items"]

HERE = Path(__file__).parent
PYTEST = (sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "phase_times")
AT_ONCE = 50  # calls, what pytest-agentsim does over text unless it is told otherwise
LAUNCH_RATE = 1_000_000  # calls a second: not to be waited for
PROFILES = 100
PLAIN = "plain parametrised items"
AIM = 2.0  # times the plain item

PLAIN_TESTS = """
import pytest


@pytest.fixture
def profile():
    return {{"first_name": "Sarah"}}


@pytest.mark.parametrize("number", range({items}))
def test_plain(number, profile, record_property):
    record_property("number", number)
"""

CONFTEST = f"""
import pytest


@pytest.fixture(params=range({PROFILES}))
def test_profile(request):
    return {{"number": str(request.param)}}
"""


@dataclass(frozen=True, slots=True)
class Phase:
    """Wall clock and CPU seconds."""

    wall: float
    cpu: float


@dataclass(frozen=True, slots=True)
class Phases:
    """What collecting and running all items of a suite took; `whole` is the process, with its start and end."""

    collection: Phase
    run: Phase
    whole: float


def print_trivial_items(items: int, rounds: int) -> None:
    raws: list[Phase] = []
    measured: dict[str, list[Phases]] = {}
    with one_turn_agent(0.0) as url, tempfile.TemporaryDirectory() as temporary:
        suites = _suites(Path(temporary), items)
        for _ in range(rounds):
            raws.append(_raw(url, items))
            for name, folder in suites.items():
                measured.setdefault(name, []).append(_measured(folder, url))
    raw = Phase(median(each.wall for each in raws), median(each.cpu for each in raws))
    phases = {name: _median(each) for name, each in measured.items()}
    _print(raw, phases, items, rounds)


def _suites(folder: Path, items: int) -> dict[str, Path]:
    plain, scenarios, profiles = folder / "plain", folder / "scenarios", folder / "profiles"
    plain.mkdir()
    (plain / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    (plain / "test_plain.py").write_text(PLAIN_TESTS.format(items=items), encoding="utf-8")
    write_suite(scenarios, items)
    write_suite(profiles, items // PROFILES, conftest=CONFTEST)
    return {
        PLAIN: plain,
        f"{items} scenarios": scenarios,
        f"{items // PROFILES} scenarios, {PROFILES} profiles": profiles,
    }


def _raw(url: str, calls: int) -> Phase:
    command = [sys.executable, str(HERE / "one_turn_raw.py"), url, str(calls), str(AT_ONCE)]
    printed = subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout
    return Phase(**json.loads(printed))


def _measured(folder: Path, url: str) -> Phases:
    times = folder / "phases.json"
    environment = {
        "PHASE_TIMES": str(times),
        "PYTHONPATH": os.pathsep.join(filter(None, (str(HERE), os.environ.get("PYTHONPATH")))),
        "AGENTSIM_TEXT_URL": url,
        "AGENTSIM_LAUNCH_RATE": str(LAUNCH_RATE),
    }
    whole = run(PYTEST, directory=folder, environment=environment).wall
    noted = json.loads(times.read_text(encoding="utf-8"))
    return Phases(Phase(**noted["collection"]), Phase(**noted["run"]), whole)


def _median(measured: Sequence[Phases]) -> Phases:
    return Phases(
        Phase(
            median(each.collection.wall for each in measured),
            median(each.collection.cpu for each in measured),
        ),
        Phase(median(each.run.wall for each in measured), median(each.run.cpu for each in measured)),
        median(each.whole for each in measured),
    )


def _print(raw: Phase, phases: dict[str, Phases], items: int, rounds: int) -> None:
    def each(seconds: float) -> float:
        return seconds / items * 1e6

    print(f"{items} trivial items, calls {AT_ONCE} at once; median of {rounds} interleaved rounds")
    print(f"  {'':28} {'seconds':>26}   {'microseconds an item':>32}")
    print(f"  {'':28} collection     run   whole   collection        run CPU of run")
    print(f"  {'raw websockets client':39} {raw.wall:7.2f} {each(raw.wall):32.0f} {each(raw.cpu):10.0f}")
    for name, of in phases.items():
        print(
            f"  {name:28} {of.collection.wall:10.2f} {of.run.wall:7.2f} {of.whole:7.2f}"
            f"   {each(of.collection.wall):10.0f} {each(of.run.wall):10.0f} {each(of.run.cpu):10.0f}"
        )
    plain = phases.pop(PLAIN)
    print(f"  beyond the raw client's calls, beside a plain item (the aim is {AIM:g} times at most):")
    for name, of in phases.items():
        overhead = of.run.wall - raw.wall
        together = (of.collection.wall + overhead) / (plain.collection.wall + plain.run.wall)
        print(
            f"    {name:26} collection {of.collection.wall / plain.collection.wall:.1f} times, "
            f"run {each(overhead):.0f} microseconds, {overhead / plain.run.wall:.1f} times, "
            f"both together {together:.1f} times"
        )
