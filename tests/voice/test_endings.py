"""How voice calls end, and what they leave behind: the outcome, the transcript and the recording."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
from websockets.frames import Close, Frame, Opcode

from pytest_agentsim.audio.pcm import seconds_of
from pytest_agentsim.audio.recording import RecordingError, StereoRecorder, read_stereo
from pytest_agentsim.audio.tts.interface import SynthesisError
from pytest_agentsim.caller.matcher.offline import OfflineMatcher
from pytest_agentsim.report.artifacts import load_result, write_artifacts
from pytest_agentsim.result import EndedBy, EventKind, FailureKind, Reason, Status
from pytest_agentsim.session import connect, frame_socket
from tests.voice.harness import (
    SHORT,
    Agent,
    Conducted,
    ScriptedRecognizer,
    ScriptedStudio,
    Traffic,
    call_at,
    conditions,
    conduct,
    serving,
    silence,
    speech,
)

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from pathlib import Path

    from pytest_agentsim.audio.stt.interface import Hints, Recognition
    from pytest_agentsim.audio.tts.interface import Voice
    from pytest_agentsim.caller.matcher.interface import MatchDecision, Trigger
    from pytest_agentsim.result import Turn

WORDS = speech(0.6)
ASKS = "What is your name?"
LONG = "My name is Sarah Miller and I would like to see a doctor"

ANSWERS = conditions(("", "Hello"), ("The agent asks for your name", LONG))
LISTENS = conditions(("", ""), ("The agent asks for your name", LONG))
WAITS = conditions(("", ""), ("The agent asks for your name", "Sarah <endcall />"))


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    return tmp_path / "recording.wav"


def check_recording(call: Conducted, recording: Path) -> None:
    """Fail unless the recording is as long as the call and has on its left what the agent was sent."""
    caller, agent = read_stereo(recording)
    assert call.result.recording == recording.name
    assert len(caller) == len(agent)
    assert seconds_of(len(caller) // 2) == pytest.approx(call.result.duration, abs=0.05)
    sent = call.agent.caller_pcm
    assert caller[: len(sent)] == sent
    assert not any(caller[len(sent) :])


def check_agent_is_recorded(recording: Path, pcm: bytes) -> None:
    """Fail unless the recording has on its right what the agent has said."""
    assert pcm in read_stereo(recording)[1]


def check_log_is_whole(call: Conducted, directory: Path) -> None:
    """Fail unless the call can be read back from its files, with its end at the end."""
    assert call.result.events[-1].kind is EventKind.ENDED
    times = [event.time for event in call.result.events]
    assert times == sorted(times)
    write_artifacts(call.result, directory)
    assert load_result(directory).to_json()["turns"] == call.result.to_json()["turns"]


async def call_with(
    program: Callable[[Agent], Awaitable[None]], script: dict[str, Any] = ANSWERS, **options: Any
) -> Conducted:
    traffic = Traffic()
    agents: list[Agent] = []
    async with serving(program, traffic, agents) as url:
        return await call_at(url, traffic, agents, script, **options)


# --- closed right after the upgrade ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "reason", "sentence"),
    [
        (1000, Reason.AGENT_HUNG_UP_EARLY, "The agent closed the connection normally (code 1000)"),
        (1001, Reason.AGENT_HUNG_UP_EARLY, "The agent closed the connection normally (code 1001)"),
        (1008, Reason.AGENT_ERROR, "a policy violation, such as rejected credentials (code 1008)"),
        (1011, Reason.AGENT_ERROR, "an internal error of its own (code 1011)"),
        (4000, Reason.AGENT_ERROR, "The connection was closed with code 4000"),
    ],
)
@pytest.mark.parametrize("script", [ANSWERS, LISTENS], ids=["caller first", "agent first"])
async def test_closed_right_after_the_upgrade(
    code: int, reason: Reason, sentence: str, script: dict[str, Any], recording: Path, tmp_path: Path
) -> None:
    async def program(agent: Agent) -> None:
        await agent.hang_up(code, "not today")

    call = await conduct(program, script, recording=recording)
    call.check(Status.INCOMPLETED, reason)
    assert call.result.ended_by is EndedBy.AGENT
    assert call.result.failure_kind is FailureKind.PRODUCT
    assert sentence in call.result.detail
    assert call.result.detail.endswith(", saying 'not today', right after the upgrade.")
    assert call.said == []
    check_recording(call, recording)
    check_log_is_whole(call, tmp_path)


async def test_dropped_right_after_the_upgrade(recording: Path) -> None:
    async def program(agent: Agent) -> None:
        await agent.drop()

    call = await conduct(program, recording=recording)
    call.check(Status.INCOMPLETED, Reason.CONNECTION_LOST)
    assert call.result.detail == (
        "The connection was dropped without a closing handshake, right after the upgrade."
    )
    check_recording(call, recording)


# --- closed by the agent -----------------------------------------------------------------------------------


async def ask(agent: Agent) -> None:
    await agent.until_caller_is_silent()
    await agent.say(WORDS)


@pytest.mark.parametrize("code", [1000, 1001])
async def test_closed_when_the_scenario_has_finished(code: int, recording: Path, tmp_path: Path) -> None:
    async def program(agent: Agent) -> None:
        await ask(agent)
        await agent.until_caller_is_silent()
        await agent.hang_up(code)

    call = await conduct(program, ANSWERS, recognized=[ASKS], recording=recording)
    call.check(Status.COMPLETED, Reason.AGENT_ENDED)
    assert call.result.ended_by is EndedBy.AGENT
    assert call.said == ["caller: Hello", f"agent: {ASKS}", f"caller: {LONG}"]
    check_recording(call, recording)
    check_agent_is_recorded(recording, WORDS)
    check_log_is_whole(call, tmp_path)


async def test_closed_while_the_caller_speaks(recording: Path, tmp_path: Path) -> None:
    async def program(agent: Agent) -> None:
        await ask(agent)
        await agent.until_caller_speaks()
        await agent.wait(1.0)
        await agent.hang_up()

    call = await conduct(program, ANSWERS, recognized=[ASKS], recording=recording)
    call.check(Status.INCOMPLETED, Reason.AGENT_HUNG_UP_EARLY)
    assert call.result.detail == (
        "The agent closed the connection normally (code 1000) while the caller was speaking (condition 1)."
    )
    assert call.said[:2] == ["caller: Hello", f"agent: {ASKS}"]
    assert call.said[2].startswith("caller: My name is")
    assert call.said[2].endswith("—")
    assert call.result.turns[2].interrupted
    check_recording(call, recording)
    check_log_is_whole(call, tmp_path)


async def test_closed_while_the_caller_says_its_first_message() -> None:
    async def program(agent: Agent) -> None:
        await agent.until_caller_speaks()
        await agent.wait(0.5)
        await agent.hang_up()

    call = await conduct(program, conditions(("", LONG), ("The agent asks for your name", "Sarah")))
    call.check(Status.INCOMPLETED, Reason.AGENT_HUNG_UP_EARLY)
    assert "while the caller was speaking (condition 0)" in call.result.detail


async def test_closed_before_a_followup() -> None:
    async def program(agent: Agent) -> None:
        await ask(agent)
        await agent.until_caller_is_silent()
        await agent.hang_up()

    script = conditions(("", "Hello"), ("The agent asks for your name", "Sarah"), ("", "And my mother", 1))
    call = await conduct(program, script, recognized=[ASKS])
    call.check(Status.INCOMPLETED, Reason.AGENT_HUNG_UP_EARLY)
    assert call.result.detail == (
        "The agent closed the connection normally (code 1000) before the caller could say what it had to say "
        "(condition 2)."
    )


@pytest.mark.parametrize("burst", [True, False], ids=["in a burst", "in real time"])
async def test_closed_after_words_that_the_caller_would_have_answered(
    burst: bool, recording: Path, tmp_path: Path
) -> None:
    async def program(agent: Agent) -> None:
        await agent.until_caller_is_silent()
        await agent.say(WORDS, burst=burst)
        await agent.hang_up()

    call = await conduct(program, ANSWERS, recognized=[ASKS], recording=recording)
    call.check(Status.INCOMPLETED, Reason.AGENT_HUNG_UP_EARLY)
    assert "before the caller could say what it had to say (condition 1)" in call.result.detail
    assert call.said == ["caller: Hello", f"agent: {ASKS}"]
    check_recording(call, recording)
    check_agent_is_recorded(recording, WORDS)
    check_log_is_whole(call, tmp_path)


async def test_closed_after_a_question_and_something_else() -> None:
    async def program(agent: Agent) -> None:
        await agent.until_caller_is_silent()
        await agent.say(WORDS + silence(1.5) + WORDS, burst=True)
        await agent.hang_up()

    call = await conduct(program, ANSWERS, recognized=[ASKS, "It is late."])
    call.check(Status.INCOMPLETED, Reason.AGENT_HUNG_UP_EARLY)
    assert "(condition 1)" in call.result.detail
    assert call.said == ["caller: Hello", f"agent: {ASKS}", "agent: It is late."]


async def test_closed_after_last_words_that_need_no_answer(recording: Path) -> None:
    async def program(agent: Agent) -> None:
        await agent.until_caller_is_silent()
        await agent.say(speech(3.0), burst=True)
        await agent.hang_up()

    call = await conduct(program, ANSWERS, recognized=["We are closed today."], recording=recording)
    call.check(Status.COMPLETED, Reason.AGENT_ENDED)
    assert call.said == ["caller: Hello", "agent: We are closed today."]
    turn = call.result.turns[1]
    assert turn.end is not None
    assert turn.end - turn.time == pytest.approx(3.0, abs=0.15)
    assert call.result.duration > turn.end
    check_recording(call, recording)
    check_agent_is_recorded(recording, speech(3.0))


async def test_closed_while_the_caller_waits_for_its_voice() -> None:
    gone = asyncio.Event()

    class SlowStudio(ScriptedStudio):
        async def render(self, synthesizer: object, text: str, voice: Voice) -> bytes:
            if text == LONG:
                await gone.wait()
            return await super().render(synthesizer, text, voice)

    async def program(agent: Agent) -> None:
        await ask(agent)
        await agent.wait(1.0)
        await agent.hang_up()
        gone.set()

    call = await call_with(program, studio=SlowStudio([ASKS]))
    call.check(Status.INCOMPLETED, Reason.AGENT_HUNG_UP_EARLY)
    assert call.result.detail == (
        "The agent closed the connection normally (code 1000) before the caller could say what it had to say "
        "(condition 1)."
    )
    assert call.said == ["caller: Hello", f"agent: {ASKS}"]
    assert [data["conditions"] for data in call.events(EventKind.ACTION)] == [[0], [1]]


@pytest.mark.parametrize(
    ("action", "outcome"),
    [
        ("Well <silence time='3s'/> Sarah", (Status.INCOMPLETED, Reason.AGENT_HUNG_UP_EARLY)),
        ("Sarah <silence time='3s'/>", (Status.COMPLETED, Reason.AGENT_ENDED)),
        ("Sarah <silence time='3s'/> <endcall/>", (Status.COMPLETED, Reason.AGENT_ENDED)),
    ],
)
async def test_closed_in_a_pause_of_the_caller(action: str, outcome: tuple[Status, Reason]) -> None:
    async def program(agent: Agent) -> None:
        await ask(agent)
        await agent.until_caller_is_silent()
        await agent.wait(1.0)
        await agent.hang_up()

    script = conditions(("", "Hello"), ("The agent asks for your name", action))
    call = await conduct(program, script, recognized=[ASKS])
    call.check(*outcome)
    assert ("(condition 1)" in call.result.detail) is (outcome[0] is Status.INCOMPLETED)
    # What the caller had said of its turn is in the transcript.
    assert call.said[2] == f"caller: {action.split()[0]}"


async def test_closed_in_a_pause_before_a_followup() -> None:
    async def program(agent: Agent) -> None:
        await ask(agent)
        await agent.until_caller_is_silent()
        await agent.wait(1.0)
        await agent.hang_up()

    script = conditions(
        ("", "Hello"), ("The agent asks for your name", "Sarah <silence time='3s'/>"), ("", "Miller", 1)
    )
    call = await conduct(program, script, recognized=[ASKS])
    call.check(Status.INCOMPLETED, Reason.AGENT_HUNG_UP_EARLY)
    assert "(condition 2)" in call.result.detail


async def test_closed_after_an_internal_error_of_the_agent(recording: Path, tmp_path: Path) -> None:
    async def program(agent: Agent) -> None:
        await ask(agent)
        await agent.event("session.error", code="INTERNAL_ERROR", message="the model is gone")
        await agent.hang_up(1011)

    call = await conduct(program, ANSWERS, recognized=[ASKS], recording=recording)
    call.check(Status.INCOMPLETED, Reason.AGENT_ERROR)
    assert call.result.ended_by is EndedBy.AGENT
    assert call.result.detail == (
        "The agent closed the connection for an internal error of its own (code 1011); "
        "it had reported 'INTERNAL_ERROR: the model is gone'."
    )
    assert call.said == ["caller: Hello", f"agent: {ASKS}"]
    check_recording(call, recording)
    check_log_is_whole(call, tmp_path)


@pytest.mark.parametrize("dropped", [True, False], ids=["dropped", "closed with 1000"])
async def test_however_it_ends_an_internal_error_is_the_agents_fault(dropped: bool) -> None:
    async def program(agent: Agent) -> None:
        await agent.until_caller_is_silent()
        await agent.event("session.error", code="INTERNAL_ERROR", message="oops")
        await (agent.drop() if dropped else agent.hang_up())

    call = await conduct(program, conditions(("", "Hello")))
    call.check(Status.INCOMPLETED, Reason.AGENT_ERROR)
    assert "'INTERNAL_ERROR: oops'" in call.result.detail


async def test_a_recoverable_error_of_the_agent_changes_nothing() -> None:
    async def program(agent: Agent) -> None:
        await agent.until_caller_is_silent()
        await agent.event("session.error", code="INVALID_MESSAGE", message="what?")
        await agent.hang_up()

    call = await conduct(program, conditions(("", "Hello")))
    call.check(Status.COMPLETED, Reason.AGENT_ENDED)


async def test_closed_with_a_code_for_another_failure_after_the_scenario_has_finished() -> None:
    async def program(agent: Agent) -> None:
        await agent.until_caller_is_silent()
        await agent.hang_up(1013, "come back later")

    call = await conduct(program, conditions(("", "Hello")))
    call.check(Status.INCOMPLETED, Reason.AGENT_ERROR)
    assert call.result.detail == "The connection was closed with code 1013, saying 'come back later'."


async def test_audio_after_the_close_frame_is_not_heard(recording: Path) -> None:
    async def program(agent: Agent) -> None:
        await agent.until_caller_is_silent()
        agent._traffic.lost = True
        frames = (
            Frame(Opcode.CLOSE, Close(1000, "bye").serialize()),
            Frame(Opcode.BINARY, WORDS),
            Frame(Opcode.TEXT, b"{"),
        )
        agent.socket.transport.write(b"".join(frame.serialize(mask=False) for frame in frames))
        await agent.stay()

    call = await conduct(program, conditions(("", "Hello")), recording=recording)
    call.check(Status.COMPLETED, Reason.AGENT_ENDED)
    assert call.said == ["caller: Hello"]
    assert call.events(EventKind.PROTOCOL_VIOLATION) == []
    assert not any(read_stereo(recording)[1])


# --- the connection is lost --------------------------------------------------------------------------------


@pytest.mark.parametrize("script", [ANSWERS, SHORT], ids=["unfinished", "before <endcall/>"])
async def test_a_connection_that_is_dropped(script: dict[str, Any], recording: Path, tmp_path: Path) -> None:
    async def program(agent: Agent) -> None:
        await ask(agent)
        await agent.drop()

    call = await conduct(program, script, recognized=[ASKS], recording=recording)
    call.check(Status.INCOMPLETED, Reason.CONNECTION_LOST)
    assert (call.result.ended_by, call.result.failure_kind) == (
        EndedBy.SIMULATOR,
        FailureKind.INFRASTRUCTURE,
    )
    assert call.said == ["caller: Hello", f"agent: {ASKS}"]
    check_recording(call, recording)
    check_agent_is_recorded(recording, WORDS)
    check_log_is_whole(call, tmp_path)


async def test_a_connection_that_is_dropped_when_all_has_been_said_is_lost_as_well() -> None:
    async def program(agent: Agent) -> None:
        await agent.until_caller_is_silent()
        await agent.drop()

    call = await conduct(program, conditions(("", "Hello")))
    call.check(Status.INCOMPLETED, Reason.CONNECTION_LOST)


async def test_last_words_before_the_connection_is_dropped_are_heard(recording: Path) -> None:
    async def program(agent: Agent) -> None:
        await agent.until_caller_is_silent()
        await agent.say(speech(2.0), burst=True)
        await agent.drop()

    call = await conduct(program, ANSWERS, recognized=["One moment"], recording=recording)
    call.check(Status.INCOMPLETED, Reason.CONNECTION_LOST)
    assert call.said == ["caller: Hello", "agent: One moment"]
    check_agent_is_recorded(recording, speech(2.0))


HALF_OPEN: dict[str, Any] = {"serve_options": {"close_timeout": 0.02}}


@pytest.fixture
def quick_close(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connect, "CLOSE_TIMEOUT", 0.05)


@pytest.mark.usefixtures("quick_close")
async def test_an_agent_that_neither_reads_nor_sends_has_timed_out() -> None:
    async def program(agent: Agent) -> None:
        await agent.until_caller_is_silent()
        agent.stop_reading()
        await agent.stay()

    call = await conduct(program, ANSWERS, **HALF_OPEN, turn_timeout=20)
    call.check(Status.FAILED, Reason.AGENT_TIMEOUT)
    assert call.said == ["caller: Hello", "caller: Are you still there?"]


@pytest.mark.usefixtures("quick_close")
async def test_an_agent_that_lets_too_much_audio_wait_is_lost(
    monkeypatch: pytest.MonkeyPatch, recording: Path, tmp_path: Path
) -> None:
    monkeypatch.setattr(frame_socket, "MAX_UNSENT_BYTES", -1)  # the system's buffers would take minutes

    async def program(agent: Agent) -> None:
        await agent.stay()

    call = await conduct(program, ANSWERS, **HALF_OPEN, recording=recording)
    call.check(Status.INCOMPLETED, Reason.CONNECTION_LOST)
    assert "saying 'the agent has stopped reading'" in call.result.detail
    check_recording(call, recording)
    check_log_is_whole(call, tmp_path)


# --- the caller ends ---------------------------------------------------------------------------------------


async def test_the_caller_hangs_up_with_a_normal_close(recording: Path, tmp_path: Path) -> None:
    async def program(agent: Agent) -> None:
        await ask(agent)
        await agent.stay()

    call = await conduct(program, SHORT, recognized=[ASKS], recording=recording)
    call.check(Status.COMPLETED, Reason.CALLER_ENDED)
    assert call.result.ended_by is EndedBy.CALLER
    assert call.agent.socket.close_code == 1000
    assert call.said == ["caller: Hello", f"agent: {ASKS}", "caller: Sarah"]
    # The agent has heard the last word to its end.
    assert call.agent.events[-1]["type"] == "speech.completed"
    check_recording(call, recording)
    check_log_is_whole(call, tmp_path)


async def test_an_agent_that_goes_on_sending_does_not_keep_the_caller() -> None:
    async def program(agent: Agent) -> None:
        while True:
            await agent.wait(0.02)
            await agent.send(silence(0.02))
            await agent.event("speech.completed", utterance_id="b")

    call = await conduct(program, conditions(("", "Hello <endcall/>")))
    call.check(Status.COMPLETED, Reason.CALLER_ENDED)
    assert call.agent.socket.close_code == 1000


@pytest.mark.usefixtures("quick_close")
async def test_an_agent_that_does_not_take_part_in_the_closing_handshake_does_not_keep_the_caller() -> None:
    async def program(agent: Agent) -> None:
        await agent.until_caller_speaks()
        agent.stop_reading()
        await agent.stay()

    call = await conduct(program, conditions(("", "Hello <endcall/>")), **HALF_OPEN)
    call.check(Status.COMPLETED, Reason.CALLER_ENDED)
    assert call.said == ["caller: Hello"]


# --- limits ------------------------------------------------------------------------------------------------


async def talk(agent: Agent) -> None:
    while True:
        await agent.until_caller_is_silent()
        await agent.say(WORDS)


@pytest.mark.parametrize("source", ["endpoint", "scenario"])
async def test_a_call_that_lasts_too_long(source: str, recording: Path, tmp_path: Path) -> None:
    script = conditions(("", "Hello"), ("The agent asks for your name", "Sarah"))
    limit: dict[str, Any] = (
        {"max_duration": 10.0} if source == "endpoint" else {"scenario_fields": {"max_duration": 10}}
    )
    call = await conduct(talk, script, recognized=[ASKS] * 9, recording=recording, **limit)
    call.check(Status.FAILED, Reason.MAX_DURATION)
    assert call.result.detail == "The call had not ended after 10 s."
    assert call.result.duration == pytest.approx(10.0, abs=0.03)
    assert call.said[:3] == ["caller: Hello", f"agent: {ASKS}", "caller: Sarah"]
    assert call.agent.socket.close_code == 1000
    check_recording(call, recording)
    check_log_is_whole(call, tmp_path)


@pytest.mark.parametrize(
    ("action", "said"),
    [
        (LONG, "caller: My name is Sarah Miller and I—"),
        ("Sarah <silence time='9s'/> Miller", "caller: Sarah"),
    ],
    ids=["speaking", "pausing"],
)
async def test_what_the_caller_had_said_when_time_was_up_is_kept(
    action: str, said: str, recording: Path, tmp_path: Path
) -> None:
    async def program(agent: Agent) -> None:
        await ask(agent)
        await agent.stay()

    script = conditions(("", "Hello"), ("The agent asks for your name", action))
    call = await conduct(program, script, recognized=[ASKS], recording=recording, max_duration=4.5)
    call.check(Status.FAILED, Reason.MAX_DURATION)
    assert call.said == ["caller: Hello", f"agent: {ASKS}", said]
    assert call.result.turns[2].end is not None
    check_recording(call, recording)
    check_log_is_whole(call, tmp_path)


async def test_what_the_agent_was_saying_when_time_was_up_is_kept(recording: Path, tmp_path: Path) -> None:
    async def program(agent: Agent) -> None:
        await agent.until_caller_is_silent()
        await agent.say(speech(20.0))

    call = await conduct(program, ANSWERS, recognized=["I am"], recording=recording, max_duration=4.0)
    call.check(Status.FAILED, Reason.MAX_DURATION)
    assert call.said == ["caller: Hello", "agent: I am"]
    check_recording(call, recording)
    check_log_is_whole(call, tmp_path)


@pytest.mark.parametrize("limit", [15.0, 3.0])
async def test_nobody_speaks(limit: float, recording: Path, tmp_path: Path) -> None:
    async def program(agent: Agent) -> None:
        await agent.stay()

    settings: dict[str, Any] = {} if limit == 15.0 else {"first_speaker_timeout": limit}
    call = await conduct(program, WAITS, recording=recording, **settings)
    call.check(Status.INCOMPLETED, Reason.NOBODY_SPOKE)
    assert call.result.duration == pytest.approx(limit, abs=0.03)
    assert f"Neither side said anything within {limit:g} s" in call.result.detail
    assert "the scenario's first message is empty" in call.result.detail
    assert call.result.failure_kind is FailureKind.INFRASTRUCTURE
    assert call.agent.socket.close_code == 1000
    check_recording(call, recording)
    check_log_is_whole(call, tmp_path)


async def test_an_agent_that_never_stops(recording: Path, tmp_path: Path) -> None:
    async def program(agent: Agent) -> None:
        while True:
            await agent.say(speech(2.0))

    call = await conduct(program, WAITS, recognized=["And so on"], recording=recording, longest_turn=3.0)
    call.check(Status.FAILED, Reason.AGENT_NEVER_STOPPED)
    assert "The agent had spoken for 3 s without a pause" in call.result.detail
    assert call.result.failure_kind is FailureKind.PRODUCT
    assert call.said == ["agent: And so on"]
    check_recording(call, recording)
    check_log_is_whole(call, tmp_path)


async def test_an_agent_that_falls_silent_is_asked_three_times(recording: Path, tmp_path: Path) -> None:
    async def program(agent: Agent) -> None:
        await agent.stay()

    call = await conduct(program, conditions(("", "Hello"), ("x", "y")), recording=recording, turn_timeout=60)
    call.check(Status.FAILED, Reason.AGENT_TIMEOUT)
    assert call.said == ["caller: Hello", *["caller: Are you still there?"] * 3]
    ends = [turn.end for turn in call.result.turns]
    starts = [turn.time for turn in call.result.turns]
    for end, start in zip(ends, [*starts[1:], call.result.duration], strict=True):
        assert end is not None
        assert start - end == pytest.approx(10.0, abs=0.05)
    assert "asked 3 times whether it was still there" in call.result.detail
    assert call.result.failure_kind is FailureKind.INFRASTRUCTURE
    assert call.agent.socket.close_code == 1000
    check_recording(call, recording)
    check_log_is_whole(call, tmp_path)


async def test_an_agent_that_speaks_again_is_asked_three_times_anew() -> None:
    async def program(agent: Agent) -> None:
        for _ in range(2):
            await agent.until_event("speech.completed")
        await agent.wait(1.0)
        await agent.say(WORDS)
        await agent.stay()

    script = conditions(("", "Hello"), ("The agent asks for your name", "Sarah"))
    call = await conduct(program, script, recognized=[ASKS], turn_timeout=60)
    call.check(Status.FAILED, Reason.AGENT_TIMEOUT)
    still_there = "caller: Are you still there?"
    assert call.said == [
        "caller: Hello",
        still_there,
        f"agent: {ASKS}",
        "caller: Sarah",
        *[still_there] * 3,
    ]


async def test_the_agents_answer_is_waited_for_no_longer_than_a_turn_may_take() -> None:
    async def program(agent: Agent) -> None:
        await agent.stay()

    call = await conduct(program, ANSWERS, turn_timeout=4)
    call.check(Status.FAILED, Reason.AGENT_TIMEOUT)
    assert call.said == ["caller: Hello"]
    assert call.result.turns[0].end is not None
    assert call.result.duration - call.result.turns[0].end == pytest.approx(4.0, abs=0.03)


# --- failures of our own -----------------------------------------------------------------------------------


class BrokenMatcher(OfflineMatcher):
    """Fails when it is to decide."""

    async def decide(
        self, agent_text: str, *, history: Sequence[Turn], triggers: Sequence[Trigger]
    ) -> MatchDecision:
        raise ZeroDivisionError("the dictionary is empty")


def check_internal_error_was_told(call: Conducted) -> None:
    """Fail unless the agent was told by a session.error and the close code."""
    call.check(Status.FAILED, Reason.INTERNAL_ERROR)
    assert call.result.failure_kind is FailureKind.CALLER
    last = call.agent.events[-1]
    assert (last["type"], last["data"]["code"]) == ("session.error", "INTERNAL_ERROR")
    assert call.agent.socket.close_code == 1011


async def test_an_internal_error_is_told_to_the_agent(recording: Path, tmp_path: Path) -> None:
    async def program(agent: Agent) -> None:
        await ask(agent)
        await agent.stay()

    call = await call_with(program, recognized=[ASKS], matcher=BrokenMatcher(), recording=recording)
    check_internal_error_was_told(call)
    assert "ZeroDivisionError: the dictionary is empty" in call.result.detail
    [warning] = call.events(EventKind.WARNING)
    assert "in decide" in warning["traceback"]
    # It is none of the agent's business what went wrong.
    assert "dictionary" not in call.agent.events[-1]["data"]["message"]
    assert call.said == ["caller: Hello", f"agent: {ASKS}"]
    check_recording(call, recording)
    check_log_is_whole(call, tmp_path)


async def test_an_internal_error_after_the_agent_has_hung_up(recording: Path) -> None:
    async def program(agent: Agent) -> None:
        await agent.until_caller_is_silent()
        await agent.say(WORDS, burst=True)
        await agent.hang_up()

    call = await call_with(program, recognized=[ASKS], matcher=BrokenMatcher(), recording=recording)
    call.check(Status.FAILED, Reason.INTERNAL_ERROR)
    assert call.said == ["caller: Hello", f"agent: {ASKS}"]
    assert len(call.events(EventKind.WARNING)) == 1
    check_recording(call, recording)


async def test_a_recording_that_cannot_be_written_any_more(
    monkeypatch: pytest.MonkeyPatch, recording: Path, tmp_path: Path
) -> None:
    write = StereoRecorder.write

    def fill_up(recorder: StereoRecorder, caller: bytes, agent: bytes) -> None:
        if recorder.samples >= 32_000:
            raise RecordingError("the call cannot be recorded: No space left on device")
        write(recorder, caller, agent)

    monkeypatch.setattr(StereoRecorder, "write", fill_up)

    async def program(agent: Agent) -> None:
        await agent.stay()

    call = await conduct(program, ANSWERS, recording=recording)
    check_internal_error_was_told(call)
    assert "No space left on device" in call.result.detail
    assert call.said == ["caller: Hello"]
    assert len(read_stereo(recording)[0]) == 64_000
    check_log_is_whole(call, tmp_path)


async def test_a_recording_that_cannot_be_begun_leaves_no_connection_open(tmp_path: Path) -> None:
    async def program(agent: Agent) -> None:
        await agent.stay()

    call = await conduct(program, ANSWERS, recording=tmp_path / "nowhere" / "recording.wav")
    call.check(Status.FAILED, Reason.INTERNAL_ERROR)
    assert "No such file or directory" in call.result.detail
    assert call.agent.socket.close_code == 1011
    assert call.result.recording == ""


async def test_a_voice_that_fails_ends_the_call_with_a_normal_close(recording: Path, tmp_path: Path) -> None:
    class Hoarse(ScriptedStudio):
        async def render(self, synthesizer: object, text: str, voice: Voice) -> bytes:
            if text == LONG:
                raise SynthesisError("the voice has been lost")
            return await super().render(synthesizer, text, voice)

    async def program(agent: Agent) -> None:
        await ask(agent)
        await agent.stay()

    call = await call_with(program, studio=Hoarse([ASKS]), recording=recording)
    call.check(Status.FAILED, Reason.SPEECH_ENGINE_FAILED)
    assert call.result.detail == "the voice has been lost"
    assert call.agent.socket.close_code == 1000
    assert call.said == ["caller: Hello", f"agent: {ASKS}"]
    check_recording(call, recording)
    check_log_is_whole(call, tmp_path)


# --- cancelled ---------------------------------------------------------------------------------------------


async def cancelled_by(
    program: Callable[[Agent, Callable[[], None]], Awaitable[None]], **options: Any
) -> Conducted:
    """Return the call whose task the program has cancelled."""

    def cancel() -> None:
        task.cancel()

    async def cancelling(agent: Agent) -> None:
        await program(agent, cancel)

    task = asyncio.ensure_future(conduct(cancelling, ANSWERS, **options))
    return await task


async def test_a_cancelled_call_returns_what_was_recorded_until_then(recording: Path, tmp_path: Path) -> None:
    async def program(agent: Agent, cancel: Callable[[], None]) -> None:
        await ask(agent)
        await agent.until_caller_speaks()
        await agent.wait(1.0)
        cancel()
        await agent.stay()

    call = await cancelled_by(program, recognized=[ASKS], recording=recording)
    call.check(Status.FAILED, Reason.CANCELLED)
    assert call.said[:2] == ["caller: Hello", f"agent: {ASKS}"]
    assert call.said[2].startswith("caller: My name is")
    assert call.agent.socket.close_code == 1000
    check_recording(call, recording)
    check_log_is_whole(call, tmp_path)


async def test_a_call_that_is_cancelled_while_it_connects() -> None:
    async def never_answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        task.cancel()
        assert await reader.read() == b""
        writer.close()

    async with await asyncio.start_server(never_answer, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        task = asyncio.ensure_future(call_at(f"ws://127.0.0.1:{port}", Traffic(), []))
        call = await task
    call.check(Status.FAILED, Reason.CANCELLED)
    assert call.result.recording == ""


async def test_a_call_that_is_cancelled_while_its_words_are_recognised_keeps_its_outcome(
    recording: Path, tmp_path: Path
) -> None:
    class Endless(ScriptedRecognizer):
        async def recognize(self, pcm: bytes, *, language: str, hints: Hints) -> Recognition:
            task.cancel()
            await asyncio.Event().wait()
            raise AssertionError("unreachable")

    async def program(agent: Agent) -> None:
        await agent.until_caller_is_silent()
        await agent.say(WORDS)
        await agent.stay()

    studio = ScriptedStudio(())
    studio.recognized = Endless(())
    # The followup speaks whatever the agent has said, so that nobody needs its words during the call.
    script = conditions(("", "Hello"), ("", "Sarah <endcall/>", 0))
    task = asyncio.ensure_future(call_with(program, script, studio=studio, recording=recording))
    call = await task
    call.check(Status.COMPLETED, Reason.CALLER_ENDED)
    assert call.said == ["caller: Hello", "agent: ", "caller: Sarah"]
    check_recording(call, recording)
    check_log_is_whole(call, tmp_path)
