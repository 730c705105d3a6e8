"""Each field of a personality, on the voice channel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from pytest_agentsim.audio.pcm import to_float
from pytest_agentsim.result import EventKind
from pytest_agentsim.scenario.settings import LoadSettings
from tests.audio.pitch import pitch
from tests.proof.calls import Line, call, decibels, level, listen, say
from tests.proof.row import proves
from tests.voice.harness import Agent, SpeakingStudio, conditions, speech

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

TITLE = "Fields of a personality, on the voice channel"
INTRODUCTION = (
    "The other fields are those of `normal`. `name`, `prompt`, `temperature`, `voice_model` and the `emotion` of "
    "`generation_config` are kept and cannot be heard: they are for a caller with a language model, or for another engine."
)

FRAME = 0.02  # s
WORDS = "I would like to change my appointment"


def with_fields(**fields: Any) -> dict[str, Any]:
    return {"personality": {"base": "normal", **fields}}


async def spoken(folder: Path, **fields: Any) -> Line:
    """Have a sentence spoken by espeak-ng as a personality with these fields."""
    return await say(WORDS, folder, studio=SpeakingStudio(), scenario_fields=with_fields(**fields))


# --- the voice --------------------------------------------------------------------------------------------------


@proves("language", scenario="`language: es`", what="language that the synthesizer is given", expected="es")
async def language(folder: Path) -> str:
    studio = SpeakingStudio()
    fields = {**with_fields(language="es"), "scenario_language": "es"}
    await say("Hola, quiero cambiar mi cita", folder, studio=studio, scenario_fields=fields)
    return " ".join(sorted({voice.language for _, voice in studio.spoken}))


@proves("gender", scenario="`gender: male`", what="pitch", expected=100.0, tolerance=35.0, unit="Hz")
async def male(folder: Path) -> float:
    return pitch((await spoken(folder, gender="male")).utterance(0))


@proves("gender", scenario="`gender: female`", what="pitch", expected=205.0, tolerance=40.0, unit="Hz")
async def female(folder: Path) -> float:
    return pitch((await spoken(folder, gender="female")).utterance(0))


@proves(
    "accent",
    scenario="`accent: british`, beside none",
    what="whether the samples differ",
    expected="yes",
)
async def accent(folder: Path) -> str:
    plain, british = await spoken(folder), await spoken(folder, accent="british")
    return "yes" if plain.utterance(0) != british.utterance(0) else "no"


@proves(
    "voice_id, provider",
    scenario="`provider: 11labs, voice_id: Anna1`, which `agentsim_voices` gives a woman's voice, on a man",
    what="pitch",
    expected=205.0,
    tolerance=40.0,
    unit="Hz",
)
async def voice_id(folder: Path) -> float:
    line = await say(
        WORDS,
        folder,
        studio=SpeakingStudio(),
        scenario_fields=with_fields(gender="male", provider="11labs", voice_id="Anna1"),
        load_settings=LoadSettings(voices={"Anna1": "espeak:f2"}),
    )
    return pitch(line.utterance(0))


@proves(
    "speed",
    scenario="`speed: 0.8`, beside 1.0",
    what="length over that at 1.0",
    expected=1.25,
    tolerance=0.1,
    unit="times",
)
async def speed(folder: Path) -> float:
    plain, slow = await spoken(folder), await spoken(folder, speed=0.8)
    return len(slow.utterance(0)) / len(plain.utterance(0))


@proves(
    "voice_volume",
    scenario="`voice_volume: 0.5`, beside 1.0",
    what="level over that at 1.0",
    expected=-6.02,
    tolerance=0.1,
    unit="dB",
)
async def voice_volume(folder: Path) -> float:
    plain, soft = await spoken(folder), await spoken(folder, voice_volume=0.5)
    return decibels(level(soft.utterance(0)) / level(plain.utterance(0)))


@proves(
    "generation_config",
    scenario="`generation_config: {volume: 0.7}`, beside 1.0",
    what="level over that at 1.0",
    expected=-3.1,
    tolerance=0.1,
    unit="dB",
)
async def generation_config(folder: Path) -> float:
    plain, soft = await spoken(folder), await spoken(folder, generation_config={"volume": 0.7})
    return decibels(level(soft.utterance(0)) / level(plain.utterance(0)))


# --- around the caller ------------------------------------------------------------------------------------------

HISS = {"background_noise": "standard-hiss", "background_sound_volume": {"base": 0.4, "reduced": 0.1}}


async def hissing(folder: Path, **fields: Any) -> Line:
    action = 'One moment <silence time="4s"/> thank you'
    return await say(action, folder, scenario_fields=with_fields(**fields))


@proves(
    "background_noise",
    scenario="`standard-hiss`, base 0.4, beside base 0.1",
    what="level in a silence over that at 0.1",
    expected=12.04,
    tolerance=0.3,
    unit="dB",
)
async def background_noise(folder: Path) -> float:
    levels = []
    for base in (0.4, 0.1):
        line = await hissing(folder, background_noise="standard-hiss", background_sound_volume={"base": base})
        end = line.call.events(EventKind.UTTERANCE)[0]["end"]
        levels.append(level(line.caller(end + 1.0, end + 3.0)))
    return decibels(levels[0] / levels[1])


@proves(
    "background_sound_volume",
    scenario="base 0.4, reduced 0.1; what remains when the words are taken away",
    what="level under words over that in a silence",
    expected=-12.04,
    tolerance=0.5,
    unit="dB",
)
async def reduced(folder: Path) -> float:
    noisy, quiet = await hissing(folder, **HISS), await hissing(folder)
    words = noisy.call.events(EventKind.UTTERANCE)[0]
    begin, end = words["start"] + 0.15, words["end"] - 0.05
    under = difference(noisy.caller(begin, end), quiet.caller(begin, end))
    return decibels(under / level(noisy.caller(words["end"] + 1.0, words["end"] + 3.0)))


def difference(one: bytes, other: bytes) -> float:
    """The level of what one has more than the other."""
    return float(np.sqrt(np.mean(np.square(to_float(one).astype(float) - to_float(other)))))


@proves(
    "network_simulation",
    scenario="`network_simulation: {packet_loss: 20}` and 20 s of speech",
    what="share of the frames that never leave",
    expected=20.0,
    tolerance=3.0,
    unit="%",
)
async def network(folder: Path) -> float:
    line = await say("a" * 400, folder, scenario_fields=with_fields(network_simulation={"packet_loss": 20}))
    [totals] = line.call.result.network
    return 100 * totals.lost / totals.frames


# --- taking turns -----------------------------------------------------------------------------------------------

ASKED = conditions(("", "Hello"), ('contains "name"', WORDS), ('contains "bye"', "<endcall/>"))


async def asks(agent: Agent) -> None:
    """Ask, listen, say goodbye."""
    await agent.until_caller_is_silent(0.5)
    await agent.say(speech(1.0))
    await agent.until_caller_is_silent(1.0)
    await agent.say(speech(0.6))
    await agent.wait(3.0)


async def answered_after(folder: Path, **fields: Any) -> float:
    line = await call(
        ASKED, folder, asks, recognized=["your name", "bye"], scenario_fields=with_fields(**fields)
    )
    return line.heard.caller[1][0] - line.heard.agent[0][1]


@proves(
    "start_speaking_plan",
    scenario="`start_speaking_plan: 2.0`",
    what="from the agent's last sample to the caller's first",
    expected=2.0,
    tolerance=0.1,
    unit="s",
)
async def start_late(folder: Path) -> float:
    return await answered_after(folder, start_speaking_plan=2.0)


@proves(
    "start_speaking_plan",
    scenario="`start_speaking_plan: 0.2`",
    what="from the agent's last sample to the caller's first",
    expected=0.25,
    tolerance=0.1,
    unit="s",
)
async def start_early(folder: Path) -> float:
    return await answered_after(folder, start_speaking_plan=0.2)


async def talks_into(agent: Agent) -> None:
    """Talk into the caller's first words for two seconds, without an event."""
    await agent.until_caller_speaks()
    await agent.wait(0.5)
    await agent.say(speech(2.0))
    await listen(agent)


def plan(**changes: float) -> dict[str, Any]:
    return {"stop_speaking_plan": {"num_words": 0, "voice_seconds": 0.3, "backoff_seconds": 0, **changes}}


async def gave_way_after(folder: Path, fields: Mapping[str, Any]) -> float:
    line = await say(f"{WORDS} {WORDS}", folder, talks_into, scenario_fields=with_fields(**fields))
    return line.heard.caller[0][1] - line.heard.agent[0][0]


@proves(
    "stop_speaking_plan",
    scenario="`voice_seconds: 0.3`; the agent talks into the caller's words",
    what="how long both speak",
    expected=0.3,
    tolerance=0.12,
    unit="s",
)
async def voice_seconds(folder: Path) -> float:
    return await gave_way_after(folder, plan())


@proves(
    "stop_speaking_plan",
    scenario="`voice_seconds: 1.2`; the agent talks into the caller's words",
    what="how long both speak",
    expected=1.2,
    tolerance=0.12,
    unit="s",
)
async def more_voice_seconds(folder: Path) -> float:
    return await gave_way_after(folder, plan(voice_seconds=1.2))


@proves(
    "message_plan",
    scenario="`idle_timeout_seconds: 4, idle_message_max_spoken_count: 2`; the agent never answers",
    what="from the caller's words to its question whether the agent is there",
    expected=4.0,
    tolerance=0.05,
    unit="s",
)
async def idle_timeout(folder: Path) -> float:
    return (await ignored(folder, message_plan=PATIENCE)).pause()


@proves(
    "message_plan",
    scenario="`idle_timeout_seconds: 4, idle_message_max_spoken_count: 2`; the agent never answers",
    what="times the caller asks before it hangs up",
    expected=2,
)
async def idle_count(folder: Path) -> float:
    return times_asked(await ignored(folder, message_plan=PATIENCE))


PATIENCE = {"idle_timeout_seconds": 4, "idle_message_max_spoken_count": 2}


def times_asked(line: Line) -> float:
    return sum("still there" in turn.text for turn in line.call.result.turns)


async def ignored(folder: Path, **fields: Any) -> Line:
    async def program(agent: Agent) -> None:
        await agent.stay()

    script = conditions(("", "Hello"), ('contains "name"', WORDS))
    return await call(script, folder, program, scenario_fields=with_fields(**fields))


@proves(
    "interruption_level",
    scenario="`high`, in a scenario with `random_interruptions: true`; the agent speaks four times for 4 s",
    what="times the caller cuts in",
    expected=3,
    tolerance=1,
)
async def interruptions(folder: Path) -> float:
    return await cut_in(folder, asked=True, interruption_level="high")


@proves(
    "interruption_level",
    scenario="`high`, in a structured scenario that does not ask for it",
    what="times the caller cuts in",
    expected=0,
)
async def no_interruptions(folder: Path) -> float:
    return await cut_in(folder, asked=False, interruption_level="high")


async def cut_in(folder: Path, *, asked: bool, **fields: Any) -> float:
    async def program(agent: Agent) -> None:
        await agent.until_caller_is_silent(0.5)
        for _ in range(4):
            await agent.say(speech(4.0))
            await agent.until_caller_is_silent(1.0)

    script = conditions(("", "Hello"), ('contains "ok"', "Go on"))
    scenario_fields = {**with_fields(**fields), "on_no_match": "wait"}
    if asked:
        scenario_fields["random_interruptions"] = True
    line = await call(script, folder, program, recognized=["ok"] * 9, scenario_fields=scenario_fields)
    return line.call.result.caller_interruptions


@proves(
    "end_call_enabled",
    scenario="`false`, with TOOL_END_CALL; the agent says goodbye",
    what="who ends the call",
    expected="agent",
)
async def stays_on_the_line(folder: Path) -> str:
    return await ended_by(folder, may_hang_up=False)


@proves(
    "end_call_enabled",
    scenario="`true`, with TOOL_END_CALL; the agent says goodbye",
    what="who ends the call",
    expected="caller",
)
async def hangs_up(folder: Path) -> str:
    return await ended_by(folder, may_hang_up=True)


async def ended_by(folder: Path, *, may_hang_up: bool) -> str:
    async def program(agent: Agent) -> None:
        await agent.until_caller_is_silent(0.5)
        await agent.say(speech(1.0))
        await agent.wait(4.0)

    fields = {**with_fields(end_call_enabled=may_hang_up), "tools": ["TOOL_END_CALL"]}
    line = await call(
        conditions(("", "Hello")), folder, program, recognized=["thank you goodbye"], scenario_fields=fields
    )
    return str(line.call.result.ended_by)
