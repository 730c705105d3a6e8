"""Conversations per second through the whole of pytest, beside a raw `websockets` client and a peer."""

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
        contestants = _contestants(Path(folder), endpoint.url, options)
        costs: dict[str, list[Cost]] = {name: [] for name in contestants}
        for _ in range(options.rounds):
            for name, contestant in contestants.items():
                costs[name].append(contestant())
    _print(costs, options.conversations, options.rounds)


def _contestants(folder: Path, url: str, options: argparse.Namespace) -> dict[str, Callable[[], Cost]]:
    scenarios, empty = folder / "scenarios", folder / "empty"
    _write_scenarios(scenarios, options.conversations)
    _write_empty_tests(empty, options.conversations)
    pytest = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    arguments = [url, SECRET, str(options.conversations)]
    environment = {"AGENTSIM_TEXT_URL": url, "AGENTSIM_SECRET": SECRET}
    contestants = {
        "raw websockets client": lambda: run([sys.executable, str(HERE / "raw_client.py"), *arguments]),
        "pytest with empty tests": lambda: run(pytest, directory=empty),
        "pytest-agentsim": lambda: run(pytest, directory=scenarios, environment=environment),
    }
    if options.deepeval:
        contestants["deepeval (no pytest)"] = lambda: run(
            [options.deepeval, str(HERE / "deepeval_client.py"), *arguments], directory=folder
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


def _print(costs: dict[str, list[Cost]], conversations: int, rounds: int) -> None:
    medians = {name: median(each) for name, each in costs.items()}
    raw, empty, ours = (medians[name] for name in list(medians)[:3])
    print(
        f"{conversations} conversations of {len(TURNS)} turns, one after another; median of {rounds} interleaved rounds"
    )
    print(f"  {'':26} {'conv/s':>8} {'wall s':>8} {'CPU ms/conv':>12}")
    for name, cost in medians.items():
        rate = "" if name == "pytest with empty tests" else f"{conversations / cost.wall:8.0f}"
        print(f"  {name:26} {rate:>8} {cost.wall:8.2f} {cost.cpu / conversations * 1e3:12.2f}")
    print(
        f"  pytest-agentsim takes {ours.wall / raw.wall:.2f} times as long as the raw client, pytest's start included"
    )
    print(
        f"  and {(ours.cpu - empty.cpu) / conversations * 1e3:.2f} ms CPU a conversation beyond pytest's own cost"
    )


if __name__ == "__main__":
    main()
