"""What a person reads when a call was not as expected."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from pytest_agentsim.expect import Outcome, Verdict, Words
from pytest_agentsim.report.failure import ExpectationFailed, Failure, failure_kind
from pytest_agentsim.report.layout import laid_out, plain
from pytest_agentsim.result import EndedBy, FailureKind, Reason, Speaker, Status, ToolCall, Turn

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pytest_agentsim.runner import RecordedCall

    MakeCall = Callable[..., RecordedCall]

LEAD = 22  # columns before the words of a turn
MET = Verdict(Outcome.MET, "call", "the call completed")
NOT_JUDGED = Verdict(Outcome.NOT_JUDGED, "expected_outcome", "not judged", ("It should be cancelled.",))
UNJUDGED_BUT_REQUIRED = Verdict(
    Outcome.NOT_JUDGED, "expected_outcome", "not judged", ("It should be cancelled.",), required=True
)


def not_met(message: str = "expected this, but it was that", **fields: Any) -> Verdict:
    values: dict[str, Any] = {"path": "expect.turns", "location": "clinic.scenario.yaml:31", **fields}
    return Verdict(Outcome.NOT_MET, message=message, **values)


def failure_message(
    call: RecordedCall, verdicts: Sequence[Verdict], *, runs: str = "", notes: Sequence[str] = ()
) -> str:
    return Failure(call, tuple(verdicts), runs, tuple(notes)).message()


@pytest.fixture(autouse=True)
def wide_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")


def test_one_failure_comes_first_with_its_place_and_its_evidence(a_call: MakeCall) -> None:
    call = a_call("caller: Hi", "agent: That is $25.", "caller: Bye")
    verdict = not_met(
        "the agent said 'fee', which it never should",
        path="expect.agent_never_says[0]",
        evidence=("turn 2: That is $25.", "and more"),
        turns=(2,),
        words=(Words(2, 8, 11),),
    )
    assert failure_message(call, (MET, verdict, NOT_JUDGED)).splitlines() == [
        "expect.agent_never_says[0] (clinic.scenario.yaml:31): the agent said 'fee', which it never should",
        "    and more",
        "",
        "AP-01: cancel",
        "text, personality normal, completed (caller_ended_call), fault: product",
        "",
        "    1.0 s   1 caller  Hi",
        ">   2.0 s   2 agent   That is $25.",
        "                              ^^^",
        "    3.0 s   3 caller  Bye",
        "",
        "run: run-1",
        "artifacts: out/item",
    ]


def test_several_failures_are_counted_and_each_has_its_place_and_its_evidence(a_call: MakeCall) -> None:
    first = not_met("first", path="call", location="", evidence=())
    second = not_met("second", evidence=("seen",))
    assert failure_message(a_call("agent: Hi"), (first, MET, second, NOT_JUDGED)).splitlines() == [
        "2 of 3 expectations were not met",
        "",
        "call: first",
        "",
        "expect.turns (clinic.scenario.yaml:31): second",
        "    seen",
        "",
        "AP-01: cancel",
        "text, personality normal, completed (caller_ended_call), fault: product",
        "",
        "    1.0 s   1 agent   Hi",
        "",
        "run: run-1",
        "artifacts: out/item",
    ]


def test_several_runs_are_told_on_the_first_line(a_call: MakeCall) -> None:
    runs = " (the first failing run; 2 of 3 runs passed, 100% must)"
    message = failure_message(a_call(), (not_met("first"),), runs=runs)
    assert message.splitlines()[0] == f"expect.turns (clinic.scenario.yaml:31): first{runs}"
    message = failure_message(a_call(), (not_met("first"), not_met("second")), runs=runs)
    assert message.splitlines()[0] == f"2 of 2 expectations were not met{runs}"


def transcript(message: str) -> list[str]:
    lines = message.splitlines()
    return lines[lines.index(next(line for line in lines if line.startswith("text, "))) + 2 : -3]


def numbers(message: str) -> list[str]:
    """The numbers of the turns that a message shows, with its gaps."""
    return [line.lstrip("> ").split()[2 if " s " in line else 0] for line in transcript(message)]


def long_call(a_call: MakeCall, length: int = 20) -> RecordedCall:
    return a_call(*(f"{'agent' if number % 2 else 'caller'}: words {number}" for number in range(length)))


@pytest.mark.parametrize(
    ("evidence", "shown"),
    [
        ((1,), "1 2 3 …"),
        ((2,), "1 2 3 4 …"),
        ((3,), "1 2 3 4 5 …"),
        ((4,), "… 2 3 4 5 6 …"),
        ((18,), "… 16 17 18 19 20"),
        ((20,), "… 18 19 20"),
        ((), "… 18 19 20"),
        ((3, 8), "1 2 3 4 5 6 7 8 9 10 …"),
        ((3, 9), "1 2 3 4 5 … 7 8 9 10 11 …"),
    ],
    ids=str,
)
def test_the_turns_around_the_evidence_are_shown_with_gaps_marked(
    evidence: tuple[int, ...], shown: str, a_call: MakeCall
) -> None:
    message = failure_message(long_call(a_call), (not_met(turns=evidence),))
    assert numbers(message) == shown.split()


def test_the_evidence_of_all_failures_is_shown_and_none_of_what_was_met(a_call: MakeCall) -> None:
    met = Verdict(Outcome.MET, "call", "", turns=(10,))
    message = failure_message(long_call(a_call), (not_met(turns=(2,)), met, not_met(turns=(19,))))
    assert numbers(message) == ["1", "2", "3", "4", "…", "17", "18", "19", "20"]


def test_a_call_in_which_nobody_spoke(a_call: MakeCall) -> None:
    assert transcript(failure_message(a_call(), (not_met(),))) == ["    (nobody said anything)"]


@pytest.mark.parametrize("words", ["", "   ", "\n"], ids=ascii)
def test_a_turn_without_words(words: str, a_call: MakeCall) -> None:
    assert transcript(failure_message(a_call(f"agent: {words}"), (not_met(),))) == [
        "    1.0 s   1 agent   (no words)"
    ]


def test_a_very_long_turn_is_cut(a_call: MakeCall) -> None:
    lines = transcript(failure_message(a_call(f"agent: {'word ' * 1_000_000}"), (not_met(),)))
    assert len(lines) < 15
    assert lines[-1].endswith("…")


def test_the_lines_of_a_turn_flow_into_its_column(a_call: MakeCall) -> None:
    said = "agent: one\ntwo\n\n   3 caller  I never said this\n" + "and so on " * 10
    lines = transcript(failure_message(a_call(said), (not_met(),)))
    assert lines[0].startswith("    1.0 s   1 agent   one two 3 caller I never said this and so")
    assert all(line.startswith(" " * LEAD) for line in lines[1:])


@pytest.mark.parametrize(("columns", "widest"), [("200", 192), ("80", 72), ("48", 40), ("10", 40), ("0", 72)])
def test_the_transcript_fits_the_terminal_but_never_becomes_unreadable(
    columns: str, widest: int, a_call: MakeCall, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    lines = transcript(failure_message(a_call(f"agent: {'abc ' * 100}"), (not_met(),)))
    assert widest - 4 < max(map(len, lines)) <= widest


def test_a_word_that_is_wider_than_the_terminal_is_broken(a_call: MakeCall) -> None:
    lines = transcript(failure_message(a_call(f"agent: {'x' * 200}"), (not_met(),)))
    assert max(map(len, lines)) <= 72
    assert "".join(line[LEAD:] for line in lines) == "x" * 200


def test_a_call_that_was_interrupted(a_call: MakeCall) -> None:
    call = a_call(
        "caller: Hi",
        status=Status.FAILED,
        ended_by=EndedBy.SIMULATOR,
        ended_reason=Reason.CANCELLED,
        detail="The call was cancelled.",
    )
    verdict = not_met(
        "the call did not complete (cancelled): The call was cancelled.", path="call", location=""
    )
    assert failure_message(call, (verdict,)).splitlines() == [
        "call: the call did not complete (cancelled): The call was cancelled.",
        "",
        "AP-01: cancel",
        "text, personality normal, failed (cancelled), fault: infrastructure",
        "",
        "    1.0 s   1 caller  Hi",
        "",
        "run: run-1",
        "artifacts: out/item",
    ]


@pytest.mark.parametrize(
    ("changes", "verdicts", "kind"),
    [
        ({}, (MET,), None),
        ({}, (MET, NOT_JUDGED), None),
        ({}, (MET, not_met()), FailureKind.PRODUCT),
        ({}, (MET, UNJUDGED_BUT_REQUIRED), FailureKind.CALLER),
        ({}, (not_met(), UNJUDGED_BUT_REQUIRED), FailureKind.PRODUCT),
        (
            {"status": Status.FAILED, "ended_reason": Reason.CONNECTION_LOST},
            (not_met(),),
            FailureKind.INFRASTRUCTURE,
        ),
        ({"status": Status.FAILED, "ended_reason": Reason.CALLER_STUCK}, (not_met(),), FailureKind.CALLER),
        ({"status": Status.FAILED, "ended_reason": Reason.AGENT_TIMEOUT}, (MET,), None),
    ],
)
def test_a_failure_is_the_fault_of_the_call_or_else_of_the_agent(
    changes: dict[str, Any], verdicts: tuple[Verdict, ...], kind: FailureKind | None, a_call: MakeCall
) -> None:
    assert failure_kind(a_call(**changes).result, verdicts) is kind


def test_an_outcome_that_had_to_be_judged_counts_as_an_expectation(a_call: MakeCall) -> None:
    message = failure_message(a_call(), (MET, not_met(), UNJUDGED_BUT_REQUIRED))
    assert message.splitlines()[0] == "2 of 3 expectations were not met"
    [headline, evidence, *_] = failure_message(a_call(), (MET, UNJUDGED_BUT_REQUIRED)).splitlines()
    assert (headline, evidence) == ("expected_outcome: not judged", "    It should be cancelled.")


def test_a_failed_expectation_is_an_assertion_that_is_shown_by_its_public_name() -> None:
    assert issubclass(ExpectationFailed, AssertionError)
    assert ExpectationFailed.__module__ == "pytest_agentsim"


# --- voice --------------------------------------------------------------------------------------------------------


def test_a_recording_is_named_behind_the_artifacts(a_call: MakeCall) -> None:
    lines = failure_message(a_call("agent: Hi", recording="recording.wav"), (not_met(),)).splitlines()
    assert lines[-2:] == ["artifacts: out/item", "recording: out/item/recording.wav"]


def test_turns_that_were_cut_short_are_marked(a_call: MakeCall) -> None:
    turns = (
        Turn(1, Speaker.CALLER, "I would like to", 0.0, 1.0, interrupted=True),
        Turn(2, Speaker.AGENT, "Hello", 0.8, 2.0),
    )
    lines = failure_message(a_call(turns=turns), (not_met(),)).splitlines()
    assert "    0.0 s   1 caller  I would like to (interrupted)" in lines
    assert "    0.8 s   2 agent   Hello" in lines


# --- function calls, and other evidence ---------------------------------------------------------------------------


def test_function_calls_stand_where_they_were_made_and_a_wrong_one_is_marked(a_call: MakeCall) -> None:
    calls = (ToolCall("1", "find", {"id": 1}, 2.5, 2, {"found": True}), ToolCall("2", "cancel", {}, None, 3))
    call = a_call("agent: Hi", "caller: Hi", "agent: Done", tool_calls=calls)
    assert transcript(failure_message(call, (not_met(tool_calls=(2,)),))) == [
        "    1.0 s   1 agent   Hi",
        "    2.0 s   2 caller  Hi",
        '    2.5 s     tool    find({"id": 1}) -> {"found": true}',
        "    3.0 s   3 agent   Done",
        ">             tool    cancel({}) -> no result",
    ]


def test_a_quote_that_the_conversation_does_not_show_stays_where_it_is(a_call: MakeCall) -> None:
    verdict = not_met(evidence=("turn 1: three words too many", "turn 1: Hi …"), turns=(1,))
    lines = failure_message(a_call("agent: Hi there"), (verdict,)).splitlines()
    assert lines[1:3] == ["    turn 1: three words too many", ""]


def test_evidence_far_into_a_long_turn_is_what_is_shown_of_it(a_call: MakeCall) -> None:
    said = "word " * 1000 + "fee " + "word " * 1000
    call = a_call(f"agent: {said}")
    lines = transcript(failure_message(call, (not_met(turns=(1,), words=(Words(1, 5000, 5003),)),)))
    assert lines[0].startswith(">   1.0 s   1 agent   …word word")
    assert any("fee" in line for line in lines)
    assert any(line.strip() == "^^^" for line in lines)
    assert lines[-1].endswith("…")


def test_all_of_it_has_what_was_met_as_well(a_call: MakeCall) -> None:
    met = Verdict(Outcome.MET, "expect.agent_says[0]", "", turns=(1,), words=(Words(1, 6, 7),))
    failure = Failure(long_call(a_call), (met, not_met(turns=(19,))))
    lines = [plain(line) for each in failure.conversation(everything=True) for line in laid_out(each, 80)]
    assert len(lines) == 4 + 20 + 3
    assert lines[4] == "+   1.0 s   1 caller  words 0"
    assert lines[22] == ">  19.0 s  19 caller  words 18"
