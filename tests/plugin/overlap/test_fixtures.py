"""Fixtures of items that overlap: each item has its own, and wider ones live as long as they would."""

from __future__ import annotations

import pytest

REPORTED = """
def pytest_runtest_logreport(report):
    if report.when == "call": note("reported", report.nodeid)
"""


def test_a_function_scoped_fixture_is_the_items_own_until_its_report(suite, party, conftest, both):
    suite.file("a.scenario.yaml", *party(3, marks=["usefixtures('box')"]))
    conftest(f"""{REPORTED}
@pytest.fixture
def box(request):
    owner = request.node.nodeid
    box = [owner]
    note("up", owner)
    yield box
    note("down", *box)
    """)
    runs = both()
    seen = runs.alike()
    assert seen.outcomes() == {f"a.scenario.yaml::call_{each}": "passed" for each in range(3)}
    assert runs.overlapped.notes[:4] == [
        *(f"up a.scenario.yaml::call_{each}" for each in range(3)),
        "reported a.scenario.yaml::call_0",
    ]
    assert (
        runs.overlapped.notes[4:] == runs.serial.notes[2:3] + runs.serial.notes[4:6] + runs.serial.notes[7:]
    )


def test_values_of_a_parametrised_function_scoped_fixture_are_alive_at_once(suite, party, conftest, both):
    suite.file("a.scenario.yaml", *party(2, of=4, marks=["usefixtures('branch')"]))
    conftest("""
@pytest.fixture(params=["north", "south"])
def branch(request):
    note("up", request.node.name, request.param)
    yield request.param
    note("down", request.node.name, request.param)
@pytest.fixture(autouse=True)
def same(request, branch):
    yield
    note("same", request.node.name, branch, request.getfixturevalue("branch") is branch)
    """)
    runs = both()
    seen = runs.alike()
    assert seen.noted["up"] == [
        f"call_{n}[{branch}] {branch}" for n in (0, 1) for branch in ("north", "south")
    ]
    assert seen.noted["down"] == seen.noted["up"]
    assert all(line.endswith("True") for line in seen.noted["same"])
    assert [line.split()[0] for line in runs.overlapped.notes[:4]] == ["up"] * 4


WIDE = """
@pytest.fixture(scope="SCOPE", autouse=True)
def wide(request):
    note("up", request.node.nodeid)
    yield
    note("down", request.node.nodeid)
@pytest.fixture(autouse=True)
def own(request):
    note("begins", request.node.nodeid)
    yield
    note("ends", request.node.nodeid)
"""


@pytest.mark.parametrize(
    ("scope", "users"),
    [
        (
            "class",
            [
                "x/x.scenario.yaml::call_0",
                "x/x.scenario.yaml::call_1",
                "y/y.scenario.yaml::call_0",
                "y/y.scenario.yaml::call_1",
            ],
        ),
        ("module", ["x/x.scenario.yaml", "y/y.scenario.yaml"]),
        ("session", [""]),
    ],
)
def test_a_wider_fixture_is_set_up_once_and_torn_down_after_its_last_user(
    suite, party, conftest, both, scope, users
):
    for folder in "xy":
        suite.text(f"{folder}/__init__.py", "")
        suite.file(f"{folder}/{folder}.scenario.yaml", *party(2, of=4))
    conftest(WIDE.replace("SCOPE", scope))
    runs = both("-v")
    assert runs.alike().noted["up"] == users
    for seen in (runs.serial, runs.overlapped):
        assert sorted(seen.noted["down"]) == sorted(users)
        for user in users:
            ends = [seen.notes.index(line) for line in seen.notes if line.startswith(f"ends {user}")]
            assert seen.notes.index(f"up {user}") < ends[0] <= ends[-1] < seen.notes.index(f"down {user}")


def test_a_package_scoped_fixture_lives_as_long_as_in_pytest(suite, party, conftest, both):
    for folder in "xy":
        suite.text(f"{folder}/__init__.py", "")
        suite.text(
            f"{folder}/conftest.py",
            f"import pytest\nfrom notes import note\n@pytest.fixture(scope='package')\ndef near():\n"
            f"    note('up', {folder!r})\n    yield\n    note('down', {folder!r})\n",
        )
        suite.file(f"{folder}/{folder}.scenario.yaml", *party(2, of=4, marks=["usefixtures('near', 'far')"]))
    conftest("""
@pytest.fixture(scope="package")
def far():
    note("up", "far")
    yield
    note("down", "far")
    """)
    runs = both("-v")
    seen = runs.alike()
    assert set(seen.outcomes().values()) == {"passed"}
    assert seen.noted == {"up": ["x", "far", "y"], "down": ["x", "y", "far"]}


def test_a_class_scoped_fixture_belongs_to_its_class(suite, party, conftest, both):
    suite.file("a.scenario.yaml", *party(1, of=4))
    suite.text(
        "test_it.py",
        """
import pytest
from notes import note

@pytest.fixture(scope="class")
def shared(request):
    note("up", request.node.name)
    yield []
    note("down", request.node.name)

class Base:
    @pytest.mark.scenario("a.scenario.yaml")
    def test_one(self, call, shared): shared.append(1)
    @pytest.mark.scenario("a.scenario.yaml")
    def test_two(self, call, shared): assert shared == [1]
class TestOne(Base): pass
class TestTwo(Base): pass
""",
    )
    seen = both("test_it.py").alike()
    assert seen.noted == {"up": ["TestOne", "TestTwo"], "down": ["TestOne", "TestTwo"]}
    assert list(seen.outcomes().values()) == ["passed"] * 4


@pytest.mark.parametrize("scope", ["module", "session"])
def test_two_values_of_a_wide_parametrised_fixture_are_never_alive_at_once(
    suite, party, conftest, both, scope
):
    suite.file("a.scenario.yaml", *party(2, marks=["usefixtures('backend')"]))
    conftest(f"""{REPORTED}
ALIVE = []
@pytest.fixture(scope={scope!r}, params=["red", "blue"])
def backend(request):
    note("up", request.param, *ALIVE)
    ALIVE.append(request.param)
    yield request.param
    ALIVE.remove(request.param)
    note("down", request.param, *ALIVE)
@pytest.fixture(autouse=True)
def check(backend):
    assert ALIVE == [backend]
    yield
    assert ALIVE == [backend]
    """)
    runs = both("-v")
    seen = runs.alike()
    assert len(seen.outcomes()) == 4
    assert set(seen.outcomes().values()) == {"passed"}
    assert runs.overlapped.notes == runs.serial.notes
    assert seen.noted["up"] == seen.noted["down"] == ["red", "blue"]


def test_values_that_are_equal_but_not_the_same_do_not_part_items(suite, party, both):
    suite.file("a.scenario.yaml", *party(1, of=2))
    suite.text(
        "test_it.py",
        """
import pytest
from notes import note

@pytest.fixture(scope="module")
def backend(request):
    note("up", *request.param)
    yield request.param
    note("down", *request.param)

@pytest.mark.scenario("a.scenario.yaml")
@pytest.mark.parametrize("backend", [["red"]], indirect=True)
def test_one(call, backend): pass

@pytest.mark.scenario("a.scenario.yaml")
@pytest.mark.parametrize("backend", [["red"]], indirect=True)
def test_two(call, backend): pass
""",
    )
    seen = both("test_it.py").alike()
    assert list(seen.outcomes().values()) == ["passed"] * 2


def test_a_fixture_that_requests_the_one_it_overrides(suite, party, conftest, both):
    conftest("@pytest.fixture\ndef menu(): return ['soup']")
    suite.text(
        "near/conftest.py",
        """
import pytest
from notes import note
@pytest.fixture
def menu(menu): return menu + ["bread"]
@pytest.fixture(autouse=True)
def eaten(menu, request):
    menu.append(request.node.name)
    yield
    note("menu", *menu)
""",
    )
    suite.file("near/a.scenario.yaml", *party(3))
    seen = both().alike()
    assert seen.noted == {"menu": [f"soup bread call_{each}" for each in range(3)]}


def test_fixtures_of_the_plugin_that_are_overridden_and_parametrised(suite, party, conftest, both):
    conftest(
        "@pytest.fixture(params=['normal', 'impatient'])\ndef personality(request): return request.param"
    )
    suite.file("a.scenario.yaml", *party(2, of=4))
    seen = both("-v").alike()
    assert [line for line in seen.junit if "personality=" in line] == [
        "  personality=normal",
        "  personality=impatient",
    ] * 2


def test_a_fixture_that_is_only_named_when_it_is_asked_for(suite, party, conftest, both):
    suite.file("a.scenario.yaml", *party(3, marks=["usefixtures('asks')"]))
    conftest("""
@pytest.fixture
def late(request):
    note("up", request.node.name)
    yield [request.node.name]
    note("down", request.node.name)
@pytest.fixture
def asks(request):
    late = request.getfixturevalue("la" + "te")
    yield
    note("asks", *late, request.getfixturevalue("late") is late)
    """)
    seen = both().alike()
    assert seen.noted["up"] == seen.noted["down"] == ["call_0", "call_1", "call_2"]
    assert seen.noted["asks"] == ["call_0 True", "call_1 True", "call_2 True"]


def test_each_item_has_a_folder_of_its_own(suite, party, conftest, both):
    suite.file("a.scenario.yaml", *party(3))
    conftest("""
@pytest.fixture(autouse=True)
def used(tmp_path, request):
    (tmp_path / "name").write_text(request.node.name)
    yield
    note("folder", tmp_path.name, [file.read_text() for file in tmp_path.iterdir()])
    """)
    seen = both().alike()
    assert seen.noted == {"folder": [f"call_{each}0 ['call_{each}']" for each in range(3)]}


def test_tests_with_and_without_calls_share_what_their_module_has(suite, party, both):
    suite.file("a.scenario.yaml", *party(1, of=2))
    suite.text(
        "test_it.py",
        """
import pytest
from notes import note

def setup_module(): note("up", "the module")
def teardown_module(): note("down", "the module")

@pytest.fixture(scope="module")
def shared():
    note("up", "the fixture")
    yield []
    note("down", "the fixture")

@pytest.mark.scenario("a.scenario.yaml")
def test_call_1(call, shared): shared.append(1)
@pytest.mark.scenario("a.scenario.yaml")
def test_call_2(call, shared): shared.append(2)
def test_plain(shared): assert shared == [1, 2]
def test_plain_too(shared): shared.append(3)
@pytest.mark.scenario("a.scenario.yaml")
def test_call_3(call, shared): shared.append(4)
@pytest.mark.scenario("a.scenario.yaml")
def test_call_4(call, shared): assert shared == [1, 2, 3, 4]
""",
    )
    seen = both("test_it.py", "-v").alike()
    assert list(seen.outcomes().values()) == ["passed"] * 6
    assert seen.noted == {"up": ["the module", "the fixture"], "down": ["the fixture", "the module"]}


def test_a_plain_test_before_all_calls_shares_its_module_fixture_with_them(suite, party, both):
    suite.file("a.scenario.yaml", *party(1, of=2))
    suite.text(
        "test_it.py",
        """
import pytest
from notes import note

@pytest.fixture(scope="module")
def shared():
    note("up", "the fixture")
    yield []
    note("down", "the fixture")

def test_plain(shared): shared.append(0)
@pytest.mark.scenario("a.scenario.yaml")
def test_call_1(call, shared): assert shared == [0]
@pytest.mark.scenario("a.scenario.yaml")
def test_call_2(call, shared): assert shared == [0]
""",
    )
    seen = both("test_it.py").alike()
    assert list(seen.outcomes().values()) == ["passed"] * 3
    assert seen.noted == {"up": ["the fixture"], "down": ["the fixture"]}


def test_a_teardown_can_read_what_the_call_has_left(suite, party, conftest, both):
    suite.file("a.scenario.yaml", *party(3))
    conftest("""
@pytest.fixture(autouse=True)
def reads(request, simulate):
    note("before", len(simulate.calls))
    yield
    [call] = simulate.calls
    note("after", request.node.name, call.result.scenario, call.result.status)
    """)
    seen = both().alike()
    assert seen.noted == {
        "before": ["0"] * 3,
        "after": [f"call_{each} call {each} completed" for each in range(3)],
    }


def test_fixtures_after_the_call_are_set_up_in_the_items_turn(suite, party, both):
    suite.file("a.scenario.yaml", *party(1, of=2))
    suite.text(
        "test_it.py",
        """
import pytest
from notes import note

@pytest.fixture
def before(request):
    note("before", request.node.name)
    yield
    note("torn", "before", request.node.name)

@pytest.fixture
def after(call, request):
    note("after", request.node.name, call.status)
    yield
    note("torn", "after", request.node.name)

@pytest.mark.scenario("a.scenario.yaml")
def test_1(before, after, tmp_path): pass
@pytest.mark.scenario("a.scenario.yaml")
def test_2(before, after, call): assert call.status == "completed"
""",
    )
    seen = both("test_it.py").alike()
    assert list(seen.outcomes().values()) == ["passed"] * 2
    assert seen.noted["after"] == ["test_1 completed", "test_2 completed"]
    assert seen.noted["torn"] == ["after test_1", "before test_1", "after test_2", "before test_2"]
