from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_agentsim.scenario.action_tokens import Kind, Token, tokens


def only(source: str) -> Token:
    (token,) = tokens(source)
    return token


@pytest.mark.parametrize(
    "source",
    [
        '<silence time="1s" />',
        '<silence time="1s"/>',
        "<silence time='1s'/>",
        '<silence  time = "1s"  / >',
        '<silence\n\ttime="1s"\n/>',
    ],
)
def test_a_tag_may_have_either_quotes_and_whitespace(source: str) -> None:
    token = only(source)
    assert (token.kind, token.name) == (Kind.SELF_CLOSING, "silence")
    assert [(each.name, each.value) for each in token.attributes] == [("time", "1s")]


def test_an_attribute_knows_where_its_value_begins() -> None:
    (attribute,) = only('<silence time="1s" />').attributes
    assert attribute.offset == 15


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ('"a > b"', "a > b"),
        ('"it\'s"', "it's"),
        ("'say \"hi\"'", 'say "hi"'),
        ('"a < b"', "a < b"),
        ('"&quot;&amp;&lt;&gt;&apos;"', "\"&<>'"),
        ('"&copy; &amp;lt; &"', "&copy; &lt; &"),
        ('"{{test_profile.pin}}#"', "{{test_profile.pin}}#"),
        ('"{{test_profile["pin code"]}}#"', '{{test_profile["pin code"]}}#'),
        ("'{{test_profile['pin code']}}'", "{{test_profile['pin code']}}"),
        ('"{{" ', "{{"),
        ('"a\nb"', "a\nb"),
    ],
)
def test_a_value_may_hold_anything_but_its_own_quote(written: str, value: str) -> None:
    (attribute,) = only(f"<send_sms text={written}/>").attributes
    assert attribute.value == value


@pytest.mark.parametrize(
    "text", ["3 < 5", "<", "a <", "<3", "< b>", "</ b>", "<>", "a > b", "[laugh]", "[Sigh]"]
)
def test_what_does_not_begin_like_a_tag_is_text(text: str) -> None:
    token = only(text)
    assert (token.kind, token.source) == (Kind.TEXT, text)


def test_words_tags_and_cues_are_cut_apart() -> None:
    cut = [(each.kind, each.source) for each in tokens("Hi [sigh]<spell>AB</spell> x")]
    assert cut == [
        (Kind.TEXT, "Hi "),
        (Kind.EMOTION, "[sigh]"),
        (Kind.OPENING, "<spell>"),
        (Kind.TEXT, "AB"),
        (Kind.CLOSING, "</spell>"),
        (Kind.TEXT, " x"),
    ]


@pytest.mark.parametrize(
    ("source", "broken", "message"),
    [
        ("<endcall", "<endcall", "never closed"),
        ("<endcall   ", "<endcall", "never closed"),
        ("<endcall <hold time='1s'/>", "<endcall", "never closed"),
        ('<hold time="1s', '<hold time="1s', "the value of time in <hold> is never closed"),
        ("<hold time=1s />", "<hold time=", "needs a value in quotes"),
        ("<hold time=“1s” />", "<hold time=", "straight quotes"),
        ("<hold time />", "<hold time", "needs a value in quotes"),
        ("<hello, world>", "<hello", "unexpected ','"),
        ("</spell x>", "</spell", "unexpected 'x'"),
        ("</spell/>", "</spell/>", "no tag"),
    ],
)
def test_a_malformed_tag_says_what_is_wrong(source: str, broken: str, message: str) -> None:
    token = next(tokens(source))
    assert (token.kind, token.source) == (Kind.BROKEN, broken)
    assert message in f"{token.message} {token.hint}"


def test_reading_goes_on_after_a_malformed_tag() -> None:
    cut = list(tokens("<hold time=1s /> Bye <endcall/>"))
    assert [each.kind for each in cut] == [Kind.BROKEN, Kind.TEXT, Kind.SELF_CLOSING]


@given(st.text(alphabet="<>/='\" {}[]ab", max_size=80) | st.text(max_size=80))
@settings(deadline=None)
def test_the_tokens_of_any_text_join_to_the_text(text: str) -> None:
    cut = list(tokens(text))
    assert "".join(each.source for each in cut) == text
    assert [each.start for each in cut] == [
        sum(len(other.source) for other in cut[:index]) for index in range(len(cut))
    ]
