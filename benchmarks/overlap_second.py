"""Calls of one second, all of them at once: how long a whole pytest run takes, and whether its JUnit file is right."""

from __future__ import annotations

import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from junit import Case, cases_in
from measure import Cost, median, run
from one_turn import one_turn_agent, write_suite

__all__ = ["print_calls_of_a_second"]

HERE = Path(__file__).parent
PYTEST = (sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider")
XDIST = ("-n", "2")

PERSONALITIES = ("normal", "impatient")
SCENARIOS = 100
CALLS = SCENARIOS * len(PERSONALITIES)
SHORTEST, LONGEST = 0.9, 1.6  # s, of a case
AIM = 3.0  # s

CONFTEST = f"""
import pytest


@pytest.fixture(params={PERSONALITIES!r})
def personality(request):
    return request.param
"""


@dataclass(frozen=True, slots=True)
class Suites:
    """Where the suites are, and the agent that they call."""

    scenarios: Path
    empty: Path
    url: str

    def raw(self) -> Cost:
        return run([sys.executable, str(HERE / "one_turn_raw.py"), self.url, str(CALLS), str(CALLS)])

    def without_calls(self, *options: str) -> Cost:
        return run([*PYTEST, *options], directory=self.empty)

    def with_calls(self, *options: str) -> tuple[Cost, list[Case]]:
        junit = self.scenarios.parent / "junit.xml"
        ours = (f"--agentsim-text-url={self.url}", f"--agentsim-concurrency={CALLS}", f"--junitxml={junit}")
        return run([*PYTEST, *ours, *options], directory=self.scenarios), cases_in(junit)


def print_calls_of_a_second(rounds: int) -> None:
    with one_turn_agent(1.0) as url, tempfile.TemporaryDirectory() as folder:
        suites = Suites(Path(folder) / "scenarios", Path(folder) / "empty", url)
        write_suite(suites.scenarios, SCENARIOS, conftest=CONFTEST)
        _write_empty_tests(suites.empty)
        costs: dict[str, list[Cost]] = {}
        problems: list[str] = []
        cases: dict[str, list[Case]] = {}
        for _ in range(rounds):
            costs.setdefault("raw websockets client", []).append(suites.raw())
            for options in ((), XDIST):
                shown = " ".join(("", *options))
                costs.setdefault(f"pytest with empty tests{shown}", []).append(suites.without_calls(*options))
                cost, found = suites.with_calls(*options)
                costs.setdefault(f"pytest-agentsim{shown}", []).append(cost)
                cases.setdefault(f"pytest-agentsim{shown}", []).extend(found)
                problems += _problems(found)
    print(f"{CALLS} items of a call that lasts one second, at once; median of {rounds} interleaved rounds")
    print(f"  {'':28} {'wall s':>8} {'CPU s':>8}   times of the cases in the JUnit file, s")
    for name, each in costs.items():
        print(f"  {name:28} {median(each).wall:8.2f} {median(each).cpu:8.2f}   {_times(cases.get(name, []))}")
    print(f"  the aim is less than {AIM:g} s for both runs of pytest-agentsim")
    print(
        f"  JUnit: {len(problems)} cases are not as they should be" + "".join(f"\n    {p}" for p in problems)
    )


def _times(cases: list[Case]) -> str:
    if not cases:
        return ""
    seconds = sorted(case.seconds for case in cases)
    return f"{seconds[0]:.3f} to {seconds[-1]:.3f}, median {seconds[len(seconds) // 2]:.3f}"


def _problems(cases: list[Case]) -> list[str]:
    """Say what is wrong with each case of a run that is not as it should be."""
    expected = {f"call_{number}[{name}]": name for number in range(SCENARIOS) for name in PERSONALITIES}
    found = [] if len(cases) == CALLS else [f"there are {len(cases)} cases instead of {CALLS}"]
    found += [f"{name} is missing" for name in sorted(expected.keys() - {case.name for case in cases})]
    for case in cases:
        if not case.passed:
            found.append(f"{case.name} did not pass")
        if not SHORTEST <= case.seconds <= LONGEST:
            found.append(f"{case.name} took {case.seconds:.3f} s")
        if case.properties.get("personality") != expected.get(case.name):
            found.append(f"{case.name} has the personality {case.properties.get('personality')}")
    return found


def _write_empty_tests(folder: Path) -> None:
    folder.mkdir()
    (folder / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    tests = "\n".join(f"def test_{number}():\n    pass\n" for number in range(CALLS))
    (folder / "test_empty.py").write_text(tests, encoding="utf-8")
