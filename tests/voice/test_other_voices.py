"""`<voice>`: somebody else speaks, measured by the pitch of what is heard in the recording."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

pytest.importorskip("espeakng_loader")

from pytest_agentsim.result import EventKind, Reason, Status
from pytest_agentsim.scenario.settings import LoadSettings
from tests.audio.pitch import pitch
from tests.voice.harness import Agent, SpeakingStudio, conditions, conduct, prompt, speech
from tests.voice.heard import cut, heard

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tests.voice.harness import Conducted

BOB = {"personality": {"base": "normal", "gender": "male"}}
ANNA = 'provider="11labs" id="Anna1"'
WORDS = "I would like to change my appointment"


def pitches(call: Conducted, recording: Path) -> list[tuple[str, float]]:
    """Each utterance with its pitch in Hz, measured where the transcript says that it is."""
    caller = heard(recording).caller_pcm
    return [
        (data["text"], pitch(cut(caller, data["start"], data["end"])))
        for data in call.events(EventKind.UTTERANCE)
    ]


async def talk(
    program: Any, script: Mapping[str, Any], recording: Path, recognized: tuple[str, ...] = ()
) -> list[tuple[str, float]]:
    call = await conduct(
        program,
        script,
        recording=recording,
        studio=SpeakingStudio(recognized),
        scenario_fields=BOB,
        load_settings=LoadSettings(voices={"Anna1": "espeak:f2"}),
    )
    call.check(Status.COMPLETED, Reason.CALLER_ENDED)
    return pitches(call, recording)


async def answers(agent: Agent) -> None:
    """Answer whatever the caller says."""
    while True:
        await agent.until_caller_is_silent(0.5)
        await agent.say(prompt("yes"))


def is_anna(hertz: float) -> bool:
    assert 70 < hertz < 140 or 170 < hertz < 260, hertz
    return hertz > 170


async def test_a_voice_stays_in_later_actions_too(tmp_path: Path) -> None:
    script = conditions(
        ("", f"{WORDS} <voice {ANNA} /> {WORDS}"), ("", WORDS, 0), ("", f"{WORDS} <endcall/>", 1)
    )
    said = await talk(answers, script, tmp_path / "a.wav")
    assert [is_anna(hertz) for _, hertz in said] == [False, True, True, True]


@pytest.mark.parametrize("tag", [f'<voice {ANNA} text="{WORDS}" />', f"<voice {ANNA}>{WORDS}</voice>"])
async def test_a_voice_for_some_words_gives_way_to_the_one_before(tmp_path: Path, tag: str) -> None:
    script = conditions(("", f"{WORDS} {tag} {WORDS}"), ("", f"{WORDS} <endcall/>", 0))
    said = await talk(answers, script, tmp_path / "a.wav")
    assert [is_anna(hertz) for _, hertz in said] == [False, True, False, False]


def interrupting(after: float) -> Any:
    """Interrupts the caller's second action so long after it has begun to speak, once."""

    async def program(agent: Agent) -> None:
        await agent.until_caller_is_silent(0.5)
        await agent.say(prompt("yes"))
        await agent.until_caller_speaks()
        await agent.wait(after)
        await agent.event("speech.started", utterance_id="a1")
        await agent.say(speech(0.8))
        await answers(agent)

    return program


FOLLOWUP = f'{WORDS} <voice {ANNA} /> <silence time="0.3s"/> {WORDS}'


@pytest.mark.parametrize("after", [0.5, 3.5])
async def test_a_followup_that_starts_again_does_so_with_the_voice_it_began_with(
    tmp_path: Path, after: float
) -> None:
    script = conditions(("", "Hello there"), ("", FOLLOWUP, 0), ("", f"{WORDS} <endcall/>", 1))
    said = await talk(interrupting(after), script, tmp_path / "a.wav")
    voices = [is_anna(hertz) for _, hertz in said]
    assert voices[-3:] == [False, True, True]


@pytest.mark.parametrize(("after", "changed"), [(0.5, False), (3.5, True)])
async def test_a_dropped_action_has_changed_the_voice_only_if_it_had_come_to_the_tag(
    tmp_path: Path, after: float, changed: bool
) -> None:
    script = conditions(
        ("", "Hello there"), ('contains "well"', FOLLOWUP), ('contains "wait"', f"{WORDS} <endcall/>")
    )
    said = await talk(interrupting(after), script, tmp_path / "a.wav", ("well", "wait"))
    assert is_anna(said[-1][1]) == changed
