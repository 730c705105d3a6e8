"""What the terminal shows of a failing item, and what others get of it."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest

from pytest_agentsim.report.failing_item import end_of_output

EVIDENCE = "\x1b[31m\x1b[1m\x1b[7mnine to five\x1b[0m"


@pytest.fixture
def desk(suite, scenario, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    suite.file("desk.scenario.yaml", scenario("hours", expect={"agent_never_says": "nine to five"}))
    return suite


@pytest.mark.parametrize("further", [(), ("-n1",)], ids=str)
def test_where_there_is_colour_the_evidence_stands_out(desk, further):
    text = desk.run("--color=yes", *further).stdout.str()
    assert f"We are open from {EVIDENCE}." in text
    assert "^^^" not in text
    assert "\x1b[36m\x1b[1mcaller  \x1b[0m" in text


def test_where_there_is_none_the_evidence_is_marked_below_the_words(desk, monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    lines = desk.run().stdout.str().splitlines()
    place = next(number for number, line in enumerate(lines) if line.startswith(">") and "agent  " in line)
    assert lines[place][22:] == "We are open from nine to five."
    assert lines[place + 1] == f"{'':39}^^^^^^^^^^^^"
    assert "\x1b" not in "".join(lines)


def test_the_file_is_shown_from_its_expectations_on_unless_all_is_asked_for(desk):
    assert "conditional_actions" not in desk.run().stdout.str()
    text = desk.run("-v").stdout.str()
    assert "conditional_actions" in text


def test_whatever_is_coloured_the_junit_file_is_not(desk, monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    desk.run("--junitxml=junit.xml", "--color=yes")
    [failure] = ET.parse(desk.path / "junit.xml").iter("failure")  # noqa: S314  (pytest's own)
    told = failure.get("message", "") + (failure.text or "")
    assert "[7m" not in told
    assert "x1B" not in told
    assert "We are open from nine to five." in (failure.text or "")
    assert "^^^" in (failure.text or "")


@pytest.mark.parametrize(
    ("style", "line"),
    [
        ("native", "*ExpectationFailed: expect.agent_never_says*"),
        ("line", "*desk.scenario.yaml:*: pytest_agentsim.ExpectationFailed: *"),
        ("short", "E   expect.agent_never_says*"),
    ],
)
def test_the_styles_of_pytest_are_respected(desk, style, line):
    desk.run(f"--tb={style}").stdout.fnmatch_lines([line])


def test_only_the_end_of_what_an_agent_has_printed_is_shown():
    output = "\n".join(f"line {number}" for number in range(99))
    shown = end_of_output(output).splitlines()
    assert shown[0] == "… (89 earlier lines; -v shows all)"
    assert shown[1:] == output.splitlines()[-10:]
    assert end_of_output("line 1\nline 2\n") == "line 1\nline 2\n"
