from __future__ import annotations

import pytest

from pytest_agentsim.scenario.action import (
    TAGS,
    Audio,
    BackgroundNoise,
    Break,
    ClientMessage,
    Dtmf,
    Emotion,
    EndCall,
    Function,
    Hold,
    IgnoreInterruptions,
    Interruption,
    Ivr,
    NetworkSimulation,
    Node,
    Noise,
    SendSms,
    Silence,
    Speed,
    Spell,
    Text,
    UnknownTag,
    Voice,
    Voicemail,
    Volume,
)
from pytest_agentsim.scenario.action_parser import Finding, Place, parse_action, unwrap_ai_generated
from pytest_agentsim.scenario.problems import Severity

STEP = Place()
FOLLOWUP = Place(followup=True)
THEN = Place(followup=True, when_say_dialect=True)
FIRST = Place(first_message=True)
IMPROVISED = Place(improvised=True)
WRAPPED = Place(improvised=True, when_say_dialect=True)
UUID = "a0e99841-438c-4a64-b679-ae501e7d6091"
VOICE = f'provider="cartesia" id="{UUID}"'


def nodes(source: str, place: Place = STEP) -> tuple[Node, ...]:
    parsed = parse_action(source, place=place)
    assert parsed.findings == ()
    return parsed.action.nodes


def finding(source: str, place: Place = STEP, *, strict: bool = False) -> Finding:
    (found,) = parse_action(source, place=place, strict=strict).findings
    return found


def errors(source: str, place: Place = STEP) -> list[Finding]:
    return [each for each in parse_action(source, place=place).findings if each.severity is Severity.ERROR]


VALID: list[tuple[str, Place, tuple[Node, ...]]] = [
    ('<ivr text="Press 1." />', FIRST, (Ivr("Press 1.", (Text("Press 1."),)),)),
    (
        "<ivr text=\"One <break time='0.5s' /> two\" />",
        FIRST,
        (Ivr("One <break time='0.5s' /> two", (Text("One "), Break("0.5s"), Text(" two"))),),
    ),
    ('<voicemail text="Leave a message." />', STEP, (Voicemail("Leave a message."),)),
    ("<voicemail />", STEP, (Voicemail(),)),
    (
        "<ignore_interruptions>Let me finish. <silence time='1s'/></ignore_interruptions>",
        STEP,
        (IgnoreInterruptions((Text("Let me finish. "), Silence("1s"))),),
    ),
    ("Bye <endcall />", STEP, (Text("Bye "), EndCall())),
    ("Wait <silence time='2.5s'/>ok", STEP, (Text("Wait "), Silence("2.5s"), Text("ok"))),
    ("Wait <hold time='5s'/><hold time='1s'/>", STEP, (Text("Wait "), Hold("5s"), Hold("1s"))),
    ("<spell>ABC</spell>", STEP, (Spell((Text("ABC"),)),)),
    ('<speed ratio="1.2" />Hi', STEP, (Speed("1.2"), Text("Hi"))),
    ('Hi <speed ratio="0.8" text="slowly" />', STEP, (Text("Hi "), Speed("0.8", "slowly"))),
    ('<volume ratio="0.5" />Hi', STEP, (Volume("0.5"), Text("Hi"))),
    ('Hi <volume ratio="0.5" text="softly" />', STEP, (Text("Hi "), Volume("0.5", "softly"))),
    (f"<voice {VOICE} />Hi", STEP, (Voice("cartesia", UUID), Text("Hi"))),
    (f'<voice {VOICE} text="Hi" />', STEP, (Voice("cartesia", UUID, text="Hi"),)),
    (
        f'<voice {VOICE} model="m">Hi <silence time="1s"/></voice>',
        STEP,
        (Voice("cartesia", UUID, "m", children=(Text("Hi "), Silence("1s"))),),
    ),
    ('Code <dtmf digits="12#" />', STEP, (Text("Code "), Dtmf("12#"))),
    ('<dtmf digits="{{test_profile.pin}}#" />', STEP, (Dtmf("{{test_profile.pin}}#"),)),
    ('Sent <send_sms text="Yes" />', STEP, (Text("Sent "), SendSms("Yes"))),
    (
        """<client_message t="tap" d='{"x": 1}' />""",
        STEP,
        (ClientMessage("tap", '{"x": 1}'),),
    ),
    ('<interruption time="1.5s" />Stop!', FOLLOWUP, (Interruption("1.5s"), Text("Stop!"))),
    ('<interruption time="1.5s" /><dtmf digits="1" />', THEN, (Interruption("1.5s"), Dtmf("1"))),
    ('<interruption time="1s" /><noise sound="beep" />', THEN, (Interruption("1s"), Noise("beep"))),
    (
        '<background_noise sound="coffee-shop" volume="0.4">Hi</background_noise>',
        STEP,
        (BackgroundNoise("coffee-shop", "0.4", (Text("Hi"),)),),
    ),
    ('<noise sound="cough1" volume="0.5" time="1100" />', STEP, (Noise("cough1", "0.5", "1100"),)),
    ('<network_simulation packet_loss="5" />Hi', STEP, (NetworkSimulation("5"), Text("Hi"))),
    ('<network_simulation jitter="40" latency="9" />', STEP, (NetworkSimulation(None, "40", "9"),)),
    (
        '<network_simulation packet_loss="20" burst="4" direction="both" />',
        STEP,
        (NetworkSimulation("20", burst="4", direction="both"),),
    ),
    ('<function name="look_up" />Hi', STEP, (Function("look_up"), Text("Hi"))),
    ('<audio id="clip-1" />', STEP, (Audio("clip-1"),)),
    (
        '<ignore_interruptions><audio id="clip-1" /></ignore_interruptions>',
        STEP,
        (IgnoreInterruptions((Audio("clip-1"),)),),
    ),
    ("Well [sigh] no [laughter]", STEP, (Text("Well "), Emotion("sigh"), Text(" no "), Emotion("laughter"))),
]


@pytest.mark.parametrize(("source", "place", "expected"), VALID, ids=[each[0] for each in VALID])
def test_a_valid_action_parses_without_a_finding(
    source: str, place: Place, expected: tuple[Node, ...]
) -> None:
    assert nodes(source, place) == expected


def test_the_table_of_valid_actions_knows_every_tag() -> None:
    seen = {
        type(node) for source, place, _ in VALID for node in parse_action(source, place=place).action.walk()
    }
    assert set(TAGS.values()) <= seen


INVALID: list[tuple[str, Place, str]] = [
    ("<ivr />", FIRST, "<ivr> requires the attribute text"),
    ('<ivr text="" />', FIRST, "<ivr> text must not be empty"),
    ("<ivr>Press 1</ivr>", FIRST, "<ivr> must be self-closing"),
    ('<IVR text="Press 1" />', FIRST, "<IVR> must be lower-case"),
    ('Hello <ivr text="Press 1" />', FIRST, "<ivr> must be the entire action"),
    ('<ivr text="One" /><ivr text="Two" />', FIRST, "<ivr> must be the entire action"),
    (
        '<ignore_interruptions><ivr text="Hi" /></ignore_interruptions>',
        FIRST,
        "<ivr> must be the entire action",
    ),
    ("<ivr text=\"Wait <hold time='1s'/>\" />", FIRST, "<hold> cannot stand inside <ivr>"),
    ("<ivr text=\"Wait <audio id='a'/>\" />", FIRST, "<audio> cannot stand inside <ivr>"),
    ("<ivr text=\"Wait <silence time='1'/>\" />", FIRST, "<silence> time must be seconds"),
    ('<voicemail text=" " />', STEP, "<voicemail> text must not be empty"),
    ("<voicemail>Hi</voicemail>", STEP, "<voicemail> must be self-closing"),
    ("<voicemail /> Call me back", STEP, "<voicemail> must be the entire action"),
    ("<voicemail text=\"<audio id='a'/>\" />", STEP, "<audio> cannot stand inside the text of <voicemail>"),
    ("<ignore_interruptions />", STEP, "<ignore_interruptions> must stand around words"),
    (
        "<ignore_interruptions a='1'>x</ignore_interruptions>",
        STEP,
        "<ignore_interruptions> has no attribute a",
    ),
    (
        "<ignore_interruptions>a<ignore_interruptions>b</ignore_interruptions></ignore_interruptions>",
        STEP,
        "<ignore_interruptions> cannot stand inside <ignore_interruptions>",
    ),
    ("Bye <endcall>", STEP, "<endcall> must be self-closing"),
    ("Bye <endcall></endcall>", STEP, "<endcall> must be self-closing"),
    ("Bye </endcall>", STEP, "</endcall> closes nothing"),
    ("Bye <endcall now='yes' />", STEP, "<endcall> has no attribute now"),
    ("<silence />", STEP, "<silence> requires the attribute time"),
    ("<silence time='2' />", STEP, "<silence> time must be seconds"),
    ("<silence tme='2s' />", STEP, "<silence> has no attribute tme"),
    ("<silence time='2s' time='3s' />", STEP, "<silence> has the attribute time 2 times"),
    ("<silence time='2s'>shh</silence>", STEP, "<silence> must be self-closing"),
    ("<hold />", STEP, "<hold> requires the attribute time"),
    ("<hold time='500ms' />", STEP, "<hold> time must be seconds"),
    ("<spell />", STEP, "<spell> must stand around words"),
    ("<spell word='a'>a</spell>", STEP, "<spell> has no attribute word"),
    ("<spell>ABC", STEP, "<spell> is never closed"),
    ("ABC</spell>", STEP, "</spell> closes nothing"),
    ("<spell><audio id='a' /></spell>", STEP, "<audio> cannot stand inside <spell>"),
    ("<speed />", STEP, "<speed> requires the attribute ratio"),
    ("<speed ratio='2.1' />Hi", STEP, "<speed> ratio must be between 0.1 and 2"),
    ("<speed ratio='1.1'>Hi</speed>", STEP, "<speed> must be self-closing"),
    ("<speed ratio='1.1' text='' />", STEP, "<speed> text must not be empty"),
    ("<volume ratio='2.1' />Hi", STEP, "<volume> ratio must be between 0 and 2"),
    ("<volume ratio='1'>Hi</volume>", STEP, "<volume> must be self-closing"),
    (f"<voice id='{UUID}' />", STEP, "<voice> requires the attribute provider"),
    ("<voice provider='cartesia' />", STEP, "<voice> requires the attribute id"),
    (f"<voice provider='acme' id='{UUID}' />", STEP, "<voice> provider must be cartesia or 11labs"),
    (f"<voice provider='11labs' id='{UUID}' />", STEP, "<voice> id must be letters and digits"),
    (f"<voice {VOICE} text='a'>b</voice>", STEP, "<voice> has both a text and a block"),
    (f"<voice {VOICE}></voice>", STEP, "<voice> has nothing in it"),
    (
        f"<voice {VOICE} text='a' /><voice provider='11labs' id='x1' text='b' />",
        STEP,
        "the provider of <voice> cannot change",
    ),
    (f"<voice {VOICE} />", Place(voice_provider="11labs"), "the provider of <voice> cannot change"),
    ("<dtmf />", STEP, "<dtmf> requires the attribute digits"),
    ("<dtmf digits='12x' />", STEP, "<dtmf> digits may only hold 0-9, * and #"),
    ("<dtmf digits='1'>2</dtmf>", STEP, "<dtmf> must be self-closing"),
    ("<dtmf digits='{{test_profile}}' />", STEP, "malformed placeholder {{test_profile}}"),
    ("<send_sms />", STEP, "<send_sms> requires the attribute text"),
    ("<send_sms text='' />", STEP, "<send_sms> text must not be empty"),
    ("<client_message />", STEP, "<client_message> requires the attribute t"),
    ("<client_message t='a' d='{' />", STEP, "<client_message> d must be JSON"),
    ("<interruption />Hi", FOLLOWUP, "<interruption> requires the attribute time"),
    ("<interruption time='3' />Hi", FOLLOWUP, "<interruption> time must be seconds"),
    ("Hi <interruption time='3s' />Hi", FOLLOWUP, "<interruption> must be at the very start"),
    ("<interruption time='3s' />Hi", STEP, "<interruption> must be in an action_followup"),
    ("<interruption time='3s' />Hi", Place(when_say_dialect=True), "<interruption> must be a then step"),
    (
        "<interruption time='3s' />Hi",
        Place(first_message=True, when_say_dialect=True),
        "<interruption> must be a then step",
    ),
    ("<interruption time='3s' />", THEN, "<interruption> is followed by nothing to be heard"),
    (
        "<interruption time='3s' /><hold time='1s' />",
        THEN,
        "<interruption> is followed by nothing to be heard",
    ),
    ("<background_noise>Hi</background_noise>", STEP, "<background_noise> requires the attribute sound"),
    ("<background_noise sound='off' />", STEP, "<background_noise> must stand around words"),
    (
        "<background_noise sound='off' volume='3'>Hi</background_noise>",
        STEP,
        "<background_noise> volume must be between 0 and 2",
    ),
    (
        "<background_noise sound='off'><audio id='a' /></background_noise>",
        STEP,
        "<audio> cannot stand inside <background_noise>",
    ),
    ("<noise />", STEP, "<noise> requires the attribute sound"),
    ("<noise sound='beep' volume='-1' />", STEP, "<noise> volume must be between 0 and 2"),
    ("<noise sound='beep' time='1 s' />", STEP, "<noise> time must be milliseconds"),
    ("<noise sound='beep'>x</noise>", STEP, "<noise> must be self-closing"),
    ("<network_simulation />", STEP, "<network_simulation> needs an attribute"),
    (
        "<network_simulation packet_loss='101' />",
        STEP,
        "<network_simulation> packet_loss must be between 0 and 100",
    ),
    (
        "<network_simulation burst='3' direction='send' />",
        STEP,
        "<network_simulation> needs an attribute packet_loss, jitter or latency",
    ),
    (
        "<network_simulation packet_loss='9' burst='0' />",
        STEP,
        "<network_simulation> burst must be between 1 and 500",
    ),
    (
        "<network_simulation packet_loss='9' direction='in' />",
        STEP,
        "<network_simulation> direction must be send or receive or both",
    ),
    ("<network_simulation jitter='-1' />", STEP, "<network_simulation> jitter must be at least 0"),
    ("<network_simulation latency='-1' />", STEP, "<network_simulation> latency must be at least 0"),
    ("<network_simulation packet_loss='1'>x</network_simulation>", STEP, "must be self-closing"),
    ("<function />", STEP, "<function> requires the attribute name"),
    ("<function name='a b' />", STEP, "<function> name must be 1 to 64"),
    ("<function name='look_up' />Hi", FIRST, "<function> cannot stand in the first message"),
    ("<audio />", STEP, "<audio> requires the attribute id"),
    ("<audio id='my clip' />", STEP, "<audio> id must be 1 to 64"),
    ("<ivr text=\"a <break time='1'/>\" />", STEP, "<break> time must be seconds or milliseconds"),
    ("{{function.f.o}}", FIRST, "{{function.f.o}} cannot stand in the first message"),
    ("Say {{function.f.o}}", IMPROVISED, "placeholders require a verbatim step"),
    ("Hi {{test_profile.a", STEP, "the placeholder is not closed"),
    (
        "<ai_generated>Hi</ai_generated>",
        FIRST,
        "the first message is always said verbatim; <ai_generated> is not allowed.",
    ),
    ("Hi <ai_generated>x</ai_generated>", THEN, "<ai_generated> must wrap the whole step"),
    ("<ai_generated>x</ai_generated>", STEP, "<ai_generated> belongs to the when/say form"),
    ("Say <endcall />", WRAPPED, "contains <endcall> tag but the step is wrapped in <ai_generated>"),
    ("Say <silence time=", WRAPPED, "contains <silence> tag but the step is wrapped in <ai_generated>"),
    ("<function nme='a' />", IMPROVISED, "<function> has no attribute nme"),
    ("x" * (16 * 1024 + 1), STEP, "the action is longer than 16 KB"),
    ("é" * (8 * 1024 + 1), STEP, "the action is longer than 16 KB"),
]


@pytest.mark.parametrize(("source", "place", "message"), INVALID, ids=[each[0][:60] for each in INVALID])
def test_an_invalid_action_is_refused_with_a_hint(source: str, place: Place, message: str) -> None:
    found = errors(source, place)
    assert message in found[0].message
    assert found[0].hint or " must be " in found[0].message or " must not be " in found[0].message


def test_the_table_of_invalid_actions_knows_every_tag() -> None:
    assert all(any(f"<{name}>" in message for _, _, message in INVALID) for name in TAGS)


WARNED: list[tuple[str, Place, str]] = [
    ("Hi <wave />", STEP, "<wave> is not a known tag and is dropped"),
    ("Hi </wave>", STEP, "<wave> is not a known tag and is dropped"),
    ("<speed ratio='1.5' />Hi", STEP, "<speed> ratio is outside"),
    ("Hi <speed ratio='1.1' />there", STEP, "<speed> comes after something spoken"),
    ("Hi <volume ratio='0.9' />there", STEP, "<volume> comes after something spoken"),
    ("<volume ratio='1.5' />Hi", STEP, "<volume> ratio above 1 may clip"),
    ("<noise sound='beep' time='1.1s' />", STEP, "<noise> time is in milliseconds"),
    ("<noise sound='thunder' />", STEP, "<noise> sound is not a known sound"),
    (
        "<network_simulation jitter='4' latency='5' />",
        STEP,
        "<network_simulation> with a delay of less than 10 ms delays nothing",
    ),
    (
        "<network_simulation latency='90' burst='3' />",
        STEP,
        "<network_simulation> burst is how many frames are lost in a row, and none is lost",
    ),
    (
        "<network_simulation packet_loss='50' burst='2' />",
        STEP,
        "<network_simulation> burst is no longer than chance makes it",
    ),
    (
        "<background_noise sound='coffee-shop' volume='1.5'>Hi</background_noise>",
        STEP,
        "<background_noise> volume above 1 may clip",
    ),
    ("<dtmf digits='1A' />", STEP, "<dtmf> digits A to D"),
    ("<interruption time='0s' />Hi", FOLLOWUP, "<interruption> time of zero"),
    ("<interruption time='1s' />", FOLLOWUP, "<interruption> is followed by nothing to be heard"),
    ("Wait <break />", STEP, "<break> belongs into the text of <ivr>"),
    ("Bye <endcall /><hold time='1s' />", STEP, "<hold> after <endcall> is never reached"),
    ("<endcall /> Bye", STEP, "text after <endcall> is never reached"),
    ("<spell></spell>Hi", STEP, "<spell> has nothing in it"),
    ("<spell>A<silence time='1s' />B</spell>", STEP, "<silence> stands inside <spell>"),
    (
        "<background_noise sound='off'><spell>A</spell></background_noise>",
        STEP,
        "<spell> stands inside <background_noise>",
    ),
    ("Hi {{name}}", STEP, "{{name}} is not a placeholder"),
    ("Say bye <endcall />", IMPROVISED, "contains <endcall> tag but fixed_message is false"),
    ("Say <EndCall />", IMPROVISED, "contains <EndCall> tag but fixed_message is false"),
    ("Say bye <endcal />", IMPROVISED, "<endcal> is not a known tag"),
]


@pytest.mark.parametrize(("source", "place", "message"), WARNED, ids=[each[0] for each in WARNED])
def test_what_only_some_versions_refuse_is_a_warning(source: str, place: Place, message: str) -> None:
    found = finding(source, place)
    assert found.severity is Severity.WARNING
    assert message in found.message


@pytest.mark.parametrize("source", ["Hi <wave />", "<spell>A<silence time='1s' />B</spell>"])
def test_unknown_tags_and_undocumented_nesting_are_errors_when_strict(source: str) -> None:
    assert finding(source, strict=True).severity is Severity.ERROR


def test_an_unknown_tag_is_dropped_and_its_words_stay() -> None:
    action = parse_action("This is <b>very</b> bad", place=STEP).action
    assert action.nodes == (
        Text("This is "),
        UnknownTag("<b>"),
        Text("very"),
        UnknownTag("</b>"),
        Text(" bad"),
    )
    assert action.text == "This is very bad"


@pytest.mark.parametrize(
    ("source", "hint"),
    [
        ("<silense time='1s' />", 'did you mean "silence"?'),
        ("<silence tme='1s' />", 'did you mean "time"?'),
        ("<silence Time='1s' />", 'did you mean "time"?'),
        ("<endcall now='1' />", "it takes no attributes"),
        ("<EndCall />", "write <endcall>"),
        ("<dtmf>12</dtmf>", 'write <dtmf digits="…" />'),
        ("<spell />", "write <spell>…</spell>"),
        ("<spell>ABC", "add </spell>"),
    ],
)
def test_the_hint_shows_the_way(source: str, hint: str) -> None:
    assert parse_action(source, place=STEP).findings[0].hint == hint


@pytest.mark.parametrize(
    ("source", "offset"),
    [
        ("Hello <wave />", 6),
        ("Hello <silence time='x' />", 21),
        ("Hello {{test_profile}}", 6),
        ("Hello <spell>A{{test_profile}}</spell>", 14),
        ("Hello <send_sms text='a {{test_profile}}' />", 22),
        ("<ivr text='Press <silence time=\"x\" />' />", 32),
        ("a <spell>b", 2),
    ],
)
def test_a_finding_points_at_its_place(source: str, offset: int) -> None:
    assert finding(source).offset == offset


def test_nodes_know_their_offsets() -> None:
    offsets = [
        each.offset for each in parse_action("Hi <spell>AB</spell><endcall/>", place=STEP).action.walk()
    ]
    assert offsets == [0, 3, 10, 20]


def test_the_parts_of_a_menu_know_their_offsets_in_the_whole_action() -> None:
    source = "<ivr text='Press <silence time=\"1s\" /> 1' />"
    assert [each.offset for each in parse_action(source, place=FIRST).action.walk()] == [0, 11, 17, 38]


def test_all_findings_come_in_the_order_of_the_source() -> None:
    found = parse_action("Hi <wave/><hold time='x'/>{{test_profile}}<spell>", place=STEP).findings
    assert [each.offset for each in found] == [3, 22, 26, 42]


def test_a_value_with_a_placeholder_is_not_judged_yet() -> None:
    source = '<speed ratio="{{test_profile.rate}}" /><silence time="{{test_profile.wait}}s" />Hi'
    assert nodes(source)[0] == Speed("{{test_profile.rate}}")


def test_a_voice_with_a_placeholder_for_its_provider_is_not_compared() -> None:
    assert nodes(f'<voice provider="{{{{test_profile.p}}}}" id="x-1" text="Hi" /><voice {VOICE} text="a" />')


def test_an_improvised_step_is_one_text_but_for_its_functions() -> None:
    source = 'Give your <name> [sigh] {{test_profile.a}} <function name="f" /> and go'
    action = parse_action(source, place=WRAPPED).action
    assert action.improvised
    assert action.nodes == (
        Text("Give your <name> [sigh] {{test_profile.a}} "),
        Function("f"),
        Text(" and go"),
    )


def test_a_tag_in_an_improvised_step_of_the_id_shape_is_literal_text() -> None:
    action = parse_action("Say bye <endcall /> now", place=IMPROVISED).action
    assert action.nodes == (Text("Say bye <endcall /> now"),)


def test_a_block_that_overlaps_another_is_reported_once() -> None:
    source = "<ignore_interruptions>a<spell>b</ignore_interruptions>c</spell>"
    assert finding(source).message == "<spell> is never closed"


def test_a_malformed_opening_tag_does_not_make_its_closing_tag_a_stray_one() -> None:
    assert len(errors("<spell a='1'>AB</spell>")) == 1


@pytest.mark.parametrize("source", ["3 < 5 > 2", "a <3 b", "< endcall />", "it's <1%", "R&D &amp; more"])
def test_a_lone_angle_bracket_is_spoken(source: str) -> None:
    assert nodes(source) == (Text(source),)


@pytest.mark.parametrize(
    ("source", "inner"),
    [
        ("<ai_generated>Say hello</ai_generated>", "Say hello"),
        ("  <ai_generated>\n Say hello </ai_generated>\n", "\n Say hello "),
        ("<ai_generated >a < b <function name='f'/></ai_generated >", "a < b <function name='f'/>"),
    ],
)
def test_a_wrapped_step_is_unwrapped(source: str, inner: str) -> None:
    assert unwrap_ai_generated(source) == (inner, None)


@pytest.mark.parametrize("source", ["", "Say hello", "<ai>x</ai>", "<ai_generated_2>x</ai_generated_2>"])
def test_a_step_without_the_wrapper_is_left_alone(source: str) -> None:
    assert unwrap_ai_generated(source) == (None, None)


@pytest.mark.parametrize(
    ("source", "offset"),
    [
        ("Hi <ai_generated>x</ai_generated>", 3),
        ("<ai_generated>x</ai_generated> bye", 0),
        ("<ai_generated>x", 0),
        ("x</ai_generated>", 1),
        ("<ai_generated/>", 0),
        ("<AI_Generated>x</AI_Generated>", 0),
        ("<ai_generated a='1'>x</ai_generated>", 0),
        ("<ai_generated>a<ai_generated>b</ai_generated></ai_generated>", 0),
        ("<ai_generated>a</ai_generated><ai_generated>b</ai_generated>", 0),
        ("</ai_generated>x<ai_generated>", 0),
        ("<ai_generated", 0),
    ],
)
def test_a_partial_or_nested_wrapper_is_refused(source: str, offset: int) -> None:
    inner, found = unwrap_ai_generated(source)
    assert inner is None
    assert found is not None
    assert (found.offset, found.message) == (offset, "<ai_generated> must wrap the whole step")
    assert found.hint


def test_an_empty_wrapper_is_an_empty_step() -> None:
    inner, found = unwrap_ai_generated("<ai_generated> </ai_generated>")
    assert inner is None
    assert found is not None
    assert found.message == "has an empty step"
