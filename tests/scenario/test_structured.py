"""The rules of structured tests, each with what is right and what is wrong."""

from __future__ import annotations

import json
from textwrap import dedent
from typing import TYPE_CHECKING, Any

import pytest

from pytest_agentsim.errors import ScenarioError
from pytest_agentsim.scenario.loader import LoadSettings, load_mapping, load_text

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_agentsim.scenario.model import Scenario, ScenarioFile, Script

ID_SHAPE_HEAD = """\
name: x
scenario_type: conditional_actions
scenario_language: en
conditional_actions:
  role: r
  conditions:
"""
FIRST = '  - {id: 0, condition: FIRST_MESSAGE, action: "Hi", type: standard, fixed_message: true}\n'
ASKED = (
    "  - {id: 1, condition: The agent asks for your name, action: John, "
    "type: standard, fixed_message: true}\n"
)


def load(text: str, **settings: Any) -> ScenarioFile:
    return load_text(text, name="f.yaml", format="yaml", settings=LoadSettings(**settings))


def script_of(text: str, **settings: Any) -> Script:
    script = load(text, **settings).scenarios[0].script
    assert script is not None
    return script


def problems(text: str, **settings: Any) -> list[str]:
    with pytest.raises(ScenarioError) as caught:
        load(text, **settings)
    return [str(each).removeprefix("f.yaml:") for each in caught.value.problems]


def id_shape(*rows: str) -> str:
    return ID_SHAPE_HEAD + "".join(f"  - {row}\n" if row.startswith("{") else row for row in rows)


def steps(body: str) -> str:
    head = ID_SHAPE_HEAD.removesuffix("  conditions:\n")
    return head + "".join(f"  {line}\n" for line in dedent(body).strip().splitlines())


VALID = {
    "first condition": id_shape(FIRST),
    "first action may be empty": id_shape(FIRST.replace('"Hi"', '""')),
    "standard condition": id_shape(FIRST, ASKED),
    "followup of an earlier condition": id_shape(
        FIRST, "{id: 1, condition: 0, action: Go on, type: action_followup, fixed_message: false}"
    ),
    "two followups of one condition": id_shape(
        FIRST,
        "{id: 1, condition: 0, action: a, type: action_followup, fixed_message: true}",
        "{id: 2, condition: 0, action: b, type: action_followup, fixed_message: true}",
    ),
    "x- keys": id_shape(FIRST, "{x-note: any, " + ASKED.split("{", 1)[1].strip()),
    "only a first message": steps("first_message: Hi"),
    "only then steps": steps("first_message: {say: '', then: [a, b]}"),
    "no first message": steps("conditions: [{when: The agent greets, say: Hi}]"),
    "improvised then step of the first message": steps(
        "first_message: {say: Hi, then: ['<ai_generated>Ask again</ai_generated>']}"
    ),
}


@pytest.mark.parametrize("text", VALID.values(), ids=VALID.keys())
def test_what_the_rules_allow_loads_without_a_warning(text: str) -> None:
    assert load(text).warnings == ()


NO_OPENER = "Validation error: first condition must have condition='FIRST_MESSAGE'"
INVALID = {
    # rule: (payload, expected problem)
    "first condition is not FIRST_MESSAGE": (
        id_shape(FIRST.replace("FIRST_MESSAGE", "The agent greets")),
        (f"7:24: conditions[0].condition: {NO_OPENER} (begin with {{id: 0,"),
    ),
    "first condition of before April": (
        id_shape(FIRST.replace("FIRST_MESSAGE", '""')),
        (
            f"7:24: conditions[0].condition: {NO_OPENER} "
            "(an empty condition was the convention before April 2026; write condition: FIRST_MESSAGE)"
        ),
    ),
    "first condition without condition": (
        id_shape(FIRST.replace("condition: FIRST_MESSAGE, ", "")),
        f"7:5: conditions[0]: {NO_OPENER} (an empty",
    ),
    "first condition further down": (
        id_shape(ASKED, FIRST),
        (f"7:24: conditions[0].condition: {NO_OPENER} (move the condition with FIRST_MESSAGE to the top)"),
    ),
    "no conditions": (
        ID_SHAPE_HEAD.rstrip() + " []\n",
        f"6:15: conditions: {NO_OPENER}",
    ),
    "first id is not 0": (
        id_shape(FIRST.replace("id: 0", "id: 1")),
        "7:10: conditions[0].id: Validation error: first condition must have id=0",
    ),
    "first message is not fixed": (
        id_shape(FIRST.replace("true", "false")),
        "7:84: conditions[0].fixed_message: Validation error: first condition must have fixed_message=true",
    ),
    "FIRST_MESSAGE again": (
        id_shape(FIRST, ASKED.replace("The agent asks for your name", "FIRST_MESSAGE")),
        "8:24: conditions[1].condition: FIRST_MESSAGE is only for the first condition",
    ),
    "empty action": (
        id_shape(FIRST, ASKED.replace("John", '" "')),
        "8:62: conditions[1].action: action cannot be empty or whitespace-only",
    ),
    "action is null": (
        id_shape(FIRST.replace('"Hi"', "~")),
        '7:47: conditions[0].action: must be text (write "" for an empty text)',
    ),
    "type is missing": (
        id_shape(FIRST, ASKED.replace("type: standard, ", "")),
        "8:5: conditions[1].type: Validation error: type is required",
    ),
    "fixed_message is missing": (
        id_shape(FIRST, ASKED.replace(", fixed_message: true", "")),
        "8:5: conditions[1].fixed_message: Validation error: fixed_message is required",
    ),
    "condition is missing": (
        id_shape(FIRST, ASKED.replace("condition: The agent asks for your name, ", "")),
        "8:5: conditions[1].condition: condition is required",
    ),
    "action is missing": (
        id_shape(FIRST, ASKED.replace("action: John, ", "")),
        "8:5: conditions[1].action: action is required",
    ),
    "id is missing": (
        id_shape(FIRST, ASKED.replace("id: 1, ", "")),
        "8:5: conditions[1].id: id is required",
    ),
    "type is unknown": (
        id_shape(FIRST, ASKED.replace("standard", "standart")),
        '8:74: conditions[1].type: must be one of standard, action_followup (did you mean "standard"?)',
    ),
    "fixed_message is text": (
        id_shape(FIRST, ASKED.replace("true", "'true'")),
        "8:99: conditions[1].fixed_message: must be true or false (write it without quotes)",
    ),
    "duplicate id": (
        id_shape(FIRST, ASKED.replace("id: 1", "id: 0")),
        "8:10: conditions[1].id: Validation error: duplicate condition ID (line 7 has the id 0 already)",
    ),
    "negative id": (
        id_shape(FIRST, ASKED.replace("id: 1", "id: -1")),
        "8:10: conditions[1].id: must be at least 0",
    ),
    "id is a fraction": (
        id_shape(FIRST, ASKED.replace("id: 1", "id: 1.0")),
        "8:10: conditions[1].id: must be a whole number",
    ),
    "language is missing": (
        id_shape(FIRST).replace("scenario_language: en\n", ""),
        "1:1: scenario_language: Validation error: scenario_language is required",
    ),
    "followup of itself": (
        id_shape(FIRST, "{id: 1, condition: 1, action: a, type: action_followup, fixed_message: true}"),
        "8:24: conditions[1].condition: a followup cannot reference itself",
    ),
    "followup of a later condition": (
        id_shape(
            FIRST,
            "{id: 1, condition: 2, action: a, type: action_followup, fixed_message: true}",
            ASKED.replace("1", "2"),
        ),
        "8:24: conditions[1].condition: a followup must reference an earlier condition; id 2 comes later",
    ),
    "followup of nothing": (
        id_shape(FIRST, "{id: 1, condition: 7, action: a, type: action_followup, fixed_message: true}"),
        "8:24: conditions[1].condition: a followup must reference an earlier condition; id 7 does not exist",
    ),
    "followup by a text": (
        id_shape(FIRST, "{id: 1, condition: '0', action: a, type: action_followup, fixed_message: true}"),
        "8:24: conditions[1].condition: must be the integer id of an earlier condition (write it",
    ),
    "standard condition by a number": (
        id_shape(FIRST, ASKED.replace("The agent asks for your name", "0")),
        "8:24: conditions[1].condition: must be text that describes what the agent says or does",
    ),
    "empty trigger": (
        id_shape(FIRST, ASKED.replace("The agent asks for your name", "' '")),
        "8:24: conditions[1].condition: condition cannot be empty",
    ),
    "misspelt field": (
        id_shape(FIRST, ASKED.replace("action:", "acton:")),
        '8:54: conditions[1].acton: "acton" is not a field of a condition (did you mean "action"?)',
    ),
    "neither conditions nor first_message": (
        steps("functions: []"),
        "5:3: conditions: conditions is required",
    ),
    "a row is text": (
        id_shape(FIRST, "  - The agent greets\n"),
        "8:5: conditions[1]: must be a mapping",
    ),
    "action over 16 KB": (
        id_shape(FIRST, ASKED.replace("John", "J" * 16385)),
        "8:62: conditions[1].action: can have at most 16384 characters; it has 16385",
    ),
    "broken tag": (
        id_shape(
            FIRST,
            ASKED.replace("John", 'I am John <silence time=\\"soon\\" />')
            .replace("I am", '"I am')
            .replace("/>", '/>"'),
        ),
        "8:89: conditions[1].action: <silence> time must be seconds",
    ),
    "when is missing": (
        steps("conditions: [{say: Hi}]"),
        "6:16: conditions[0].when: is required.",
    ),
    "when is empty": (
        steps("conditions: [{when: '', say: Hi}]"),
        "6:23: conditions[0].when: is required.",
    ),
    "say is missing": (
        steps("conditions: [{when: The agent greets}]"),
        "6:16: conditions[0].say: is required.",
    ),
    "say is empty": (
        steps("conditions: [{when: The agent greets, say: ' '}]"),
        "6:46: conditions[0].say: has an empty step",
    ),
    "then is empty": (
        steps("conditions: [{when: The agent greets, say: Hi, then: [a, '']}]"),
        "6:60: conditions[0].then[1]: has an empty step",
    ),
    "old key in a row": (
        steps("conditions: [{when: The agent greets, say: Hi, fixed_message: true}]"),
        "6:50: conditions[0]: unknown field(s) fixed_message. Allowed: when, say, then.",
    ),
    "improvised first message": (
        steps("first_message: <ai_generated>Greet</ai_generated>"),
        "6:18: first_message: the first message is always said verbatim; <ai_generated> is not allowed.",
    ),
    "partly improvised step": (
        steps("conditions: [{when: The agent greets, say: Hi <ai_generated>x</ai_generated>}]"),
        "6:49: conditions[0].say: <ai_generated> must wrap the whole step",
    ),
    "tag in an improvised step": (
        steps("conditions: [{when: The agent greets, say: <ai_generated>x <endcall /></ai_generated>}]"),
        "6:62: conditions[0].say: contains <endcall> tag but the step is wrapped in <ai_generated>",
    ),
    "interruption in say": (
        steps("""conditions: [{when: The agent greets, say: '<interruption time="1s" />Wait'}]"""),
        "must be a then step",
    ),
    "mixed dialects": (
        steps(
            "conditions: [{when: a, say: b},{id: 1, condition: c, action: d, type: standard, fixed_message: true}]"
        ),
        "6:34: conditions[1]: the conditions mix two dialects",
    ),
    "unknown field of first_message": (
        steps("first_message: {say: Hi, than: [a]}"),
        '6:28: first_message.than: "than" is not a field of first_message (did you mean "then"?)',
    ),
}


@pytest.mark.parametrize(("text", "expected"), INVALID.values(), ids=INVALID.keys())
def test_what_the_rules_forbid_is_refused_at_its_place(text: str, expected: str) -> None:
    found = problems(text)
    assert len(found) == 1, "\n".join(found)
    assert expected in found[0]


def test_all_problems_are_reported_at_once_in_file_order() -> None:
    text = id_shape(
        FIRST.replace("FIRST_MESSAGE", '""'),
        ASKED.replace("type: standard, ", ""),
        "{id: 1, condition: 9, action: '', type: action_followup, fixed_message: yes}",
    )
    lines = [int(each.split(":")[0]) for each in problems(text)]
    assert lines == [7, 8, 9, 9, 9, 9]


def test_a_broken_row_brings_no_problems_of_other_rows() -> None:
    assert problems(id_shape("{id: [0], " + FIRST.split("id: 0, ")[1].strip(), ASKED)) == [
        "7:10: conditions[0].id: must be a whole number"
    ]


def test_ids_that_do_not_ascend_are_warned_about() -> None:
    file = load(id_shape(FIRST, ASKED.replace("id: 1", "id: 5"), ASKED.replace("id: 1", "id: 3")))
    assert [str(each) for each in file.warnings] == [
        (
            "f.yaml:9:10: conditions[2].id: the ids do not ascend "
            "(number the conditions 0, 1, 2, … from top to bottom)"
        )
    ]


def test_a_missing_role_is_warned_about() -> None:
    file = load(id_shape(FIRST).replace("  role: r\n", ""))
    assert [each.path for each in file.warnings] == ["role"]


def test_the_id_shape_becomes_conditions() -> None:
    script = script_of(
        id_shape(
            FIRST,
            ASKED,
            "{id: 2, condition: 1, action: Say more, type: action_followup, fixed_message: false}",
        )
    )
    first, asked, more = script.conditions
    assert (first.trigger, first.follows, first.action.source) == (None, None, "Hi")
    assert (asked.trigger, asked.follows, asked.fixed_message) == ("The agent asks for your name", None, True)
    assert (more.trigger, more.follows, more.fixed_message) == (None, 1, False)
    assert more.action.improvised
    assert str(more.location) == "f.yaml:9:5"


def test_steps_are_numbered_in_reading_order() -> None:
    script = script_of(
        steps("""
        first_message: {say: Hi, then: [one, two]}
        conditions:
          - {when: A, say: three, then: ["<ai_generated> four</ai_generated>"]}
          - {when: B, say: five}
        """)
    )
    table = [(each.id, each.action.source.strip(), each.trigger, each.follows) for each in script.conditions]
    assert table == [
        (0, "Hi", None, None),
        (1, "one", None, 0),
        (2, "two", None, 1),
        (3, "three", "A", None),
        (4, "four", None, 3),
        (5, "five", "B", None),
    ]
    assert [each.fixed_message for each in script.conditions] == [True, True, True, True, False, True]


def test_both_dialects_give_the_same_script() -> None:
    one = script_of(
        id_shape(
            FIRST,
            ASKED,
            "{id: 2, condition: 1, action: Say more, type: action_followup, fixed_message: false}",
        )
    )
    other = script_of(
        steps("""
        first_message: Hi
        conditions:
          - when: The agent asks for your name
            say: John
            then: [<ai_generated>Say more</ai_generated>]
        """)
    )
    for left, right in zip(one.conditions, other.conditions, strict=True):
        assert (left.id, left.action, left.fixed_message, left.trigger, left.follows) == (
            right.id,
            right.action,
            right.fixed_message,
            right.trigger,
            right.follows,
        )


def test_without_a_first_message_the_agent_speaks_first() -> None:
    script = script_of(steps("conditions: [{when: The agent greets, say: Hi}]"))
    assert script.first_message.action.is_empty


def test_a_lenient_reading_takes_the_defaults_of_the_openapi_with_a_warning() -> None:
    text = id_shape(FIRST, "{id: 1, condition: The agent asks for your name, action: Say it}")
    file = load(text, lenient=True)
    script = file.scenarios[0].script
    assert script is not None
    assert (script[1].trigger, script[1].fixed_message) == ("The agent asks for your name", False)
    assert [each.message for each in file.warnings] == [
        "type is missing and taken to be standard",
        "fixed_message is missing and taken to be false",
    ]


def test_an_unknown_tag_is_a_warning_and_an_error_when_strict() -> None:
    text = id_shape(FIRST, ASKED.replace("John", "John <wave />"))
    assert [str(each.location) for each in load(text).warnings] == ["f.yaml:8:67"]
    assert len(problems(text, strict=True)) == 1


def test_a_finding_in_a_literal_block_points_at_its_line() -> None:
    text = (
        ID_SHAPE_HEAD
        + FIRST
        + dedent("""\
      - id: 1
        condition: The agent asks
        type: standard
        fixed_message: true
        action: |
          some words
          and <silence time="soon" />
    """)
        .replace("\n", "\n  ")
        .rstrip(" ")
        .join(["  ", ""])
    )
    assert problems(text)[0].startswith("14:26: conditions[1].action: ")


PROFILE = "test_profile: {first_name: Sarah, address: {city: Rome}}\n"


def with_profile(action: str) -> str:
    return PROFILE + id_shape(FIRST, ASKED.replace("John", f'"{action}"'))


@pytest.mark.parametrize(
    "action",
    ["{{test_profile.first_name}}", "{{ test_profile.address.city }}", "{{test_profile['first_name']}}"],
)
def test_a_template_key_of_the_own_profile_is_found(action: str) -> None:
    assert load(with_profile(action)).warnings == ()


@pytest.mark.parametrize(
    ("action", "expected"),
    [
        (
            "I am {{test_profile.frist_name}}",
            (
                "9:68: conditions[1].action: {{test_profile.frist_name}}: "
                'the test profile has no key "frist_name" '
                '(did you mean "first_name"?)'
            ),
        ),
        (
            "{{test_profile.address.zip}}",
            (
                '9:63: conditions[1].action: {{test_profile.address.zip}}: the test profile has no key "zip" '
                "(it has: city)"
            ),
        ),
        (
            "{{test_profile.first_name.short}}",
            (
                "9:63: conditions[1].action: {{test_profile.first_name.short}}: "
                'the test profile has no key "short"'
            ),
        ),
    ],
)
def test_a_template_key_that_the_own_profile_lacks_is_refused(action: str, expected: str) -> None:
    assert problems(with_profile(action)) == [expected]


def test_a_key_that_dtmf_lacks_is_only_warned_of_unless_strict() -> None:
    action = "Sure <dtmf digits='{{test_profile.pin}}#'/>"
    said = '{{test_profile.pin}}: the test profile has no key "pin"'
    (warning,) = load(with_profile(action)).warnings
    assert f"{said}, so that no keys are pressed (it has:" in str(warning)
    (problem,) = problems(with_profile(action), strict=True)
    assert said in problem


def test_the_sections_of_a_profile_are_searched_together() -> None:
    sections = "test_profile: {main_agent_variables: {a: 1}, testing_agent_variables: {b: 2}}\n"
    text = sections + id_shape(FIRST, ASKED.replace("John", '"{{test_profile.a}} {{test_profile.b}}"'))
    assert load(text).warnings == ()


def test_without_a_profile_template_keys_are_left_open() -> None:
    assert load(with_profile("{{test_profile.anything}}").removeprefix(PROFILE)).warnings == ()


FUNCTIONS = """\
  functions:
  - name: lookup
    type: rest_api
    config: {url: "https://x.test/", response_mapping: {who: $.name}}
"""


def with_function(action: str, *, fixed: str = "true", functions: str = FUNCTIONS) -> str:
    row = f"{{id: 1, condition: The agent asks, action: '{action}', type: standard, fixed_message: {fixed}}}"
    return id_shape(FIRST, row) + functions


@pytest.mark.parametrize(
    ("action", "fixed"),
    [
        ('<function name="lookup"/>I am {{function.lookup.who}}', "true"),
        ('Ask <function name="lookup"/>', "false"),
    ],
)
def test_a_declared_function_can_be_used(action: str, fixed: str) -> None:
    assert load(with_function(action, fixed=fixed)).scenarios[0].script is not None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            with_function('<function name="lookpu"/>'),
            "references an undefined function 'lookpu' (did you mean \"lookup\"?)",
        ),
        (with_function("{{function.look.who}}"), "{{function.look.who}} references an undefined function"),
        (with_function("{{function.lookup.whom}}"), "'whom' is not a declared output of function 'lookup'"),
        (with_function("{{function.lookup.who}}", fixed="false"), "require a verbatim step"),
        (
            with_function("Hi", functions=FUNCTIONS + FUNCTIONS.split("\n", 1)[1]),
            "duplicate function name 'lookup'",
        ),
        (with_function("Hi", functions=FUNCTIONS.replace("rest_api", "soap")), 'must be "rest_api"'),
        (
            with_function("Hi", functions=FUNCTIONS.replace("https:", "ftp:")),
            "must be an http:// or https:// address",
        ),
        (
            with_function("Hi", functions=FUNCTIONS.replace("{url", "{method: PUT, url")),
            "must be one of GET, POST",
        ),
        (
            with_function("Hi", functions=FUNCTIONS.replace("{url", "{body: {}, url")),
            "only a POST has a body (add method: POST)",
        ),
        (
            with_function("Hi", functions=FUNCTIONS.replace("{url", "{timeout_seconds: 31, url")),
            "must be a number from 1 to 30",
        ),
        (
            with_function("Hi", functions=FUNCTIONS.replace("$.name", "name")),
            "must be a path such as $.items[0].name",
        ),
        (
            with_function("Hi", functions=FUNCTIONS.replace("lookup", "look up")),
            "must have 1 to 64 letters, digits, _ or -",
        ),
    ],
)
def test_a_function_that_the_platform_rejects_is_refused(text: str, expected: str) -> None:
    found = problems(text)
    assert len(found) == 1, "\n".join(found)
    assert expected in found[0]


SECOND = """\
  - name: second
    type: rest_api
    config: {url: "https://x.test/%s"}
"""


def test_a_function_may_use_the_outputs_of_one_that_is_declared_before_it() -> None:
    functions = FUNCTIONS + SECOND % "{{function.lookup.who}}"
    assert load(with_function("Hi", functions=functions)).warnings == ()


@pytest.mark.parametrize(
    ("functions", "expected"),
    [
        (
            FUNCTIONS.replace("x.test/", "x.test/{{function.lookup.who}}"),
            "{{function.lookup.who}} references a function that is not declared before this one",
        ),
        (
            FUNCTIONS + SECOND % "{{function.lookup.whom}}",
            "'whom' is not a declared output of function 'lookup' (did you mean \"who\"?)",
        ),
        (FUNCTIONS + SECOND % "{{function.lookup}}", "malformed placeholder {{function.lookup}}"),
        (FUNCTIONS.replace("$.name", '"$.names[*]"'), "cannot be read as a path: '[*]' is neither"),
        (
            FUNCTIONS.replace("$.name", "{path: $..name, default: x}"),
            "cannot be read as a path: '..name' is neither",
        ),
    ],
)
def test_a_request_that_cannot_be_made_is_refused_at_its_place(functions: str, expected: str) -> None:
    found = problems(with_function("Hi", functions=functions))
    assert len(found) == 1, "\n".join(found)
    assert expected in found[0]


def test_a_request_that_needs_a_missing_profile_key_is_refused() -> None:
    functions = FUNCTIONS.replace("x.test/", "x.test/{{test_profile.idd}}")
    found = problems("test_profile: {id: 1}\n" + with_function("Hi", functions=functions))
    assert 'the test profile has no key "idd" (did you mean "id"?)' in found[0]


EXAMPLES = {
    "structured tests of c.1": """{
      "role": "You are a customer calling to cancel an appointment",
      "conditions": [
        {"id": 0, "condition": "FIRST_MESSAGE",
       "action": "Hi, I need to cancel my appointment",
       "type": "standard", "fixed_message": true},
        {"id": 1, "condition": "The agent asks for your name",
       "action": "Provide your name as John Smith",
       "type": "standard", "fixed_message": false}
      ],
      "functions": []
    }""",
    "followups of c.9": """{"role": "You are a customer with a complex request",
     "conditions": [
      {"id": 0, "condition": "FIRST_MESSAGE",
       "action": "Hi, I need help with my order",
       "type": "standard", "fixed_message": true},
      {"id": 1,
       "type": "action_followup", "condition": 0,
       "action": "Also mention you haven't received a confirmation email", "fixed_message": false},
      {"id": 2,
       "type": "action_followup", "condition": 1,
       "action": "And ask if you can get expedited shipping", "fixed_message": false},
      {"id": 3, "condition": "The agent responds to your requests",
       "action": "Thank them and confirm the details",
       "type": "standard", "fixed_message": false}]}""",
    "outbound IVR of c.9": r"""{"role": "You are simulating a third-party IVR that the agent will call into",
     "conditions": [
      {"id": 0, "condition": "FIRST_MESSAGE",
       "action": "<ivr text=\"Thank you for calling Acme Corp. Press 1 for sales, press 2 for support.\" />",
       "type": "standard", "fixed_message": true},
      {"id": 1, "condition": "The main agent pressed 1",
       "action": "Connecting you to sales now. Please hold.",
       "type": "standard", "fixed_message": true},
      {"id": 2, "condition": "The main agent pressed 2",
       "action": "Connecting you to support now. Please hold.",
       "type": "standard", "fixed_message": true},
      {"id": 3, "condition": "The agent states their reason for calling",
       "action": "Thank you. Routing your call now. <endcall />",
       "type": "standard", "fixed_message": true}]}""",
    "contains grammar and dtmf of c.9": r"""{"role": "r", "conditions": [
      {"id": 0, "condition": "FIRST_MESSAGE",
       "action": "",
       "type": "standard", "fixed_message": true},
      {"id": 1,
       "condition": "contains \"pull \" OR contains \"moment\" OR contains \"1234\" OR contains \"help you\"",
       "action": "Great I want to order a pizza, let me enter the account number, can you please repeat what you received.",
       "type": "standard", "fixed_message": true},
      {"id":2,"condition":1,"type":"action_followup","fixed_message":true,
       "action":"<interruption time=\"1.5s\" /><dtmf digits=\"12345\" />"}]}""",
}


@pytest.mark.parametrize("payload", EXAMPLES.values(), ids=EXAMPLES.keys())
def test_the_platforms_examples_load_as_they_are(payload: str) -> None:
    file = load_text(payload, name="order.scenario.json", format="json")
    script = file.scenarios[0].script
    assert script is not None
    assert [each.id for each in script.conditions] == [
        each["id"] for each in json.loads(payload)["conditions"]
    ]


@pytest.mark.parametrize("payload", EXAMPLES.values(), ids=EXAMPLES.keys())
def test_json_is_read_as_yaml_to_the_same_scenarios(payload: str) -> None:
    def essence(scenario: Scenario) -> object:
        assert scenario.script is not None
        return [(each.id, each.action, each.trigger, each.follows) for each in scenario.script.conditions]

    one = load_text(payload, name="x", format="json").scenarios[0]
    other = load_text(payload, name="x", format="yaml").scenarios[0]
    assert essence(one) == essence(other)


def test_a_bare_structured_test_is_named_after_its_file(tmp_path: Path) -> None:
    from pytest_agentsim.scenario.loader import load_file

    path = tmp_path / "order.scenario.json"
    path.write_text(EXAMPLES["followups of c.9"])
    file = load_file(path, display="order.scenario.json")
    assert (file.scenarios[0].name, file.scenarios[0].language) == ("order", "en")
    assert [each.message for each in file.warnings] == ["only conditions and no scenario_language"]


MALFORMED = 'contains "refund'


@pytest.mark.parametrize(
    ("path", "conditional_actions"),
    [
        (
            r"conditions\[1\]\.condition",
            {
                "role": "r",
                "conditions": [
                    {
                        "id": 0,
                        "condition": "FIRST_MESSAGE",
                        "action": "",
                        "type": "standard",
                        "fixed_message": True,
                    },
                    {
                        "id": 1,
                        "condition": MALFORMED,
                        "action": "Hi",
                        "type": "standard",
                        "fixed_message": True,
                    },
                ],
            },
        ),
        (r"conditions\[0\]\.when", {"role": "r", "conditions": [{"when": MALFORMED, "say": "Hi"}]}),
    ],
    ids=["id-shape", "when/say/then"],
)
def test_a_malformed_contains_trigger_is_refused(path: str, conditional_actions: dict[str, Any]) -> None:
    payload = {
        "name": "x",
        "scenario_type": "conditional_actions",
        "scenario_language": "en",
        "conditional_actions": conditional_actions,
    }
    with pytest.raises(ScenarioError, match=rf"{path}: the quote is not closed"):
        load_mapping(payload)


EXAMPLES_OF_A_TRIGGER = "examples: [May I have your name?, And you are?]"


def test_a_condition_may_have_examples_of_what_the_agent_says() -> None:
    row = "{id: 1, condition: The agent asks, action: Sarah, type: standard, fixed_message: true, %s}"
    script = load(id_shape(FIRST, row % EXAMPLES_OF_A_TRIGGER)).scenarios[0].script
    assert script is not None
    assert script[1].examples == ("May I have your name?", "And you are?")


def test_only_a_trigger_has_examples() -> None:
    row = "{id: 1, condition: 0, action: Sarah, type: action_followup, fixed_message: true, %s}"
    [found] = problems(id_shape(FIRST, row % EXAMPLES_OF_A_TRIGGER))
    assert "only a condition with a trigger has examples" in found
