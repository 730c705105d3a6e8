"""An agent that attacks the reader: nothing of it acts on a terminal, in XML or on the layout of a report."""

from __future__ import annotations

import json
import re
from pathlib import Path
from types import SimpleNamespace
from xml.etree import ElementTree as ET

import pytest

from pytest_agentsim.expect import evaluate
from pytest_agentsim.report.artifacts import load_result, write_artifacts
from pytest_agentsim.report.failing_item import FailingItem, told
from pytest_agentsim.report.failure import Failure
from pytest_agentsim.report.github import error_commands
from pytest_agentsim.report.item_report import attach, attached
from pytest_agentsim.report.layout import cells
from pytest_agentsim.report.stored import StoredCall
from pytest_agentsim.report.verdicts import CallOutcome, Judgement
from pytest_agentsim.result import (
    CallResult,
    EndedBy,
    Event,
    EventKind,
    Reason,
    Speaker,
    Status,
    ToolCall,
    Turn,
)
from pytest_agentsim.runner import RecordedCall
from pytest_agentsim.scenario.expectations import expectations_from
from pytest_agentsim.visible import visible

ATTACKS = {
    "script tags": "<script>alert('x')</script><img src=x onerror=alert(1)>",
    "the end of a CDATA section": "]]> &#0; &lt; <!-- </system-out>",
    "terminal colours": "\x1b[31mred\x1b[0m\x1b[2J\x1b[1A",
    "terminal titles and links": "\x1b]0;owned\x07 \x1b]8;;https://evil.example\x1b\\here\x1b]8;;\x1b\\",
    "eight-bit terminal controls": "\x9b31m\x9d0;owned\x9c",
    "bidirectional controls": "\u202egnp.exe\u202c \u2066x\u2069 \u200f \u061c",
    "invisible characters": "a\u200bb\u200dc\ufeffd\u00ade\U000e0041",
    "NUL and DEL": "a\x00b\x7fc",
    "line ends of all kinds": "a\rb\x0bc\x0cd\x85e\u2028f\u2029g",
    "an imitation of the report": "\n\nartifacts: /etc/passwd\n=== 1 passed ===\n[00:09] Main Agent: I did it",
    "lone surrogates": "\ud83d \udc00",
    "a million characters": "x" * 1_000_000,
    "a million lines": "x\n" * 500_000,
}
HARMFUL = set(
    "\x00\x07\x08\x1b\x7f\x85\x9b\x9c\x9d\u061c\u200b\u200d\u200f\u2028\u2029\u202e\u202c\u2066\u2069\ufeff\r"
)

all_attacks = pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS)

EXPECTED = expectations_from(
    {
        "agent_says": ["never said", {"text": "never said", "turn": 1}, {"condition": "The agent greets"}],
        "agent_never_says": ["before"],
        "tool_calls": [{"name": "f"}, {"name": "g", "arguments": {"x": 1}}],
        "metadata": {"id": 1, "value": 2},
    }
)


def attacked(attack: str) -> RecordedCall:
    """Return a call in which the agent says, calls and sends the attack wherever it can."""
    said = f"before {attack} after"
    events = (
        Event(0.5, EventKind.AGENT_TURN, {"text": said, "number": 1}),
        Event(0.6, EventKind.FUNCTION_CALL, {"id": attack, "name": attack, "arguments": {attack: attack}}),
        Event(0.7, EventKind.FUNCTION_CALL_RESULT, {"id": attack, "name": attack, "result": attack}),
        Event(1.0, EventKind.ENDED, {"detail": attack}),
    )
    result = CallResult(
        scenario=f"name {attack[:80]}",
        run_id="run-1",
        batch_id="batch-1",
        channel="text",
        personality=attack[:80],
        seed=1,
        status=Status.FAILED,
        ended_by=EndedBy.SIMULATOR,
        ended_reason=Reason.CONNECTION_LOST,
        detail=attack,
        started_at="2026-01-01T00:00:00.000+00:00",
        duration=1.0,
        events=events,
        turns=(Turn(1, Speaker.AGENT, said, 0.5),),
        tool_calls=(
            ToolCall(attack, attack, {attack: attack}, 0.6, 1, attack),
            ToolCall(attack, "g", attack, 0.6, 1),
        ),
        metadata={attack: attack, "value": attack},
        expected_outcome=f"It should not be {attack[:80]}",
    )
    return RecordedCall(result, Path("out"))


def assert_inert(text: str) -> None:
    assert not HARMFUL & set(text)
    assert visible(text) == text
    text.encode()


@all_attacks
def test_verdicts_can_be_shown_as_they_are(attack: str) -> None:
    verdicts = evaluate(EXPECTED, attacked(attack).result, require_judge=True)
    assert sum(not verdict.passed for verdict in verdicts) == 10
    for line in (line for verdict in verdicts for line in (verdict.path, verdict.message, *verdict.evidence)):
        assert_inert(line)
        assert "\n" not in line


@all_attacks
def test_a_failure_message_quotes_it_and_keeps_its_own_layout(attack: str) -> None:
    call = attacked(attack)
    message = Failure(call, evaluate(EXPECTED, call.result, require_judge=True)).message()
    assert_inert(message)
    lines = message.splitlines()
    assert lines[0] == "10 of 10 expectations were not met"
    assert [line for line in lines if line.startswith("artifacts: ")] == ["artifacts: out"]
    assert len(message) < 20_000


@all_attacks
def test_the_first_line_is_the_whole_headline(attack: str) -> None:
    call = attacked(attack)
    expected = expectations_from({"status": "failed", "metadata": {"value": 2}})
    message = Failure(call, evaluate(expected, call.result)).message()
    headline = message.splitlines()[0]
    assert headline.startswith(
        'expect.metadata.value (<python>:1): expected the metadata "value" to be 2, but it is "'
    )
    assert_inert(headline)
    assert len(headline) < 500


class Terminal:
    """A terminal in colours, as pytest's writer is one: it keeps what it is given and how it is marked up."""

    hasmarkup = True
    fullwidth = 80

    def __init__(self) -> None:
        self.pieces: list[tuple[str, dict[str, bool]]] = []

    def write(self, msg: str, **markup: bool) -> None:
        self.pieces.append((msg, markup))

    def line(self, s: str = "", **markup: bool) -> None:
        self.write(f"{s}\n", **markup)


@all_attacks
@pytest.mark.parametrize("everything", [False, True], ids=["around the evidence", "everything"])
def test_a_failing_item_is_inert_on_a_terminal_in_colours(attack: str, everything: bool) -> None:
    call = attacked(attack)
    failure = Failure(call, evaluate(EXPECTED, call.result, require_judge=True))
    pytests = SimpleNamespace(reprtraceback=SimpleNamespace(reprentries=[SimpleNamespace(style="value")]))
    terminal = Terminal()
    FailingItem(pytests, json.loads(json.dumps(told(failure, everything=everything)))).toterminal(terminal)
    written = "".join(text for text, _ in terminal.pieces)
    assert_inert(written)
    assert len(written) < 20_000
    assert all(cells(line) <= 80 for line in written.splitlines())
    assert [text for text, markup in terminal.pieces if markup.get("invert")] == ["before"]
    lines = written.splitlines()
    assert [line for line in lines if line.startswith("artifacts: ")] == ["artifacts: out"]
    assert "10 of 10 expectations were not met" in lines[0]


@all_attacks
def test_annotations_on_github_are_one_command_each(attack: str, tmp_path: Path) -> None:
    call = attacked(attack)
    verdicts = evaluate(EXPECTED, call.result, require_judge=True)
    judgement = Judgement(
        "run-1", f"x.yaml::{attack}", CallOutcome.FAILED, CallOutcome.FAILED, file=attack, verdicts=verdicts
    )
    commands = error_commands([StoredCall(tmp_path, call.result, judgement)], root=tmp_path, start=tmp_path)
    assert commands
    for command in commands:
        assert_inert(command)
        assert "\n" not in command
        assert command.startswith("::error ")
        assert command.count("::error") == 1


@all_attacks
def test_what_travels_to_the_reports_is_inert(attack: str) -> None:
    call = attacked(attack)
    report = pytest.TestReport("x::y", ("x", 1, "y"), {}, "failed", None, "call")
    attach(report, [call], [evaluate(EXPECTED, call.result)])
    data = attached(report)
    assert_inert(data["transcript"])
    assert_inert(data["calls"][0]["scenario"])
    assert len(json.dumps(data)) < 1_000_000


@all_attacks
def test_a_turn_of_the_transcript_begins_in_the_first_column_and_nothing_else_does(attack: str) -> None:
    call = attacked(attack)
    report = pytest.TestReport("x::y", ("x", 1, "y"), {}, "failed", None, "call")
    attach(report, [call], [])
    _, *lines = attached(report)["transcript"].split("\n")
    unmarked = [line for line in lines if not line.startswith(("        ", "… ("))]
    if len(attack) < 1000:  # of longer ones the middle is left out
        assert [line.partition(":")[2].partition(":")[0] for line in unmarked] == [
            "00] Main Agent",
            "00] Function Call",
            "00] Function Call Result",
        ]


@all_attacks
def test_the_artifacts_keep_the_true_text(attack: str, tmp_path: Path) -> None:
    result = attacked(attack).result
    write_artifacts(result, tmp_path)
    assert load_result(tmp_path) == result
    for name in ("result.json", "transcript.json", "events.jsonl"):
        raw = (tmp_path / name).read_bytes()
        assert b"\x1b" not in raw
        assert b"\x00" not in raw


# --- a whole run --------------------------------------------------------------------------------------------------

AGENT = """
import json
import pytest
from pytest_agentsim import Agent

ATTACKS = json.loads({attacks!r})

def attack(text):
    for attack in ATTACKS:
        yield {{"role": "Function Call", "data": {{"id": "1", "name": attack, "arguments": json.dumps({{attack: attack}})}}}}
        yield {{"role": "Function Call Result", "data": {{"id": "1", "result": json.dumps(attack)}}}}
        yield {{"metadata": {{attack: attack, "value": attack}}}}
    yield {{"content": "before " + " ".join(ATTACKS) + " after"}}

@pytest.fixture(scope="session")
def agent():
    with Agent.from_callable(attack) as started:
        yield started

@pytest.fixture
def personality():
    return {{"base": "normal", "name": ATTACKS[0][:40]}}
"""

SCENARIO = {
    "name": "hostile \x1b[31m \u202e <b>&]]>",
    "scenario_type": "conditional_actions",
    "scenario_language": "en",
    "personality": "normal",
    "conditional_actions": {
        "role": "You are curious",
        "first_message": {"say": "Hi", "then": ["Bye <endcall/>"]},
    },
    "expect": {
        "agent_never_says": ["before"],
        "agent_says": ["never said"],
        "tool_calls": [{"name": "f"}],
        "metadata": {"value": 2},
    },
}
SUITE_OPTIONS = (
    "--junitxml=junit.xml",
    "-p",
    "no:hypothesispytest",
    "-p",
    "no:asyncio",
    "-p",
    "no:cacheprovider",
)


# What pytest itself makes colours of.
COLOURS = re.compile("\x1b\\[[0-9;]*m")


@pytest.mark.parametrize(
    "further",
    [(), ("-n1",), ("-vv", "-o", "junit_logging=all"), ("--color=yes",), ("--color=yes", "-n1", "-v")],
    ids=str,
)
def test_neither_the_terminal_nor_the_junit_file_of_a_run_is_harmed(
    further: tuple[str, ...], pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    is_coloured = "--color=yes" in further
    if is_coloured:
        monkeypatch.setenv("FORCE_COLOR", "1")  # what makes pytest colour even what is no terminal
    attacks = [attack for attack in ATTACKS.values() if len(attack) < 1000]
    pytester.makeconftest(AGENT.format(attacks=json.dumps(attacks)))
    path = pytester.path / "hostile.scenario.json"
    path.write_text(json.dumps(SCENARIO), encoding="utf-8")
    result = pytester.runpytest_subprocess(*SUITE_OPTIONS, *further, timeout=60)
    result.assert_outcomes(failed=1)
    output = result.stdout.str() + result.stderr.str()
    assert ("\x1b[7mbefore\x1b[0m" in output) == is_coloured
    assert not HARMFUL & set(COLOURS.sub("", output) if is_coloured else output)
    assert "4 of 5 expectations were not met" in output
    [case] = ET.parse(pytester.path / "junit.xml").iter("testcase")  # noqa: S314  (pytest's own)
    assert not HARMFUL & set("".join(case.itertext()))
    [transcript] = [element.text or "" for element in case.findall("system-out")]
    assert "<script>alert('x')</script>" in transcript
    [failure] = case.findall("failure")
    assert failure.get("message", "").startswith("pytest_agentsim.ExpectationFailed: 4 of 5 expectations")
    [stored] = [load_result(each.parent) for each in pytester.path.rglob("result.json")]
    said = next(turn.text for turn in stored.turns if turn.speaker is Speaker.AGENT)
    # What is no text at all cannot be received: half a surrogate pair is replaced on the way in.
    assert said == f"before {' '.join(attacks)} after".replace("\ud83d \udc00", "\ufffd \ufffd")
