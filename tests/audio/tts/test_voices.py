from __future__ import annotations

import pytest

pytest.importorskip("numpy")
pytest.importorskip("espeakng_loader")

from pytest_agentsim.audio.tts.by_language import ByLanguage
from pytest_agentsim.audio.tts.engine import Engine
from pytest_agentsim.audio.tts.espeak import EspeakSynthesizer
from pytest_agentsim.audio.tts.interface import Voice
from pytest_agentsim.audio.tts.voices import Casting
from pytest_agentsim.errors import ConfigurationError

RACHEL = "21m00Tcm4TlvDq8ikWAM"
CARTESIA = "a0e99841-438c-4a64-b679-ae501e7d6091"


class Trio(Engine):
    """An engine for English with three voices, the first of which is its usual one."""

    name = "trio"
    fingerprint = "trio 1"

    def voices(self, like: Voice) -> tuple[str, ...]:
        return ("low",) if like.gender == "male" else ("middle", "high", "low")

    def has_voice(self, name: str) -> bool:
        return name in ("middle", "high", "low")

    def _spoken(self, text: str, voice: Voice):
        raise AssertionError("never called")


class Foreign:
    """An engine of somebody else, which tells nothing of its voices."""

    name = "foreign"
    fingerprint = "foreign 1"

    def synthesize(self, text: str, voice: Voice) -> bytes:
        return b""


def cast(casting: Casting, voice_id: str, provider: str = "11labs", **voice: str) -> Voice:
    return casting.voice(Voice(**voice), provider=provider, voice_id=voice_id)


def test_a_caller_without_a_voice_id_has_the_usual_voice():
    assert Casting(Trio()).usual(Voice(language="en")) == Voice(language="en")


def test_an_id_of_the_platforms_always_has_the_same_voice():
    chosen = {cast(Casting(Trio()), RACHEL).name for _ in range(3)}
    assert len(chosen) == 1
    assert chosen <= {"middle", "high", "low"}


def test_as_many_ids_sound_different_as_there_are_voices():
    casting = Casting(Trio())
    names = [cast(casting, voice_id, provider).name for voice_id, provider in IDS]
    assert set(names[:3]) == {"middle", "high", "low"}
    assert [cast(casting, voice_id, provider).name for voice_id, provider in IDS] == names


IDS = [(RACHEL, "11labs"), (CARTESIA, "cartesia"), ("AZnzlk1XvdvUeBnXmlld", "11labs"), ("four", "11labs")]


@pytest.mark.parametrize("voice_id", ["a", "b", "c", "d", "e", "f"])
def test_another_speaker_does_not_sound_like_the_caller(voice_id):
    casting = Casting(Trio())
    casting.usual(Voice())
    assert cast(casting, voice_id).name in ("high", "low")


def test_the_callers_own_voice_may_have_an_id():
    casting = Casting(Trio())
    usual = casting.usual(Voice(), provider="11labs", voice_id=RACHEL)
    assert (usual.engine, cast(casting, RACHEL)) == ("trio", usual)
    assert cast(casting, "another").name != usual.name


def test_the_gender_of_the_caller_limits_the_choice():
    assert cast(Casting(Trio()), RACHEL, gender="male").name == "low"


def test_language_accent_and_speed_stay_those_of_the_caller():
    usual = Voice(language="en", accent="GB", speed=0.9)
    found = Casting(EspeakSynthesizer()).voice(usual, provider="cartesia", voice_id=CARTESIA)
    assert (found.language, found.accent, found.speed) == ("en", "GB", 0.9)


@pytest.mark.parametrize(
    ("mapped", "chosen"),
    [
        ({f"11labs:{RACHEL}": "trio:high"}, ("trio", "high")),
        ({RACHEL: "trio:low"}, ("trio", "low")),
        ({RACHEL: "low", f"11labs:{RACHEL}": "high"}, ("trio", "high")),
        ({RACHEL: "flite:slt trio:low"}, ("trio", "low")),
    ],
)
def test_the_settings_may_say_which_voice_an_id_means(mapped, chosen):
    found = cast(Casting(Trio(), mapped), RACHEL)
    assert (found.engine, found.name) == chosen


def test_a_setting_for_an_engine_that_is_not_there_changes_nothing():
    assert cast(Casting(Trio(), {RACHEL: "flite:slt"}), RACHEL) == cast(Casting(Trio()), RACHEL)


def test_a_setting_for_a_voice_that_the_engine_does_not_have_is_told():
    casting = Casting(EspeakSynthesizer(), {RACHEL: "espeak:en-us+f33"})
    expected = (
        f"The voice 11labs:{RACHEL} is set to espeak:en-us\\+f33, but espeak has no voice 'en-us\\+f33'"
    )
    with pytest.raises(ConfigurationError, match=expected):
        cast(casting, RACHEL)


@pytest.mark.parametrize(
    ("voice_id", "name"), [("f3", "f3"), ("en-gb+m1", "en-gb+m1"), ("espeak:f5", "f5"), ("en-gb", "en-gb")]
)
def test_an_id_may_be_a_voice_of_the_engine(voice_id, name):
    found = cast(Casting(EspeakSynthesizer()), voice_id, provider="")
    assert (found.engine, found.name) == ("espeak", name)


@pytest.mark.parametrize(
    ("written", "engine"), [("espeak:m1", "espeak"), ("trio:high", "trio"), ("high", "trio")]
)
def test_a_voice_chooses_its_engine_where_two_share_the_work(written, engine):
    both = ByLanguage(Trio(), EspeakSynthesizer())
    found = cast(Casting(both, {RACHEL: written}), RACHEL, language="en")
    assert found.engine == engine
    assert both.engine_for(found).name == engine


def test_a_voice_of_the_english_engine_does_not_speak_other_languages():
    both = ByLanguage(Trio(), EspeakSynthesizer())
    found = cast(Casting(both, {RACHEL: "trio:high"}), RACHEL, language="es")
    assert both.engine_for(found).name == found.engine == "espeak"


def test_an_engine_that_tells_nothing_of_its_voices_gets_the_id():
    casting = Casting(Foreign())
    assert casting.usual(Voice()) == Voice()
    assert cast(casting, RACHEL) == Voice(name=RACHEL)
    assert cast(Casting(Foreign(), {RACHEL: "sarah"}), RACHEL) == Voice(name="sarah")
