"""The example suite against the clinic when it misbehaves: the right items fail, and they say why."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from pytest_agentsim.report.artifacts import load_result
from pytest_agentsim.result import EventKind
from tests.unwrapped import unwrapped

EXAMPLE_SUITE = Path(__file__).parents[2] / "example_suite"

AP_01 = "ap_01_cancel_an_appointment"
AP_02 = "ap_02_reschedule_instead_of_cancelling"
AP_05 = "ap_05_the_agent_speaks_first"
AP_06 = "ap_06_transferred_to_a_human"
KP_01 = "kp_01_enter_the_account_number_on_the_keypad"
SC_01 = "sc_01_a_scripted_sequence"
TC_01 = "tc_01_opening_hours"


@dataclass(frozen=True)
class Failure:
    """How an item fails: with which expectations in its report, how its call ended, and whose fault it is."""

    said: tuple[str, ...]
    ended_reason: str
    failure_kind: str


@dataclass(frozen=True)
class Run:
    """A finished pytest run."""

    directory: Path
    exit_code: int
    output: str

    def cases(self) -> dict[str, ET.Element]:
        tree = ET.parse(self.directory / "junit.xml")  # noqa: S314  (pytest's own)
        return {case.get("name", ""): case for case in tree.iter("testcase")}


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    """A copy of the example suite, so that nothing is left in the repository."""
    ignored = shutil.ignore_patterns("__pycache__", "agentsim-results", ".*")
    return shutil.copytree(EXAMPLE_SUITE, tmp_path / "example_suite", ignore=ignored)


def run(suite: Path, how: str, items: tuple[str, ...], **environment: str) -> Run:
    """Run some items of the suite against an agent that misbehaves in this way."""
    inherited = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("ACME_", "AGENTSIM_", "PYTEST_", "COV_"))
    }
    command = [sys.executable, "-m", "pytest", suite.name, "--junitxml=junit.xml", "-k", " or ".join(items)]
    finished = subprocess.run(
        [*command, "-p", "no:cacheprovider", "-p", "no:hypothesispytest"],
        cwd=suite.parent,
        env={**inherited, "COLUMNS": "120", "ACME_MISBEHAVE": how, **environment},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
    )
    return Run(suite.parent, finished.returncode, finished.stdout + finished.stderr)


def properties(case: ET.Element) -> dict[str, str]:
    return {each.get("name", ""): each.get("value", "") for each in case.iter("property")}


def assert_fails(case: ET.Element, failure: Failure) -> None:
    found = case.find("failure")
    assert found is not None, f"{case.get('name')} passed"
    for words in failure.said:
        assert words in unwrapped(found.text or "")
    assert properties(case)["ended_reason"] == failure.ended_reason
    assert properties(case)["failure_kind"] == failure.failure_kind


NEVER_CALLED = "but it was never called"
OF_ANOTHER_PATIENT = "but its only call was not like that"
LOST = "the call did not complete (connection_lost)"


# How the agent misbehaves: the items that fail because of it, and some that do not.
CONSEQUENCES: dict[str, tuple[dict[str, Failure], tuple[str, ...]]] = {
    "forgets-tools": (
        {
            AP_01: Failure(
                ("expect.tool_calls[1]", "expected cancel_appointment", NEVER_CALLED),
                "caller_ended_call",
                "product",
            )
        },
        (AP_05, AP_06),
    ),
    "wrong-patient": (
        {
            AP_01: Failure(
                (
                    "2 of 15 expectations were not met",
                    f'expected lookup_patient to be called exactly once with {{"name": "Sarah Johnson"}}, {OF_ANOTHER_PATIENT}',
                    'lookup_patient({"name": "John Smith"})',
                    "expected cancel_appointment",
                ),
                "caller_ended_call",
                "product",
            ),
            AP_02: Failure(
                ("expected reschedule_appointment", OF_ANOTHER_PATIENT), "caller_ended_call", "product"
            ),
        },
        (AP_05,),
    ),
    "rude": (
        {
            AP_01: Failure(
                (
                    "expect.agent_never_says[0]",
                    "the agent said 'reschedule fee', which it never should",
                    "6 agent Please note that a reschedule fee of $25 applies.",
                ),
                "caller_ended_call",
                "product",
            )
        },
        (AP_02, AP_05),
    ),
    "silent": (
        {
            AP_05: Failure(("the call did not complete (agent_timeout)",), "agent_timeout", "infrastructure"),
            TC_01: Failure(("the call did not complete (agent_timeout)",), "agent_timeout", "infrastructure"),
        },
        (),
    ),
    "drop": (
        {
            AP_01: Failure(
                ("expected the status completed, but it is failed",), "connection_lost", "infrastructure"
            ),
            AP_02: Failure((LOST,), "connection_lost", "infrastructure"),
        },
        (AP_05, AP_06),
    ),
    "crash": (
        {
            AP_06: Failure((LOST, "with code 1011"), "connection_lost", "infrastructure"),
            TC_01: Failure((LOST, "with code 1011"), "connection_lost", "infrastructure"),
        },
        (),
    ),
    "boilerplate": (
        {
            AP_05: Failure(
                (
                    "the call did not complete (caller_stuck)",
                    "'The agent says when the clinic is open' scored 0.",
                    "the agent did not say 'Monday to Friday' in any of its",
                ),
                "caller_stuck",
                "caller",
            ),
            # This caller says its lines whatever it is told, and is not stuck.
            SC_01: Failure(
                ("expected cancel_appointment to be called at least once with", NEVER_CALLED),
                "caller_ended_call",
                "product",
            ),
        },
        (TC_01,),
    ),
    "hang-up": (
        {
            AP_01: Failure(
                (
                    "expected the caller to end the call, but the agent did",
                    "expected conditions 1, 2, 3 and 4 to fire, but they never did",
                    "fired, in order: 0",
                ),
                "agent_ended_call",
                "product",
            )
        },
        (TC_01,),
    ),
}


@pytest.mark.parametrize("how", CONSEQUENCES)
def test_the_items_that_the_misbehaviour_concerns_fail_and_no_others(how: str, suite: Path) -> None:
    failing, passing = CONSEQUENCES[how]
    patience = {"AGENTSIM_TURN_TIMEOUT": "0.5"} if how == "silent" else {}
    finished = run(suite, how, (*failing, *passing), **patience)
    cases = finished.cases()
    assert cases.keys() == {*failing, *passing}
    assert finished.exit_code == pytest.ExitCode.TESTS_FAILED
    for name, case in cases.items():
        if name in failing:
            assert_fails(case, failing[name])
        else:
            assert case.find("failure") is None, finished.output
            assert "failure_kind" not in properties(case)
        assert case.find("error") is None, finished.output
    assert "INTERNALERROR" not in finished.output
    assert "pytest_agentsim/" not in finished.output, "frames of ours are shown"


@pytest.mark.parametrize("how", ["garbage", "binary"])
def test_violations_of_the_protocol_are_survived_and_on_record(how: str, suite: Path) -> None:
    finished = run(suite, how, (AP_01, KP_01))
    assert finished.exit_code == pytest.ExitCode.OK, finished.output
    for case in finished.cases().values():
        result = load_result(Path(properties(case)["artifacts"]))
        assert result.events_of(EventKind.PROTOCOL_VIOLATION)


def test_hostile_words_change_no_verdict_and_act_on_nothing(suite: Path) -> None:
    finished = run(suite, "hostile", (AP_01, AP_02, KP_01))
    assert finished.exit_code == pytest.ExitCode.OK, finished.output
    assert "\x1b" not in finished.output
    for case in finished.cases().values():
        transcript = case.findtext("system-out") or ""
        assert '<script>alert("acme")</script> ]]> \\x1b[31mred\\x1b[0m' in transcript
        assert "\\u202edetrever\\u202c" in transcript
        assert not {"\u202e", "\u2066", "\x1b"} & set(transcript)
        result = load_result(Path(properties(case)["artifacts"]))
        assert any("\x1b[31mred\x1b[0m" in turn.text and "\u202e" in turn.text for turn in result.turns)


def test_hostile_words_are_escaped_in_a_failure(suite: Path) -> None:
    """The report quotes the agent's words as evidence and in the transcript."""
    path = suite / "billing.scenario.yaml"
    document = path.read_text(encoding="utf-8")
    path.write_text(f"{document}  agent_never_says: [payment plan]\n", encoding="utf-8")
    finished = run(suite, "hostile", ("bi_01",))
    assert finished.exit_code == pytest.ExitCode.TESTS_FAILED
    assert "the agent said 'payment plan', which it never should" in unwrapped(finished.output)
    assert r"\x1b[31mred\x1b[0m" in finished.output
    assert not {"\u202e", "\u2066", "\x1b", "\x07"} & set(finished.output)
    [case] = finished.cases().values()
    assert not {"\u202e", "\u2066"} & set("".join(case.itertext()))
