"""What cannot work is told in a sentence, without a traceback of ours, and leaves the rest of the suite alone."""

from __future__ import annotations

import socket
import sys

import pytest

from pytest_agentsim.agent import Agent

NEEDS_AN_AGENT = """
import pytest

@pytest.mark.scenario("desk.scenario.yaml")
def test_with_call(call): pass

def test_with_simulate(simulate): pass

def test_of_something_else(): pass
"""


@pytest.fixture(autouse=True)
def wide_terminal(monkeypatch):
    """A terminal on which no sentence is wrapped."""
    monkeypatch.setenv("COLUMNS", "200")


@pytest.fixture
def desk(suite, scenario):
    """A suite without an agent: a scenario, two tests with calls, and one without."""
    suite.text("conftest.py", "")
    suite.file("desk.scenario.yaml", scenario("hours"))
    suite.text("test_it.py", NEEDS_AN_AGENT)
    return suite


@pytest.fixture
def closed_port():
    """A port of this machine at which nobody listens while it is held."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield held.getsockname()[1]


def told(result, line, **outcomes):
    """Check that the sentence is there and no traceback of ours is."""
    result.assert_outcomes(**outcomes)
    result.stdout.fnmatch_lines([line])
    result.stdout.no_fnmatch_line("*pytest_agentsim*.py:*")
    result.stdout.no_fnmatch_line("*Traceback*")


def test_no_agent(desk):
    told(desk.run(), "No agent to call: give its address with --agentsim-text-url=*", passed=1, errors=3)


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["--agentsim-text-url=http://x"], "url must begin with ws:// or wss://*"),
        (
            ["--agentsim-text-url=ws://x", "--agentsim-secret=${NOT_SET_}"],
            "secret: environment variable NOT_SET_ is not set*",
        ),
        (
            ["--agentsim-text-url=ws://x", "--agentsim-ca-file=none.pem"],
            "ca_file: there is no file 'none.pem'",
        ),
        (["--agentsim-command=python -c pass"], "the command does not learn its port: *"),
        (
            ["--agentsim-command=no-such-program {port}"],
            "The agent's command was not found: no-such-program*",
        ),
        (["--agentsim-command='"], "command cannot be split into words: *"),
    ],
)
def test_settings_that_cannot_work(desk, arguments, line):
    told(desk.run(*arguments), line, passed=1, errors=3)


def test_a_command_that_dies_at_once_is_told_with_what_it_printed(desk):
    desk.text("dies.py", "import sys\nprint('no licence')\nsys.exit(3)")
    result = desk.run(f"--agentsim-command={sys.executable} dies.py {{port}}")
    told(result, "The agent's command ended with exit code 3 before it was ready.", passed=1, errors=3)
    result.stdout.fnmatch_lines(["  | no licence"])


def test_an_agent_that_cannot_be_reached_fails_the_scenario(desk, closed_port):
    result = desk.run(f"--agentsim-text-url=ws://127.0.0.1:{closed_port}", "desk.scenario.yaml")
    told(result, f"E *the call did not complete*127.0.0.1:{closed_port}*", failed=1)


def test_a_wrong_secret_fails_the_scenario(desk):
    with Agent.from_callable(lambda text: "Hello", secret="the right one") as agent:
        result = desk.run(
            f"--agentsim-text-url={agent.text.url}", "--agentsim-secret=the wrong one", "desk.scenario.yaml"
        )
    told(result, "E *the call did not complete*secret*", failed=1)
    result.stdout.no_fnmatch_line("*the wrong one*")


@pytest.mark.parametrize(
    ("mark", "line"),
    [
        (
            "scenario('none.scenario.yaml')",
            "test_it is marked with the scenario file *none.scenario.yaml, which does not exist.",
        ),
        (
            "scenario('two.scenario.yaml', name='three')",
            "two.scenario.yaml has no scenario 'three'; it has 'one', 'two'.",
        ),
        (
            "scenario('two.scenario.yaml')",
            "two.scenario.yaml has 2 scenarios; pick one with name=…: 'one', 'two'.",
        ),
        ("scenario()", "the mark scenario is written scenario('x.scenario.yaml', name=None)*"),
        ("scenario(path=7)", "the mark scenario is written *"),
        ("slow", "test_it asks for a scenario but names none: add @pytest.mark.scenario('x.scenario.yaml')."),
        ("scenario('bad.scenario.yaml')", "*bad.scenario.yaml:1:1: *"),
    ],
)
def test_a_scenario_mark_that_leads_nowhere(suite, scenario, mark, line):
    suite.file("two.scenario.yaml", scenario("one"), scenario("two"))
    suite.text("bad.scenario.yaml", "name: x\n")
    suite.text(
        "test_it.py", f"import pytest\n@pytest.mark.{mark}\ndef test_it(call): pass\ndef test_other(): pass\n"
    )
    told(suite.run("test_it.py"), line, passed=1, errors=1)


def test_a_conversation_by_hand_with_an_agent_that_has_no_text(suite):
    suite.text(
        "conftest.py",
        "import pytest\nfrom pytest_agentsim import Agent\n@pytest.fixture\ndef agent(): return Agent()",
    )
    suite.text("test_it.py", "def test_it(rubric_session): pass\ndef test_other(): pass\n")
    told(suite.run(), "rubric_session needs an agent with a text endpoint: *", passed=1, errors=1)


def test_a_scenario_for_an_agent_that_has_no_text(suite, scenario):
    suite.text(
        "conftest.py",
        "import pytest\nfrom pytest_agentsim import Agent\n@pytest.fixture\ndef agent(): return Agent()",
    )
    suite.file("desk.scenario.yaml", scenario("hours"))
    told(suite.run(), "*'hours' cannot run: the agent has no text endpoint: *", failed=1)


def test_a_conversation_by_hand_with_an_agent_that_cannot_be_reached(suite, closed_port):
    suite.text("conftest.py", "")
    suite.text("test_it.py", "def test_it(rubric_session): pass\n")
    told(
        suite.run(f"--agentsim-text-url=ws://127.0.0.1:{closed_port}"), f"*127.0.0.1:{closed_port}*", errors=1
    )


def test_artifacts_that_cannot_be_written_are_told_at_the_end(suite, scenario):
    suite.file("desk.scenario.yaml", scenario("hours"))
    suite.text("occupied", "a file where the folder should be")
    result = suite.run("--agentsim-output=occupied")
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["agentsim: *could not be written below *occupied*"])
