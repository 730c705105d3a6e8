"""What actions become on the text channel."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_agentsim.caller.steps import RunFunction, SendClientMessage, SendSms
from pytest_agentsim.caller.text_steps import Message, Pause, Record, Step, text_steps
from pytest_agentsim.scenario.action_parser import Place, parse_action


def steps(source: str, **variables: str) -> tuple[object, ...]:
    return text_steps(parse_action(source, place=Place(followup=True)).action.resolve(variables))


def message(source: str, **variables: str) -> Message:
    [found] = [step for step in steps(source, **variables) if isinstance(step, Message)]
    return found


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("Hello there", "Hello there"),
        ("Hello\nthere, with  two spaces", "Hello\nthere, with  two spaces"),
        ('Sure. <dtmf digits="1234#"/>', 'Sure. <dtmf digits="1234#"/>'),
        ("Sure.<dtmf digits='12 '/>", 'Sure.<dtmf digits="12"/>'),
        ("My code is <spell>AB1</spell>.", "My code is A, B, 1."),
        ('One moment <silence time="2s" /> here it is', "One moment here it is"),
        ('One moment<silence time="2s"/>, please', "One moment, please"),
        ('I am <volume ratio="0.5" text="very quiet" /> today', "I am very quiet today"),
        ('<speed ratio="1.1" />Quickly now', "Quickly now"),
        ('<background_noise sound="kitchen-noise">I am cooking</background_noise>', "I am cooking"),
        ("<ignore_interruptions>Let me finish</ignore_interruptions> please", "Let me finish please"),
        ("That is funny [laughter] really", "That is funny really"),
        ('<ivr text="Press 1 for sales" />', "Press 1 for sales"),
        ('<voicemail text="Leave a message" />', "Leave a message"),
        ("<voicemail />", "[beep]"),
        ('Hello <noise sound="beep" />', "Hello"),
        ("Odd <wobble/> tag", "Odd tag"),
    ],
)
def test_the_message_has_the_words_and_the_keys_and_nothing_else(source: str, text: str) -> None:
    assert message(source) == Message(text, hang_up=False)


def test_endcall_hangs_up_with_the_words_before_it() -> None:
    assert message("Thanks, bye <endcall /> this is never said") == Message("Thanks, bye", hang_up=True)


def test_endcall_alone_hangs_up_without_words() -> None:
    assert steps("<endcall/>") == (Message("", hang_up=True),)


def test_a_silence_is_interruptible_and_a_hold_is_not() -> None:
    assert steps('<silence time="1.5s"/><hold time="3s"/>Go on') == (
        Pause(1.5, interruptible=True),
        Pause(3.0, interruptible=False, hold=True),
        Message("Go on", hang_up=False),
    )


def test_a_silence_inside_ignore_interruptions_cannot_be_interrupted() -> None:
    found = steps('<ignore_interruptions>a <silence time="1s"/> b</ignore_interruptions>')
    assert Pause(1.0, interruptible=False) in found


def test_pauses_of_a_menu_cannot_be_interrupted() -> None:
    assert Pause(2.0, interruptible=False) in steps("<ivr text='Press 1. <silence time=\"2s\"/> Press 2.' />")


def test_tags_that_only_sound_are_recorded_with_their_attributes() -> None:
    found = steps('<network_simulation packet_loss="5" jitter="20" />Hello')
    assert Record("network_simulation", {"packet_loss": "5", "jitter": "20"}) in found


@pytest.mark.parametrize(
    ("tag", "step"),
    [
        ('<send_sms text="My code is 5" />', SendSms("My code is 5")),
        ("<client_message t='cart' d='{\"n\": 1}' />", SendClientMessage("cart", '{"n": 1}')),
        ("<client_message t='cart' />", SendClientMessage("cart", "")),
        ('<function name="lookup" />', RunFunction("lookup")),
    ],
)
def test_what_is_done_beside_speaking_is_a_step_and_not_said(tag: str, step: Step) -> None:
    assert steps(f"Hello{tag} there") == (step, Message("Hello there", hang_up=False))


def test_keys_that_x_rubric_does_not_know_are_not_sent() -> None:
    assert message('<dtmf digits="{{test_profile.pin}}"/> done', pin="1A2").text == '<dtmf digits="12"/> done'


def test_an_action_of_pauses_alone_sends_nothing() -> None:
    assert steps('<silence time="5s"/>') == (Pause(5.0, interruptible=True),)


@given(words=st.text(st.characters(exclude_characters="<[{", exclude_categories=["Cs"]), min_size=1))
def test_words_without_tags_are_sent_as_they_are_but_for_the_ends(words: str) -> None:
    sent = [step.text for step in steps(words) if isinstance(step, Message)]
    assert sent == ([words.strip()] if words.strip() else [])
