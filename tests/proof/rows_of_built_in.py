"""Each built-in personality, on the voice channel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_agentsim.result import EventKind
from tests.proof.calls import Line, decibels, level, say
from tests.proof.row import proves
from tests.proof.rows_of_personalities import (
    answered_after,
    cut_in,
    gave_way_after,
    ignored,
    spoken,
    times_asked,
    with_fields,
)

if TYPE_CHECKING:
    from pathlib import Path

TITLE = "The built-in personalities, on the voice channel"
INTRODUCTION = (
    "The same calls as above, made by those whom a scenario may name; `normal` is what the others are measured beside. How they "
    "word what a scenario leaves open is said by text as well."
)


async def length_beside_normal(folder: Path, name: str) -> float:
    plain, own = await spoken(folder), await spoken(folder, base=name)
    return len(own.utterance(0)) / len(plain.utterance(0))


async def in_a_silence(folder: Path, **fields: object) -> Line:
    action = 'One moment <silence time="4s"/> thank you'
    return await say(action, folder, scenario_fields=with_fields(**fields))


def level_in_the_silence(line: Line) -> float:
    end = line.call.events(EventKind.UTTERANCE)[0]["end"]
    return level(line.caller(end + 1.0, end + 3.0))


async def background_beside_full(folder: Path, name: str, sound: str) -> float:
    own = await in_a_silence(folder, base=name)
    full = await in_a_silence(folder, background_noise=sound, background_sound_volume={"base": 1.0})
    return decibels(level_in_the_silence(own) / level_in_the_silence(full))


# --- who speaks when --------------------------------------------------------------------------------------------


@proves(
    "normal",
    scenario="`personality: normal`",
    what="from the agent's last sample to the caller's first",
    expected=0.7,
    tolerance=0.1,
    unit="s",
)
async def normal_answers(folder: Path) -> float:
    return await answered_after(folder)


@proves(
    "normal",
    scenario="`personality: normal`",
    what="level in a silence, full scale being 1",
    expected=0.0,
)
async def normal_is_in_a_quiet_place(folder: Path) -> float:
    return level_in_the_silence(await in_a_silence(folder))


@proves(
    "silent-type",
    scenario="`personality: silent-type`",
    what="from the agent's last sample to the caller's first",
    expected=2.0,
    tolerance=0.1,
    unit="s",
)
async def silent_type(folder: Path) -> float:
    return await answered_after(folder, base="silent-type")


@proves(
    "slow-speaker",
    scenario="`personality: slow-speaker`",
    what="from the agent's last sample to the caller's first",
    expected=1.5,
    tolerance=0.1,
    unit="s",
)
async def slow_speaker_waits(folder: Path) -> float:
    return await answered_after(folder, base="slow-speaker")


@proves(
    "interrupter",
    scenario="`personality: interrupter`; the agent talks into the caller's words",
    what="how long both speak",
    expected=1.6,
    tolerance=0.15,
    unit="s",
)
async def interrupter_talks_on(folder: Path) -> float:
    return await gave_way_after(folder, {"base": "interrupter"})


@proves(
    "interrupter",
    scenario="`personality: interrupter`, `random_interruptions: true`; the agent speaks four times for 4 s",
    what="times the caller cuts in",
    expected=3,
    tolerance=1,
)
async def interrupter_cuts_in(folder: Path) -> float:
    return await cut_in(folder, asked=True, base="interrupter")


@proves(
    "impatient",
    scenario="`personality: impatient`, `random_interruptions: true`; the agent speaks four times for 4 s",
    what="times the caller cuts in",
    expected=2,
    tolerance=1,
)
async def impatient_cuts_in(folder: Path) -> float:
    return await cut_in(folder, asked=True, base="impatient")


@proves(
    "impatient",
    scenario="`personality: impatient`; the agent never answers",
    what="from the caller's words to its question whether the agent is there",
    expected=5.0,
    tolerance=0.05,
    unit="s",
)
async def impatient_asks(folder: Path) -> float:
    return (await ignored(folder, base="impatient")).pause()


@proves(
    "impatient",
    scenario="`personality: impatient`; the agent never answers",
    what="times the caller asks before it hangs up",
    expected=2,
)
async def impatient_hangs_up(folder: Path) -> float:
    return times_asked(await ignored(folder, base="impatient"))


# --- the voice --------------------------------------------------------------------------------------------------


@proves(
    "slow-speaker",
    scenario="`personality: slow-speaker`, beside `normal`",
    what="length of the same words over that of `normal`",
    expected=1.25,
    tolerance=0.1,
    unit="times",
)
async def slow_speaker(folder: Path) -> float:
    return await length_beside_normal(folder, "slow-speaker")


@proves(
    "fast-talker",
    scenario="`personality: fast-talker`, beside `normal`",
    what="length of the same words over that of `normal`",
    expected=0.83,
    tolerance=0.05,
    unit="times",
)
async def fast_talker(folder: Path) -> float:
    return await length_beside_normal(folder, "fast-talker")


@proves(
    "non-native",
    scenario="`personality: non-native`, beside `normal`; word by word, and at a speed of 0.9",
    what="length of the same words over that of `normal`",
    expected=1.6,
    tolerance=0.3,
    unit="times",
)
async def non_native(folder: Path) -> float:
    return await length_beside_normal(folder, "non-native")


@proves(
    "soft-spoken",
    scenario="`personality: soft-spoken`, beside `normal`",
    what="level over that of `normal`",
    expected=-6.02,
    tolerance=0.1,
    unit="dB",
)
async def soft_spoken(folder: Path) -> float:
    plain, soft = await spoken(folder), await spoken(folder, base="soft-spoken")
    return decibels(level(soft.utterance(0)) / level(plain.utterance(0)))


# --- around the caller ------------------------------------------------------------------------------------------


@proves(
    "noisy-street",
    scenario="`personality: noisy-street`, beside `busy-street` at 1.0",
    what="level in a silence over that at 1.0, which is as loud as the words",
    expected=-10.46,
    tolerance=0.3,
    unit="dB",
)
async def noisy_street(folder: Path) -> float:
    return await background_beside_full(folder, "noisy-street", "busy-street")


@proves(
    "noisy-cafe",
    scenario="`personality: noisy-cafe`, beside `coffee-shop` at 1.0",
    what="level in a silence over that at 1.0, which is as loud as the words",
    expected=-7.96,
    tolerance=0.3,
    unit="dB",
)
async def noisy_cafe(folder: Path) -> float:
    return await background_beside_full(folder, "noisy-cafe", "coffee-shop")


@proves(
    "bad-line",
    scenario="`personality: bad-line` and 20 s of speech",
    what="share of the frames that never leave",
    expected=10.0,
    tolerance=3.0,
    unit="%",
)
async def bad_line_loses(folder: Path) -> float:
    line = await say("a" * 400, folder, scenario_fields=with_fields(base="bad-line"))
    [totals] = line.call.result.network
    return 100 * totals.lost / totals.frames


@proves(
    "bad-line",
    scenario="`personality: bad-line`, beside `normal`; 150 ms, and up to 40 more",
    what="how much later the caller's first sample leaves after the agent's last",
    expected=0.17,
    tolerance=0.05,
    unit="s",
)
async def bad_line_is_late(folder: Path) -> float:
    return await answered_after(folder, base="bad-line") - await answered_after(folder)
