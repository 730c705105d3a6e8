"""The page as a file; what it does in a browser is told in test_browser.py."""

from __future__ import annotations

import json
import re
import sys
from base64 import b64decode, b64encode
from dataclasses import replace
from hashlib import sha256
from html.parser import HTMLParser
from io import BytesIO

import pytest

pytest.importorskip("jinja2")
pytest.importorskip("numpy")
pytest.importorskip("soundfile")

import soundfile

from pytest_agentsim.errors import ArtifactError, ConfigurationError
from pytest_agentsim.expect import Outcome, Verdict, Words
from pytest_agentsim.report.page.against import Against
from pytest_agentsim.report.page.render import write_page
from pytest_agentsim.report.stored import load_calls
from pytest_agentsim.result import ToolCall
from tests.report.page.conftest import MET, SAID, a_baseline, text_result, voice_result


class Elements(HTMLParser):
    """Gathers the elements of a page with their attributes, and the text of each script."""

    def __init__(self, page):
        super().__init__()
        self.found = []
        self.scripts = {}
        self._script = None
        self.feed(page.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))
        if tag == "script":
            self._script = dict(attrs).get("id", "")
            self.scripts[self._script] = ""

    def handle_endtag(self, tag):
        self._script = None

    def handle_data(self, data):
        if self._script is not None:
            self.scripts[self._script] += data


def call_in(page, index=0):
    return json.loads(Elements(page).scripts[f"call-{index}"])


def test_the_page_needs_nothing_from_elsewhere(results):
    results.add("a", text_result(), MET)
    results.add("b", voice_result(), MET)
    for tag, attributes in Elements(results.page()).found:
        assert "src" not in attributes, tag
        assert (attributes.get("href") or "").startswith(("#", "data:")) or "href" not in attributes


def test_only_our_own_script_may_run(results):
    results.add("a", text_result("</script><script>alert(1)</script>"), MET)
    elements = Elements(results.page())
    [policy] = [each["content"] for tag, each in elements.found if each.get("http-equiv")]
    script = elements.scripts[""]
    digest = b64encode(sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}';" in policy
    assert "default-src 'none'" in policy
    assert all(not name.startswith("on") for _, each in elements.found for name in each)


def test_a_call_tells_how_to_make_it_again(results):
    results.add("a", text_result(), MET, node_id="desk.scenario.yaml::it's[a b]", suite_seed=5, run=2, runs=3)
    call = call_in(results.page())
    assert call["command"] == """pytest 'desk.scenario.yaml::it'"'"'s[a b]' --agentsim-seed=5"""
    assert call["commandNote"] == "Makes all 3 calls of the item; this is number 2."


def test_the_words_that_an_expectation_is_about_are_found_in_the_turn(results):
    results.add("a", text_result(), MET, SAID)
    turn = call_in(results.page())["turns"][1]
    [mark] = turn["marks"]
    assert turn["text"][mark["start"] : mark["end"]] == "reschedule"
    assert (mark["expectation"], mark["good"]) == (1, False)


def test_words_and_calls_that_met_an_expectation_are_marked_as_such(results):
    hello = ToolCall("1", "find", {}, 0.2, 2)
    spoken = "\x1b\u202e From nine to five"
    result = text_result(tool_calls=(hello,))
    first, second, third = result.turns
    result = replace(result, turns=(first, replace(second, text=spoken), third))
    words = Verdict(Outcome.MET, "expect.agent_says[0]", "", ("turn 2: …",), (2,), words=(Words(2, 3, 7),))
    called = Verdict(Outcome.MET, "expect.tool_calls[0]", "", ("find({})",), tool_calls=(1,))
    results.add("a", result, MET, words, called)
    call = call_in(results.page())
    [mark] = call["turns"][1]["marks"]
    assert call["turns"][1]["text"][mark["start"] : mark["end"]] == "From"
    assert (mark["good"], mark["label"]) == (True, "expect.agent_says[0]: is met here")
    [of_tool] = call["tools"][0]["marks"]
    assert (of_tool["good"], of_tool["expectation"], call["tools"][0]["number"]) == (True, 2, 1)
    assert call["expectations"][2]["tools"] == [1]


def test_a_metric_tells_what_was_expected_of_it(results):
    late = replace(
        SAID, path="expect.metrics.latency_p95", message="expected latency_p95 to be at most 0.1 s", turns=()
    )
    results.add("a", text_result(), MET, late)
    [latency, goal] = call_in(results.page())["metrics"]
    [threshold] = latency["thresholds"]
    assert threshold["outcome"] == "not met"
    assert threshold["words"] == "expected latency_p95 to be at most 0.1 s"
    assert goal["thresholds"] == []


def test_the_runs_of_an_item_share_what_the_baseline_says(results):
    for number in (1, 2, 3):
        results.add_run("a", number, MET, runs=3)
    results.add("b", text_result(), MET)
    page = results.page(against=Against(a_baseline(results.path, "main")))
    known = json.loads(Elements(page).scripts["baseline"])
    assert known["ofCall"] == {"0": 0, "1": 0, "2": 0, "3": 1}
    assert known["items"][0]["latency"]["words"] == "In main 0.20 s"


def test_without_a_baseline_nothing_is_said_of_one(results):
    results.add("a", text_result(), MET)
    assert Elements(results.page()).scripts["baseline"] == "null"


def test_a_turn_tells_why_the_caller_went_on(results):
    results.add("a", text_result(), MET)
    why = call_in(results.page())["turns"][1]["why"]
    assert why["words"] == "Condition 1 holds."
    assert [(each["id"], each["score"], each["holds"]) for each in why["candidates"]] == [
        (1, 0.9, True),
        (0, 0.1, False),
    ]


def test_a_recording_is_in_the_page_sample_for_sample(results):
    directory = results.add("a", voice_result(), MET)
    sound = Elements(results.page()).scripts["sound-0"]
    inside, rate = soundfile.read(BytesIO(b64decode(sound)), dtype="int16")
    outside, _ = soundfile.read(directory / "recording.wav", dtype="int16")
    assert rate == 16_000
    assert (inside == outside).all()


def test_recordings_that_are_too_large_stay_beside_it(results):
    results.add("a b", voice_result("good"), MET)
    results.add("c", voice_result("bad"), SAID)
    size = (results.path / "c" / "recording.wav").stat().st_size
    page = results.page(largest=size)
    scripts = Elements(page).scripts
    assert ("sound-0" in scripts, "sound-1" in scripts) == (False, True)  # what failed is heard first
    assert call_in(page, 0)["recording"] == "results/a%20b/recording.wav"
    assert call_in(page, 0)["peaks"]


def test_a_recording_that_cannot_be_read_is_told_and_the_rest_is_there(results):
    directory = results.add("a", voice_result(), MET)
    (directory / "recording.wav").write_bytes(b"RIFF")
    call = call_in(results.page())
    assert "recording.wav cannot be read" in call["problem"]
    assert len(call["turns"]) == 4
    assert "peaks" not in call


def test_without_soundfile_the_recording_stays_beside_the_page(results, monkeypatch):
    results.add("a", voice_result(), MET)
    monkeypatch.setitem(sys.modules, "soundfile", None)
    page = results.page()
    assert "sound-0" not in Elements(page).scripts
    assert call_in(page)["recording"] == "results/a/recording.wav"


def test_without_jinja2_one_sentence_says_what_to_install(results, monkeypatch):
    results.add("a", text_result(), MET)
    monkeypatch.setitem(sys.modules, "jinja2", None)
    with pytest.raises(ConfigurationError, match=re.escape('pip install "pytest-agentsim[report]"')):
        results.page()


def test_a_page_that_cannot_be_written_says_so(results, tmp_path):
    results.add("a", text_result(), MET)
    (tmp_path / "file").touch()
    with pytest.raises(ArtifactError, match="The report cannot be written to"):
        results.page("file/report.html")


def test_a_page_that_was_there_is_replaced_as_a_whole(results):
    results.add("a", text_result("first"), MET)
    results.page()
    results.add("b", text_result("second"), MET)
    assert "second" in results.page().read_text(encoding="utf-8")
    assert [each.name for each in results.path.parent.iterdir() if each.is_file()] == ["report.html"]


def test_a_call_whose_folder_could_not_be_written_is_told(results):
    page = results.path.parent / "report.html"
    write_page(load_calls([results.path / "nowhere"]), page, results.path)
    call = call_in(page)
    assert (call["outcome"], call["files"]) == ("unfinished", [])


def test_an_unfinished_call_has_a_page_that_says_so(results):
    directory = results.add("a", text_result(), MET)
    (directory / "result.json").write_text("{")
    call = call_in(results.page())
    assert call["outcome"] == "unfinished"
    assert "not whole" in call["problem"]
    assert "turns" not in call


def test_a_call_of_many_turns_is_shown_up_to_a_point(results):
    turns = text_result().turns
    many = tuple(type(turns[0])(number, turns[0].speaker, "x", 0.0) for number in range(1, 3_001))
    results.add("a", text_result(turns=many, events=text_result().events[-1:], tool_calls=()), MET)
    call = call_in(results.page())
    assert len(call["turns"]) == 2_000
    assert call["turnsLeftOut"] == "1000 more turns in the call's artifacts"
