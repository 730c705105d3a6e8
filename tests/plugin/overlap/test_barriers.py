"""Items that nothing overlaps with, and what stands beside items that overlap."""

from __future__ import annotations

import pytest

ALIVE = """
ALIVE = []
@pytest.fixture(autouse=True)
def alive(request):
    ALIVE.append(request.node.name)
    yield
    ALIVE.remove(request.node.name)
@pytest.fixture
def alone(alive, request):
    note("alone", request.node.name, *ALIVE)
    yield
    note("alone", request.node.name, *ALIVE)
"""

OF_THE_PROCESS = [
    "capsys",
    "capsysbinary",
    "capfd",
    "capfdbinary",
    "capteesys",
    "caplog",
    "monkeypatch",
    "recwarn",
    "doctest_namespace",
]


@pytest.fixture
def lonely(conftest, suite, party, scenario):
    """Makes a suite with items before and behind one that has certain marks."""

    def make(*marks, more=""):
        conftest(f"{ALIVE}\n{more}")
        suite.file(
            "a.scenario.yaml",
            *party(2, name="before"),
            scenario("barrier", marks=["usefixtures('alone')", *marks]),
            *party(2, name="behind"),
        )

    return make


def test_an_item_that_is_marked_runs_alone(lonely, both):
    lonely("agentsim_serial")
    seen = both("-v").alike()
    assert list(seen.outcomes().values()) == ["passed"] * 5
    assert seen.noted == {"alone": ["barrier barrier"] * 2}


@pytest.mark.parametrize("fixture", OF_THE_PROCESS)
def test_an_item_with_what_belongs_to_the_process_runs_alone(lonely, both, fixture):
    lonely(f"usefixtures('{fixture}')")
    seen = both("-v").alike()
    assert list(seen.outcomes().values()) == ["passed"] * 5
    assert seen.noted == {"alone": ["barrier barrier"] * 2}


def test_an_item_whose_fixture_changes_the_process_runs_alone(lonely, both):
    lonely(
        "usefixtures('changes')",
        more="@pytest.fixture\ndef changes(monkeypatch): monkeypatch.setenv('MENU', 'soup')",
    )
    assert both("-v").alike().noted == {"alone": ["barrier barrier"] * 2}


def test_a_mark_on_a_module_or_class_is_that_of_its_tests(suite, party, conftest, both):
    conftest(ALIVE)
    suite.file("a.scenario.yaml", *party(1, of=1))
    suite.text(
        "test_it.py",
        """
import pytest
@pytest.mark.agentsim_serial
@pytest.mark.scenario("a.scenario.yaml")
class TestIt:
    def test_1(self, alone, call): pass
    def test_2(self, alone, call): pass
""",
    )
    assert both("test_it.py").alike().noted == {"alone": ["test_1 test_1"] * 2 + ["test_2 test_2"] * 2}


def test_plain_tests_run_alone(suite, party, conftest, both):
    conftest(ALIVE)
    suite.file("a.scenario.yaml", *party(2))
    suite.text(
        "b_test.py",
        """
import pytest
from notes import note

class TestIt:
    @pytest.fixture(scope="class")
    def shared(self):
        note("up", "shared")
        yield []
        note("down", "shared")
    def test_1(self, shared, alone): shared.append(1)
    def test_2(self, shared, alone): assert shared == [1]

def test_environment(monkeypatch, capsys, alone):
    monkeypatch.setenv("MENU", "soup")
    print("hello")
    assert capsys.readouterr().out == "hello\\n"
""",
    )
    suite.file("c.scenario.yaml", *party(2))
    seen = both("-v").alike()
    assert list(seen.outcomes().values()) == ["passed"] * 7
    assert seen.noted["alone"] == [
        f"{name} {name}"
        for name in ("test_1", "test_1", "test_2", "test_2", "test_environment", "test_environment")
    ]


def test_a_test_that_makes_calls_itself_runs_alone(suite, party, conftest, both):
    conftest(ALIVE)
    suite.file("a.scenario.yaml", *party(2))
    suite.file("once.yaml", *party(1, of=1))
    suite.text(
        "b_test.py", "def test_it(simulate, alone):\n    assert simulate('once.yaml').status == 'completed'\n"
    )
    suite.file("c.scenario.yaml", *party(2))
    seen = both("-v").alike()
    assert list(seen.outcomes().values()) == ["passed"] * 5
    assert seen.noted == {"alone": ["test_it test_it"] * 2}


def test_unittest_and_doctests_stand_beside_items_that_overlap(suite, party, both):
    suite.file("a.scenario.yaml", *party(2))
    suite.text(
        "b_test.py",
        '''
import unittest
class TestIt(unittest.TestCase):
    @classmethod
    def setUpClass(cls): cls.shared = []
    def test_1(self): self.shared.append(1)
    def test_2(self): self.assertEqual(self.shared, [1])
def documented():
    """
    >>> 1 + 1
    2
    """
''',
    )
    suite.file("c.scenario.yaml", *party(2))
    seen = both("-v", "--doctest-modules").alike()
    assert list(seen.outcomes().values()) == ["passed"] * 7


def test_items_after_the_last_one_that_overlaps(suite, party, both):
    suite.file("a.scenario.yaml", *party(2))
    suite.text(
        "b_test.py",
        "import pytest\n@pytest.fixture(scope='module')\ndef shared(): return []\ndef test_1(shared): shared.append(1)\ndef test_2(shared): assert shared\n",
    )
    assert list(both("-v").alike().outcomes().values()) == ["passed"] * 4
