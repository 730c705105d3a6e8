"""What actions become on the voice channel."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_agentsim.caller.steps import NO_KEYS, RunFunction, SendClientMessage, SendSms
from pytest_agentsim.caller.voice_steps import (
    ChangeVoice,
    CutIn,
    Degrade,
    Express,
    GoBack,
    GoTo,
    HangUp,
    MakeNoise,
    OtherVoice,
    Pause,
    Play,
    Press,
    Record,
    Speak,
    VoiceStep,
    first_to_take_time,
    voice_steps,
    words_of,
)
from pytest_agentsim.scenario.action import Action, Interruption, NetworkSimulation, Text
from pytest_agentsim.scenario.action_parser import Place, parse_action


def steps(source: str, **variables: str) -> tuple[VoiceStep, ...]:
    """The steps of an action, without what the transcript has for the words."""
    action = parse_action(source, place=Place(followup=True)).action.resolve(variables)
    return tuple(
        replace(each, written="") if isinstance(each, Speak) else each for each in voice_steps(action)
    )


def transcript(source: str) -> str:
    return words_of(voice_steps(parse_action(source, place=Place(followup=True)).action))


# --- words ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("Hello there", "Hello there"),
        (" Hello\n  there ", "Hello there"),
        ("Odd <wobble/> tag", "Odd tag"),
        ("Odd<wobble/>, but fine", "Odd, but fine"),
        ('The same <speed ratio="1.0" />speed', "The same speed"),
    ],
)
def test_adjacent_words_are_spoken_in_one_go(source: str, text: str) -> None:
    assert steps(source) == (Speak(text),)


def test_what_stands_between_words_parts_them() -> None:
    assert steps('One moment <silence time="2s" /> here it is') == (
        Speak("One moment"),
        Pause(2.0, interruptible=True),
        Speak("here it is"),
    )


def test_punctuation_alone_is_not_spoken() -> None:
    assert steps('<dtmf digits="1"/>. <silence time="1s"/> …') == (
        Press("1", interruptible=True),
        Pause(1.0, interruptible=True),
    )


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("<spell>Sarah</spell>", "S, A, R, A, H"),
        ("My code is <spell>ab1</spell>.", "My code is A, B, 1."),
        ("It is <spell>BA</spell> and that is all", "It is B, A, and that is all"),
        ("<spell>AB</spell><spell>CD</spell>", "A, B, C, D"),
        ("<spell>Ann Lee</spell>", "A, N, N. L, E, E"),
        ("<spell>a.b@c</spell>", "A, dot, B, at, C"),
    ],
)
def test_spelled_words_are_written_so_that_a_voice_names_each_letter(source: str, text: str) -> None:
    assert steps(source) == (Speak(text),)


def test_marks_are_named_in_the_language_of_the_call() -> None:
    action = parse_action("<spell>a.b@c</spell>", place=Place(followup=True)).action
    spoken = voice_steps(action, "de")
    assert spoken == (Speak("A, Punkt, B, at, C", written="A-.-B-@-C"),)


def test_speed_and_volume_hold_for_what_follows() -> None:
    assert steps('One <speed ratio="1.2"/>two <volume ratio="0.5"/>three') == (
        Speak("One"),
        Speak("two", speed=1.2),
        Speak("three", speed=1.2, volume=0.5),
    )


def test_speed_and_volume_with_words_of_their_own_hold_for_those_alone() -> None:
    assert steps('I am <volume ratio="0.5" text="very quiet" /> today') == (
        Speak("I am"),
        Speak("very quiet", volume=0.5),
        Speak("today"),
    )


def test_a_change_of_speed_inside_of_a_block_goes_on_behind_it() -> None:
    found = steps(
        '<ignore_interruptions><speed ratio="0.9"/>slow</ignore_interruptions> and <speed ratio="1"/>not'
    )
    assert found[1:] == (Speak("slow", speed=0.9, interruptible=False), Speak("and", speed=0.9), Speak("not"))


def test_the_line_changes_between_the_words_around_a_network_simulation() -> None:
    assert steps('One <network_simulation packet_loss="5" burst="2"/>two') == (
        Speak("One"),
        Degrade(NetworkSimulation("5", burst="2")),
        Speak("two"),
    )


# --- keys, recordings, pauses, hanging up -----------------------------------------------------------------------


def test_keys_are_pressed_between_the_words_around_them() -> None:
    assert steps('My PIN is <dtmf digits="12-3#"/> thanks') == (
        Speak("My PIN is"),
        Press("123#", interruptible=True),
        Speak("thanks"),
    )


def test_the_keys_a_to_d_can_be_pressed() -> None:
    assert steps('<dtmf digits="{{test_profile.pin}}"/>', pin="1A2D") == (Press("1A2D", interruptible=True),)


def test_no_keys_are_recorded_as_such() -> None:
    assert steps('<dtmf digits="{{test_profile.pin}}"/>', pin="none") == (
        Record("dtmf", {"note": "no keys to press"}, NO_KEYS),
    )


def test_a_recording_is_played() -> None:
    assert steps('Listen: <audio id="door-bell"/>') == (
        Speak("Listen:"),
        Play("door-bell", interruptible=True),
    )


def test_a_hold_cannot_be_interrupted_and_a_silence_can() -> None:
    assert steps('<silence time="1.5s"/><hold time="3s"/>') == (
        Pause(1.5, interruptible=True),
        Pause(3.0, interruptible=False, hold=True),
    )


def test_endcall_hangs_up_and_nothing_follows_it() -> None:
    assert steps('Bye <endcall /> this is never said <dtmf digits="1"/>') == (Speak("Bye"), HangUp())


# --- what cannot be interrupted ---------------------------------------------------------------------------------


def test_an_interruption_cuts_in_and_all_after_it_is_uninterruptible() -> None:
    assert steps('<interruption time="0.5s"/>Wait! <dtmf digits="1"/><silence time="1s"/>No.') == (
        CutIn(0.5),
        Speak("Wait!", interruptible=False),
        Press("1", interruptible=False),
        Pause(1.0, interruptible=False),
        Speak("No.", interruptible=False),
    )


def test_an_interruption_behind_another_action_of_the_same_turn_is_only_recorded() -> None:
    merged = Action("", (Text("First "), Interruption("2s"), Text("second")))
    assert voice_steps(merged) == (
        Speak("First", written="First"),
        Record("interruption", {"time": "2s"}),
        Speak("second", interruptible=False, written="second"),
    )


def test_what_is_inside_of_ignore_interruptions_is_uninterruptible() -> None:
    assert steps("Well <ignore_interruptions>let me finish</ignore_interruptions> please") == (
        Speak("Well"),
        Record("ignore_interruptions"),
        Speak("let me finish", interruptible=False),
        Speak("please"),
    )


def test_a_menu_is_uninterruptible_with_its_pauses() -> None:
    source = "<ivr text='Press 1. <silence time=\"2s\"/> Press 2.' />"
    assert steps(source)[1:] == (
        Speak("Press 1.", interruptible=False),
        Pause(2.0, interruptible=False),
        Speak("Press 2.", interruptible=False),
    )


def test_a_voicemail_is_a_greeting_and_a_beep_that_nothing_interrupts() -> None:
    beep = MakeNoise("voicemail-beep", 1.0, None, interruptible=False)
    assert steps('<voicemail text="Leave a message" />') == (
        Record("voicemail", {"text": "Leave a message"}),
        Speak("Leave a message", interruptible=False),
        beep,
    )
    assert steps("<voicemail />") == (Record("voicemail", {}), beep)


# --- other voices -----------------------------------------------------------------------------------------------

ANNA = OtherVoice("11labs", "abc")
NAMED = 'provider="11labs" id="abc"'
RECORDED = {"provider": "11labs", "id": "abc"}


def test_a_voice_without_words_is_that_of_all_that_follows() -> None:
    assert steps(f"I am Bob <voice {NAMED} />I am Anna") == (
        Speak("I am Bob"),
        Record("voice", RECORDED),
        ChangeVoice(ANNA),
        Speak("I am Anna"),
    )


@pytest.mark.parametrize(
    ("tag", "recorded"),
    [
        (f'<voice {NAMED} text="I am Anna" />', {**RECORDED, "text": "I am Anna"}),
        (f"<voice {NAMED}>I am Anna</voice>", RECORDED),
    ],
)
def test_a_voice_with_words_is_that_of_these_words(tag: str, recorded: dict[str, str]) -> None:
    assert steps(f"I am Bob {tag} and I am Bob again") == (
        Speak("I am Bob"),
        Record("voice", recorded),
        Speak("I am Anna", voice=ANNA),
        Speak("and I am Bob again"),
    )


def test_what_is_inside_of_a_voice_is_said_with_it() -> None:
    source = f'<voice {NAMED}>It is <spell>ab</spell><silence time="1s"/>right</voice>'
    assert steps(source)[1:] == (
        Speak("It is A, B", voice=ANNA),
        Pause(1.0, interruptible=True),
        Speak("right", voice=ANNA),
    )


def test_the_first_step_to_take_time_has_the_voice_that_it_will_be_said_with() -> None:
    assert first_to_take_time(steps(f"<voice {NAMED} />Hello")) == Speak("Hello", voice=ANNA)
    assert first_to_take_time(steps(f'<voice {NAMED} /><silence time="1s"/>Hello')) == Pause(1.0, True)
    assert first_to_take_time(steps(f"<voice {NAMED} />")) is None


# --- beside speaking --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "step"),
    [
        ('<send_sms text="My code is 5" />', SendSms("My code is 5")),
        ('<client_message t="seen" />', SendClientMessage("seen", "")),
        ('<function name="lookup" />', RunFunction("lookup")),
    ],
)
def test_what_is_done_beside_speaking_stands_between_the_words(source: str, step: VoiceStep) -> None:
    assert steps(f"Hello {source} there") == (
        Speak("Hello"),
        step,
        Speak("there"),
    )


def test_of_what_is_done_beside_speaking_only_a_function_takes_time() -> None:
    assert first_to_take_time(steps('<send_sms text="5" />Hello')) == Speak("Hello")
    assert first_to_take_time(steps('<function name="lookup" />Hello')) == RunFunction("lookup")


# --- sounds -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("attributes", "noise"),
    [
        ('sound="beep"', MakeNoise("beep", 1.0, None, interruptible=True)),
        ('sound="cough1" volume="0.4" time="300"', MakeNoise("cough1", 0.4, 0.3, interruptible=True)),
        ('sound="bell.wav" time="1.5s"', MakeNoise("bell.wav", 1.0, 1.5, interruptible=True)),
    ],
)
def test_a_noise_is_made_at_its_place_and_has_no_words(attributes: str, noise: MakeNoise) -> None:
    source = f"One <noise {attributes} /> two"
    assert [each for each in steps(source) if not isinstance(each, Record)] == [
        Speak("One"),
        noise,
        Speak("two"),
    ]
    assert transcript(source) == "One two"


def test_a_noise_is_recorded_as_well() -> None:
    assert Record("noise", {"sound": "beep"}) in steps('<noise sound="beep" />')


@pytest.mark.parametrize(
    "source",
    [
        "<ivr text=\"Press <noise sound='beep'/> 1\" />",
        '<interruption time="1s" /><noise sound="beep" />',
        '<ignore_interruptions><noise sound="beep" /></ignore_interruptions>',
    ],
)
def test_a_noise_can_be_interrupted_where_words_can(source: str) -> None:
    (noise,) = [each for each in steps(source) if isinstance(each, MakeNoise)]
    assert not noise.interruptible


def test_a_laugh_is_as_loud_as_the_words_around_it() -> None:
    source = 'Funny [laughter] <volume ratio="0.5" />very [sigh]'
    assert [each for each in steps(source) if not isinstance(each, Record)] == [
        Speak("Funny"),
        Express("laughter", 1.0, interruptible=True),
        Speak("very", volume=0.5),
        Express("sigh", 0.5, interruptible=True),
    ]
    assert transcript(source) == "Funny very"
    assert Record("emotion", {"name": "sigh"}) in steps(source)


def test_background_noise_is_another_place_for_as_long_as_it_lasts() -> None:
    source = 'I am <background_noise sound="kitchen-noise" volume="0.2">cooking</background_noise> now'
    assert steps(source) == (
        Speak("I am"),
        Record("background_noise", {"sound": "kitchen-noise", "volume": "0.2"}),
        GoTo("kitchen-noise", 0.2),
        Speak("cooking"),
        GoBack(),
        Speak("now"),
    )


def test_who_hangs_up_in_another_place_has_left_it() -> None:
    source = '<background_noise sound="off">Bye <endcall /></background_noise>'
    assert steps(source)[-3:] == (Speak("Bye"), GoBack(), HangUp())


# --- the transcript ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("Hello there", "Hello there"),
        ("My name is <spell>Sarah</spell>, hello", "My name is S-A-R-A-H, hello"),
        ("It is <spell>ba</spell> and that is all", "It is B-A and that is all"),
        ("<spell>Ann Lee</spell>", "A-N-N, L-E-E"),
        ('Sure. <dtmf digits="12 3#"/>', 'Sure. <dtmf digits="123#"/>'),
        ('One moment<silence time="2s"/>, please', "One moment, please"),
        ('I am <volume ratio="0.5" text="very quiet" /> today', "I am very quiet today"),
        ('<interruption time="1s"/>Stop <noise sound="beep"/> now [sigh]<endcall/>', "Stop now"),
        ('<audio id="door-bell"/>', ""),
    ],
)
def test_the_transcript_has_the_words_and_the_keys_and_no_other_tag(source: str, words: str) -> None:
    assert transcript(source) == words


@given(words=st.text(st.characters(exclude_characters="<[{", exclude_categories=["Cs"])))
def test_words_without_tags_are_one_step_with_single_spaces(words: str) -> None:
    found = steps(words)
    assert found in ((), (Speak(" ".join(words.split())),))
    assert found or not any(map(str.isalnum, words))
