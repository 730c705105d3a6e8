"""Where items cannot overlap they run one by one, and a warning says why."""

from __future__ import annotations

import pytest


def test_a_pytest_that_is_unknown_runs_items_one_by_one(suite, scenario, conftest, both, monkeypatch):
    monkeypatch.setattr("pytest_agentsim.overlap_plugin.why_impossible", lambda *_: "pytest has changed")
    conftest("""
@pytest.fixture(autouse=True)
def own(request):
    note("up", request.node.name)
    yield
    note("down", request.node.name)
    """)
    suite.file("a.scenario.yaml", *(scenario(f"call {each}") for each in range(3)))
    runs = both("-v")
    runs.alike("terminal")
    assert runs.overlapped.notes == runs.serial.notes
    assert list(runs.overlapped.outcomes().values()) == ["passed"] * 3
    warnings = [line for line in runs.overlapped.terminal if "AgentSimWarning: " in line]
    assert len(warnings) == 1
    assert "items run one by one" in warnings[0]
    assert warnings[0].endswith("pytest has changed")


@pytest.mark.parametrize(
    "change",
    [
        "_pytest.runner.SetupState.setup = lambda self, item, more=None: None",
        "_pytest.runner.SetupState.teardown_exact = lambda self, nextitem, more=None: None",
        "del pytest.Function._initrequest",
        "pytest.Function._initrequest = lambda self: None",
        "_pytest.fixtures.FixtureDef.finish = lambda self, request: None",
        "session._setupstate = object()",
        "session._setupstate.stack = []",
    ],
)
def test_changes_in_pytest_are_noticed(suite, scenario, conftest, change):
    conftest(f"""
import _pytest.fixtures, _pytest.runner
from pytest_agentsim.overlap import why_impossible
@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session):
    before = why_impossible(session, session.items[0])
    with pytest.MonkeyPatch.context() as patch:
        {_as_patch(change)}
        note("why", before or "nothing", "|", why_impossible(session, session.items[0]))
    return True
    """)
    suite.file("a.scenario.yaml", scenario("call"))
    suite.run()
    [why] = (suite.path / "notes.txt").read_text().splitlines()
    assert why.startswith("why nothing | ")
    assert why.removeprefix("why nothing | ")


def _as_patch(change: str) -> str:
    if change.startswith("del "):
        owner, _, name = change.removeprefix("del ").rpartition(".")
        return f"patch.delattr({owner}, {name!r})"
    target, _, value = change.partition(" = ")
    owner, _, name = target.rpartition(".")
    return f"patch.setattr({owner}, {name!r}, {value})"
