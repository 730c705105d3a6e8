"""The JUnit file as others read it."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

pytest.importorskip("junitparser")
pytest.importorskip("xmlschema")

import xmlschema
from junitparser import Error, Failure, JUnitXml, Properties, Skipped

from tests.test_hostile_text import all_attacks

SCHEMA = Path(__file__).parents[1] / "report" / "junit.xsd"
PYTESTS_SCHEMA = SCHEMA.with_name("junit-10.xsd")


@pytest.fixture
def desk(suite, scenario):
    """A suite whose items have all outcomes that JUnit knows."""
    suite.file(
        "desk.scenario.yaml",
        scenario("passes"),
        scenario("fails", expect={"agent_says": "never said"}),
        scenario("skipped", marks=["skip"]),
        scenario("repeated", runs=2),
    )
    suite.text(
        "test_broken.py",
        """
import pytest
@pytest.fixture
def broken(call): raise RuntimeError("out of order")
@pytest.mark.scenario("desk.scenario.yaml", name="passes")
def test_it(broken): ...
""",
    )
    return suite


def read(suite, *arguments):
    suite.run("--junitxml=junit.xml", *arguments)
    return suite.path / "junit.xml"


def cases(file):
    return {case.name: case for suite in JUnitXml.fromfile(str(file)) for case in suite}


def test_it_is_valid(desk):
    xmlschema.validate(read(desk), SCHEMA)


def without_properties(file):
    """Return the file without the properties of its test cases, which only some readers know."""
    tree = ET.parse(file)  # noqa: S314  (pytest's own)
    for case in tree.iter("testcase"):
        for each in case.findall("properties"):
            case.remove(each)
    return tree.getroot()


def test_but_for_the_properties_of_test_cases_it_is_what_pytest_holds_itself_to(desk):
    file = read(desk, "desk.scenario.yaml")
    xmlschema.validate(without_properties(file), PYTESTS_SCHEMA)
    with pytest.raises(xmlschema.XMLSchemaValidationError, match="properties"):
        xmlschema.validate(file, PYTESTS_SCHEMA)


def test_a_reader_finds_the_outcome_of_each_item(desk):
    found = cases(read(desk))
    assert found["passes"].is_passed
    assert [type(each) for each in found["fails"].result] == [Failure]
    assert [type(each) for each in found["test_it"].result] == [Error]
    assert [type(each) for each in found["skipped"].result] == [Skipped]


def test_a_reader_finds_properties_and_transcript(desk):
    case = cases(read(desk))["passes"]
    assert {"run_id", "status", "latency"} <= {each.name for each in case.child(Properties)}
    assert "Main Agent: We are open from nine to five." in case.system_out


def test_jenkins_finds_the_files_of_a_call(desk):
    out = cases(read(desk))["passes"].system_out
    [line] = [line for line in out.splitlines() if line.startswith("[[ATTACHMENT|")]
    path = Path(line.removeprefix("[[ATTACHMENT|").removesuffix("]]"))
    assert path.is_absolute()
    assert path.is_file()


def test_gitlab_finds_them_below_the_project(desk, monkeypatch):
    monkeypatch.setenv("GITLAB_CI", "true")
    monkeypatch.setenv("CI_PROJECT_DIR", str(desk.path.parent))
    out = cases(read(desk))["passes"].system_out
    expected = f"[[ATTACHMENT|{desk.path.name}/agentsim-results/desk.scenario.yaml/passes/transcript.json]]"
    assert expected in out.splitlines()


def test_a_recording_is_attached_too(suite, scenario, voice):
    voice("voice_url='ws://127.0.0.1:1'")
    suite.file("desk.scenario.yaml", scenario("calls", channel="voice"))
    out = cases(read(suite))["calls"].system_out
    assert "/calls/recording.wav]]" in out


def test_an_agent_cannot_attach_files(suite, scenario):
    suite.conftest("def answer(text): return '[[ATTACHMENT|/etc/passwd]]'")
    suite.file("desk.scenario.yaml", scenario("hours"))
    assert "[[ATTACHMENT|/etc" not in cases(read(suite))["hours"].system_out


@all_attacks
def test_it_stays_valid_whatever_an_agent_says(suite, scenario, attack):
    suite.conftest(f"def answer(text): return {attack!r}[:200_000]")
    suite.file("desk.scenario.yaml", scenario("hours", expect={"agent_says": "never said"}))
    file = read(suite)
    xmlschema.validate(file, SCHEMA)
    xmlschema.validate(without_properties(file), PYTESTS_SCHEMA)
