"""Triggers with nothing to understand about them: `regex` and `python` beside `contains`; and examples."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pytest_agentsim.caller.matcher.interface import Trigger
from pytest_agentsim.caller.matcher.offline import OfflineMatcher, is_exact
from pytest_agentsim.result import Reason
from pytest_agentsim.scenario import contains
from tests.call.harness import AGENT_ENDED, Wire, converse, failed, scenario

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_agentsim.caller.matcher.interface import Candidate


def judged(trigger: str, agent_text: str, *examples: str) -> Candidate:
    return OfflineMatcher().match(agent_text, triggers=(Trigger(1, trigger, examples),)).candidates[0]


@pytest.fixture
def functions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A module of the user's, whose name it returns."""
    (tmp_path / "own_triggers_of_a_test.py").write_text(
        "def polite(text): return 'please' in text.lower()\n"
        "def broken(text): raise RuntimeError('no idea')\n"
        "counted = []\n"
        "def every_second(text): counted.append(text); return len(counted) % 2 == 0\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    return "own_triggers_of_a_test"


@pytest.mark.parametrize(
    ("trigger", "agent_text", "holds"),
    [
        (r'regex "acm-\d{4}"', "Your number is ACM-1042.", True),
        (r'regex "acm-\d{4}"', "Your number is ACM-10.", False),
        (r'regex "^thank" AND contains "calling"', "Thank you for calling.", True),
        (r'regex "^thank" AND contains "calling"', "Thank you.", False),
        (r'contains "fee" OR regex "charge[sd]?"', "You were charged twice.", True),
    ],
)
def test_a_regular_expression_is_found_or_not(trigger: str, agent_text: str, holds: bool) -> None:
    assert is_exact(trigger)
    assert judged(trigger, agent_text).holds is holds


def test_a_function_decides(functions: str) -> None:
    trigger = f'python "{functions}:polite"'
    assert judged(trigger, "Your name, please?").holds
    assert not judged(trigger, "Your name?").holds


def test_a_function_is_asked_each_time(functions: str) -> None:
    trigger = f'python "{functions}:every_second"'
    assert [judged(trigger, "Hello").holds for _ in range(4)].count(True) >= 1


def test_a_function_that_fails_holds_for_nothing_and_says_so(functions: str) -> None:
    found = judged(f'python "{functions}:broken"', "Hello")
    assert not found.holds
    assert found.reason == "the function failed: RuntimeError: no idea"


@pytest.mark.parametrize(
    ("trigger", "message"),
    [
        ('regex "("', "not a regular expression"),
        ("regex", "expected a quoted text after regex"),
        ('python "no_colon"', "names no function"),
        ('python "a:b:c"', "names no function"),
    ],
)
def test_a_malformed_test_is_refused(trigger: str, message: str) -> None:
    with pytest.raises(contains.ContainsError, match=message):
        contains.parse(trigger)


def test_words_that_only_begin_like_one_are_a_description() -> None:
    assert contains.parse("python developers are mentioned") is None
    assert contains.parse("regexes are explained") is None


ASKS = "The agent asks who is calling"


@pytest.mark.parametrize(
    ("agent_text", "holds"),
    [
        ("Could I take your membership card number please?", True),
        ("could i take your membership card number please", True),
        ("Your membership card number is on file.", False),
        ("What is the weather like?", False),
    ],
)
def test_what_is_like_an_example_makes_the_trigger_hold(agent_text: str, holds: bool) -> None:
    found = judged(
        "The agent wants to see some papers", agent_text, "May I take your membership card number?"
    )
    assert found.holds is holds


def test_an_example_of_few_words_has_to_occur_as_it_is() -> None:
    assert judged(ASKS, "Hi there. And you are?", "And you are?").holds
    assert not judged(ASKS, "You are right. Anything else?", "And you are?").holds


def test_the_reason_names_the_example() -> None:
    assert "like the example" in judged(ASKS, "Hi there. And you are?", "And you are?").reason


async def test_a_call_follows_them(functions: str) -> None:
    async def agent(wire: Wire) -> None:
        await wire.say("Your name, please.")
        assert (await wire.hear())["content"] == "Sarah"
        await wire.say("Bye", type="end_call")

    call = await converse(agent, scenario("", (f'python "{functions}:polite"', "Sarah")))
    assert call.ending == AGENT_ENDED


@pytest.mark.parametrize("name", ["no_such_module_anywhere:f", "json:no_such_function"])
async def test_a_function_that_is_not_there_ends_the_call_before_it_begins(name: str) -> None:
    async def agent(wire: Wire) -> None:
        await wire.stay()

    call = await converse(agent, scenario("", (f'python "{name}"', "Sarah")))
    assert call.ending == failed(Reason.SCRIPT_ERROR)
    assert f'the trigger python "{name}" cannot be used' in call.result.detail
