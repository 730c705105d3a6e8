"""The calls of a run as Markdown, read by a Markdown parser."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest

pytest.importorskip("markdown_it")

from markdown_it import MarkdownIt

from pytest_agentsim.errors import ArtifactError
from pytest_agentsim.expect import Outcome, Verdict, Words
from pytest_agentsim.report.markdown import code, markdown_of, write_markdown
from pytest_agentsim.report.stored import stored_calls
from pytest_agentsim.visible import visible_line
from tests.report.page.conftest import MET, NOT_JUDGED, SAID, Results, text_result, voice_result
from tests.test_hostile_text import ATTACKS, all_attacks


class Page(HTMLParser):
    """The elements of Markdown as a reader sees it, and the text of all code."""

    def __init__(self, markdown):
        super().__init__()
        self.tags = set()
        self.code = []
        self._open = None
        self.feed(MarkdownIt("commonmark").enable("table").render(markdown))

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self._open = tag
        if tag == "code":
            self.code.append("")

    def handle_endtag(self, tag):
        self._open = None

    def handle_data(self, data):
        if self._open == "code":
            self.code[-1] += data


OURS = {"h2", "h3", "h4", "p", "strong", "ul", "li", "code", "pre", "details", "summary"}
OURS |= {"table", "thead", "tbody", "tr", "th", "td"}


@pytest.fixture
def results(tmp_path):
    return Results(tmp_path)


def test_it_begins_with_what_came_of_the_calls(results):
    results.add("a", text_result("good"), MET, NOT_JUDGED)
    results.add("b", voice_result("bad"), MET, SAID)
    lines = markdown_of(stored_calls(results.path), name="nightly").splitlines()
    assert lines[0] == "## `nightly`"
    assert lines[2] == "❌ **1 failed** · ✅ **1 passed** of 2 calls, 1 not judged, 6.70 s on the line."


def test_what_went_wrong_is_told_in_full(results):
    results.add("a", text_result("bad"), MET, SAID)
    page = Page(markdown_of(stored_calls(results.path)))
    assert {"bad", "desk.scenario.yaml:12", "the agent said 'reschedule', which it never should"} <= set(
        page.code
    )
    [transcript] = [each for each in page.code if "agent   From nine to five" in each]
    assert transcript.splitlines()[2:4] == [
        ">   0.2 s   2 agent   From nine to five. Would you like to reschedule?",
        f"{'':59}^^^^^^^^^^",
    ]


def test_what_was_met_has_its_evidence_and_another_mark_in_the_transcript(results):
    words = Verdict(Outcome.MET, "expect.agent_says[0]", "", ("turn 2: …",), (2,), words=(Words(2, 0, 9),))
    results.add("a", text_result("bad"), words, SAID)
    text = markdown_of(stored_calls(results.path))
    assert "<summary>1 expectation met</summary>" in text
    assert "- ✅ `expect.agent_says[0]`\n  - `turn 2: …`" in text
    assert f"{'':22}~~~~~~~~~{'':28}^^^^^^^^^^\n" in text


def test_a_broken_call_is_told_and_the_others_are_there(results):
    results.add("a", text_result("good"), MET)
    (results.add("b", text_result(), MET) / "result.json").write_text("{")
    page = Page(markdown_of(stored_calls(results.path)))
    assert any("not whole" in each for each in page.code)
    assert "good" in page.code


def test_a_suite_that_passes_tells_nothing_in_full(results):
    results.add("a", text_result(), MET)
    assert "What went wrong" not in markdown_of(stored_calls(results.path))


def test_repeated_calls_have_their_interval(results):
    results.add_run("a", 1, MET, runs=2)
    results.add_run("a", 2, SAID, runs=2)
    assert "| 1 of 2 | 50% | 9% to 91% |" in markdown_of(stored_calls(results.path))


def test_of_many_failed_calls_the_first_are_told(results):
    for number in range(30):
        results.add(f"call-{number:02d}", text_result(f"s{number}", events=text_result().events), SAID)
    text = markdown_of(stored_calls(results.path))
    assert text.count("#### ") == 25
    assert "… and 5 more calls." in text


@all_attacks
def test_no_text_becomes_markup(results, attack):
    made = text_result(attack, personality=attack, channel=attack)
    turns = tuple(type(turn)(turn.number, turn.speaker, attack, turn.time) for turn in made.turns)
    hostile = text_result(attack, personality=attack, channel=attack, turns=turns, run_id="run")
    results.add("a", hostile, SAID, node_id=attack, message=attack, run_id="run")
    text = markdown_of(stored_calls(results.path), name=attack)
    assert Page(text).tags <= OURS
    assert len(text) < 30_000
    assert visible_line(text.replace("\n", "")).isascii() or "\x1b" not in text


@pytest.mark.parametrize(
    "text",
    [
        "plain",
        "`",
        "``a`",
        "` a `",
        "a|b",
        "|",
        "\\|",
        "[x](javascript:alert(1))",
        "<script>",
        "@everyone #1 https://evil.example",
        "*_~",
        "&lt;",
    ],
)
def test_code_is_read_back_as_the_text_that_it_was(results, text):
    results.add("a", text_result(text), SAID)
    page = Page(f"{code(text)}\n")
    assert page.code == [text]
    assert page.tags == {"p", "code"}
    assert Page(markdown_of(stored_calls(results.path))).code.count(text) >= 2  # a heading and a cell


def test_a_file_that_cannot_be_written_says_so(results, tmp_path):
    results.add("a", text_result(), MET)
    (tmp_path / "file").touch()
    with pytest.raises(ArtifactError, match="The report cannot be written to"):
        write_markdown(stored_calls(results.path), tmp_path / "file" / "x.md")


def test_all_attacks_together_fit_a_summary_of_github(results):
    for number, attack in enumerate(ATTACKS.values()):
        results.add(f"call-{number}", text_result(attack), SAID, message=attack)
    assert len(markdown_of(stored_calls(results.path)).encode()) < 1_000_000
