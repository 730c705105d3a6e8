from __future__ import annotations

import asyncio
from typing import Any

import pytest

pytest.importorskip("numpy")
pytest.importorskip("espeakng_loader")

from pytest_agentsim.audio.pcm import level
from pytest_agentsim.audio.tts.espeak import EspeakSynthesizer
from pytest_agentsim.audio.tts.interface import Voice
from pytest_agentsim.caller.voice_steps import Speak
from pytest_agentsim.result import EventKind, Reason, Status
from pytest_agentsim.scenario.personality import Personality
from pytest_agentsim.scenario.settings import LoadSettings
from pytest_agentsim.voice.caller_voice import CallerVoice
from tests.voice.harness import Agent, ScriptedStudio, conditions, conduct, prompt


class Studio:
    """Renders at once, and remembers whose voice it was."""

    def __init__(self) -> None:
        self.voices: list[Voice] = []

    async def render(self, synthesizer: EspeakSynthesizer, text: str, voice: Voice) -> bytes:
        self.voices.append(voice)
        return synthesizer.synthesize(text, voice)


def spoken(tmp_path, text: str = "Hello", **fields: Any) -> tuple[bytes, Voice, list[str]]:
    """Return what a personality says, the voice it has, and the warnings."""
    studio, told = Studio(), []
    personality = Personality("x", **fields)

    async def say() -> bytes:
        voice = CallerVoice(
            studio,  # type: ignore[arg-type]
            EspeakSynthesizer(),
            personality,
            language=personality.language,
            folder=tmp_path,
            skew=0.2,
            seed=1,
            warn=told.append,
        )
        await voice.utterance(Speak("Hello again"))
        utterance = await voice.utterance(Speak(text))
        return b"".join(utterance.next_frame() for _ in range(utterance.frames))

    return asyncio.run(say()), studio.voices[-1], told


def test_the_fields_of_a_personality_make_the_voice(tmp_path):
    _, voice, told = spoken(tmp_path, language="es", gender="male", accent="mexican", speed=0.9)
    assert voice == Voice("es", "male", "mexican", 0.9)
    assert not told


@pytest.mark.parametrize(
    ("fields", "decibels"),
    [
        ({"voice_volume": 0.5}, -6.0),
        ({"generation_config": {"volume": 0.5}}, -6.0),
        ({"voice_volume": 0.5, "generation_config": {"volume": 0.5}}, -12.0),
    ],
)
def test_the_volume_is_that_of_the_voice_and_that_of_its_model(tmp_path, fields, decibels):
    usual, _, _ = spoken(tmp_path)
    quiet, _, _ = spoken(tmp_path, **fields)
    assert level(quiet) - level(usual) == pytest.approx(decibels, abs=0.2)


def test_the_voice_of_a_platform_has_one_of_the_synthesizers_voices(tmp_path):
    _, voice, _ = spoken(tmp_path, voice_id="21m00Tcm4TlvDq8ikWAM", provider="11labs", gender="male")
    assert (voice.engine, voice.name[0]) == ("espeak", "m")


def test_what_will_not_sound_as_it_should_is_told_once(tmp_path):
    _, _, told = spoken(tmp_path, language="tl", text="Kumusta po kayo")
    assert told == ["espeak-ng has no voice for Filipino (tl); an Indonesian one reads it."]


async def test_a_call_warns_of_a_voice_that_is_not_quite_right(monkeypatch):
    studio = ScriptedStudio()
    monkeypatch.setattr(studio, "synthesizer", lambda name: EspeakSynthesizer())

    async def program(agent: Agent) -> None:
        await agent.say(prompt("greeting"))
        await agent.until_caller_is_silent()
        await agent.say(prompt("yes"))
        await agent.stay()

    script = conditions(("", "Kumusta po"), ("", "Salamat <endcall />", 0))
    conducted = await conduct(program, script, studio=studio, scenario_fields={"scenario_language": "tl"})
    conducted.check(Status.COMPLETED, Reason.CALLER_ENDED)
    warnings = [each["message"] for each in conducted.events(EventKind.WARNING)]
    assert warnings[-1] == "espeak-ng has no voice for Filipino (tl); an Indonesian one reads it."
    assert warnings.count(warnings[-1]) == 1


async def test_a_call_whose_voice_the_settings_have_got_wrong_ends_with_a_sentence(monkeypatch):
    studio = ScriptedStudio()
    monkeypatch.setattr(studio, "synthesizer", lambda name: EspeakSynthesizer())
    personality = {"base": "normal", "voice_id": "abc"}
    conducted = await conduct(
        Agent.stay,
        studio=studio,
        load_settings=LoadSettings(voices={"abc": "espeak:en-us+f33"}),
        scenario_fields={"personality": personality},
    )
    conducted.check(Status.FAILED, Reason.SPEECH_ENGINE_FAILED)
    assert "espeak has no voice 'en-us+f33'" in conducted.result.detail
