"""What the JUnit file says of each item."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest

ALWAYS = {"run_id", "batch_id", "seed", "channel", "status", "ended_reason", "personality"}


@pytest.fixture
def desk(suite, scenario):
    """A suite whose scenarios end in all ways, and a Python test with a call."""
    suite.file(
        "desk.scenario.yaml",
        scenario("passes"),
        scenario("fails", expect={"agent_says": "never said"}),
        scenario("breaks", "Please break"),
        scenario("skipped", marks=["skip"]),
    )
    suite.text(
        "test_python.py",
        "import pytest\n@pytest.mark.scenario('desk.scenario.yaml', name='passes')\ndef test_it(call): print('a print')\n",
    )
    return suite


def read(case):
    return {each.get("name"): each.get("value") for each in case.iter("property")}


def test_each_item_has_its_properties(desk):
    cases = desk.junit()
    for name in ("passes", "fails", "breaks", "test_it"):
        assert read(cases[name]).keys() >= ALWAYS
    assert len({read(cases[name])["run_id"] for name in ("passes", "fails", "breaks", "test_it")}) == 4
    assert len({read(cases[name])["batch_id"] for name in ("passes", "fails", "breaks", "test_it")}) == 1


def test_the_properties_tell_how_the_call_went(desk):
    cases = desk.junit()
    assert (
        read(cases["passes"]).items()
        >= {"channel": "text", "status": "completed", "personality": "normal"}.items()
    )
    assert read(cases["passes"])["ended_reason"] == "caller_ended_call"
    assert read(cases["breaks"]).items() >= {"status": "failed", "ended_reason": "connection_lost"}.items()


def test_no_property_is_there_twice(desk):
    for case in desk.junit().values():
        names = [each.get("name") for each in case.iter("property")]
        assert len(names) == len(set(names))


def test_only_what_failed_says_whose_fault_it_was(desk):
    cases = desk.junit()
    kinds = {name: read(case).get("failure_kind") for name, case in cases.items()}
    assert kinds == {
        "passes": None,
        "fails": "product",
        "breaks": "infrastructure",
        "skipped": None,
        "test_it": None,
    }


def test_the_transcript_is_in_system_out_once(desk):
    cases = desk.junit()
    for name in ("passes", "fails", "test_it"):
        [out] = cases[name].iter("system-out")
        assert out.text.count("What are your hours?") == 1
        assert out.text.count("We are open from nine to five.") == 1


def test_what_was_skipped_has_neither_properties_nor_transcript(desk):
    case = desk.junit()["skipped"]
    assert read(case) == {}
    assert list(case.iter("system-out")) == []


def test_an_item_failed_for_the_reason_that_is_shown(desk):
    [failure] = desk.junit()["fails"].iter("failure")
    assert "never said" in failure.get("message")
    assert "desk.scenario.yaml:21" in failure.text


def test_the_class_of_a_case_is_the_file(desk):
    assert desk.junit()["passes"].get("classname") == "desk.scenario.yaml"


def test_several_runs_are_counted(suite, scenario):
    suite.file("desk.scenario.yaml", scenario("hours", runs=3))
    found = read(suite.junit()["hours"])
    assert (found["runs"], found["runs_passed"]) == ("3", "3")


def test_text_that_xml_cannot_carry_does_not_spoil_the_file(suite, scenario):
    suite.text(
        "conftest.py",
        "import pytest\nfrom pytest_agentsim import Agent\n@pytest.fixture(scope='session')\ndef agent():\n"
        "    with Agent.from_callable(lambda text: 'a \\x00 b \\x1b[31m \\ud800 <c/> ]]>') as started: yield started\n",
    )
    suite.file("desk.scenario.yaml", scenario("hours", expect={"agent_says": "never said"}))
    suite.junit()
    assert ET.parse(suite.path / "junit.xml").getroot().find("testsuite").get("failures") == "1"  # noqa: S314


def test_a_conversation_by_hand_has_the_ids_that_the_agent_was_told(suite):
    suite.ini("asyncio_mode = auto")
    suite.text(
        "test_by_hand.py",
        "async def test_it(rubric_session):\n    await rubric_session.end_call('Bye')\n",
    )
    properties = read(suite.junit()["test_it"])
    assert properties.keys() == {"run_id", "batch_id", "channel"}
    assert all(properties.values())
