"""The transcript in the JUnit file, as any XML parser reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_agentsim.report.junit import add_transcript

if TYPE_CHECKING:
    from collections.abc import Callable

    MakeJUnit = Callable[..., dict[str, ET.Element]]

# What XML 1.0 does not allow in any form (section 2.2), and what it allows but would change.
FORBIDDEN = [*range(0x09), 0x0B, 0x0C, *range(0x0E, 0x20), 0xD800, 0xDBFF, 0xDC00, 0xDFFF, 0xFFFE, 0xFFFF]
MARKUP = "<script>alert('x')</script> ]]> <!-- &amp; &#0; <![CDATA[ \"quoted\" </system-out>"

CONFTEST = """
import json, pytest

TRANSCRIPTS = json.loads({transcripts!r})

@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_runtest_makereport(item, call):
    report = yield
    transcript = TRANSCRIPTS.get(item.name)
    if call.when == "call" and transcript is not None:
        report.agentsim = {{"calls": [], "expectations": [], "transcript": transcript}}
    return report
"""

TESTS = """
import sys, logging

def speak():
    print("printed")
    print("to stderr", file=sys.stderr)
    logging.warning("logged")

def test_passes():
    speak()

def test_fails():
    speak()
    assert 1 == 2

def test_without_a_call():
    speak()
"""


@pytest.fixture
def junit(pytester: pytest.Pytester) -> MakeJUnit:
    """Runs pytest with transcripts by the names of tests; returns the test cases by their names."""

    def run(transcripts: dict[str, str], *options: str) -> dict[str, ET.Element]:
        import json

        pytester.makeconftest(CONFTEST.format(transcripts=json.dumps(transcripts)))
        pytester.makepyfile(TESTS)
        without = ("-p", "no:asyncio", "-p", "no:hypothesispytest")
        pytester.runpytest_inprocess("--junitxml=junit.xml", *without, *options)
        tree = ET.parse(pytester.path / "junit.xml")  # noqa: S314  (pytest's own)
        return {case.get("name", ""): case for case in tree.iter("testcase")}

    return run


def text_of(case: ET.Element) -> str:
    """Return the text of the one `system-out` of a test case."""
    [element] = case.findall("system-out")
    return element.text or ""


def test_every_character_that_xml_forbids_is_an_escape(junit: MakeJUnit) -> None:
    said = "".join(f"<{chr(each)}>" for each in FORBIDDEN)
    text = text_of(junit({"test_passes": said})["test_passes"])
    assert text == "".join(f"<{chr(each).encode('unicode_escape').decode()}>" for each in FORBIDDEN)


def test_markup_is_text(junit: MakeJUnit) -> None:
    case = junit({"test_passes": MARKUP})["test_passes"]
    assert text_of(case) == MARKUP
    assert [child.tag for child in case] == ["system-out"]


def test_lines_tabs_and_all_languages_stay(junit: MakeJUnit) -> None:
    said = "Grüße\n\t你好 שלום \N{WAVING HAND SIGN} 5\N{NO-BREAK SPACE}€"
    assert text_of(junit({"test_passes": said})["test_passes"]) == said


def test_a_failing_test_has_its_transcript_too(junit: MakeJUnit) -> None:
    case = junit({"test_fails": "the transcript"})["test_fails"]
    assert text_of(case) == "the transcript"
    assert case.find("failure") is not None


def test_a_test_without_calls_has_no_system_out(junit: MakeJUnit) -> None:
    cases = junit({"test_passes": "the transcript", "test_fails": ""})
    assert cases["test_without_a_call"].findall("system-out") == []
    assert cases["test_fails"].findall("system-out") == []


@pytest.mark.parametrize("logging", ["no", "log", "system-out", "system-err", "out-err", "all"])
@pytest.mark.parametrize("log_passing", ["true", "false"])
def test_there_is_one_system_out_whatever_pytest_adds(
    logging: str, log_passing: str, junit: MakeJUnit
) -> None:
    options = ("-o", f"junit_logging={logging}", "-o", f"junit_log_passing_tests={log_passing}")
    cases = junit({"test_passes": "transcript 1", "test_fails": "transcript 2"}, *options)
    passed, failed = text_of(cases["test_passes"]), text_of(cases["test_fails"])
    assert passed.startswith("transcript 1")
    assert failed.startswith("transcript 2")
    assert ("printed" in failed) is (logging in ("system-out", "out-err", "all"))
    assert ("logged" in failed) is (logging in ("log", "all"))
    assert ("printed" in passed) is ("printed" in failed and log_passing == "true")
    assert len(cases["test_fails"].findall("system-err")) == (logging in ("system-err", "out-err", "all"))


def test_what_pytest_counts_stays_right(junit: MakeJUnit, pytester: pytest.Pytester) -> None:
    junit({"test_passes": "a", "test_fails": "b"}, "-o", "junit_logging=all")
    [suite] = ET.parse(pytester.path / "junit.xml").iter("testsuite")  # noqa: S314  (pytest's own)
    counts = {name: suite.get(name) for name in ("tests", "failures", "errors", "skipped")}
    assert counts == {"tests": "3", "failures": "1", "errors": "0", "skipped": "0"}


class Writer:
    """The part of pytest's JUnit writer that is relied on."""

    def __init__(self) -> None:
        self.elements: list[ET.Element] = []

    def node_reporter(self, report: object) -> Writer:
        return self

    def append(self, element: ET.Element) -> None:
        self.elements.append(element)


@given(transcript=st.text(st.characters(exclude_categories=()), min_size=1))
def test_any_transcript_can_be_parsed_again(transcript: str) -> None:
    writer, config = Writer(), pytest.Config.__new__(pytest.Config)
    config.pluginmanager = pytest.PytestPluginManager()
    config.pluginmanager.register(writer)
    report = pytest.TestReport("x::y", ("x", 1, "y"), {}, "passed", None, "call")
    add_transcript(config, report, transcript)
    [element] = writer.elements
    text = ET.fromstring(ET.tostring(element, encoding="utf-8")).text or ""  # noqa: S314  (made above)
    assert text == element.text


def test_without_a_junit_file_nothing_happens(pytester: pytest.Pytester) -> None:
    report = pytest.TestReport("x::y", ("x", 1, "y"), {}, "passed", None, "call")
    add_transcript(pytester.parseconfig(), report, "Hello")
