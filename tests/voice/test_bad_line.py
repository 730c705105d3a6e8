"""A call over a bad line: what reaches the other side and when, what is recorded, logged and measured of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pytest_agentsim.audio.network import Link
from pytest_agentsim.audio.pcm import FRAME_BYTES, SILENCE
from pytest_agentsim.audio.recording import read_stereo
from pytest_agentsim.result import EventKind, Reason, Status
from pytest_agentsim.scenario.network import NetworkConditions
from pytest_agentsim.scenario.personality import Personality
from tests.voice.harness import Agent, Conducted, ScriptedStudio, conditions, conduct, silence, speech

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

HELLO = "Hello there my friend"  # 21 letters: 1.05 s
ONCE = conditions(("", HELLO))
ANSWER = conditions(("", HELLO), ('contains "bye"', "<endcall/>"))
SEED = 1  # of the harness
TICK = 0.02  # s


async def just_listen(agent: Agent) -> None:
    """Say nothing until the caller's words are over, and two seconds more."""
    await agent.until_event("speech.completed")
    until = agent.times[-1] + 2.0
    while agent.times[-1] < until:
        await agent.wait(TICK)


async def stay(agent: Agent) -> None:
    await agent.stay()


async def call_over(line: Mapping[str, Any], script: Mapping[str, Any] = ONCE, **options: Any) -> Conducted:
    """Call somebody who just listens, as a caller whose personality has a line like that."""
    program = options.pop("program", just_listen)
    personality = {"name": "on a bad line", "network_simulation": dict(line)}
    return await conduct(program, script, scenario_fields={"personality": personality}, **options)


def arrivals(call: Conducted) -> list[tuple[int, str | bytes]]:
    """What the agent has received, as (tick, frame): frame n of a good line arrives at tick n."""
    return [
        (round(time / TICK) - 1, frame)
        for time, frame in zip(call.agent.times, call.agent.heard, strict=True)
    ]


def audio(call: Conducted) -> list[tuple[int, bytes]]:
    return [(tick, frame) for tick, frame in arrivals(call) if isinstance(frame, bytes)]


def frames_of(pcm: bytes) -> list[bytes]:
    return [pcm[start : start + FRAME_BYTES] for start in range(0, len(pcm), FRAME_BYTES)]


def fates(line: Mapping[str, Any], frames: int) -> dict[int, int | None]:
    """At which tick each frame leaves such a line, None for those that are lost."""
    link: Link[int] = Link(SEED, "send")
    link.change(NetworkConditions.of(line))
    return {number: link.enter(number, number) for number in range(frames)}


@pytest.fixture
def wav(tmp_path: Path) -> Path:
    return tmp_path / "recording.wav"


# --- what reaches the agent -------------------------------------------------------------------------------------


async def test_on_a_good_line_nothing_is_noted() -> None:
    call = await call_over({"packet_loss": 0, "jitter": 0, "latency": 0})
    assert [tick for tick, _ in audio(call)] == list(range(call.agent.frames))
    assert call.events(EventKind.NETWORK) == []
    assert call.result.network == ()


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.fixed_dictionaries(
        {},
        optional={
            "packet_loss": st.integers(0, 95),
            "jitter": st.integers(0, 300),
            "latency": st.integers(0, 600),
            "burst": st.integers(1, 20),
        },
    )
)
async def test_whatever_the_line_each_frame_arrives_when_the_link_says_so_or_never(
    line: dict[str, int],
) -> None:
    good, bad = await call_over({}), await call_over(line)
    said = dict(audio(good))
    expected = [
        (tick, said[number])
        for number, tick in fates(line, max(said) + 1).items()
        if tick is not None and tick < max(said)
    ]
    assert audio(bad)[: len(expected)] == expected
    assert [event["type"] for event in bad.agent.events] == ["speech.started", "speech.completed"]


async def test_the_same_seed_gives_the_same_bytes_at_the_same_ticks() -> None:
    line = {"packet_loss": 25, "jitter": 80, "latency": 90, "burst": 3}
    once, again = [await call_over(line) for _ in range(2)]
    assert audio(once) == audio(again)
    assert once.events(EventKind.NETWORK) == again.events(EventKind.NETWORK)
    assert once.result.network == again.result.network


async def test_latency_holds_up_the_events_as_it_does_the_audio() -> None:
    good, bad = await call_over({}), await call_over({"latency": 300})

    def events_at(call: Conducted) -> list[int]:
        return [tick for tick, frame in arrivals(call) if isinstance(frame, str)]

    assert events_at(bad) == [tick + 15 for tick in events_at(good)]


@pytest.mark.parametrize("line", [{"jitter": 400}, {"packet_loss": 60, "burst": 10, "jitter": 100}])
async def test_events_stay_behind_the_audio_before_them(line: dict[str, int]) -> None:
    good, bad = await call_over({}), await call_over(line)
    said = [frame for _, frame in arrivals(good)]
    places = [index for index, frame in enumerate(said) if isinstance(frame, str)]
    lost = {number for number, tick in fates(line, len(said)).items() if tick is None}
    before, number = [0, 0], 0
    for index, frame in enumerate(said):
        if isinstance(frame, bytes):
            for which, place in enumerate(places):
                before[which] += index < place and number not in lost
            number += 1
    heard = [frame for _, frame in arrivals(bad)]
    found = [index for index, frame in enumerate(heard) if isinstance(frame, str)]
    assert [sum(isinstance(each, bytes) for each in heard[:index]) for index in found] == before


async def test_on_a_dead_line_only_events_arrive() -> None:
    script = conditions(("", f"{HELLO} <endcall/>"))
    call = await call_over({"packet_loss": 100}, script, program=stay)
    assert call.agent.frames == 0
    assert [event["type"] for event in call.agent.events] == ["speech.started", "speech.completed"]
    assert call.said == [f"caller: {HELLO}"]
    [hello] = call.events(EventKind.UTTERANCE)
    assert hello["end"] - hello["start"] == pytest.approx(1.06, abs=0.03)
    assert hello["lost_frames"] == 53


# --- the tag ----------------------------------------------------------------------------------------------------


async def test_the_tag_makes_the_line_bad_from_its_place_on() -> None:
    script = conditions(("", 'One two three <network_simulation packet_loss="100"/> four'))
    call = await conduct(lambda agent: until_events(agent, 4), script)
    words = speech(0.65)
    assert call.agent.caller_pcm.rstrip(b"\0").endswith(words.rstrip(b"\0"))
    assert audio(call)[-1][0] == 50 + 32
    tags = [data for data in call.events(EventKind.TAG) if data["tag"] == "network_simulation"]
    assert tags == [{"tag": "network_simulation", "attributes": {"packet_loss": "100"}}]


async def until_events(agent: Agent, count: int) -> None:
    while len(agent.events) < count:
        await agent.until_event("speech.completed")


async def test_another_tag_makes_the_line_good_again() -> None:
    tags = '<network_simulation packet_loss="100"/> four <network_simulation packet_loss="0"/>'
    call = await conduct(just_listen_to(3), conditions(("", f"One two three {tags} five")))
    ticks = [tick for tick, _ in audio(call)]
    [totals] = call.result.network
    assert totals.frames == totals.lost == totals.longest_burst == 10  # "four" takes 0.2 s
    assert ticks == [tick for tick in range(ticks[-1] + 1) if not 83 <= tick < 93]


def just_listen_to(utterances: int) -> Any:
    async def program(agent: Agent) -> None:
        await until_events(agent, 2 * utterances)
        await agent.wait(1.0)

    return program


async def test_what_a_tag_makes_of_the_line_holds_for_later_actions_too() -> None:
    async def program(agent: Agent) -> None:
        await agent.until_event("speech.completed")
        await agent.say(speech(0.8), burst=True)
        await agent.stay()

    script = conditions(
        ("", 'Hello <network_simulation packet_loss="100"/>'), ('contains "name"', "Sarah <endcall/>")
    )
    call = await conduct(program, script, recognized=["your name"])
    [hello, sarah] = call.events(EventKind.UTTERANCE)
    assert "lost_frames" not in hello
    assert sarah["lost_frames"] == 13


async def test_a_tag_replaces_what_the_personality_says() -> None:
    script = conditions(("", f'<network_simulation jitter="0"/>{HELLO}'))
    call = await call_over({"packet_loss": 100}, script)
    [hello] = call.events(EventKind.UTTERANCE)
    assert "lost_frames" not in hello
    assert [each.lost for each in call.result.network] == [50]  # until the first message begins


async def test_a_tag_at_the_start_does_not_keep_the_caller_from_letting_the_agent_speak_on() -> None:
    async def program(agent: Agent) -> None:
        await agent.until_caller_is_silent()
        await agent.say(speech(0.8) + silence(1.0) + speech(0.8))
        await agent.stay()

    script = conditions(
        ("", "Hello"), ('contains "name"', '<network_simulation latency="40"/>Sarah <endcall/>')
    )
    studio = ScriptedStudio(["I need your", "name please"], recognizing=0.6)
    call = await conduct(program, script, studio=studio)
    assert call.said == ["caller: Hello", "agent: I need your", "agent: name please", "caller: Sarah"]


# --- what is on its way when something ends ---------------------------------------------------------------------


@pytest.mark.parametrize("line", [{"latency": 700}, {"latency": 200, "jitter": 300}])
async def test_the_caller_hangs_up_when_its_last_words_have_left(line: dict[str, int]) -> None:
    async def heard_of(line: dict[str, int]) -> Conducted:
        return await call_over(line, conditions(("", f"{HELLO} <endcall/>")), program=stay)

    good, bad = await heard_of({}), await heard_of(line)
    bad.check(Status.COMPLETED, Reason.CALLER_ENDED)
    assert bad.agent.caller_pcm.startswith(good.agent.caller_pcm)
    assert [event["type"] for event in bad.agent.events] == ["speech.started", "speech.completed"]
    assert bad.result.duration - good.result.duration >= line["latency"] / 1000


async def test_nobody_waits_longer_than_the_call_may_last() -> None:
    script = conditions(("", f"{HELLO} <endcall/>"))
    call = await call_over({"latency": 60_000}, script, program=stay, max_duration=5)
    call.check(Status.COMPLETED, Reason.CALLER_ENDED)
    assert call.agent.heard == []
    assert call.result.duration == pytest.approx(5.0, abs=0.05)


async def test_an_agent_that_hangs_up_meanwhile_is_not_waited_for() -> None:
    async def program(agent: Agent) -> None:
        await agent.until_event("speech.started")

    script = conditions(("", f"{HELLO} <endcall/>"))
    call = await call_over({"latency": 1_000}, script, program=program)
    assert call.result.duration < 3.0


async def test_what_has_not_left_when_the_agent_hangs_up_is_not_counted_as_heard() -> None:
    async def program(agent: Agent) -> None:
        await agent.until_event("speech.started")
        await agent.wait(0.1)

    call = await call_over({"latency": 200}, program=program)
    [hello] = call.events(EventKind.UTTERANCE)
    # 0.2 s until the event, and a tenth; the rest was on its way.
    assert hello["end"] - hello["start"] == pytest.approx(0.3, abs=0.03)
    assert hello["end"] <= call.result.duration


async def test_an_interruption_stops_the_caller_and_not_what_is_on_its_way() -> None:
    async def program(agent: Agent) -> None:
        await agent.until_event("speech.started")
        await agent.event("speech.started", utterance_id="a1")
        await agent.until_event("speech.completed")
        await agent.wait(0.5)

    call = await call_over({"latency": 300}, program=program)
    places = [tick for tick, frame in arrivals(call) if isinstance(frame, str)]
    # It had spoken for 0.3 s more than had arrived; its event follows behind that.
    assert places[1] - places[0] == 15
    spoken = [tick for tick, frame in audio(call) if any(frame)]
    assert spoken[-1] == places[1]
    [hello] = call.events(EventKind.UTTERANCE)
    assert hello["cut_off_by"] == "the agent's speech.started"
    assert hello["end"] - hello["start"] == pytest.approx(0.5, abs=0.03)


# --- what is recorded -------------------------------------------------------------------------------------------


async def test_where_frames_were_lost_the_recording_is_silent(wav: Path) -> None:
    line = {"packet_loss": 30, "burst": 3}
    good = await call_over({})
    await call_over(line, recording=wav)
    said = frames_of(good.agent.caller_pcm)
    recorded = frames_of(read_stereo(wav)[0])
    lost = {number for number, tick in fates(line, len(said)).items() if tick is None}
    assert recorded[: len(said)] == [
        SILENCE if number in lost else frame for number, frame in enumerate(said)
    ]


async def test_the_recording_has_what_was_late_when_it_left(wav: Path) -> None:
    good, bad = await call_over({}), await call_over({"latency": 240}, recording=wav)
    recorded = read_stereo(wav)[0]
    assert recorded[: 12 * FRAME_BYTES] == bytes(12 * FRAME_BYTES)
    assert recorded[12 * FRAME_BYTES :].startswith(good.agent.caller_pcm[: 150 * FRAME_BYTES])
    [hello] = bad.events(EventKind.UTTERANCE)
    start = round(hello["start"] * 32_000)
    assert recorded[start:].startswith(speech(1.05))
    assert not any(recorded[:start])
    assert [turn.time for turn in bad.result.turns] == [hello["start"]]


async def test_of_frames_that_left_together_the_recording_has_one_after_the_other(wav: Path) -> None:
    call = await call_over({"jitter": 200}, recording=wav)
    recorded = frames_of(read_stereo(wav)[0])
    words = [frame for frame in frames_of(speech(1.05)) if any(frame)]
    assert [frame for frame in recorded if any(frame)][: len(words) - 1] == words[:-1]
    [totals] = call.result.network
    [hello] = call.events(EventKind.UTTERANCE)
    first = next(number for number, frame in enumerate(recorded) if any(frame))
    assert first == round(hello["start"] / TICK)
    last = max(number for number, frame in enumerate(recorded) if any(frame))
    assert 0 <= last + 1 - hello["end"] / TICK <= totals.delay_max / TICK


async def test_the_recording_is_not_cut_before_what_left_last(wav: Path) -> None:
    script = conditions(("", f"{HELLO} <endcall/>"))
    await call_over({"jitter": 400, "latency": 100}, script, program=stay, recording=wav)
    said = b"".join(frame for frame in frames_of(read_stereo(wav)[0]) if any(frame))
    assert said.startswith(speech(1.05))


# --- what is logged ---------------------------------------------------------------------------------------------


def logged(call: Conducted, direction: str = "send") -> dict[int, int | None]:
    """How many milliseconds late each frame was that the log tells of, None for those that were lost."""
    found: dict[int, int | None] = {}
    for entry in call.events(EventKind.NETWORK):
        if entry["direction"] == direction:
            found |= {number: None for first, last in entry["lost"] for number in range(first, last + 1)}
            found |= {number: ms for first, last, ms in entry["late"] for number in range(first, last + 1)}
    return found


@pytest.mark.parametrize(
    "line",
    [
        {"packet_loss": 30},
        {"packet_loss": 10, "jitter": 40, "latency": 150},
        {"packet_loss": 50, "burst": 10, "jitter": 200},
        {"latency": 100},
    ],
)
async def test_each_frame_that_was_lost_or_late_is_in_the_log_and_in_the_totals(line: dict[str, int]) -> None:
    call = await call_over(line)
    [totals] = call.result.network
    expected = {
        number: None if tick is None else (tick - number) * 20
        for number, tick in fates(line, totals.frames).items()
        if tick != number
    }
    assert logged(call) == expected
    late = [ms for ms in expected.values() if ms is not None]
    arrived = totals.frames - totals.lost
    assert (totals.lost, totals.late) == (len(expected) - len(late), len(late))
    assert totals.delay_max == pytest.approx(max(late, default=0) / 1000)
    assert totals.delay_mean == pytest.approx(sum(late) / arrived / 1000, abs=1e-5)


async def test_an_entry_of_the_log_says_when_its_frames_were_due() -> None:
    call = await call_over({"packet_loss": 20})
    entries = call.events(EventKind.NETWORK)
    assert [entry["first"] for entry in entries] == list(range(0, 50 * len(entries), 50))
    assert [entry["start"] for entry in entries] == pytest.approx([float(n) for n in range(len(entries))])


async def test_the_log_stays_small_however_bad_the_line() -> None:
    async def program(agent: Agent) -> None:
        while agent.times[-1:] < [120.0]:
            await agent.wait(0.1)

    line = {"packet_loss": 30, "jitter": 60, "latency": 100, "burst": 2}
    fields = {
        "on_no_match": "wait",
        "personality": {
            "name": "patient",
            "network_simulation": line,
            "message_plan": {"idle_timeout_seconds": 300, "idle_message_max_spoken_count": 1},
        },
    }
    call = await conduct(program, ONCE, scenario_fields=fields, turn_timeout=300)
    events = call.result.events_of(EventKind.NETWORK)
    assert len(events) == pytest.approx(120, abs=2)
    assert sum(len(str(event.to_json())) for event in events) < 100_000


# --- what is measured -------------------------------------------------------------------------------------------


async def until_the_last_speech(agent: Agent) -> None:
    """Wait for the caller's last frame of speech, which 0.4 s of silence tell; return 0.4 s after it."""
    await agent.until_caller_speaks()
    await agent.until_caller_is_silent(0.4)


async def answer_after_half_a_second(agent: Agent) -> None:
    await until_the_last_speech(agent)
    await agent.wait(0.1)
    await agent.say(speech(1.5), burst=True)
    await agent.stay()


@pytest.mark.parametrize(
    "line",
    [
        {},
        {"latency": 300},
        {"latency": 300, "direction": "receive"},
        {"latency": 300, "direction": "both"},
        {"latency": 80, "jitter": 60, "direction": "receive"},
    ],
)
async def test_the_latency_is_the_agents_own_time_whatever_the_line_adds(line: dict[str, Any]) -> None:
    call = await call_over(line, ANSWER, program=answer_after_half_a_second, recognized=["bye"])
    call.check(Status.COMPLETED, Reason.CALLER_ENDED)
    assert [each.seconds for each in call.result.latencies] == [pytest.approx(0.5, abs=0.021)]


@pytest.mark.parametrize("line", [{"jitter": 100}, {"packet_loss": 30, "burst": 4}, {"packet_loss": 50}])
async def test_the_latency_counts_from_the_last_speech_that_has_left(line: dict[str, int]) -> None:
    answered_at = 0.0

    async def program(agent: Agent) -> None:
        nonlocal answered_at
        await until_the_last_speech(agent)
        answered_at = agent.times[-1]
        await agent.say(speech(1.5), burst=True)
        await agent.stay()

    call = await call_over(line, ANSWER, program=program, recognized=["bye"])
    call.check(Status.COMPLETED, Reason.CALLER_ENDED)
    last = max(tick for tick, frame in audio(call) if any(frame))
    expected = answered_at - (last + 1) * TICK
    assert [each.seconds for each in call.result.latencies] == [pytest.approx(expected, abs=0.021)]


async def test_words_of_which_nothing_has_left_ask_for_no_answer() -> None:
    async def program(agent: Agent) -> None:
        await agent.until_event("speech.completed")
        await agent.say(speech(1.0), burst=True)
        await agent.stay()

    call = await call_over({"packet_loss": 100}, ANSWER, program=program, recognized=["bye"])
    call.check(Status.COMPLETED, Reason.CALLER_ENDED)
    assert call.result.latencies == ()


async def test_the_harness_does_not_count_what_the_line_adds_as_its_own_lateness() -> None:
    call = await call_over({"latency": 400, "jitter": 200, "packet_loss": 20})
    harness = call.result.harness
    assert harness is not None
    assert harness.lateness_max < 0.001
    assert harness.gap_p99 == pytest.approx(TICK, abs=0.0002)


async def test_a_process_that_is_late_when_the_last_speech_leaves_measures_nothing() -> None:
    async def program(agent: Agent) -> None:
        await agent.until_caller_speaks()
        await agent.wait(0.05 * len(HELLO) - 0.06)
        agent.stall_the_caller(0.3)
        await answer_after_half_a_second(agent)

    call = await call_over({"latency": 300}, ANSWER, program=program, recognized=["bye"])
    assert [each.seconds for each in call.result.latencies] == [None]


async def test_a_process_that_was_late_while_the_last_speech_was_on_its_way_disturbs_nothing() -> None:
    async def program(agent: Agent) -> None:
        await agent.until_caller_speaks()
        await agent.wait(0.05 * len(HELLO) - 0.5)
        agent.stall_the_caller(0.1)
        await answer_after_half_a_second(agent)

    call = await call_over({"latency": 440}, ANSWER, program=program, recognized=["bye"])
    assert [each.seconds for each in call.result.latencies] == [pytest.approx(0.5, abs=0.021)]


# --- the other direction ----------------------------------------------------------------------------------------


async def greet(agent: Agent) -> None:
    await agent.say(speech(1.5))
    await agent.stay()


GREETED = conditions(("", ""), ('contains "hello"', "<endcall/>"))


def heard_fates(line: Mapping[str, Any], frames: range) -> Iterator[int | None]:
    link: Link[int] = Link(SEED, "receive")
    link.change(NetworkConditions.of(line))
    return (link.enter(number, number) for number in frames)


async def test_what_the_agent_says_gets_lost_for_the_caller_and_in_the_recording(wav: Path) -> None:
    line = {"packet_loss": 30, "burst": 3, "direction": "receive"}
    good = await call_over({}, GREETED, program=greet, recognized=["hello"], recording=wav)
    said = frames_of(read_stereo(wav)[1])
    bad = await call_over(line, GREETED, program=greet, recognized=["hello"], recording=wav)
    heard = frames_of(read_stereo(wav)[1])
    spoken = [number for number, frame in enumerate(said) if any(frame)]
    lost = [
        number
        for number, tick in enumerate(heard_fates(line, range(len(said))))
        if tick is None and number in spoken
    ]
    assert [frame for frame in heard if any(frame)] == [
        said[number] for number in spoken if number not in lost
    ]
    assert all(heard[number] == SILENCE for number in lost)
    assert set(lost) <= logged(bad, "receive").keys()
    # The caller's ears, that is its recogniser, get the same.
    [words] = good.studio.recognized.asked
    [pieces] = bad.studio.recognized.asked
    assert sum(map(any, frames_of(pieces))) < sum(map(any, frames_of(words)))
    assert audio(bad)[:80] == audio(good)[:80]


async def test_the_agent_is_heard_late_and_its_turn_lies_where_it_is_heard(wav: Path) -> None:
    async def heard_over(line: Mapping[str, Any]) -> Conducted:
        return await call_over(line, GREETED, program=greet, recognized=["hello"], recording=wav)

    good, bad = await heard_over({}), await heard_over({"latency": 200, "direction": "receive"})
    bad.check(Status.COMPLETED, Reason.CALLER_ENDED)
    times = [(call.result.turns[0].time, call.result.turns[0].end) for call in (good, bad)]
    assert times[1] == pytest.approx([time + 0.2 for time in times[0] if time is not None], abs=0.001)
    agent = read_stereo(wav)[1]
    begin = round(times[1][0] * 16_000) * 2
    assert not any(agent[: begin - 1280])
    assert any(agent[begin : begin + 640])


async def test_in_both_directions_each_has_its_own_luck() -> None:
    line = {"packet_loss": 40, "direction": "both"}
    call = await call_over(line, GREETED, program=greet, recognized=["hello"])
    send, receive = call.result.network
    assert (send.direction, receive.direction) == ("send", "receive")
    assert 60 <= receive.frames <= 80
    lost = {way: {n for n, ms in logged(call, way).items() if ms is None} for way in ("send", "receive")}
    assert lost["send"] & set(range(75)) != lost["receive"]


async def test_a_mark_is_echoed_when_the_audio_before_it_has_been_heard() -> None:
    async def program(agent: Agent) -> None:
        await agent.say(speech(0.8), burst=True)
        await agent.event("mark", name="after the greeting")
        await agent.until_event("mark")

    async def echoed_at(line: Mapping[str, Any]) -> int:
        call = await call_over(line, GREETED, program=program)
        return next(tick for tick, frame in arrivals(call) if isinstance(frame, str))

    good, late = await echoed_at({}), await echoed_at({"latency": 300, "direction": "receive"})
    assert late - good == pytest.approx(15, abs=3)


async def test_the_end_of_the_call_waits_for_the_agents_last_words() -> None:
    async def program(agent: Agent) -> None:
        await agent.say(speech(1.0))

    call = await call_over(
        {"latency": 500, "direction": "receive"}, GREETED, program=program, recognized=["so"]
    )
    assert call.said == ["agent: so"]
    assert call.result.turns[0].end == pytest.approx(1.5, abs=0.06)


# --- a line that cannot be --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ({"packet_loss": 130}, "packet_loss of a network simulation must be between 0 and 100, not 130"),
        ({"direction": "up"}, "'up' is not a valid Direction"),
    ],
)
async def test_a_personality_made_in_python_with_an_impossible_line_ends_the_call_before_it_begins(
    line: dict[str, Any], message: str
) -> None:
    call = await conduct(stay, personality=Personality("mine", network_simulation=line))
    call.check(Status.FAILED, Reason.SCRIPT_ERROR)
    assert message in call.result.detail
    assert call.agents == []
