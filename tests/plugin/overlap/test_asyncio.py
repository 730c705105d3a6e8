"""Tests and fixtures that are coroutines, beside items that overlap and in them."""

from __future__ import annotations

import pytest

pytest.importorskip("pytest_asyncio")

ASYNC_FIXTURE = """
import asyncio
import pytest_asyncio
@DECORATOR
async def table(request):
    loop = asyncio.get_running_loop()
    async with asyncio.timeout(60):
        await asyncio.sleep(0)
        note("up", request.node.name)
        yield {"scope": request.scope, "loop": loop}
        await asyncio.sleep(0)
        assert asyncio.get_running_loop() is loop
        note("down", request.node.name)
@pytest.fixture(autouse=True)
def checked(table, request):
    assert isinstance(table, dict)
    note("given", request.node.name, table["scope"], table["loop"].is_closed())
    yield
    note("returned", request.node.name, table["loop"].is_closed())
"""


@pytest.fixture
def automatic(suite):
    """A suite in the auto mode of pytest-asyncio, in which warnings are errors."""
    suite.ini("asyncio_mode = auto", "filterwarnings = error")
    return suite


def test_coroutines_stand_beside_items_that_overlap(automatic, party, both):
    automatic.file("a.scenario.yaml", *party(2))
    automatic.text(
        "b_test.py",
        """
import asyncio, pytest
from notes import note
@pytest.fixture
async def table():
    await asyncio.sleep(0)
    note("up", "table")
    yield asyncio.get_running_loop()
    note("down", "table")
async def test_1(table): assert table is asyncio.get_running_loop()
@pytest.mark.asyncio(loop_scope="module")
async def test_2(): await asyncio.sleep(0)
@pytest.mark.asyncio(loop_scope="module")
async def test_3(): await asyncio.sleep(0)
""",
    )
    automatic.file("c.scenario.yaml", *party(2))
    seen = both("-v").alike()
    assert list(seen.outcomes().values()) == ["passed"] * 7
    assert seen.noted == {"up": ["table"], "down": ["table"]}


def test_a_coroutine_with_a_call_runs_alone(automatic, party, scenario, both):
    automatic.file("a.scenario.yaml", *party(2), scenario("alone"))
    automatic.text(
        "b_test.py",
        "import pytest\n@pytest.mark.scenario('a.scenario.yaml', name='alone')\nasync def test_1(call): assert call.status == 'completed'\n"
        "async def test_2(rubric_session): await rubric_session.end_call('Bye')\n",
    )
    seen = both("-v").alike()
    assert list(seen.outcomes().values()) == ["passed"] * 5


WIDE = ["class", "module", "package", "session"]


@pytest.mark.parametrize(
    ("loop_scope", "decorator", "scope"),
    [
        ("function", "pytest.fixture", "function"),
        ("function", "pytest_asyncio.fixture", "function"),
        *(("session", "pytest.fixture", scope) for scope in ("function", *WIDE)),
        *(("function", "pytest_asyncio.fixture(loop_scope=SCOPE, scope=SCOPE)", scope) for scope in WIDE),
    ],
)
def test_asynchronous_fixtures_of_items_that_overlap(
    automatic, party, conftest, both, loop_scope, decorator, scope
):
    automatic.ini("asyncio_mode = auto", "filterwarnings = error")
    ini = automatic.path / "pytest.ini"
    ini.write_text(
        ini.read_text().replace("fixture_loop_scope = function", f"fixture_loop_scope = {loop_scope}")
    )
    given = (
        decorator.replace("SCOPE", repr(scope)) if "SCOPE" in decorator else f"{decorator}(scope={scope!r})"
    )
    conftest(ASYNC_FIXTURE.replace("DECORATOR", given))
    automatic.file("a.scenario.yaml", *party(2, of=4))
    automatic.file("b.scenario.yaml", *party(2, of=4))
    seen = both("-v").alike()
    assert list(seen.outcomes().values()) == ["passed"] * 4
    assert (
        len(seen.noted["up"])
        == len(seen.noted["down"])
        == {"module": 2, "package": 1, "session": 1}.get(scope, 4)
    )
