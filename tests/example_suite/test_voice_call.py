"""Whole calls without a socket and faster than real time: synthesised callers, the real recogniser."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from acme_clinic import sentences
from acme_clinic.billing import GREETING as BILLING_GREETING
from acme_clinic.billing import Billing
from acme_clinic.dialogue import Dialogue, State
from acme_clinic.errands import CAN_YOU_COME, Refill, Reminder
from acme_clinic.misbehaviour import BOILERPLATE, Misbehaviour
from acme_clinic.switchboard import Switchboard
from acme_clinic.voice import lines
from acme_clinic.voice.audio import FRAME_BYTES, SAMPLE_RATE, SILENCE, frames_in
from acme_clinic.voice.phone_call import Call
from acme_clinic.voice.recognizer import Recognizer
from acme_clinic.voice.tones import ToneDetector

from pytest_agentsim.audio.dtmf import tones
from pytest_agentsim.audio.tts.espeak import EspeakSynthesizer
from pytest_agentsim.audio.tts.interface import Voice

if TYPE_CHECKING:
    from collections.abc import Iterable

    from acme_clinic.replies import Bot

LONG_STORY = (
    "Well, you see, my sister is coming to visit from Boston, and she asked me to drive her to the lake, "
    "and then my car broke down on the way to the garage"
)


@cache
def speech(text: str) -> bytes:
    return EspeakSynthesizer().synthesize(text, Voice())


@pytest.fixture(scope="module")
def recognizer() -> Recognizer:
    return Recognizer()


class Caller:
    """A caller on the line, frame by frame; `log` is what the clinic notes of the call."""

    def __init__(self, recognizer: Recognizer, bot: Bot | None = None, **options: Any) -> None:
        self.log: list[str] = []
        self.bot = bot or Dialogue()
        self.call = Call(self.bot, **{"greeting": False, "log": self.log.append} | options)
        self.events: list[dict[str, Any]] = []
        self.recognizer = recognizer

    def step(self, frame: str | bytes | None = SILENCE) -> list[bytes]:
        """Send one frame, or none, and let 20 ms pass; return the clinic's audio."""
        if frame is not None:
            self.call.receive(frame)
        sent = self.call.tick()
        if question := self.call.take_question():
            self.call.recognized(question, self.recognizer.recognize(question.pcm, question.rule))
        self.events += [json.loads(each) for each in sent if isinstance(each, str)]
        return [each for each in sent if isinstance(each, bytes)]

    def send(self, pcm: bytes) -> None:
        """Send audio to its end, or until the clinic cuts in."""
        pcm += bytes(-len(pcm) % FRAME_BYTES)
        already = len(self.events)
        for at in range(0, len(pcm), FRAME_BYTES):
            self.step(pcm[at : at + FRAME_BYTES])
            if "speech.started" in self.types[already:]:
                return

    def listen(self, *, gap: bool = False) -> int:
        """Stay silent until the clinic has spoken and been silent for a second; return how many frames it said."""
        frames = silent = 0
        for _ in range(frames_in(30)):
            if spoken := len(self.step(None if gap else SILENCE)):
                frames += spoken
                silent = 0
            else:
                silent += 1
            if self.call.ending or (silent > frames_in(1) and (frames or silent > frames_in(4))):
                break
        return frames

    def say(self, *texts: str) -> None:
        for text in texts:
            self.send(speech(text))
            self.listen()

    @property
    def types(self) -> list[str]:
        return [each["type"] for each in self.events]

    @property
    def said(self) -> list[str]:
        """What the clinic has said."""
        return [each for entry in self.log if (each := entry.partition("the clinic says ")[2])]

    @property
    def tools(self) -> list[str]:
        return [each for entry in self.log if (each := entry.partition("calls ")[2].partition("{")[0])]


@pytest.fixture
def caller(recognizer: Recognizer) -> Caller:
    return Caller(recognizer)


def has_said(caller: Caller, text: str) -> bool:
    return any(text in said for said in caller.said)


# Conversations, with the words of voice.scenario.yaml


def test_an_appointment_is_cancelled(caller):
    caller.say(
        "Hi, this is Sarah Johnson, I need to cancel my appointment",
        "January first, nineteen ninety",
        "No, cancel it please",
    )

    assert caller.tools == ["lookup_patient", "cancel_appointment"]
    assert has_said(caller, "ACM-1042")


def test_a_name_is_spelled_letter_by_letter(caller):
    caller.say("I need to cancel my appointment", "My name is John Parker", "J, O, H, N. S, M, I, T, H")

    assert caller.bot.state is State.BIRTH_DATE
    assert has_said(caller, "Thank you, John.")


def test_an_account_number_is_entered_by_keys_in_the_audio(caller):
    caller.say("I have a question about my bill")
    caller.send(tones("1234#"))
    caller.listen()

    assert caller.tools == ["lookup_account"]
    assert has_said(caller, "Your balance is $420.00.")


def test_who_announces_the_keys_is_not_interrupted(caller):
    caller.say("I have a question about my bill", "Sure, entering it now.")
    caller.send(tones("1234#"))
    caller.listen()

    assert not has_said(caller, "catch")
    assert has_said(caller, "Your balance is $420.00.")


def test_keys_without_pound_are_taken_after_a_while(caller):
    caller.say("I have a question about my bill")
    caller.send(tones("12"))
    caller.listen()

    assert has_said(caller, sentences.FINISH_ENTRY)


def test_billing_is_spoken_to_as_well(recognizer):
    caller = Caller(recognizer, Billing())
    caller.say("I'd like to set up a payment plan", "Fifty dollars a month")

    assert caller.tools == ["create_payment_plan"]


# Who speaks when


def test_the_clinic_greets_when_it_is_to_speak_first(recognizer):
    caller = Caller(recognizer, greeting=True)
    assert caller.listen() > frames_in(2)
    assert has_said(caller, sentences.GREETING)


def test_the_clinic_waits_when_the_caller_is_to_speak_first(caller):
    assert caller.listen() == 0


def test_speech_that_the_grammar_does_not_know_is_asked_for_again(caller):
    caller.say("The weather is lovely today")
    assert has_said(caller, "I didn't catch that")
    assert caller.bot.state is State.REQUEST


@pytest.mark.parametrize(
    "text",
    ["I bought a red car last summer", "Seventeen oranges", "My dog ate the homework again", "Elephants"],
)
@pytest.mark.parametrize("rule", ["request", "reschedule_offer", "name", "birth_date"])
def test_foreign_speech_has_no_words(recognizer, text, rule):
    assert recognizer.recognize(speech(text), rule) == ""


def test_a_caller_who_has_not_understood_hears_it_again(caller):
    caller.say("When are you open?", "Sorry, could you repeat that?")
    first, second = caller.said
    assert first == second


def test_a_caller_who_cuts_in_silences_the_clinic_within_200_ms(caller):
    caller.send(speech("When are you open?"))
    while not caller.step():
        pass
    caller.send(SILENCE * frames_in(2))
    words = speech("Can I speak to a human, please?")
    frames = [words[at : at + FRAME_BYTES] for at in range(0, len(words) - FRAME_BYTES, FRAME_BYTES)]
    spoken = [bool(caller.step(frame)) for frame in frames]
    caller.listen()

    assert spoken[0]
    assert not any(spoken[frames_in(0.2) :])
    assert caller.tools == ["transfer_call"]


def test_the_goodbye_cannot_be_interrupted(caller):
    caller.say("When are you open?")
    caller.send(speech("Great, thanks. Goodbye!"))
    while not caller.step():
        pass
    caller.send(speech("When are you open?"))
    caller.listen()

    assert caller.call.ending == "the clinic hung up"
    assert not has_said(caller, "catch")


def test_the_clinic_hangs_up_after_its_last_word_has_been_played(caller):
    caller.send(speech("Can I speak to a human, please?"))
    frames = caller.listen()

    assert caller.call.ending == "the clinic hung up"
    assert frames > frames_in(3)


@pytest.mark.parametrize(
    "lead",
    [(), ("Hi, this is Sarah Johnson, I need to cancel my appointment", "January first, nineteen ninety")],
)
def test_a_long_story_is_cut_short_by_the_clinic(caller, lead):
    caller.say(*lead)
    caller.send(speech(LONG_STORY))
    caller.listen()

    assert caller.types == ["speech.started", "speech.completed"]
    assert len({each["data"]["utterance_id"] for each in caller.events}) == 1
    assert lines.STOP_THERE in caller.said[-1]
    assert (lines.SAY_YES_OR_NO if lead else lines.SAY_BRIEFLY) in caller.said[-1]


def test_after_a_long_story_the_conversation_goes_on(caller):
    caller.send(speech(LONG_STORY))
    caller.listen()
    caller.say("When are you open?")

    assert has_said(caller, sentences.HOURS)


def test_a_caller_who_sends_no_silence_is_understood_as_well(caller):
    caller.send(speech("When are you open?"))
    assert caller.listen(gap=True)
    assert has_said(caller, sentences.HOURS)


def test_a_caller_who_goes_on_is_heard_as_a_whole(recognizer):
    caller = Caller(recognizer)
    questions = []

    def hold(frames: Iterable[bytes]) -> None:
        for frame in frames:
            caller.call.receive(frame)
            caller.call.tick()
            questions.extend(filter(None, [caller.call.take_question()]))

    words = speech("When are you open?")
    utterance = [words[at : at + FRAME_BYTES] for at in range(0, len(words) - FRAME_BYTES, FRAME_BYTES)]
    hold([*utterance, *[SILENCE] * frames_in(1), *utterance, *[SILENCE] * frames_in(1)])
    first, second = questions
    caller.call.recognized(first, "when are you open")

    assert caller.said == []
    assert second.pcm.startswith(first.pcm)


@pytest.mark.parametrize("ticks", [5, 12, 20, 30, 45])
def test_frames_that_come_late_are_heard_as_if_they_had_come_in_time(recognizer, ticks):
    words = speech("I need to cancel my appointment")
    line = SILENCE * 20 + words + bytes(-len(words) % FRAME_BYTES) + SILENCE * frames_in(1)
    frames = [line[at : at + FRAME_BYTES] for at in range(0, len(line), FRAME_BYTES)]

    def heard(late: range) -> list[bytes]:
        call = Caller(recognizer).call
        utterances = []
        for number, frame in enumerate(frames):
            if number == late.start:
                for _ in late:
                    call.tick()
            call.receive(frame)
            if number not in late:
                call.tick()
            utterances += [question.pcm for question in [call.take_question()] if question]
        return utterances

    in_time = heard(range(0))
    assert len(in_time) == 1
    for start in range(30, 90, 15):
        assert heard(range(start, start + ticks)) == in_time


# The protocol


def test_malformed_frames_are_answered_and_the_call_goes_on(caller):
    for frame in ("{", b"\0", '{"type": "speech.started", "data": {}}'):
        caller.step(frame)
    caller.say("When are you open?")

    assert [each["data"]["code"] for each in caller.events] == [
        "INVALID_MESSAGE",
        "INVALID_AUDIO_FRAME",
        "MISSING_FIELD",
    ]
    assert has_said(caller, sentences.HOURS)


def test_an_error_of_the_caller_is_noted(caller):
    caller.step('{"type": "session.error", "data": {"code": "INVALID_MESSAGE"}}')
    assert caller.log == ["the caller reports an error: {'code': 'INVALID_MESSAGE'}"]


# Misbehaviour


@pytest.mark.parametrize(
    ("how", "said"),
    [
        (Misbehaviour.SILENT, []),
        (Misbehaviour.BOILERPLATE, [BOILERPLATE]),
        (Misbehaviour.HANG_UP, ["Goodbye!"]),
    ],
)
def test_the_clinic_misbehaves_by_voice_too(recognizer, how, said):
    caller = Caller(recognizer, misbehaviour=how)
    caller.say("When are you open?")
    assert caller.said == [repr(each) for each in said]


def test_a_crash_is_left_to_the_line(recognizer):
    caller = Caller(recognizer, misbehaviour=Misbehaviour.CRASH)
    with pytest.raises(RuntimeError, match="on purpose"):
        caller.say("When are you open?")


# Menus and answering machines


def beep(seconds: float = 0.8, frequency: float = 1000.0) -> bytes:
    times = np.arange(int(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    return (6000 * np.sin(2 * np.pi * frequency * times)).astype("<i2").tobytes()


def pressed(caller: Caller, frames: int = frames_in(4)) -> str:
    """Let time pass and return the keys that the clinic presses meanwhile."""
    detector = ToneDetector()
    sent = [each for _ in range(frames) for each in caller.step()]
    return "".join(detector.feed(each) for each in (*sent, SILENCE))


def test_a_key_chooses_from_the_menu_at_once(recognizer):
    caller = Caller(recognizer, Switchboard(), greeting=True)
    caller.send(tones("2"))
    caller.listen()
    assert has_said(caller, BILLING_GREETING)


def test_the_clinic_finds_its_way_through_a_menu(recognizer):
    caller = Caller(recognizer, Refill())
    caller.send(
        speech("Thank you for calling Main Street Pharmacy. Press 1 for opening hours. Press 2 for refills.")
    )
    assert pressed(caller) == "2"
    caller.say("Pharmacy, how can I help you?", "All right, it will be ready tomorrow.")
    assert caller.tools == ["order_refill"]
    assert caller.call.ending == "the clinic hung up"


@pytest.mark.parametrize("frequency", [440.0, 1000.0, 1400.0])
def test_a_message_is_left_on_a_machine_once_it_has_beeped(recognizer, frequency):
    caller = Caller(recognizer, Reminder())
    caller.send(speech("You have reached Sarah Johnson. Please leave a message after the tone."))
    assert pressed(caller, frames_in(1.5)) == ""
    assert caller.said == []
    caller.send(beep(frequency=frequency))
    caller.listen()
    assert has_said(caller, "You have an appointment on Tuesday, March 3")
    assert caller.call.ending == "the clinic hung up"


def test_a_beep_right_behind_the_greeting_is_heard(recognizer):
    caller = Caller(recognizer, Reminder())
    caller.send(speech("Please leave a message after the tone.") + beep())
    caller.listen()
    assert has_said(caller, "I have a message for Sarah Johnson")


def test_a_patient_who_answers_the_phone_is_talked_to(recognizer):
    caller = Caller(recognizer, Reminder())
    caller.say("Hello?", "Yes")
    assert has_said(caller, CAN_YOU_COME)
    assert caller.call.ending == "the clinic hung up"
