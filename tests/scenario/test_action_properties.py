"""What holds for any source of an action whatsoever."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pytest_agentsim.errors import ProfileKeyError
from pytest_agentsim.scenario.action import TAGS, Action, ActionValueError, Node, UnknownTag
from pytest_agentsim.scenario.action_parser import Place, parse_action, unwrap_ai_generated

NAMES = [*TAGS, "ai_generated", "wave", "EndCall"]
ATTRIBUTES = ["time", "text", "ratio", "sound", "volume", "digits", "id", "provider", "name", "t", "d", "x"]
VALUES = [
    "1s", "1", "0.5", "beep", "12#", "cartesia", "11labs", "Hi", "", "a > b", "it's", 'say "x"',
    "&quot;", "&amp;lt;", "{{test_profile.a}}", "{{test_profile['a']}}", '{{test_profile["a"]}}',
    "{{", "}}", "{{[", "]}}", "<endcall/>", "Press <silence time='1s'/>",
]  # fmt: skip
GOOD_TAGS = [
    "<silence  time='1s'/>", "<endcall/>", "<function name='f'/>", "<spell>", "</spell >",
    "<dtmf digits='{{test_profile.a}}#'/>", '<noise volume="0.5" sound="{{test_profile.a}}" />',
    """<send_sms text='a &amp;lt; "{{test_profile.a}}" it&apos;s'/>""", "<ivr text='Press <break/>'/>",
    "<ivr text='{{test_profile.a}}'/>", "<speed ratio='1' text='{{test_profile.a}}'/>",
    """<client_message d='{"x": "{{test_profile.a}}"}' t="a"/>""", "</voice>",
    "<voice provider='11labs' id='x'>", "<background_noise sound='off'>", "</background_noise>",
    "<ignore_interruptions >", "</ignore_interruptions>",
]  # fmt: skip
PIECES = [
    "<",
    ">",
    "/",
    "</",
    "/>",
    "=",
    '"',
    "'",
    " ",
    "\n",
    "{{",
    "}}",
    "{",
    "[",
    "]",
    "&",
    "a",
    "3 < 5",
    "[sigh]",
]

places = st.builds(Place, st.booleans(), st.booleans(), st.booleans(), st.booleans())


def _attribute(name: str, quote: str, value: str) -> str:
    return f" {name}={quote}{value}{quote}"


attribute_lists = st.lists(
    st.builds(_attribute, st.sampled_from(ATTRIBUTES), st.sampled_from("\"'"), st.sampled_from(VALUES)),
    max_size=3,
).map("".join)
tags = st.builds(
    "{}{}{}{}".format,
    st.sampled_from(["<", "<", "</"]),
    st.sampled_from(NAMES),
    attribute_lists,
    st.sampled_from([">", "/>", " />", ""]),
)
blocks = st.sampled_from(
    [f"<{name}{given_}>" for name, given_ in [("spell", ""), ("ignore_interruptions", "")]]
    + ["</spell>", "</ignore_interruptions>", "</voice>", "</background_noise>"]
    + ["<voice provider='11labs' id='x'>", '<background_noise sound="off">', "<b>", "</b>", "<endcall>"]
)
sources = st.one_of(
    st.text(max_size=60),
    st.text(alphabet="<>/=\"' {}[]abendcl", max_size=60),
    st.lists(st.sampled_from(PIECES + NAMES + VALUES), max_size=20).map("".join),
    st.lists(st.sampled_from([*GOOD_TAGS, *PIECES, "Hi {{test_profile.a}}"]), max_size=15).map("".join),
    st.lists(st.one_of(tags, blocks, st.sampled_from(PIECES + VALUES)), max_size=10).map("".join),
)


@given(sources, places, st.booleans())
@settings(max_examples=400, deadline=None)
@example("<a x='{{", Place(), False)
@example('<spell>a<noise sound="{{" volume="}}"/>', Place(), False)
@example("\ud800<spell>\x00</spell>", Place(), True)
def test_any_source_parses_with_findings_inside_of_it(source: str, place: Place, strict: bool) -> None:
    parsed = parse_action(source, place=place, strict=strict)
    assert all(0 <= each.offset <= len(source) and each.message for each in parsed.findings)
    assert all(0 <= each.offset <= len(source) for each in parsed.action.walk())


@given(sources, places)
@settings(max_examples=600, deadline=None)
@example('<spell>abc<a x="foo', Place())
@example("<silence time=\"1s <hold time='2s'/>", Place())
@example('<noise sound="{{" time="<" volume="}}"/>', Place())
@example('<noise sound="{{[" time="<" volume="]}}"/>', Place())
@example("<ignore_interruptions>a<spell>b</ignore_interruptions>c</spell>", Place())
@example("<spell>a<spell>b</spell>c", Place())
def test_printing_and_parsing_again_gives_the_same_action(source: str, place: Place) -> None:
    action = parse_action(source, place=place).action
    again = parse_action(str(action), place=place).action
    assert again == action
    assert str(again) == str(action)


@given(
    sources,
    st.text(max_size=20) | st.sampled_from(["<endcall/>", "<spell>x</spell>", "[sigh]", "<b>", '" />']),
)
@settings(max_examples=400, deadline=None)
@example("<ivr text='{{test_profile.a}}'/>", "<noise sound='beep'/>")
@example("<spell>{{test_profile.a}}</spell>", "</spell><endcall/>")
def test_no_value_of_the_profile_becomes_a_tag(source: str, value: str) -> None:
    action = parse_action(source, place=Place()).action
    try:
        resolved = action.resolve({"a": value})
    except (ProfileKeyError, ActionValueError):
        return
    assert shape(resolved) == shape(action)


@given(sources)
@settings(deadline=None)
def test_unwrapping_gives_a_part_of_the_source_or_a_finding_in_it(source: str) -> None:
    for text in (source, f"<ai_generated>{source}</ai_generated>"):
        inner, found = unwrap_ai_generated(text)
        assert inner is None or inner in text
        assert found is None or 0 <= found.offset < len(text)


@pytest.mark.parametrize(
    "unit",
    [
        *(
            "<",
            "<a",
            "<a ",
            "</a",
            '<a x="',
            "<a x='",
            "<spell>",
            "</spell>",
            "<endcall>",
            "[sigh",
            "<b>",
            "<a\t ",
        ),
        *(
            "{{",
            "{{test_profile.",
            "{{test_profile['",
            '<send_sms text="{{',
            "<ivr text='",
            "&amp;",
            "<a x='1' ",
        ),
        *("<ignore_interruptions><spell>", "<speed ratio='1'/>", "<interruption time='1s'/>"),
        "<voice provider='11labs' id='x'>",
    ],
)
def test_long_actions_of_one_thing_parse_and_print(unit: str) -> None:
    source = unit * (16 * 1024 // len(unit))
    action = parse_action(source, place=Place(followup=True)).action
    assert parse_action(str(action), place=Place(followup=True)).action == action


def shape(action: Action) -> list[tuple[type[Node], str]]:
    """The tags of an action with what cannot change in them."""
    return [(type(node), node.source if isinstance(node, UnknownTag) else "") for node in action.walk()]
