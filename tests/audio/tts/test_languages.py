"""The embedded synthesizer speaks each of the platform's languages (platform_spec section e)."""

# ruff: noqa: RUF001  (letters of other alphabets are meant)
from __future__ import annotations

import pytest

pytest.importorskip("numpy")
pytest.importorskip("soxr")
pytest.importorskip("webrtcvad")
pytest.importorskip("espeakng_loader")

from pytest_agentsim.audio import pcm
from pytest_agentsim.audio.tts.espeak import EspeakSynthesizer
from pytest_agentsim.audio.tts.interface import Voice
from pytest_agentsim.scenario.schema import load_schema

# "Good morning, I would like to cancel my appointment." or near to it, in the writing of the language.
SENTENCES = {
    "af": "Goeie môre, ek wil graag my afspraak kanselleer.",
    "ar": "صباح الخير، أريد إلغاء موعدي.",
    "bg": "Добро утро, искам да отменя часа си.",
    "bn": "সুপ্রভাত, আমি আমার অ্যাপয়েন্টমেন্ট বাতিল করতে চাই।",
    "cs": "Dobré ráno, chtěla bych zrušit svou schůzku.",
    "da": "Godmorgen, jeg vil gerne aflyse min aftale.",
    "de": "Guten Morgen, ich möchte meinen Termin absagen.",
    "el": "Καλημέρα, θα ήθελα να ακυρώσω το ραντεβού μου.",
    "en": "Good morning, I would like to cancel my appointment.",
    "es": "Buenos días, quisiera cancelar mi cita.",
    "et": "Tere hommikust, ma soovin oma aja tühistada.",
    "fi": "Hyvää huomenta, haluaisin perua aikani.",
    "fr": "Bonjour, je voudrais annuler mon rendez-vous.",
    "gu": "સુપ્રભાત, હું મારી મુલાકાત રદ કરવા માંગુ છું.",
    "he": "בוקר טוב, אני רוצה לבטל את התור שלי.",
    "hi": "नमस्ते, मैं अपनी मुलाकात रद्द करना चाहती हूँ।",
    "hu": "Jó reggelt, szeretném lemondani az időpontomat.",
    "id": "Selamat pagi, saya ingin membatalkan janji saya.",
    "it": "Buongiorno, vorrei annullare il mio appuntamento.",
    "ja": "おはようございます、よやくをキャンセルしたいです。",
    "kn": "ಶುಭೋದಯ, ನಾನು ನನ್ನ ಭೇಟಿಯನ್ನು ರದ್ದುಗೊಳಿಸಲು ಬಯಸುತ್ತೇನೆ.",
    "ko": "안녕하세요, 예약을 취소하고 싶습니다.",
    "ml": "സുപ്രഭാതം, എനിക്ക് എന്റെ കൂടിക്കാഴ്ച റദ്ദാക്കണം.",
    "mr": "सुप्रभात, मला माझी भेट रद्द करायची आहे.",
    "ms": "Selamat pagi, saya mahu membatalkan temu janji saya.",
    "multi": "Good morning, I would like to cancel my appointment.",
    "nl": "Goedemorgen, ik wil graag mijn afspraak annuleren.",
    "no": "God morgen, jeg vil gjerne avbestille timen min.",
    "pa": "ਸ਼ੁਭ ਸਵੇਰ, ਮੈਂ ਆਪਣੀ ਮੁਲਾਕਾਤ ਰੱਦ ਕਰਨਾ ਚਾਹੁੰਦੀ ਹਾਂ।",
    "pl": "Dzień dobry, chciałabym odwołać moją wizytę.",
    "pt": "Bom dia, eu gostaria de cancelar a minha consulta.",
    "ro": "Bună dimineața, aș vrea să anulez programarea mea.",
    "ru": "Доброе утро, я хочу отменить свою запись.",
    "sk": "Dobré ráno, chcela by som zrušiť svoj termín.",
    "sv": "God morgon, jag vill gärna avboka min tid.",
    "ta": "காலை வணக்கம், என் சந்திப்பை ரத்து செய்ய விரும்புகிறேன்.",
    "te": "శుభోదయం, నేను నా అపాయింట్మెంట్ రద్దు చేయాలనుకుంటున్నాను.",
    "th": "สวัสดีค่ะ ฉันต้องการยกเลิกการนัดหมายของฉัน",
    "tl": "Magandang umaga, gusto kong kanselahin ang aking appointment.",
    "tr": "Günaydın, randevumu iptal etmek istiyorum.",
    "uk": "Доброго ранку, я хочу скасувати свій запис.",
    "vi": "Chào buổi sáng, tôi muốn hủy cuộc hẹn của tôi.",
    "zh": "早上好，我想取消我的预约。",
}
LANGUAGES = load_schema()["$defs"]["personality"]["properties"]["language"]["enum"]

FRAME_BYTES = 640  # 20 ms
SHORTEST, LONGEST = 2.0, 6.5  # s; whoever reads letters one by one takes longer


@pytest.fixture(scope="module")
def espeak() -> EspeakSynthesizer:
    return EspeakSynthesizer({})


def share_of_speech(audio: bytes) -> float:
    """Return how many of the frames a voice activity detector takes for speech."""
    import webrtcvad

    detector = webrtcvad.Vad(1)
    frames = [audio[at : at + FRAME_BYTES] for at in range(0, len(audio) - FRAME_BYTES + 1, FRAME_BYTES)]
    return sum(detector.is_speech(frame, pcm.SAMPLE_RATE) for frame in frames) / len(frames)


def test_every_language_of_a_personality_has_a_sentence_here():
    assert sorted(SENTENCES) == sorted(LANGUAGES)
    assert len(LANGUAGES) == 43


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("gender", ["female", "male"])
def test_a_sentence_of_every_language_becomes_speech(espeak, language, gender):
    audio = espeak.synthesize(SENTENCES[language], Voice(language=language, gender=gender))
    assert SHORTEST < pcm.duration(audio) < LONGEST
    assert pcm.speech_level(audio) == pytest.approx(-20, abs=1.0)
    assert share_of_speech(audio) > 0.9


@pytest.mark.parametrize("language", sorted({*LANGUAGES} - {"en", "multi"}))
def test_every_other_language_has_a_voice_that_is_not_the_english_one(espeak, language):
    sentence = SENTENCES[language]
    assert espeak.synthesize(sentence, Voice(language=language)) != espeak.synthesize(sentence, Voice())
