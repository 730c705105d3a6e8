"""What pytest-html and Allure show of a call."""

from __future__ import annotations

import json
import re
from html import unescape

import pytest

pytest.importorskip("pytest_html")
pytest.importorskip("allure_pytest")


@pytest.fixture
def recorded(suite, scenario, voice):
    """A suite with one call over voice, which is recorded."""
    voice("voice_url='ws://127.0.0.1:1'")
    suite.file("desk.scenario.yaml", scenario("calls", channel="voice"))
    return suite


def shown_by_pytest_html(suite, *arguments):
    """Run pytest apart, for pytest-html writes at exit; return what its page holds of the only item."""
    suite.run("--html=out/report.html", *arguments).assert_outcomes(passed=1)
    page = (suite.path / "out" / "report.html").read_text(encoding="utf-8")
    blob = unescape(re.search(r'data-jsonblob="([^"]*)"', page)[1])
    [[case]] = json.loads(blob)["tests"].values()
    return case["extras"]


def test_pytest_html_shows_the_transcript(suite, scenario):
    suite.file("desk.scenario.yaml", scenario("hours"))
    [transcript] = shown_by_pytest_html(suite)
    assert transcript["name"] == "transcript"
    text = (suite.path / "out" / transcript["content"]).read_text(encoding="utf-8")
    assert "Main Agent: We are open from nine to five." in text


def test_pytest_html_plays_the_recording(recorded):
    [_, sound] = shown_by_pytest_html(recorded)
    assert 'src="../agentsim-results/desk.scenario.yaml/calls/recording.wav"' in sound["content"]


def test_several_calls_are_told_apart(suite, scenario):
    suite.file("desk.scenario.yaml", scenario("hours", runs=2))
    names = [each["name"] for each in shown_by_pytest_html(suite)]
    assert names == ["transcript of call 1", "transcript of call 2"]


def attached_in_allure(suite):
    suite.run_apart("--alluredir=allure")
    [result] = [json.loads(file.read_text()) for file in (suite.path / "allure").glob("*-result.json")]
    return {each["name"]: suite.path / "allure" / each["source"] for each in result["attachments"]}


def test_allure_has_the_transcript(suite, scenario):
    suite.file("desk.scenario.yaml", scenario("hours"))
    attached = attached_in_allure(suite)
    assert "Main Agent: We are open from nine to five." in attached["transcript"].read_text(encoding="utf-8")
