"""Calls of one turn: what is said in them, the agent's process, and suites of pytest that make them."""

from __future__ import annotations

import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["FIRST_WORDS", "LAST_WORDS", "one_turn_agent", "write_suite"]

HERE = Path(__file__).parent
SCENARIOS_IN_A_FILE = 100

FIRST_WORDS = "Are you there?"
LAST_WORDS = {"content": "Yes. Goodbye.", "type": "end_call"}


@contextmanager
def one_turn_agent(seconds: float) -> Iterator[str]:
    """Have an agent answer after so many seconds in a process of its own; gives its address."""
    command = [sys.executable, str(HERE / "one_turn_server.py"), str(seconds)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield f"ws://127.0.0.1:{int(process.stdout.readline())}"
        finally:
            process.terminate()


def write_suite(folder: Path, scenarios: int, *, conftest: str = "") -> None:
    """Write scenario files for pytest, and a conftest.py of that text."""
    folder.mkdir()
    (folder / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    if conftest:
        (folder / "conftest.py").write_text(conftest, encoding="utf-8")
    for first in range(0, scenarios, SCENARIOS_IN_A_FILE):
        numbers = range(first, min(first + SCENARIOS_IN_A_FILE, scenarios))
        document = yaml.safe_dump({"scenarios": [_scenario(number) for number in numbers]})
        (folder / f"part{first // SCENARIOS_IN_A_FILE}.scenario.yaml").write_text(document, encoding="utf-8")


def _scenario(number: int) -> dict[str, object]:
    first = {"id": 0, "condition": "FIRST_MESSAGE", "action": FIRST_WORDS, "type": "standard"}
    return {
        "name": f"call {number}",
        "scenario_type": "conditional_actions",
        "scenario_language": "en",
        "conditional_actions": {
            "role": "You are a caller",
            "conditions": [{**first, "fixed_message": True}],
        },
        "expect": {"ended_by": "agent"},
    }
