"""What becomes of items that overlap: failures, errors, skips and expected failures are each item's own."""

from __future__ import annotations

import pytest


def test_items_that_end_in_all_ways(suite, party, scenario, both):
    suite.file(
        "a.scenario.yaml",
        *party(2, of=3),
        scenario("fails", "Party of 3", expect={"agent_says": "never said"}),
        scenario("falls", "Please fall over"),
        scenario("after"),
    )
    runs = both("-v", "-rA", "--show-capture=no")
    assert runs.alike().outcomes() == {
        "a.scenario.yaml::call_0": "passed",
        "a.scenario.yaml::call_1": "passed",
        "a.scenario.yaml::fails": "failed",
        "a.scenario.yaml::falls": "failed",
        "a.scenario.yaml::after": "passed",
    }


def test_a_fixture_that_fails_is_an_error_of_its_item(suite, party, scenario, conftest, both):
    conftest("""
@pytest.fixture
def broken(request):
    note("up", request.node.name)
    raise RuntimeError(f"no table for {request.node.name}")
    """)
    suite.file(
        "a.scenario.yaml",
        scenario("before", marks=["usefixtures('broken')"]),
        *party(2),
        scenario("behind", marks=["usefixtures('broken')"]),
    )
    seen = both("-v", "-rA").alike()
    assert list(seen.outcomes().values()) == ["failed", "passed", "passed", "failed"]
    assert "RuntimeError: no table for behind" in seen
    assert seen.noted == {"up": ["before", "behind"]}


def test_the_details_of_an_assertion_in_a_fixture(suite, party, scenario, conftest, both):
    conftest("""
@pytest.fixture
def checked(request):
    assert {"tables": [1, 2], "name": request.node.name} == {"tables": [1, 3], "name": request.node.name}, "at night"
    """)
    suite.file(
        "a.scenario.yaml",
        *party(2),
        scenario("fails", marks=["usefixtures('checked')"]),
        scenario("too", marks=["usefixtures('checked')"]),
    )
    seen = both("-vv").alike()
    assert "{'tables': [1, 2]} != {'tables': [1, 3]}" in seen


def test_the_details_of_an_assertion_are_those_of_a_hook_in_conftest(suite, party, scenario, conftest, both):
    conftest("""
def pytest_assertrepr_compare(op, left, right):
    if isinstance(left, set): return ["tables compared"]
@pytest.fixture
def checked(): assert {1} == {2}
    """)
    suite.file("a.scenario.yaml", *party(2), scenario("fails", marks=["usefixtures('checked')"]))
    assert "assert tables compared" in both().alike()


def test_a_teardown_that_fails_is_an_error_of_its_item(suite, party, conftest, both):
    conftest("""
@pytest.fixture(autouse=True)
def tidy(request):
    yield
    note("down", request.node.name)
    assert request.node.name != "call_1", "the table is not clean"
    """)
    suite.file("a.scenario.yaml", *party(3))
    seen = both("-v", "-rA").alike()
    assert seen.reports[3:6] == [
        "a.scenario.yaml::call_1 setup passed",
        "a.scenario.yaml::call_1 call passed",
        "a.scenario.yaml::call_1 teardown failed",
    ]
    assert "the table is not clean" in seen


def test_several_teardowns_that_fail(suite, party, conftest, both):
    conftest("""
@pytest.fixture(autouse=True)
def first():
    yield
    raise RuntimeError("first")
@pytest.fixture(autouse=True)
def second(first):
    yield
    raise RuntimeError("second")
    """)
    suite.file("a.scenario.yaml", *party(2))
    runs = both("-rA")
    assert runs.serial.reports == runs.overlapped.reports
    for seen in (runs.serial, runs.overlapped):
        for each in range(2):
            assert f"errors while tearing down <Function call_{each}> (2 sub-exceptions)" in seen
        assert [line.split()[-1] for line in seen.terminal if "RuntimeError: " in line] == [
            "first",
            "second",
        ] * 2


def test_a_teardown_of_a_module_that_fails(suite, party, conftest, both):
    conftest("""
@pytest.fixture(scope="module", autouse=True)
def tidy(request):
    yield
    raise RuntimeError(f"{request.node.name} is not tidy")
    """)
    suite.file("a.scenario.yaml", *party(2, of=4))
    suite.file("b.scenario.yaml", *party(2, of=4))
    seen = both("-v", "-rA").alike()
    assert seen.reports[5] == "a.scenario.yaml::call_1 teardown failed"
    assert "RuntimeError: b.scenario.yaml is not tidy" in seen


def test_a_fixture_that_skips(suite, party, scenario, conftest, both):
    conftest("@pytest.fixture\ndef closed(): pytest.skip('closed on Mondays')")
    suite.file(
        "a.scenario.yaml", *party(2), scenario("closed", marks=["usefixtures('closed')"]), scenario("open")
    )
    seen = both("-v", "-rs").alike()
    assert seen.outcomes()["a.scenario.yaml::closed"] == "skipped"
    assert "closed on Mondays" in seen


@pytest.mark.parametrize("how", ["skip", "fail", "xfail"])
def test_a_fixture_that_ends_its_item(suite, party, scenario, conftest, both, how):
    conftest(f"@pytest.fixture\ndef ending(): pytest.{how}('closed on Mondays')")
    suite.file(
        "a.scenario.yaml", *party(2), scenario("ends", marks=["usefixtures('ending')"]), scenario("open")
    )
    assert "closed on Mondays" in both("-v", "-rA").alike()


MARKS = [
    "skip",
    "skip(reason='closed')",
    "skipif(True, reason='closed')",
    "skipif(False, reason='open')",
    "skipif('1 +', reason='malformed')",
    "xfail",
    "xfail(strict=True)",
    "xfail(run=False, reason='known')",
    "xfail(True, reason='known')",
    "xfail('sys.version_info > (3,)', reason='known')",
]


@pytest.mark.parametrize("expected", ["nine to five", "never said"])
def test_skips_and_expected_failures(suite, party, scenario, both, expected):
    items = [
        scenario(f"marked {number}", marks=[mark], expect={"agent_says": expected})
        for number, mark in enumerate(MARKS)
    ]
    suite.file("a.scenario.yaml", *party(2), *items, scenario("last"))
    seen = both("-v", "-rA", "--show-capture=no").alike()
    assert len(seen.outcomes()) == len(MARKS) + 3


@pytest.mark.parametrize("run", [True, False])
def test_items_that_are_expected_to_fail_overlap_unless_they_do_not_run(suite, party, both, run):
    suite.file("a.scenario.yaml", *party(2, marks=[f"xfail(run={run})"]), *party(1, of=1, name="last"))
    seen = both("-v", "-rA").alike()
    assert len([line for line in seen.junit if "[00:00] Testing Agent: Party of 2" in line]) == (
        2 if run else 0
    )


SETUP_HOOK = """
@pytest.hookimpl(KIND)
def pytest_runtest_setup(item):
    note("hook", item.name)
    if item.name == "call_1": pytest.skip("call 1 is not for today")
"""


@pytest.mark.parametrize("kind", ["", "tryfirst=True", "trylast=True"])
def test_a_hook_in_conftest_that_skips_runs_once_and_in_time(suite, party, conftest, both, kind):
    conftest(SETUP_HOOK.replace("KIND", kind))
    suite.file("a.scenario.yaml", *party(3, of=2))
    seen = both("-v", "-rs").alike()
    assert list(seen.outcomes().values()) == ["passed", "skipped", "passed"]
    assert seen.noted == {"hook": ["call_0", "call_1", "call_2"]}
    assert "calls         2: 2 passed" in seen


def test_no_call_is_made_for_an_item_that_a_hook_skips(suite, party, conftest, both):
    conftest("""
HEARD = []
@pytest.fixture(scope="session")
def desk():
    def answer(text):
        HEARD.append(text)
        return "We are open from nine to five."
    yield answer
    note("heard", len(HEARD))
def pytest_runtest_setup(item):
    pytest.skip("not today") if item.name == "call_1" else None
    """)
    suite.file("a.scenario.yaml", *party(3))
    runs = both("-v")
    assert runs.alike().noted["heard"] == ["2"]


def test_a_hook_of_a_folder_is_not_for_those_beside_it(suite, party, both):
    suite.text(
        "near/conftest.py",
        "import pytest\nfrom notes import note\ndef pytest_runtest_setup(item):\n    note('hook', item.nodeid)\n"
        "    if item.name == 'call_1': pytest.skip('not here')\n",
    )
    suite.file("near/a.scenario.yaml", *party(2, of=3))
    suite.file("far/b.scenario.yaml", *party(2, of=3))
    seen = both("-v").alike()
    assert list(seen.outcomes().values()) == ["passed", "passed", "passed", "skipped"]
    assert seen.noted == {"hook": ["near/a.scenario.yaml::call_0", "near/a.scenario.yaml::call_1"]}


@pytest.mark.parametrize("style", ["wrapper=True", "hookwrapper=True"])
def test_a_hook_around_the_set_up_of_each_item(suite, party, conftest, both, style):
    conftest(f"""
@pytest.hookimpl({style})
def pytest_runtest_setup(item):
    yield
    note("around", item.name)
    """)
    suite.file("a.scenario.yaml", *party(2))
    seen = both().alike()
    assert list(seen.outcomes().values()) == ["passed"] * 2


@pytest.mark.parametrize(
    "hook",
    ["pytest_fixture_setup(fixturedef, request)", "pytest_fixture_post_finalizer(fixturedef, request)"],
)
def test_hooks_for_fixtures_are_called_as_often(suite, party, conftest, both, hook):
    conftest(f"""
@pytest.hookimpl(tryfirst=True)
def {hook}:
    if fixturedef.argname in ("personality", "wide") and (fixturedef.cached_result or "setup" in {hook!r}):
        note(fixturedef.argname, request.node.nodeid)
@pytest.fixture(scope="module", autouse=True)
def wide(): yield
    """)
    suite.file("a.scenario.yaml", *party(3))
    seen = both().alike()
    assert len(seen.noted["personality"]) == 3
    assert len(seen.noted["wide"]) == 1


def test_a_module_fixture_that_fails_is_the_same_error_for_each_item(suite, party, conftest, both):
    conftest("""
@pytest.fixture(scope="module", autouse=True)
def menu():
    note("up", "menu")
    raise RuntimeError("no menu today")
    """)
    suite.file("a.scenario.yaml", *party(3))
    suite.file("b.scenario.yaml", *party(1))
    seen = both("-v").alike()
    assert list(seen.outcomes().values()) == ["failed"] * 4
    assert seen.noted == {"up": ["menu", "menu"]}


def test_the_set_up_of_a_python_module_that_fails_is_the_same_error_for_each_item(suite, party, both):
    suite.file("a.scenario.yaml", *party(1, of=2))
    suite.text(
        "test_it.py",
        """
import pytest
from notes import note
def setup_module():
    note("up", "the module")
    raise RuntimeError("no menu today")
@pytest.mark.scenario("a.scenario.yaml")
def test_1(call): pass
@pytest.mark.scenario("a.scenario.yaml")
def test_2(call): pass
def test_3(): pass
""",
    )
    seen = both("-v", "test_it.py").alike()
    assert list(seen.outcomes().values()) == ["failed"] * 3
    assert seen.noted == {"up": ["the module"]}


def test_a_collector_whose_set_up_fails_is_not_set_up_again(suite, party, conftest, both):
    conftest("""
def pytest_collection_modifyitems(items):
    def fail():
        note("up", "the file")
        raise RuntimeError("no menu today")
    items[0].parent.setup = fail
    """)
    suite.file("a.scenario.yaml", *party(3))
    suite.file("b.scenario.yaml", *party(2))
    seen = both("-v").alike()
    assert list(seen.outcomes().values()) == ["failed"] * 3 + ["passed"] * 2
    assert seen.noted == {"up": ["the file"]}


def test_a_set_up_of_the_run_that_fails(suite, party, conftest, both):
    conftest(
        "@pytest.fixture(scope='session')\ndef desk():\n    note('up', 'desk')\n    raise RuntimeError('nobody is at the desk')"
    )
    suite.file("a.scenario.yaml", *party(3))
    seen = both("-v").alike()
    assert list(seen.outcomes().values()) == ["failed"] * 3
    assert seen.noted == {"up": ["desk"]}


def test_an_unknown_fixture(suite, party, scenario, both):
    suite.file(
        "a.scenario.yaml", *party(2), scenario("unknown", marks=["usefixtures('nobody')"]), scenario("last")
    )
    seen = both("-v").alike()
    assert seen.outcomes()["a.scenario.yaml::unknown"] == "failed"
    assert "fixture 'nobody' not found" in seen


def test_a_fixture_that_is_unknown_when_it_is_asked_for(suite, party, scenario, conftest, both):
    conftest("@pytest.fixture\ndef asks(request): request.getfixturevalue('nobody')")
    suite.file(
        "a.scenario.yaml", *party(2), scenario("unknown", marks=["usefixtures('asks')"]), scenario("last")
    )
    assert "fixture 'nobody' not found" in both("-v").alike()


@pytest.mark.parametrize("mark", ["runs(0)", "runs('many')", "expect(nothing=1)", "personalities('nobody')"])
def test_marks_that_cannot_be_used(suite, party, scenario, both, mark):
    suite.file("a.scenario.yaml", *party(2), scenario("wrong", marks=[mark]), scenario("last"))
    outcomes = both("-v", "-rA").alike().outcomes()
    assert list(outcomes.values()) == ["passed", "passed", "failed", "passed"]


def test_a_scenario_that_a_fixture_has_made_unusable(suite, party, conftest, both):
    conftest("""
from dataclasses import replace
@pytest.fixture
def scenario(scenario, request):
    return replace(scenario, script=None) if request.node.name == "call_1" else scenario
    """)
    suite.file("a.scenario.yaml", *party(3, of=2))
    seen = both("-v").alike()
    assert list(seen.outcomes().values()) == ["passed", "failed", "passed"]
    assert "ConfigurationError: 'call 1' cannot run: it has neither" in seen


def test_an_agent_that_is_none(suite, party, conftest, both):
    conftest("@pytest.fixture\ndef agent(): return 'ws://nowhere'")
    suite.file("a.scenario.yaml", *party(2))
    assert "it has to give an Agent" in both("-v").alike()


def test_an_item_that_ends_with_a_failed_test_of_python(suite, party, both):
    suite.file("a.scenario.yaml", *party(1, of=3))
    suite.text(
        "test_it.py",
        """
import pytest
pytestmark = pytest.mark.scenario("a.scenario.yaml")
def test_passes(call): assert call.status == "completed"
def test_fails(call): assert call.turns[1].text == "We are closed"
@pytest.mark.expect(agent_says="never said")
def test_is_not_as_expected(call): pass
def test_skips(scenario): pytest.skip("not today")
""",
    )
    seen = both("-v", "-rA", "test_it.py").alike()
    assert list(seen.outcomes().values()) == ["passed", "failed", "failed", "skipped"]
