from __future__ import annotations

import pytest

pytest.importorskip("numpy")
pytest.importorskip("soxr")
pytest.importorskip("espeakng_loader")

from pytest_agentsim.audio import pcm
from pytest_agentsim.audio.tts import espeak_library
from pytest_agentsim.audio.tts.espeak import EspeakSynthesizer
from pytest_agentsim.audio.tts.interface import SynthesisError, Voice

TEXT = "I need to cancel my appointment on Tuesday."


@pytest.fixture(scope="module")
def espeak() -> EspeakSynthesizer:
    return EspeakSynthesizer({})


@pytest.fixture
def asked(monkeypatch):
    """What the library is asked to speak, with which voice and at what pace."""
    calls: list[tuple[str, str, int]] = []

    def speech(text: str, voice: str, pace: int, melody: object) -> tuple[bytes, int]:
        calls.append((text, voice, pace))
        return b"\x00\x10" * 1000, 22_050

    monkeypatch.setattr(espeak_library, "speech", speech)
    return calls


def voice_for(espeak: EspeakSynthesizer, asked: list, voice: Voice) -> str:
    espeak.synthesize("Hello", voice)
    return asked[-1][1]


def test_a_sentence_becomes_speech_without_silence_around_it(espeak):
    audio = espeak.synthesize(TEXT, Voice())
    assert 2.0 < pcm.duration(audio) < 4.5
    assert pcm.speech_level(audio) == pytest.approx(-20, abs=0.1)
    assert pcm.level(audio[:1600]) > -35
    assert pcm.level(audio[-3200:]) > -50


@pytest.mark.parametrize(
    ("language", "identifier"),
    [
        ("en", "gmw/en-US"),
        ("multi", "gmw/en-US"),
        ("en-GB", "gmw/en"),
        ("en_AU", "gmw/en"),
        ("en-PH", "gmw/en-US"),
        ("es", "roa/es"),
        ("es-MX", "roa/es-419"),
        ("de", "gmw/de"),
        ("de-AT", "gmw/de"),
        ("fr", "roa/fr"),
        ("pt", "roa/pt"),
        ("pt-BR", "roa/pt-BR"),
        ("hi", "inc/hi"),
        ("zh", "sit/cmn"),
        ("zh-Hans-CN", "sit/cmn"),
        ("zh-HK", "sit/yue"),
        ("ar", "sem/ar"),
        ("no", "gmq/nb"),
        ("tl", "poz/id"),
    ],
)
def test_the_language_chooses_the_voice(espeak, asked, language, identifier):
    assert voice_for(espeak, asked, Voice(language=language)) == f"{identifier}+f2"


@pytest.mark.parametrize(
    ("gender", "variant"), [("", "f2"), ("neutral", "f2"), ("female", "f2"), ("Male", "m3")]
)
def test_the_gender_chooses_the_variant(espeak, asked, gender, variant):
    assert voice_for(espeak, asked, Voice(gender=gender)) == f"gmw/en-US+{variant}"


@pytest.mark.parametrize(
    ("language", "accent", "identifier"),
    [
        ("en", "british", "gmw/en"),
        ("en", "GB", "gmw/en"),
        ("en-GB", "American", "gmw/en-US"),
        ("en", "scottish", "gmw/en-GB-scotland"),
        ("es", "Mexican", "roa/es-419"),
        ("pt", "brazilian", "roa/pt-BR"),
        ("zh", "cantonese", "sit/yue"),
        ("de", "british", "gmw/de"),
        ("en", "from nowhere", "gmw/en-US"),
    ],
)
def test_an_accent_of_the_language_chooses_the_voice(espeak, asked, language, accent, identifier):
    assert voice_for(espeak, asked, Voice(language=language, accent=accent)) == f"{identifier}+f2"


@pytest.mark.parametrize(
    ("name", "chosen"),
    [
        ("m5", "gmw/en-US+m5"),
        ("en-gb", "gmw/en+f2"),
        ("en-gb+m1", "gmw/en+m1"),
        ("en-gb+nobody", "gmw/en+f2"),
    ],
)
def test_a_voice_of_the_library_may_be_named(espeak, asked, name, chosen):
    assert voice_for(espeak, asked, Voice(name=name)) == chosen


def test_voices_of_other_providers_sound_different_from_each_other(espeak, asked):
    names = [f"21m00Tcm4TlvDq8ikWA{letter}" for letter in "ABCDEF"]
    chosen = [voice_for(espeak, asked, Voice(name=name, gender="male")) for name in names]
    assert len(set(chosen)) > 2
    assert all(each.startswith("gmw/en-US+m") for each in chosen)
    assert [voice_for(espeak, asked, Voice(name=name, gender="male")) for name in names] == chosen


@pytest.mark.parametrize(
    ("gender", "voices"),
    [
        ("female", ["f2", "f1", "f3", "f4", "f5"]),
        ("male", ["m3", "m1", "m2", "m4", "m7"]),
        ("neutral", ["f2", "m3", "f1", "m1", "f3", "m2", "f4", "m4", "f5", "m7"]),
    ],
)
def test_it_tells_its_voices_and_its_usual_one_first(espeak, asked, gender, voices):
    assert list(espeak.voices(Voice(gender=gender))) == voices
    assert voice_for(espeak, asked, Voice(gender=gender)) == f"gmw/en-US+{voices[0]}"


@pytest.mark.parametrize(
    ("name", "has"),
    [("f3", True), ("en-us+f3", True), ("es", True), ("x9", False), ("en-us+x9", False), ("xx+f3", False)],
)
def test_it_tells_whether_it_has_a_voice(espeak, name, has):
    assert espeak.has_voice(name) is has


@pytest.mark.parametrize(
    ("language", "accent", "has"),
    [("en", "", True), ("en", "British", True), ("de", "british", False), ("fr", "non-native", True)],
)
def test_it_tells_whether_it_has_an_accent(espeak, language, accent, has):
    assert espeak.has_accent(Voice(language=language, accent=accent)) is has


def test_somebody_who_is_not_at_home_in_the_language_speaks_word_by_word(espeak):
    native, foreign = (espeak.synthesize(TEXT, Voice(accent=accent)) for accent in ("", "non-native"))
    assert len(foreign) > 1.2 * len(native)
    assert espeak.synthesize(TEXT, Voice(accent="non-native")) == foreign
    assert espeak.synthesize(TEXT, Voice()) == native


@pytest.mark.parametrize(
    ("language", "text", "told"),
    [
        ("en", TEXT, ""),
        ("tl", "Kumusta po", "espeak-ng has no voice for Filipino (tl); an Indonesian one reads it."),
        ("ja", "こんにちは、カメラ", ""),
        ("zh", "你好", ""),
        (
            "ja",
            "予約です",
            "espeak-ng cannot read kanji and says 'Chinese letter' for each: write the words in kana, ",
        ),
    ],
)
def test_it_tells_what_will_not_sound_as_it_should(espeak, language, text, told):
    found = espeak.shortcoming(text, Voice(language=language))
    assert found.startswith(told) if told else not found


@pytest.mark.parametrize(("speed", "pace"), [(1.0, 135), (1.2, 162), (0.8, 108), (0.1, 88), (9.0, 405)])
def test_the_speed_multiplies_the_pace_as_far_as_the_library_speaks_evenly(espeak, asked, speed, pace):
    espeak.synthesize("Hello", Voice(speed=speed))
    assert asked[-1][2] == pace


def test_faster_speech_is_shorter(espeak):
    slow, fast = (len(espeak.synthesize(TEXT, Voice(speed=speed))) for speed in (0.8, 1.2))
    assert fast < 0.8 * slow


@pytest.mark.parametrize("text", ["", " ", "...", "?!", "<"])
def test_what_has_no_words_is_not_spoken(espeak, text):
    assert espeak.synthesize(text, Voice()) == b""


def test_markup_is_spoken_as_text_and_not_obeyed(espeak):
    plain = espeak.synthesize("one two", Voice())
    paused = espeak.synthesize('one <break time="9s"/> two', Voice())
    assert (
        pcm.duration(plain) + 1.0 < pcm.duration(paused) < 6.0
    )  # it takes its time to say, not nine seconds


def test_a_command_to_the_library_in_the_text_is_not_obeyed(espeak):
    assert espeak.synthesize("\x01300S one two three", Voice()) == espeak.synthesize(
        "300S one two three", Voice()
    )


def test_text_in_another_script_is_spoken(espeak):
    assert pcm.duration(espeak.synthesize("नमस्ते, आप कैसे हैं?", Voice(language="hi"))) > 0.8


@pytest.mark.parametrize("language", ["xx", "klingon", "fil", "q"])
def test_an_unknown_language_is_told_with_those_that_are_near(espeak, language):
    with pytest.raises(
        SynthesisError, match=f"does not speak the language '{language}'. It speaks [a-z]"
    ) as caught:
        espeak.synthesize("Hello", Voice(language=language))
    assert "\n" not in str(caught.value)


def test_an_unknown_language_like_no_other_is_told(espeak):
    with pytest.raises(SynthesisError, match=r"does not speak the language '123'\.$"):
        espeak.synthesize("Hello", Voice(language="123"))


def test_the_fingerprint_names_engine_and_version(espeak):
    assert espeak.name == "espeak"
    assert espeak.fingerprint == f"espeak-ng {espeak_library.version()} at 135 words per minute"
