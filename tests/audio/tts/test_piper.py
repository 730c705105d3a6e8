from __future__ import annotations

import json

import pytest

pytest.importorskip("numpy")
pytest.importorskip("soxr")
pytest.importorskip("piper")

import numpy as np

from pytest_agentsim.audio import pcm
from pytest_agentsim.audio.tts.interface import SynthesisError, Voice
from pytest_agentsim.audio.tts.piper import PiperSynthesizer
from pytest_agentsim.errors import ConfigurationError

# A voice model as piper's are, but for what it has learnt: the more phonemes, the longer the tone; each speaker has
# a tone of their own; noise makes it different each time.
MODEL = """
<ir_version: 8, opset_import: ["" : 17]>
tone (int64[1, n] input, int64[1] input_lengths, float[3] scales, int64[1] sid) => (float[1, 1, t] output)
<int64 zero = {0}, int64 one = {1}, int64 two = {2}, float start = {0.0}, float step = {1.0},
 float each = {1024.0}, float pitch = {0.1}, float half = {0.5}, int64[2] axes = {0, 1}>
{
    length = ReduceSum <keepdims = 0> (input_lengths)
    phonemes = Cast <to = 1> (length)
    length_scale = Gather (scales, one)
    noise_scale = Gather (scales, zero)
    per_phoneme = Mul (each, length_scale)
    samples = Mul (phonemes, per_phoneme)
    positions = Range (start, samples, step)
    speaker = Cast <to = 1> (sid)
    higher = Add (speaker, step)
    frequency = Mul (higher, pitch)
    phase = Mul (positions, frequency)
    tone = Sin (phase)
    random = RandomNormalLike (tone)
    noise = Mul (random, noise_scale)
    mixed = Add (tone, noise)
    quieter = Mul (mixed, half)
    output = Unsqueeze (quieter, axes)
}
"""
PHONEMES = "_^$ abcdefghijklmnopqrstuvwxyzəɛɪʊʌɔæɑðθŋʃʒɹɡˈˌː.,!?"  # noqa: RUF001


@pytest.fixture
def model(tmp_path):
    """Make a model that speaks a language, and return its path."""
    parser = pytest.importorskip("onnx.parser")
    onnx = pytest.importorskip("onnx")

    def make(name: str = "tone", espeak_voice: str = "en-us") -> str:
        config = {
            "audio": {"sample_rate": 22_050},
            "espeak": {"voice": espeak_voice},
            "inference": {"noise_scale": 0.667, "length_scale": 1.0, "noise_w": 0.8},
            "num_symbols": len(PHONEMES),
            "num_speakers": 2,
            "speaker_id_map": {"ann": 0, "bob": 1},
            "phoneme_id_map": {each: [number] for number, each in enumerate(PHONEMES)},
        }
        path = tmp_path / f"{name}.onnx"
        onnx.save(parser.parse_model(MODEL), path)
        (tmp_path / f"{name}.onnx.json").write_text(json.dumps(config), encoding="utf-8")
        return str(path)

    return make


def pitch(audio: bytes) -> float:
    spectrum = np.abs(np.fft.rfft(pcm.to_float(audio)))
    return float(np.argmax(spectrum) / pcm.duration(audio))


def test_a_text_becomes_speech_at_the_common_level(model):
    audio = PiperSynthesizer({"piper_model": model()}, {}).synthesize("Hello. Good morning.", Voice())
    assert 0.5 < pcm.duration(audio) < 5.0
    assert pcm.speech_level(audio) == pytest.approx(-20, abs=0.1)


def test_the_same_text_gives_the_same_bytes(model):
    piper = PiperSynthesizer({"piper_model": model()}, {})
    assert piper.synthesize("Hello", Voice()) == piper.synthesize("Hello", Voice())


def test_noise_is_made_where_the_settings_want_it(model):
    piper = PiperSynthesizer({"piper_model": model(), "noise_scale": "0.667"}, {})
    assert piper.synthesize("Hello", Voice()) != piper.synthesize("Hello", Voice())


def test_twice_the_speed_is_half_the_duration(model):
    piper = PiperSynthesizer({"piper_model": model()}, {})
    usual, fast = (pcm.duration(piper.synthesize("Good morning", Voice(speed=speed))) for speed in (1.0, 2.0))
    assert fast == pytest.approx(usual / 2, rel=0.02)


def test_a_name_chooses_the_speaker(model):
    piper = PiperSynthesizer({"piper_model": model()}, {})
    ann, bob = (pitch(piper.synthesize("Good morning", Voice(name=name))) for name in ("ann", "bob"))
    assert bob == pytest.approx(2 * ann, rel=0.02)


def test_a_name_of_another_provider_stands_for_one_of_the_speakers(model):
    piper = PiperSynthesizer({"piper_model": model()}, {})
    heard = {round(pitch(piper.synthesize("Good morning", Voice(name=name)))) for name in "abcdefgh"}
    assert len(heard) == 2


def test_each_language_may_have_a_model(model):
    settings = {"piper_model": model(), "piper_model.de": model("german", "de")}
    piper = PiperSynthesizer(settings, {})
    assert piper.synthesize("Guten Morgen", Voice(language="de-AT"))
    assert piper.synthesize("Good morning", Voice(language="en-GB"))


def test_a_language_that_the_model_does_not_speak_is_refused(model):
    with pytest.raises(SynthesisError, match=r"speaks en-us, not 'de': set piper_model\.de to one that does"):
        PiperSynthesizer({"piper_model": model()}, {}).synthesize("Guten Tag", Voice(language="de"))


def test_a_language_without_a_model_is_refused(model):
    with pytest.raises(SynthesisError, match=r"piper has no model for 'fr': set piper_model\.fr"):
        PiperSynthesizer({"piper_model.de": model()}, {}).synthesize("Bonjour", Voice(language="fr"))


def test_the_environment_may_name_the_model(model):
    piper = PiperSynthesizer({}, {"AGENTSIM_PIPER_MODEL": model()})
    assert piper.name == "piper"
    assert piper.synthesize("Hello", Voice())


def test_the_fingerprint_follows_the_content_of_the_model(model, tmp_path):
    path = model()
    before = PiperSynthesizer({"piper_model": path}, {}).fingerprint
    with (tmp_path / "tone.onnx").open("ab") as file:
        file.write(b"\x00")
    after = PiperSynthesizer({"piper_model": path}, {}).fingerprint
    assert before != after


def test_without_a_model_the_way_to_one_is_told():
    with pytest.raises(
        ConfigurationError, match=r"needs a voice model: download one with .* AGENTSIM_PIPER_MODEL"
    ):
        PiperSynthesizer({}, {})


@pytest.mark.parametrize("present", [[], ["tone.onnx"]])
def test_a_file_that_is_missing_is_told_by_its_path(tmp_path, present):
    for name in present:
        (tmp_path / name).touch()
    missing = tmp_path / ("tone.onnx.json" if present else "tone.onnx")
    with pytest.raises(ConfigurationError) as caught:
        PiperSynthesizer({"piper_model": str(tmp_path / "tone.onnx")}, {})
    assert f"finds no file {missing}: " in str(caught.value)


def test_a_model_that_is_none_is_told(tmp_path):
    (tmp_path / "tone.onnx").write_bytes(b"no model")
    (tmp_path / "tone.onnx.json").write_text("{}", encoding="utf-8")
    piper = PiperSynthesizer({"piper_model": str(tmp_path / "tone.onnx")}, {})
    with pytest.raises(SynthesisError, match=r"tone\.onnx cannot be loaded"):
        piper.synthesize("Hello", Voice())


def test_noise_is_a_number(model):
    with pytest.raises(ConfigurationError, match="noise_w_scale must be a number, not 'much'"):
        PiperSynthesizer({"piper_model": model(), "noise_w_scale": "much"}, {})
