"""Recognised words that are read as what the triggers wait for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("pocketsphinx")
pytest.importorskip("espeakng_loader")

from pytest_agentsim.audio.stt.dictionary import pronunciations
from pytest_agentsim.audio.stt.phone_talk import usual_words
from pytest_agentsim.caller.matcher.sounding import Misheard, Sounding
from pytest_agentsim.caller.matcher.wordings import wordings_of

ACCOUNT = "The agent asks for your account number"
BIRTH = "The agent asks for your date of birth"
DAY = "The agent asks for the date of the visit"
CANCELLED = "The agent confirms that the reservation is cancelled"
TRIGGERS = (ACCOUNT, BIRTH, DAY, CANCELLED, "The agent asks whether it can help with anything else")

sounding = Sounding(pronunciations, usual_words())


def read(text, *triggers):
    return sounding.read(text, triggers or TRIGGERS)


def test_two_words_are_read_as_the_one_that_they_sound_like():
    reading = read("may i have your a count number please", ACCOUNT)
    assert reading.text == "may i have your account number please"
    assert reading.misheard == (Misheard("a count number", "account number", ("account",)),)


@pytest.mark.parametrize(
    ("heard", "meant"),
    [
        ("what is your date of earth", "what is your date of birth"),
        ("your river basin is cancelled", "your reservation is cancelled"),
        ("we they would you like to come", "which day would you like to come"),
        ("can i failed you with anything else", "can i help you with anything else"),
    ],
)
def test_what_was_misheard_is_read_as_it_was_meant(heard, meant):
    assert read(heard).text == meant


@pytest.mark.parametrize(
    "text",
    [
        "what is your phone number",
        "your payment was unsuccessful",
        "i was not able to find that",
        "i have two tables at seven thirty",
        "may i have your order number",
        "for the whole party",
        "the weather is fine in denver",
    ],
)
def test_what_fits_by_itself_stays_as_it_is(text):
    assert (
        read(text, *TRIGGERS, "The agent offers a table", "The agent says the payment was successful").text
        == text
    )


def test_what_is_heard_already_is_not_looked_for_elsewhere():
    text = "your account number is not a count number"
    assert read(text, ACCOUNT).text == text


def test_marks_and_capitals_of_other_recognisers_are_borne():
    assert (
        read("May I have your a count number, please?", ACCOUNT).text
        == "May I have your account number, please?"
    )
    assert read("Tell me your date of earth.", BIRTH).text == "Tell me your date of birth."


def test_keys_stay_as_they_are():
    text = "a count number\nDTMF: 12#"
    assert read(text, ACCOUNT).text == "account number\nDTMF: 12#"


def test_words_without_a_pronunciation_are_passed_over():
    assert read("北京 your a count number", ACCOUNT).text == "北京 your account number"


spoken = st.lists(
    st.sampled_from(
        [*sorted(usual_words()), "earth", "a", "count", "the", "we", "they", "failed", "basin", "?", "12"]
    ),
    max_size=14,
).map(" ".join)


@given(spoken)
def test_the_same_words_are_always_read_alike(text):
    assert sounding._read(text, TRIGGERS) == sounding._read(text, TRIGGERS)


@given(st.sampled_from([phrase for trigger in TRIGGERS for phrase in wordings_of(trigger)]), spoken, spoken)
def test_the_words_of_a_phrase_stay_as_they_are(phrase, before, after):
    text = " ".join(phrase)
    assert read(text).misheard == ()
    kept = [word for word in phrase if word in sounding._meant(TRIGGERS)[1] and len(word) > 4]
    assert set(kept) <= set(read(f"{before} {text} {after}").text.split())


@given(spoken)
def test_only_words_that_were_misheard_are_changed(text):
    reading = read(text)
    if not reading.misheard:
        assert reading.text == text
    for each in reading.misheard:
        assert each.heard != each.read_as
        assert set(each.words) <= {
            word for trigger in TRIGGERS for phrase in wordings_of(trigger) for word in phrase
        }
