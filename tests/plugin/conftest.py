"""A suite as a user has it, with a small agent behind a real WebSocket, and pytest run in it."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest
import yaml

from tests.made_calls import recorded_if_wanted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# What a run imports when it needs it is imported once for all runs in this process.
for _module in (
    "pytest_agentsim.agent",
    "pytest_agentsim.agents.bridge",
    "pytest_agentsim.agents.process",
    "pytest_agentsim.call",
    "pytest_agentsim.llm.caller",
    "pytest_agentsim.llm.judge",
    "pytest_agentsim.llm.matcher",
    "pytest_agentsim.llm.models",
    "pytest_agentsim.overlap_plugin",
    "pytest_agentsim.report.item_report",
    "pytest_agentsim.report.junit",
    "pytest_agentsim.report.terminal",
    "pytest_agentsim.report.traceback",
    "pytest_agentsim.rubric_session",
    "pytest_agentsim.run_state",
    "pytest_agentsim.runner",
    "pytest_agentsim.scenario.loader",
    "pytest_agentsim.scenario_item",
    "pytest_agentsim.spec",
    "pytest_agentsim.voice.call",
    "websockets.asyncio.server",
):
    import_module(_module)

INI = """
[pytest]
addopts = --strict-markers --strict-config -p no:hypothesispytest
asyncio_default_fixture_loop_scope = function
markers = slow: waits on purpose
"""

AGENT = '''
import threading
import pytest
from pytest_agentsim import Agent

def answer(text, conversation):
    """A front desk that knows its hours, falls over when told to, and can be kept waiting."""
    if "hours" in text:
        return "We are open from nine to five."
    if "break" in text:
        raise RuntimeError("the front desk fell over")
    if "hold the line" in text:
        threading.Event().wait(20)
    return f"You said: {text}"

@pytest.fixture(scope="session")
def agent():
    with Agent.from_callable(answer) as started:
        yield started
'''

SERVER = '''
"""A front desk as a program: it prints what it hears, and its process id into a file."""
import asyncio, itertools, json, os, pathlib, sys
from websockets.asyncio.server import serve

lines = itertools.count()

async def talk(connection):
    print("call with", {name: value for name, value in connection.request.headers.items() if "RUBRIC" in name.upper()})
    async for frame in connection:
        said = json.loads(frame)
        print("heard:", said["content"])
        if said.get("type") == "end_call":
            return
        if "hold the line" in said["content"]:
            pathlib.Path(f"holding{next(lines) or ''}").touch()
            await asyncio.sleep(60)
        await connection.send(json.dumps({"content": "We are open from nine to five."}))

async def main():
    # Before it can be reached, for from then on it may be ended at any moment.
    pathlib.Path("agent.pid").write_text(str(os.getpid()))
    async with serve(talk, "127.0.0.1", int(sys.argv[1])):
        await asyncio.get_running_loop().create_future()

asyncio.run(main())
'''


class Suite:
    """A folder with scenarios, tests and an agent."""

    def __init__(self, path: Path, pytester: pytest.Pytester | None = None) -> None:
        self.path = path
        self._pytester = pytester
        self.text("pytest.ini", INI)
        self.text("conftest.py", AGENT)

    def text(self, name: str, source: str) -> Path:
        """Write a file; a leading line break of `source` is dropped."""
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source.removeprefix("\n"), encoding="utf-8")
        return path

    def conftest(self, source: str) -> None:
        """Add to the conftest.py that has the agent."""
        self.text("conftest.py", f"{AGENT}\n{source}")

    def ini(self, *lines: str) -> None:
        """Add to the ini file."""
        self.text("pytest.ini", "\n".join([INI.rstrip(), *lines, ""]))

    def file(self, name: str, *scenarios: dict[str, Any], **fields: Any) -> Path:
        """Write a scenario file."""
        document = {**fields, "scenarios": list(scenarios)}
        return self.text(name, yaml.safe_dump(document, sort_keys=False, allow_unicode=True))

    def program(self) -> str:
        """Write the front desk as a program; return the command that starts it."""
        self.text("front_desk.py", SERVER)
        return f"{sys.executable} front_desk.py {{port}}"

    def run(self, *arguments: str | Path) -> pytest.RunResult:
        """Run pytest in this process, in the folder in which it is."""
        assert self._pytester is not None
        return self._pytester.runpytest_inprocess(*arguments)

    def run_apart(self, *arguments: str | Path) -> pytest.RunResult:
        """Run pytest in a process of its own."""
        start = time.monotonic()
        ended = subprocess.run(
            [sys.executable, "-m", "pytest", *arguments],
            cwd=self.path,
            env={
                name: value
                for name, value in os.environ.items()
                if not name.startswith(("AGENTSIM_", "PYTEST_"))
            },
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        out, err = ended.stdout.splitlines(), ended.stderr.splitlines()
        return pytest.RunResult(ended.returncode, out, err, time.monotonic() - start)

    def collect(self, *arguments: str | Path) -> list[str]:
        """Return the node ids that pytest collects."""
        result = self.run("--collect-only", "-q", *arguments)
        return [line for line in result.outlines if "::" in line]

    def junit(self, *arguments: str | Path, apart: bool = False) -> dict[str, ET.Element]:
        """Run pytest and return the test cases of its JUnit file by their names."""
        (self.run_apart if apart else self.run)("--junitxml=junit.xml", *arguments)
        return self.cases()

    def cases(self) -> dict[str, ET.Element]:
        """Return the test cases of junit.xml by their names."""
        cases = list(ET.parse(self.path / "junit.xml").iter("testcase"))  # noqa: S314  (pytest's own)
        by_name = {case.get("name", ""): case for case in cases}
        assert len(by_name) == len(cases)
        return by_name


def a_scenario(name: str, say: str = "What are your hours?", **fields: Any) -> dict[str, Any]:
    """Return a scenario in which the caller says one sentence, hears the answer and hangs up."""
    return {
        "name": name,
        "scenario_type": "conditional_actions",
        "personality": "normal",
        "conditional_actions": {
            "role": "You have a question",
            "first_message": {"say": say, "then": ["Thanks <endcall/>"]},
        },
    } | fields


@pytest.fixture
def suite(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Iterator[Suite]:
    """A suite with an agent and no scenarios yet; its runs have to leave nothing behind in this process."""
    for name in list(os.environ):
        if name.startswith(("AGENTSIM_", "GITHUB_")):
            monkeypatch.delenv(name)
    # The one leaves a thread behind in each run within this process; the other one shuffles.
    monkeypatch.setenv("PYTEST_ADDOPTS", "-p no:rerunfailures -p no:randomly")
    before = alive()
    yield Suite(pytester.path, pytester)
    left = {kind: now - before[kind] for kind, now in alive().items() if now - before[kind]}
    assert not left, "a run of pytest has left these behind"


def alive() -> dict[str, set[Any]]:
    """Return what of this process would outlive a run that does not clean up."""
    here = Path("/proc/self")
    return {
        "threads": set(threading.enumerate()),
        "sockets": set(_sockets(here / "fd")) if here.exists() else set(),
        "child processes": _children(here) if here.exists() else set(),
    }


def _sockets(folder: Path) -> Iterator[str]:
    for descriptor in folder.iterdir():
        with suppress(FileNotFoundError):  # that of the listing itself
            target = str(descriptor.readlink())
            if target.startswith("socket:"):
                yield target


def _children(process: Path) -> set[str]:
    children: list[str] = []
    for task in (process / "task").iterdir():
        with suppress(FileNotFoundError):  # a thread that has just ended
            children += (task / "children").read_text().split()
    return set(children)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Suite:
    """A suite for several tests of a module, to be run apart."""
    return Suite(tmp_path_factory.mktemp("shared"))


@pytest.fixture(scope="session")
def scenario() -> Callable[..., dict[str, Any]]:
    """Makes scenarios for `suite.file`."""
    return a_scenario


@pytest.fixture
def voice(suite: Suite, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Gives the suite an agent, told by the arguments of `Agent.from_url`, on which every call goes well at once."""

    def give(addresses: str) -> None:
        monkeypatch.setattr("pytest_agentsim.call.run_call", recorded_if_wanted)
        suite.text(
            "conftest.py",
            "import pytest\nfrom pytest_agentsim import Agent\n"
            f"@pytest.fixture\ndef agent(): return Agent.from_url({addresses})\n",
        )

    return give


@pytest.fixture
def gone() -> Callable[[Path], bool]:
    """Tells whether the process whose id stands in a file has ended."""

    def has_ended(file: Path) -> bool:
        number = int(file.read_text())
        try:
            os.kill(number, 0)
        except ProcessLookupError:
            return True
        # A process that has ended stays until its parent asks for it.
        return Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0] == "Z"

    return has_ended


@pytest.fixture
def wide_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let what a run says stand in one line each, as in a log of CI."""
    monkeypatch.setenv("COLUMNS", "400")
