"""Other plugins tell of items that overlap what they tell of items one by one."""

from __future__ import annotations

import html
import json
import re

import pytest

# --- pytest-timeout -----------------------------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def timeout(request):
    """What the tests of this part need."""
    if "limit" in request.function.__name__:
        pytest.importorskip("pytest_timeout")


@pytest.mark.parametrize(
    "arguments", [(), ("-o", "timeout_method=thread"), ("-o", "timeout_func_only=true")], ids=" ".join
)
def test_an_item_fails_after_its_own_limit(suite, party, scenario, arguments):
    suite.file(
        "a.scenario.yaml",
        *party(2),
        scenario("hangs", "hold the line", marks=["timeout(0.5)"]),
        *party(2, name="last"),
    )
    result = suite.run_apart("-p", "no:randomly", "-v", *arguments, "--junitxml=junit.xml")
    result.assert_outcomes(passed=4, failed=1)
    result.stdout.fnmatch_lines(["*hangs FAILED*", "*Failed: Timeout (>0.5s) from pytest-timeout.*"])


@pytest.mark.parametrize("how", ["the ini file", "the command line"])
def test_the_limit_of_all_items_is_that_of_each(suite, scenario, how):
    if how == "the ini file":
        suite.ini("timeout = 1")
    suite.file("a.scenario.yaml", scenario("hangs", "hold the line"), scenario("first"), scenario("second"))
    result = suite.run_apart(
        "-p", "no:randomly", "-v", *(["--timeout=1"] if how == "the command line" else [])
    )
    result.assert_outcomes(passed=2, failed=1)
    result.stdout.fnmatch_lines(["*hangs FAILED*", "*Failed: Timeout (>1.0s) from pytest-timeout.*"])


def test_a_python_test_fails_after_its_own_limit(suite, party, scenario):
    suite.file("a.scenario.yaml", scenario("hangs", "hold the line"), *party(1, of=1))
    suite.text(
        "test_it.py",
        """
import pytest
@pytest.mark.timeout(0.5)
@pytest.mark.scenario("a.scenario.yaml", name="hangs")
def test_hangs(call): pass
@pytest.mark.scenario("a.scenario.yaml", name="call 0")
def test_passes(call): pass
""",
    )
    result = suite.run_apart("-p", "no:randomly", "-v", "test_it.py")
    result.stdout.fnmatch_lines(
        ["*test_hangs *", "*test_passes PASSED*", "*Failed: Timeout (>0.5s) from pytest-timeout.*"]
    )


def test_a_limit_that_is_not_reached_changes_nothing(suite, party, both):
    suite.file("a.scenario.yaml", *party(3, marks=["timeout(30)"]))
    both("-v", apart=True).alike()


# --- pytest-rerunfailures -----------------------------------------------------------------------------------------

FLAKY = """
SEEN = {}
@pytest.fixture(autouse=True)
def own(request):
    note("up", request.node.name)
    yield
    note("down", request.node.name)
@pytest.fixture(scope="module", autouse=True)
def shared():
    note("up", "shared")
    yield
    note("down", "shared")
"""


@pytest.fixture
def flaky(conftest):
    """Adds to a conftest.py with fixtures that note when they are set up and torn down."""
    pytest.importorskip("pytest_rerunfailures")
    return lambda source: conftest(f"{FLAKY}\n{source}")


def test_an_item_that_fails_once_is_run_again(suite, party, flaky, both):
    flaky("""
@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item):
    result = yield
    SEEN[item.name] = SEEN.get(item.name, 0) + 1
    assert item.name != "call_1" or SEEN[item.name] == 2
    return result
    """)
    suite.file("a.scenario.yaml", *party(3, of=1))
    seen = both("--reruns=2", "-v", "-p", "rerunfailures", apart=True).alike("noted")
    assert "1 rerun" in seen
    assert sorted(seen.noted["up"]) == ["call_0", "call_1", "call_1", "call_2", "shared"]
    assert seen.noted["down"] == ["call_0", "call_1", "call_1", "call_2", "shared"]


def test_a_rerun_is_said_to_begin_when_it_does(suite, party, scenario, flaky, both):
    flaky("""
def pytest_runtest_logreport(report):
    if "fails" in report.nodeid: note(report.when, report.start, report.stop)
    """)
    suite.file(
        "a.scenario.yaml",
        *party(2, of=1),
        scenario("fails", expect={"agent_says": "never said"}),
        scenario("last"),
    )
    seen = both("--reruns=1", "--only-rerun=ExpectationFailed", "-p", "rerunfailures", apart=True).overlapped
    [first_stop], [second_start] = (
        [float(line.split()[place]) for line in seen.notes if line.startswith(when)][number : number + 1]
        for when, place, number in (("teardown", 2, 0), ("setup", 1, 1))
    )
    assert second_start >= first_stop


def test_a_set_up_that_fails_once_is_run_again(suite, party, flaky, both):
    flaky("""
@pytest.fixture(autouse=True)
def unready(request, own):
    SEEN[request.node.name] = SEEN.get(request.node.name, 0) + 1
    if request.node.name == "call_1" and SEEN["call_1"] < 2: raise RuntimeError("not ready")
    """)
    suite.file("a.scenario.yaml", *party(3, of=1))
    seen = both("--reruns=2", "-v", "-p", "rerunfailures", apart=True).alike("noted")
    assert "1 rerun" in seen
    assert sorted(seen.noted["up"]) == ["call_0", "call_1", "call_1", "call_2", "shared"]


def test_an_expectation_that_is_never_met_is_run_as_often_as_allowed(suite, party, scenario, flaky, both):
    flaky("")
    suite.file(
        "a.scenario.yaml",
        *party(2, of=1),
        scenario("fails", expect={"agent_says": "never said"}, marks=["flaky(reruns=2)"]),
        scenario("last"),
    )
    seen = both("-v", "-p", "rerunfailures", apart=True).alike("noted")
    assert seen.noted["up"].count("fails") == 3
    assert "1 failed, 3 passed, 2 rerun" in seen


# --- pytest-html, allure ------------------------------------------------------------------------------------------


@pytest.fixture
def mixed(suite, party, scenario, conftest):
    """A suite of items that pass, fail, are skipped and are in error."""
    conftest("@pytest.fixture\ndef broken():\n    print('printed before')\n    raise RuntimeError('broken')")
    suite.file(
        "a.scenario.yaml",
        *party(2, of=3),
        scenario("fails", "Party of 3", expect={"agent_says": "never said"}),
        scenario("skipped", marks=["skip"]),
        scenario("broken", marks=["usefixtures('broken')"]),
    )
    return suite


def test_the_html_report_tells_the_same(mixed):
    pytest.importorskip("pytest_html")
    told = []
    for concurrency in (1, 50):
        mixed.run_apart(
            "-p",
            "no:randomly",
            "--html=report.html",
            "--self-contained-html",
            f"--agentsim-concurrency={concurrency}",
        )
        page = (mixed.path / "report.html").read_text(encoding="utf-8")
        [found] = re.findall(r'data-jsonblob="(.*?)"></div>', page, re.DOTALL)
        tests = json.loads(html.unescape(found))["tests"]
        told.append(
            [
                (name, run["result"], len(run["log"].splitlines()))
                for name, runs in tests.items()
                for run in runs
            ]
        )
    assert told[0] == told[1]
    assert [result for _, result, _ in told[0]] == ["Passed", "Passed", "Failed", "Skipped", "Error"]


def test_allure_is_told_the_same(mixed):
    pytest.importorskip("allure_pytest")
    told = []
    for concurrency in (1, 50):
        folder = mixed.path / f"allure-{concurrency}"
        result = mixed.run_apart(
            "-p", "no:randomly", f"--alluredir={folder}", f"--agentsim-concurrency={concurrency}"
        )
        assert "INTERNALERROR" not in result.stdout.str()
        results = [json.loads(path.read_text()) for path in folder.glob("*-result.json")]
        told.append(
            sorted(
                (
                    each["name"],
                    each["fullName"],
                    each["status"],
                    reason(each),
                    len(each.get("attachments", [])),
                )
                for each in results
            )
        )
    assert told[0] == told[1]
    assert [(name, status) for name, _, status, *_ in told[0]] == [
        ("broken", "broken"),
        ("call_0", "passed"),
        ("call_1", "passed"),
        ("fails", "failed"),
        ("skipped", "skipped"),
    ]


def reason(result):
    """What allure says first of why an item has failed."""
    return result.get("statusDetails", {}).get("message", "").partition("\n")[0]


# --- pytest-randomly ----------------------------------------------------------------------------------------------


def test_a_shuffled_order_is_the_same_with_overlap(suite, party, both):
    pytest.importorskip("pytest_randomly")
    for name in "ab":
        suite.file(f"{name}.scenario.yaml", *party(4, of=8))
    seen = both("-p", "randomly", "-p", "no:cacheprovider", "--randomly-seed=1", "-v", apart=True).alike()
    order = [line.partition(" ")[0] for line in seen.terminal if "PASSED" in line]
    assert len(order) == 8
    assert order != sorted(order)
