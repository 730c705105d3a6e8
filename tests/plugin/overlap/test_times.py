"""How long items are said to have taken, although most of it has happened before their turn."""

from __future__ import annotations

import pytest

PYTHON_TEST = """
import pytest
@pytest.mark.scenario("desk.scenario.yaml", name="call 0")
def test_{name}(call): pass
"""


def length_of_call(case):
    [duration] = [each.get("value") for each in case.iter("property") if each.get("name") == "duration"]
    return float(duration)


@pytest.fixture
def cases(suite, party):
    """The cases of scenarios and of Python tests, all of whose calls have to overlap."""
    suite.file("desk.scenario.yaml", *party(2, of=4))
    for name in ("one", "other"):
        suite.text(f"test_{name}.py", PYTHON_TEST.format(name=name))
    return suite.junit("--agentsim-concurrency=50")


@pytest.mark.parametrize("name", ["call_0", "call_1", "test_one", "test_other"])
def test_a_case_took_at_least_as_long_as_its_call(cases, name):
    taken, on_the_line = float(cases[name].get("time")), length_of_call(cases[name])
    assert on_the_line > 0
    assert taken >= on_the_line
