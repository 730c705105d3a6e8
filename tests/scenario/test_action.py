from __future__ import annotations

import pytest

from pytest_agentsim.errors import AgentSimError, ProfileKeyError
from pytest_agentsim.scenario.action import (
    Action,
    ActionValueError,
    Dtmf,
    EndCall,
    Hold,
    Ivr,
    Silence,
    Spell,
    Text,
)
from pytest_agentsim.scenario.action_parser import Place, parse_action

STEP = Place()


def parsed(source: str, place: Place = STEP) -> Action:
    return parse_action(source, place=place).action


@pytest.mark.parametrize(
    ("source", "canonical"),
    [
        ("Bye <endcall/>", "Bye <endcall />"),
        ("<silence  time = '1s'/>", '<silence time="1s" />'),
        ("<spell >AB</spell >", "<spell>AB</spell>"),
        ("<noise time='5' sound='beep'/>", '<noise sound="beep" time="5" />'),
        ("""<client_message t="a" d='{"x": 1}'/>""", """<client_message t="a" d='{"x": 1}' />"""),
        ("""<send_sms text="it's &quot;ok&quot;"/>""", """<send_sms text="it's &quot;ok&quot;" />"""),
        ("<send_sms text='a &amp; b &amp;lt; c'/>", '<send_sms text="a & b &amp;lt; c" />'),
        ("Hi [sigh] <wave/>", "Hi [sigh] <wave/>"),
    ],
)
def test_an_action_prints_in_one_canonical_form(source: str, canonical: str) -> None:
    action = parsed(source)
    assert str(action) == canonical
    assert parsed(canonical) == action


def test_actions_that_do_the_same_are_equal() -> None:
    assert parsed("Bye<endcall/>") == parsed("Bye<endcall  />")
    assert parsed("Bye<endcall/>") != parsed("Bye <endcall/>")


@pytest.mark.parametrize("source", ["", "  \n", "<wave />", " <wave /> "])
def test_an_action_without_words_and_tags_is_empty(source: str) -> None:
    assert parsed(source).is_empty


@pytest.mark.parametrize("source", ["Hi", "<endcall />", "<silence time='1s'/>", "<b>x</b>", "[sigh]"])
def test_an_action_that_does_something_is_not_empty(source: str) -> None:
    assert not parsed(source).is_empty


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("Thanks, that's all <endcall />", "Thanks, that's all"),
        ("One<silence time='1s'/>two", "One two"),
        ("My code is <spell>AB</spell>, ok?", "My code is AB, ok?"),
        ("<background_noise sound='off'>Hi</background_noise> there", "Hi there"),
        ("<ignore_interruptions>a <hold time='1s'/>b</ignore_interruptions>", "a b"),
        ("<ivr text=\"Press 1 <silence time='1s'/> or 2\" />", "Press 1 or 2"),
        ("<voicemail text='Leave a message' />", "Leave a message"),
        ("<voicemail />", ""),
        ("Hi <speed ratio='0.8' text='slowly' /> there", "Hi slowly there"),
        ("<voice provider='11labs' id='x'>Hi</voice>", "Hi"),
        ("<voice provider='11labs' id='x' text='Hi' />", "Hi"),
        ("Sent <send_sms text='secret' />", "Sent"),
        ("Oh [laughter] no", "Oh no"),
        (" two \n lines ", "two lines"),
    ],
)
def test_the_text_is_what_is_heard(source: str, text: str) -> None:
    assert parsed(source).text == text


def test_walking_visits_each_node_before_what_it_holds() -> None:
    action = parsed("a<ignore_interruptions><spell>b</spell>c</ignore_interruptions><endcall/>")
    assert [type(each).__name__ for each in action.walk()] == [
        "Text",
        "IgnoreInterruptions",
        "Spell",
        "Text",
        "Text",
        "EndCall",
    ]


def test_resolving_fills_texts_blocks_and_attributes() -> None:
    source = '{{test_profile.name}}, <spell>{{test_profile.id}}</spell><dtmf digits="{{test_profile.pin}}" />'
    resolved = parsed(source).resolve({"name": "Sarah", "id": "A1", "pin": 1234})
    assert resolved.nodes == (Text("Sarah, "), Spell((Text("A1"),)), Dtmf("1234"))
    assert resolved.source == source


def test_resolving_keeps_offsets() -> None:
    resolved = parsed("{{test_profile.name}}<endcall/>").resolve({"name": "x"})
    assert [each.offset for each in resolved.nodes] == [0, 21]


def test_an_action_without_placeholders_resolves_to_itself() -> None:
    action = parsed("Bye <spell>AB</spell> <endcall/>")
    assert action.resolve({}) == action


def test_an_instruction_is_resolved_as_well() -> None:
    action = parsed("Say {{test_profile.name}}", Place(improvised=True)).resolve({"name": "Sarah"})
    assert action == Action("", (Text("Say Sarah"),), improvised=True)


def test_a_tag_in_a_value_stays_text() -> None:
    resolved = parsed("I am {{test_profile.name}}").resolve({"name": "<endcall/>[sigh]"})
    assert resolved.nodes == (Text("I am <endcall/>[sigh]"),)


def test_a_tag_in_a_value_stays_text_in_a_menu_too() -> None:
    action = parsed('<ivr text="Hi {{test_profile.name}}" />').resolve({"name": "<silence time='9s'/>"})
    assert action.nodes == (Ivr("Hi <silence time='9s'/>", (Text("Hi <silence time='9s'/>"),)),)


def test_a_value_fills_the_attribute_of_a_tag_in_a_menu() -> None:
    action = parsed("<ivr text=\"Hi <silence time='{{test_profile.wait}}s'/>\" />").resolve({"wait": 2})
    (menu,) = action.nodes
    assert isinstance(menu, Ivr)
    assert menu.children == (Text("Hi "), Silence("2s"))


@pytest.mark.parametrize(
    "source",
    ["Hi {{test_profile.x}}", "<noise sound='{{test_profile.x}}' />", "<spell>{{test_profile.x}}</spell>"],
)
def test_a_missing_key_is_an_error(source: str) -> None:
    with pytest.raises(ProfileKeyError, match=r"\{\{test_profile\.x\}\}"):
        parsed(source).resolve({"y": "1"})


def test_dtmf_presses_nothing_without_its_key() -> None:
    assert parsed("<dtmf digits='{{test_profile.x}}#' />").resolve({"y": "1"}).nodes == (Dtmf(""),)


@pytest.mark.parametrize(
    ("source", "value", "message"),
    [
        ('<speed ratio="{{test_profile.x}}" />', "fast", "<speed> ratio must be a number"),
        ('<speed ratio="{{test_profile.x}}" />', 9, "<speed> ratio must be between"),
        ('<silence time="{{test_profile.x}}" />', 2, "<silence> time must be seconds"),
        ('<send_sms text="{{test_profile.x}}" />', None, "<send_sms> text must not be empty"),
        ('<client_message t="a" d="[{{test_profile.x}}]" />', "}", "<client_message> d must be JSON"),
        ('<voice provider="{{test_profile.x}}" id="a-b" />', "11labs", "<voice> id must be letters"),
    ],
)
def test_a_value_that_an_attribute_cannot_take_is_an_error(source: str, value: object, message: str) -> None:
    with pytest.raises(ActionValueError, match=message) as caught:
        parsed(source).resolve({"x": value})
    assert "fast" not in str(caught.value)


def test_an_action_value_error_is_ours_and_a_value_error() -> None:
    assert issubclass(ActionValueError, AgentSimError)
    assert issubclass(ActionValueError, ValueError)


@pytest.mark.parametrize(
    ("value", "keys"), [("", ""), (None, ""), ("none", ""), ("(12) 3-4", "1234"), (7, "7")]
)
def test_dtmf_presses_what_keys_it_gets(value: object, keys: str) -> None:
    (dtmf,) = parsed('<dtmf digits="{{test_profile.pin}}" />').resolve({"pin": value}).nodes
    assert isinstance(dtmf, Dtmf)
    assert dtmf.keys == keys


def test_a_value_that_only_draws_a_warning_is_taken() -> None:
    resolved = parsed('<speed ratio="{{test_profile.x}}" />Hi').resolve({"x": 2})
    assert str(resolved) == '<speed ratio="2" />Hi'


def test_an_attribute_that_waits_for_a_function_is_not_judged() -> None:
    source = '<send_sms text="{{test_profile.x}}{{function.f.o}}" />'
    assert str(parsed(source).resolve({"x": ""})) == '<send_sms text="{{function.f.o}}" />'


def test_nodes_are_easily_made_by_hand() -> None:
    assert Action("", (Text("Bye"), Hold("1s"), EndCall())).text == "Bye"
