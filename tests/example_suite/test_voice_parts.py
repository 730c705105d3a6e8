"""The clinic's ears and voice, part by part."""

from __future__ import annotations

import copy
import json
from datetime import datetime

import numpy as np
import pytest
from acme_clinic import billing, misbehaviour, sentences
from acme_clinic.billing import Billing
from acme_clinic.dates import speak_moment
from acme_clinic.dialogue import Dialogue
from acme_clinic.keypad import split_keypad
from acme_clinic.records import PATIENTS
from acme_clinic.voice import lines
from acme_clinic.voice.audio import FRAME_BYTES, SAMPLE_RATE
from acme_clinic.voice.chirp import Audio, Event, EventType, MalformedFrame, event, read_frame
from acme_clinic.voice.listening import KeyPressed, Listener, UtteranceEnded, UtteranceStarted
from acme_clinic.voice.prompts import RECORDINGS, NotRecorded, audio_of, recordings_for
from acme_clinic.voice.recognizer import RULES
from acme_clinic.voice.spoken import number_words, spoken_sentences
from acme_clinic.voice.tones import ToneDetector
from acme_clinic.voice.words import asks_for_repetition, for_a_bot, is_about_to_press_keys
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_agentsim.audio.dtmf import tones

KEYS = "0123456789*#ABCD"


def frames(pcm: bytes) -> list[bytes]:
    pcm += bytes(-len(pcm) % FRAME_BYTES)
    return [pcm[at : at + FRAME_BYTES] for at in range(0, len(pcm), FRAME_BYTES)]


def keys_in(pcm: bytes) -> str:
    detector = ToneDetector()
    return "".join(map(detector.feed, frames(pcm + bytes(FRAME_BYTES))))


# Keys


@pytest.mark.parametrize("level", [-30.0, -13.0])
def test_every_key_is_recognised_once(level):
    assert keys_in(tones(KEYS, level=level)) == KEYS


def test_a_key_pressed_twice_is_two_keys():
    assert keys_in(tones("1122")) == "1122"


@settings(deadline=None)
@given(st.integers(0, FRAME_BYTES // 2 - 1))
def test_keys_are_recognised_wherever_they_begin_in_a_frame(offset):
    assert keys_in(bytes(2 * offset) + tones("15#", tone=0.08, pause=0.06)) == "15#"


def test_no_key_is_found_in_speech():
    assert (
        keys_in(b"".join(map(audio_of, (sentences.HOURS, sentences.GREETING, sentences.UNKNOWN_NAME)))) == ""
    )


def test_no_key_is_found_in_noise():
    noise = np.random.default_rng(1).normal(0, 3000, SAMPLE_RATE).astype("<i2").tobytes()
    assert keys_in(noise) == ""


# Listening


def heard_in(pcm: bytes, listener: Listener | None = None, *, size: int = FRAME_BYTES) -> list[object]:
    listener = listener or Listener()
    return [heard for at in range(0, len(pcm), size) for heard in listener.feed(pcm[at : at + size])]


SECOND = bytes(2 * SAMPLE_RATE)


@pytest.mark.parametrize("size", [2, 638, 640, 1000, 64_000])
def test_an_utterance_is_heard_whatever_the_size_of_the_frames(size):
    spoken = audio_of(sentences.HELLO)
    started, ended = heard_in(SECOND + spoken + SECOND, size=size)

    assert isinstance(started, UtteranceStarted)
    assert isinstance(ended, UtteranceEnded)
    assert len(spoken) <= len(ended.pcm) <= len(spoken) + len(SECOND)


def test_silence_and_line_noise_are_no_utterance():
    noise = np.random.default_rng(1).normal(0, 20, 5 * SAMPLE_RATE).astype("<i2").tobytes()
    assert heard_in(SECOND + noise) == []


def test_a_pause_shorter_than_the_end_silence_does_not_end_an_utterance():
    word = audio_of(sentences.LAST_WORD)
    heard = heard_in(word + bytes(int(0.4 * SAMPLE_RATE) * 2) + word + SECOND)

    assert [type(each) for each in heard] == [UtteranceStarted, UtteranceEnded]


def test_a_hint_that_the_caller_has_finished_ends_the_utterance_sooner():
    def frames_until_the_end(*, hinted: bool) -> int:
        listener = Listener()
        heard_in(audio_of(sentences.LAST_WORD), listener)
        if hinted:
            listener.told_completed()
        return next(at for at in range(100) if any(listener.feed(bytes(FRAME_BYTES))))

    assert frames_until_the_end(hinted=True) < frames_until_the_end(hinted=False)


def test_keys_end_an_utterance_and_are_none():
    heard = heard_in(audio_of(sentences.LAST_WORD) + tones("12#") + SECOND)

    assert isinstance(heard[0], UtteranceStarted)
    assert heard[1:] == [KeyPressed("1"), KeyPressed("2"), KeyPressed("#")]


# What can be said

# One-word names are those that the grammar knows: others cannot be heard.
LINES = (
    "cancel my appointment", "reschedule my appointment", "book an appointment", "when are you open", "my bill",
    "my account", "let me talk to a human", "peter", "miller", "peter miller", *(patient.name for patient in PATIENTS),
    *(f"{patient.birth_date:%B %d, %Y}" for patient in PATIENTS), "January 2, 1991", "yes", "no", "leave everything as it is",
    "thursday", "monday", "that's all", "hello", "goodbye", "what", "payment plan", "150 dollars", "j o h n s m i t h",
    '<dtmf digits="1234#"/>', '<dtmf digits="9012#"/>', '<dtmf digits="0000#"/>', '<dtmf digits="12"/>',
)  # fmt: skip


def everything_said(bot: Dialogue | Billing) -> set[str]:
    """Return all texts that the bot can say in any conversation of these lines."""
    said, seen, waiting = {bot.greet().text}, set(), [bot]
    while waiting:
        bot = waiting.pop(0)
        for line in LINES:
            after = copy.deepcopy(bot)
            said.add(after.hear(*split_keypad(line)).text)
            # What has been said before and done with the calendar makes no further sentences.
            kept = ("state", "_request", "_patient", "_wrong_birth_dates", "_wrong_accounts")
            key = repr([vars(after).get(name) for name in kept])
            if key not in seen:
                seen.add(key)
                waiting.append(after)
    return said


@pytest.fixture(scope="module")
def texts() -> set[str]:
    return everything_said(Dialogue()) | everything_said(Billing())


def test_every_sentence_of_the_bots_is_reached_by_the_enumeration(texts):
    every = "\n".join(texts)
    templates = [
        value
        for module in (sentences, billing)
        for name, value in vars(module).items()
        if name.isupper() and isinstance(value, str)
    ]
    missing = [each for each in templates if each.split("{")[0].rstrip("$") not in every]
    assert missing == []


def test_everything_that_the_bots_can_say_is_recorded(texts):
    phone = (f"{lines.STOP_THERE} {lines.SAY_BRIEFLY}", f"{lines.STOP_THERE} {lines.SAY_YES_OR_NO}")
    bad = (misbehaviour.BOILERPLATE, misbehaviour.FEE, misbehaviour.HANG_UP)
    for text in (*texts, *phone, *bad):
        assert recordings_for(text), text


@settings(deadline=None)
@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2030, 1, 1)),  # noqa: DTZ001
    st.decimals(0, 999_999, places=2),
    st.integers(0, 99_999),
)
def test_every_date_amount_and_number_is_recorded(moment, balance, number):
    recordings_for(sentences.BOOKED.format(moment=speak_moment(moment)))
    recordings_for(sentences.BALANCE.format(balance=balance))
    recordings_for(sentences.CONFIRMATION.format(confirmation=f"ACM-{number}"))


def test_a_sentence_without_a_recording_says_which_word_is_missing():
    with pytest.raises(NotRecorded, match="in 'please hold the xylophones'"):
        audio_of("Please hold the xylophones.")


def test_a_whole_sentence_is_one_recording():
    assert recordings_for(sentences.ANYTHING_ELSE) == [["is_there_anything_else_i_can_help_you_with"]]


def test_slots_are_put_between_the_fixed_parts():
    text = sentences.YOUR_APPOINTMENT.format(moment="Tuesday, March 3 at 10:00 AM")
    assert recordings_for(text) == [
        ["you_have_an_appointment_on", "tuesday", "march", "third", "at_ten", "am"]
    ]


def test_the_recordings_are_small():
    assert sum(path.stat().st_size for path in RECORDINGS.glob("*.flac")) < 3_000_000


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("$75.50.", "seventy five dollars and fifty cents"),
        ("$1,420.00.", "one thousand four hundred twenty dollars"),
        ("ACM-1042", "a c m one zero four two"),
        ("at 9:30 AM", "at nine thirty am"),
        ("at 12:05 PM", "at twelve oh five pm"),
        ("March 22", "march twenty second"),
        ("I'm sorry", "im sorry"),
    ],
)
def test_numbers_are_said_as_people_say_them(text, words):
    assert spoken_sentences(text) == [words.split()]


def test_number_words_know_hundreds_and_thousands():
    assert number_words(12_345) == "twelve thousand three hundred forty five"


# Words of the recogniser


@pytest.mark.parametrize(
    ("heard", "rule", "text"),
    [
        ("nine oh one two", "account_number", "nine zero one two"),
        ("oh yes", "reschedule_offer", "oh yes"),
        ("about a hundred and fifty dollars a month", "amount", "150 dollars"),
        ("two hundred twenty five dollars", "amount", "225 dollars"),
        ("goodbye", "amount", "goodbye"),
    ],
)
def test_words_are_given_to_a_bot_as_it_reads_them(heard, rule, text):
    assert for_a_bot(heard, rule=rule) == text


def test_a_caller_who_asks_for_a_moment_is_told_from_one_who_answers():
    assert is_about_to_press_keys("sure entering it now")
    assert not is_about_to_press_keys("one two three four")


def test_a_caller_who_has_not_understood_is_noticed():
    assert asks_for_repetition("sorry could you repeat that")
    assert not asks_for_repetition("cancel it please")


@pytest.mark.parametrize(
    "state", [*(each.name for each in type(Dialogue().state)), *(each.name for each in type(Billing().state))]
)
def test_the_grammar_has_a_rule_for_every_state(state):
    assert state.lower() in RULES


# The protocol


def test_audio_of_any_even_length_is_taken():
    assert read_frame(b"\1\2" * 5) == Audio(b"\1\2" * 5)


def test_an_event_of_ours_can_be_read():
    frame = event(EventType.SPEECH_STARTED, utterance_id="u_1")
    assert read_frame(frame) == Event(EventType.SPEECH_STARTED, {"utterance_id": "u_1"})
    assert json.loads(frame).keys() == {"type", "id", "ts_ms", "data"}


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        (b"", "INVALID_AUDIO_FRAME"),
        (b"\0" * 641, "INVALID_AUDIO_FRAME"),
        ("", "INVALID_MESSAGE"),
        ("[]", "INVALID_MESSAGE"),
        ("[" * 100_000, "INVALID_MESSAGE"),
        ('{"type": "foo", "data": {}}', "INVALID_MESSAGE"),
        ('{"type": ["speech.started"], "data": {}}', "INVALID_MESSAGE"),
        ('{"data": {}}', "MISSING_FIELD"),
        ('{"type": "speech.started"}', "MISSING_FIELD"),
        ('{"type": "speech.started", "data": {}}', "MISSING_FIELD"),
        ('{"type": "speech.completed", "data": {"utterance_id": 7}}', "MISSING_FIELD"),
    ],
)
def test_a_malformed_frame_has_a_code(frame, code):
    with pytest.raises(MalformedFrame) as raised:
        read_frame(frame)
    assert raised.value.code == code
