"""What items that overlap print, log and warn of is told with each of them."""

from __future__ import annotations

import re

import pytest

NOISY = """
LOGGER = logging.getLogger("suite")
@pytest.fixture(autouse=True)
def noisy(request):
    print("printed in the set-up of", request.node.name)
    LOGGER.info("logged in the set-up of %s", request.node.name)
    LOGGER.warning("warned in the set-up of %s", request.node.name)
    yield
    print("printed in the teardown of", request.node.name)
    LOGGER.warning("warned in the teardown of %s", request.node.name)
"""

OPTIONS = [
    (),
    ("-rP",),
    ("-rA", "--log-level=INFO"),
    ("-rP", "--capture=sys"),
    ("-p", "no:logging", "-rP"),
    ("-p", "no:terminal"),
    ("-rP", "--show-capture=stdout"),
    ("-o", "junit_logging=all"),
    ("-rP", "--log-format=%(levelname)s %(message)s", "--log-level=WARNING"),
]


@pytest.fixture
def noisy(suite, party, scenario, conftest):
    """A suite whose fixtures print and log, with tests that pass, fail and skip."""
    conftest(f"""{NOISY}
@pytest.fixture
def broken(request): raise RuntimeError("broken")
    """)
    suite.file(
        "a.scenario.yaml",
        *party(2, of=3),
        scenario("fails", "Party of 3", expect={"agent_says": "never said"}),
        scenario("broken", marks=["usefixtures('broken')"]),
    )
    return suite


@pytest.mark.parametrize("options", OPTIONS, ids=" ".join)
def test_what_fixtures_print_and_log_is_told_with_their_item(noisy, both, options):
    both(*options).alike()


@pytest.mark.parametrize("options", [("-s",), ("--capture=tee-sys",)], ids=" ".join)
def test_what_is_shown_at_once_is_shown_when_it_is_printed(noisy, both, options):
    runs = both(*options, "-v", "--show-capture=no")
    runs.alike("terminal")
    for seen in (runs.serial, runs.overlapped):
        printed = re.findall(r"printed in the [-\w]+ of \w+", "\n".join(seen.terminal))
        assert len(printed) == len(set(printed)) == 8


@pytest.mark.parametrize("options", [(), ("--log-cli-level=INFO", "-rP")], ids=" ".join)
def test_live_logs_are_shown_in_the_items_turn(noisy, both, options):
    both("-o", "log_cli=true", *options).alike()


def test_each_item_has_the_output_of_its_set_up(noisy, both):
    seen = both("-rA", "-o", "junit_logging=all").alike()
    place = next(place for place, line in enumerate(seen.junit) if line == "a.scenario.yaml::call_1")
    end = next(place for place, line in enumerate(seen.junit) if line == "a.scenario.yaml::fails")
    told = "\n".join(seen.junit[place:end])
    assert told.count("printed in the set-up of call_1") == 1
    assert told.count("printed in the set-up") == 1


def test_the_log_file_has_the_records_of_all_items(noisy, both):
    runs = []
    for concurrency in (1, 50):
        noisy.run(
            f"--agentsim-concurrency={concurrency}",
            "--log-file=log.txt",
            "--log-file-level=INFO",
            "--log-file-format=%(message)s",
        )
        runs.append((noisy.path / "log.txt").read_text().splitlines())
    serial, overlapping = ([line for line in each if "set-up" in line or "teardown" in line] for each in runs)
    assert sorted(serial) == sorted(overlapping)
    assert len(serial) == 12


def test_python_tests_with_calls_print_and_log(suite, party, conftest, both):
    conftest(NOISY)
    suite.file("a.scenario.yaml", *party(1, of=2))
    suite.text(
        "test_it.py",
        """
import logging
import pytest
pytestmark = pytest.mark.scenario("a.scenario.yaml")
@pytest.fixture
def late(call, request):
    print("printed behind the call of", request.node.name)
    logging.warning("logged behind the call")
def test_1(call):
    print("printed in test 1")
    logging.warning("logged in test 1")
def test_2(late, call):
    print("printed in test 2")
    logging.warning("logged in test 2")
""",
    )
    seen = both("-rP", "test_it.py").alike()
    assert "printed in test 1" in seen
    assert "printed behind the call of test_2" in seen


WARNS = """
import warnings
@pytest.fixture(autouse=True)
def warns(request):
    warnings.warn(f"{request.node.name} may be late", UserWarning, stacklevel=1)
    yield
    warnings.warn("the table was not cleared", UserWarning, stacklevel=1)
"""


def test_warnings_in_fixtures_are_those_of_their_item(suite, party, conftest, both):
    conftest(WARNS)
    suite.file("a.scenario.yaml", *party(3))
    seen = both().alike(in_any_order=True)
    for each in range(3):
        assert f"UserWarning: call_{each} may be late" in seen


@pytest.mark.parametrize("mark", ["filterwarnings('ignore')", "filterwarnings('error')"])
def test_the_filters_of_an_item_hold_for_its_fixtures(suite, party, scenario, conftest, both, mark):
    conftest(WARNS)
    suite.file("a.scenario.yaml", *party(2), scenario("other", marks=[mark]), scenario("last"))
    both("-v").alike(in_any_order=True)


def test_warnings_that_are_errors(suite, party, scenario, conftest, both):
    suite.ini(
        "filterwarnings =",
        "    error",
        "    ignore:call_. may:UserWarning",
        "    ignore:the table:UserWarning",
    )
    conftest(WARNS)
    suite.file("a.scenario.yaml", *party(2), scenario("fails"))
    seen = both("-v").alike()
    assert list(seen.outcomes().values()) == ["passed", "passed", "failed"]


CURRENT_TEST = """
import os
@pytest.fixture(autouse=True)
def current():
    note("up", os.environ.get("PYTEST_CURRENT_TEST"))
    yield
    note("down", os.environ.get("PYTEST_CURRENT_TEST"))
def pytest_runtest_logreport(report): note("report", os.environ.get("PYTEST_CURRENT_TEST"))
def pytest_runtest_logstart(nodeid): note("start", os.environ.get("PYTEST_CURRENT_TEST"))
@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(): note("end", os.environ.get("PYTEST_CURRENT_TEST"))
"""


def test_the_environment_tells_which_test_is_being_set_up(suite, party, conftest, both, monkeypatch):
    monkeypatch.delenv("PYTEST_CURRENT_TEST")
    conftest(CURRENT_TEST)
    suite.file("a.scenario.yaml", *party(2))
    seen = both().alike()
    assert seen.noted["up"] == [f"a.scenario.yaml::call_{each} (setup)" for each in range(2)]
    assert seen.noted["down"] == [f"a.scenario.yaml::call_{each} (teardown)" for each in range(2)]
    assert seen.noted["end"] == ["None"]


def test_what_calls_log_belongs_to_their_item(suite, party, both):
    suite.file("a.scenario.yaml", *party(3))
    both("-rP", "--log-level=DEBUG", "--show-capture=log").alike()
