"""What goes on while pytest's main thread waits, for a call or in somebody's fixture."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

BUSY_FIXTURE = """
import threading, pytest
from pytest_agentsim import Agent

in_fixture, in_second_turn = threading.Event(), threading.Event()

class FrontDesk:
    def __init__(self):
        self.turns = 0

    def __call__(self, text):
        self.turns += 1
        if "blocks" in text:
            return "Yes."
        assert in_fixture.wait(30), "the fixture of the other item was not set up while this call was on the line"
        if self.turns == 2:
            in_second_turn.set()
        return "We are open."

@pytest.fixture(scope="session")
def agent():
    with Agent.from_callable(FrontDesk) as started:
        yield started

@pytest.fixture(autouse=True)
def busy(request):
    if request.node.name == "blocks":
        in_fixture.set()
        assert in_second_turn.wait(30), "the other call did not go on while this fixture was busy"
"""

TALK = {
    "role": "You have two questions",
    "first_message": {"say": "Are you open?", "then": ["On Sunday too?", "Thanks <endcall/>"]},
}


def test_a_fixture_that_takes_its_time_does_not_hold_up_calls_in_flight(suite, scenario):
    suite.text("conftest.py", BUSY_FIXTURE)
    suite.file(
        "a.scenario.yaml", scenario("talks", conditional_actions=TALK), scenario("blocks", "Who blocks?")
    )
    suite.run("--agentsim-concurrency=2").assert_outcomes(passed=2)


HELD_UNTIL_TOLD = """
import pytest
from pytest_agentsim import Agent

def answer(text):
    open("go").close()
    return "We are open."

@pytest.fixture(scope="session")
def agent():
    with Agent.from_callable(answer) as started:
        yield started
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo terminal")
@pytest.mark.skipif(pytest.version_tuple < (9,), reason="plain lines are all that pytest 8 allows")
def test_a_line_on_the_terminal_tells_of_the_calls_in_flight(suite, scenario):
    import pty

    suite.text("conftest.py", HELD_UNTIL_TOLD)
    suite.file("a.scenario.yaml", *(scenario(f"call {number}") for number in range(3)))
    os.mkfifo(suite.path / "go")
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "pytest"],
        cwd=suite.path,
        env={**os.environ, "TERM": "xterm", "PY_COLORS": "1", "COLUMNS": "100", "LINES": "30"},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    ) as run:
        os.close(theirs)
        try:
            written = read_until(ours, b"agentsim: 3 calls in flight, 0 done, 0 failed; longest 0:0")
            assert b"call_0" in written or b"call_0" in os.read(ours, 1000)
            (suite.path / "go").open("w").close()
            read_until(ours, b"3 passed")
        finally:
            run.kill()
            os.close(ours)


def read_until(terminal, wanted):
    written = b""
    while wanted not in written:
        try:
            written += os.read(terminal, 10_000)
        except OSError:  # the other side has gone
            pytest.fail(f"{wanted!r} was not written, but {written.decode()}")
    return written


def test_nothing_of_the_calls_is_kept_once_an_item_is_reported(suite, party, conftest):
    conftest("""
from pytest_agentsim.stash import ITEM_CALLS
def pytest_sessionfinish(session):
    note("kept", *(item.name for item in session.items if ITEM_CALLS in item.stash))
    note("left", *(item.name for item in session.items if type(item._fixtureinfo.name2fixturedefs) is not dict))
""")
    suite.file("a.scenario.yaml", *party(3))
    suite.run("--agentsim-concurrency=3").assert_outcomes(passed=3)
    assert (suite.path / "notes.txt").read_text().splitlines() == ["kept", "left"]
