"""Options that choose items, end runs early or show them differently."""

from __future__ import annotations

import re

import pytest

BOUNDARIES = """
@pytest.fixture(scope="session", autouse=True)
def whole():
    note("up", "the run")
    yield
    note("down", "the run")
@pytest.fixture(scope="module", autouse=True)
def file(request):
    note("up", request.node.nodeid)
    yield
    note("down", request.node.nodeid)
@pytest.fixture(autouse=True)
def own(request):
    note("up", request.node.nodeid)
    yield
    note("down", request.node.nodeid)
"""


@pytest.fixture
def failing(suite, party, scenario, conftest):
    """A suite of two files, each with an item that fails."""
    conftest(BOUNDARIES)
    for name in "ab":
        suite.file(
            f"{name}.scenario.yaml",
            *party(2, of=6),
            scenario("fails", "Party of 6", expect={"agent_says": "never said"}),
        )
    return suite


@pytest.fixture
def partly_failing(suite, scenario, conftest):
    """A suite of which any part can run by itself."""
    conftest(BOUNDARIES)
    for name in "ab":
        suite.file(
            f"{name}.scenario.yaml",
            scenario("opens"),
            scenario("fails", expect={"agent_says": "never said"}),
            scenario("closes"),
        )
    return suite


@pytest.mark.parametrize(("option", "failures"), [("-x", 1), ("--maxfail=2", 2)])
def test_a_run_that_ends_at_a_failure(failing, both, option, failures):
    seen = both(option, "-v").alike("noted")
    assert seen.exit_code == 1
    assert f"stopping after {failures} failures" in seen


@pytest.mark.parametrize("option", ["-x", "--maxfail=2"])
def test_items_whose_turn_does_not_come_are_torn_down(failing, both, option):
    notes = both(option).overlapped.notes
    up, down = ([line.split(" ", 1)[1] for line in notes if line.startswith(word)] for word in ("up", "down"))
    assert len(up) == len(set(up)) == 9
    assert sorted(up) == sorted(down)
    assert down[-1] == "the run"
    for name in "ab":
        file = f"{name}.scenario.yaml"
        assert down.index(file) > max(down.index(f"{file}::{item}") for item in ("call_0", "call_1", "fails"))


def test_a_teardown_that_fails_for_an_item_whose_turn_did_not_come_is_told(
    suite, party, scenario, conftest, both
):
    conftest("""
@pytest.fixture(autouse=True)
def own(request):
    yield
    if request.node.name == "last": raise RuntimeError("not tidy")
    """)
    suite.file(
        "a.scenario.yaml",
        scenario("fails", "Party of 2", expect={"agent_says": "never said"}),
        scenario("last", "Party of 2"),
    )
    runs = both("-x")
    assert runs.overlapped.reports == runs.serial.reports
    assert runs.overlapped.exit_code == 1
    assert (
        "AgentSimWarning: a.scenario.yaml::last was set up ahead, but its turn did not come"
        in runs.overlapped
    )
    assert "RuntimeError: not tidy" in runs.overlapped


@pytest.mark.parametrize("option", ["--lf", "--nf"])
def test_a_run_after_a_failing_one(partly_failing, both, option):
    both(option, "-v", first=["-q"]).alike()


def test_failed_items_that_come_first_do_not_part_those_of_their_file(partly_failing, both):
    runs = both("--ff", "-v", first=["-q"])
    seen = runs.alike("noted")
    assert list(seen.outcomes().values()) == ["failed"] * 2 + ["passed"] * 4
    assert seen.notes.count("up a.scenario.yaml") == seen.notes.count("down a.scenario.yaml") == 1
    assert runs.serial.notes.count("up a.scenario.yaml") == 2


def test_a_run_that_goes_on_where_the_last_one_has_ended(partly_failing, both):
    seen = both("--sw", "-v", first=["--sw"]).alike("noted")
    assert seen.outcomes() == {"a.scenario.yaml::fails": "failed"}


@pytest.mark.parametrize(
    "options",
    [
        ("a.scenario.yaml::closes",),
        ("b.scenario.yaml", "a.scenario.yaml"),
        ("b.scenario.yaml::closes", "a.scenario.yaml::opens"),
        ("-k", "closes or b"),
        ("-k", "nothing"),
        ("--deselect", "a.scenario.yaml::fails"),
        ("--agentsim-first=2",),
        ("--collect-only",),
        ("--collect-only", "-q"),
        ("-q",),
        ("-qq",),
        ("-rfEsxXpP",),
        ("--tb=no",),
        ("--tb=short",),
        ("--tb=line",),
        ("--no-header", "--no-summary"),
        ("--color=yes",),
        ("--setup-show",),
        ("--setup-plan",),
        ("--setup-only",),
        ("-p", "no:terminal"),
        ("-p", "no:logging"),
        ("-p", "no:cacheprovider"),
        ("-p", "no:warnings"),
        ("-p", "no:assertion"),
        ("-p", "no:junitxml", "-o", "addopts="),
        ("-p", "no:capture"),
        ("-p", "no:skipping"),
        ("-p", "no:asyncio"),
        ("-p", "no:timeout"),
        ("-p", "no:xdist"),
        ("-o", "console_output_style=count"),
        ("-o", "junit_family=xunit1"),
        ("-o", "junit_duration_report=call"),
    ],
    ids=" ".join,
)
def test_other_options(partly_failing, both, options):
    both(*options).alike()


def test_durations(partly_failing, both):
    runs = both("--durations=0", "-vv")
    lines = [
        sorted(line for line in seen.terminal if re.match(r"<time> (setup|call|teardown) ", line))
        for seen in (runs.serial, runs.overlapped)
    ]
    assert lines[0] == lines[1]
    assert len(lines[0]) == 18


DEBUGGER = """
import pdb
class Debugger(pdb.Pdb):
    def interaction(self, *_):
        print("debugging")
        self.set_continue()
"""


@pytest.mark.parametrize("option", ["--pdb", "--trace"])
def test_a_debugger_looks_at_one_item_at_a_time(partly_failing, both, option):
    partly_failing.text("debugger.py", DEBUGGER)
    runs = both(option, "--pdbcls=debugger:Debugger", "-v")
    runs.alike()
    assert runs.serial.notes == runs.overlapped.notes
    assert "debugging" in runs.overlapped


def test_an_exit_in_a_fixture_ends_the_run(suite, party, scenario, conftest, both):
    conftest(f"{BOUNDARIES}\n@pytest.fixture\ndef exits(): pytest.exit('closing time', 7)")
    suite.file(
        "a.scenario.yaml", *party(2), scenario("exits", marks=["usefixtures('exits')"]), scenario("last")
    )
    runs = both("-v")
    assert runs.overlapped.exit_code == runs.serial.exit_code == 7
    assert "Exit: closing time" in runs.overlapped
    assert sorted(runs.overlapped.noted["up"]) == sorted(runs.overlapped.noted["down"])


def test_all_is_torn_down_although_a_warning_about_it_is_an_error(failing, conftest, both):
    failing.ini("filterwarnings = error")
    conftest(f"""{BOUNDARIES}
@pytest.fixture(autouse=True)
def untidy(request):
    yield
    if request.node.nodeid.startswith("b."): raise RuntimeError("not tidy")
    """)
    seen = both("-x").overlapped
    assert seen.exit_code == 1
    assert sorted(seen.noted["up"]) == sorted(seen.noted["down"])
    assert len(seen.noted["up"]) == 9
    assert "its turn did not come; tearing it down raised RuntimeError: not tidy" in seen
