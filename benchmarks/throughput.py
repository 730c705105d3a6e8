"""Conversations per second through the whole of pytest, at once and one by one, beside a raw client and a peer."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import yaml
from conversation import LAST_WORDS, TURNS
from measure import Cost, median, run

from pytest_agentsim import Agent

if TYPE_CHECKING:
    from collections.abc import Callable

HERE = Path(__file__).parent
EXAMPLE_SUITE = HERE.parent / "example_suite"
SECRET = "a-benchmark-secret"
FILES = 4
AT_ONCE = 50  # what pytest-agentsim does over text unless it is told otherwise
UNPACED = 1_000_000  # calls that may begin in a second

RAW, EMPTY, OURS = "raw websockets client", "pytest with empty tests", "pytest-agentsim"

TRIGGERS = (
    "The agent asks for your name",
    "The agent asks for your date of birth",
    "The agent offers to reschedule the appointment",
    "The agent confirms the cancellation",
)
LINES = (*TURNS[1:], f"{LAST_WORDS} <endcall />")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--conversations", type=int, default=400)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument(
        "--deepeval", metavar="PYTHON", help="an interpreter that has deepeval and websockets"
    )
    options = parser.parse_args()
    for at_once in (AT_ONCE, 1):
        print_conversations(options.conversations, options.rounds, options.deepeval, at_once=at_once)


def print_conversations(
    conversations: int, rounds: int, deepeval: str | None, *, at_once: int = AT_ONCE
) -> None:
    """Print what so many conversations take; `deepeval` is the interpreter that has the peer."""
    agent = Agent.from_command(
        [sys.executable, "-m", "acme_clinic", "--port", "{port}"],
        directory=EXAMPLE_SUITE,
        environment={"ACME_SECRET": SECRET},
        secret=SECRET,
    )
    with agent, tempfile.TemporaryDirectory() as folder:
        endpoint = agent.text
        if endpoint is None:
            raise SystemExit("the example agent has no text endpoint")
        contestants = _contestants(Path(folder), endpoint.url, conversations, at_once, deepeval)
        costs: dict[str, list[Cost]] = {name: [] for name in contestants}
        for _ in range(rounds):
            for name, contestant in contestants.items():
                costs[name].append(contestant())
    medians = {name: median(each) for name, each in costs.items()}
    how = f"{at_once} at once" if at_once > 1 else "one after another"
    print(
        f"{conversations} conversations of {len(TURNS)} turns, {how}; median of {rounds} interleaved rounds"
    )
    _print(medians, conversations)


def _contestants(
    folder: Path, url: str, conversations: int, at_once: int, deepeval: str | None
) -> dict[str, Callable[[], Cost]]:
    scenarios, empty = folder / "scenarios", folder / "empty"
    _write_scenarios(scenarios, conversations)
    _write_empty_tests(empty, conversations)
    pytest = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    arguments = [url, SECRET, str(conversations), str(at_once)]
    environment = {
        "AGENTSIM_TEXT_URL": url,
        "AGENTSIM_SECRET": SECRET,
        "AGENTSIM_CONCURRENCY": str(at_once),
    }
    unpaced = {**environment, "AGENTSIM_LAUNCH_RATE": str(UNPACED)}
    contestants = {
        RAW: lambda: run([sys.executable, str(HERE / "raw_client.py"), *arguments]),
        EMPTY: lambda: run(pytest, directory=empty),
        OURS: lambda: run(pytest, directory=scenarios, environment=environment),
    }
    if at_once > 1:
        contestants[f"{OURS}, unpaced"] = lambda: run(pytest, directory=scenarios, environment=unpaced)
    if deepeval:
        contestants["deepeval (no pytest)"] = lambda: run(
            [deepeval, str(HERE / "deepeval_client.py"), *arguments], directory=folder
        )
    return contestants


def _write_scenarios(folder: Path, count: int) -> None:
    folder.mkdir()
    (folder / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    for file in range(FILES):
        names = [f"cancel {number}" for number in range(file, count, FILES)]
        document = {"scenarios": [_scenario(name) for name in names]}
        (folder / f"part{file}.scenario.yaml").write_text(yaml.safe_dump(document), encoding="utf-8")


def _scenario(name: str) -> dict[str, object]:
    first = {"id": 0, "condition": "FIRST_MESSAGE", "action": TURNS[0]}
    rows = [first] + [
        {"id": number, "condition": trigger, "action": line}
        for number, (trigger, line) in enumerate(zip(TRIGGERS, LINES, strict=True), start=1)
    ]
    return {
        "name": name,
        "scenario_type": "conditional_actions",
        "scenario_language": "en",
        "metadata": {"X-Greeting": "off"},
        "conditional_actions": {
            "role": "You are a patient",
            "conditions": [{**row, "type": "standard", "fixed_message": True} for row in rows],
        },
        "expect": {"agent_says": ["has been cancelled"], "tool_calls": [{"name": "cancel_appointment"}]},
    }


def _write_empty_tests(folder: Path, count: int) -> None:
    folder.mkdir()
    (folder / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    for file in range(FILES):
        tests = [f"def test_{number}():\n    pass\n" for number in range(file, count, FILES)]
        (folder / f"test_part{file}.py").write_text("\n".join(tests), encoding="utf-8")


def _print(medians: dict[str, Cost], conversations: int) -> None:
    raw, empty = medians[RAW], medians[EMPTY]
    rows = {name: cost for name, cost in medians.items() if name != EMPTY}
    for name, cost in medians.items():
        if name.startswith(OURS):
            rows[f"{name}, beyond {EMPTY}"] = Cost(cost.wall - empty.wall, cost.cpu - empty.cpu)
    print(f"  {'':54} {'wall s':>8} {'conv/s':>8} {'of raw':>8} {'CPU ms/conv':>12}")
    print(f"  {EMPTY:54} {empty.wall:8.2f} {'':8} {'':8} {empty.cpu / conversations * 1e3:12.2f}")
    for name, cost in rows.items():
        print(
            f"  {name:54} {cost.wall:8.2f} {conversations / cost.wall:8.0f} {raw.wall / cost.wall:8.2f}"
            f" {cost.cpu / conversations * 1e3:12.2f}"
        )


if __name__ == "__main__":
    main()
