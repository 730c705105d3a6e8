"""What a conftest.py can override, parametrise and add."""

from __future__ import annotations

import pytest

ASKING_BY_NAME = {
    "conditional_actions": {
        "role": "You introduce yourself",
        "first_message": {"say": "I am {{test_profile.name}}", "then": ["Thanks <endcall/>"]},
    }
}


def transcripts(cases):
    return {name: case.find("system-out").text for name, case in cases.items()}


def properties(cases, name):
    return {
        case: element.find(f"properties/property[@name='{name}']").get("value")
        for case, element in cases.items()
    }


# --- personality --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("'impatient'", "impatient"),
        ("693", "normal"),
        ("{'base': 'impatient', 'name': 'in a rush'}", "in a rush"),
        ("Personality('my own')", "my own"),
    ],
)
def test_a_personality_may_be_a_name_an_id_a_mapping_or_an_object(suite, scenario, given, name):
    suite.conftest(
        f"from pytest_agentsim import Personality\n@pytest.fixture\ndef personality(): return {given}"
    )
    suite.file("desk.scenario.yaml", scenario("hours"))
    assert properties(suite.junit(), "personality") == {"hours": name}


def test_a_parametrised_personality_multiplies_the_items(suite, scenario):
    suite.conftest(
        "@pytest.fixture(params=['normal', 'impatient'])\ndef personality(request): return request.param"
    )
    suite.file("desk.scenario.yaml", scenario("hours"), scenario("holidays"))
    found = properties(suite.junit(), "personality")
    assert found == {
        f"{each}[{name}]": name for each in ("hours", "holidays") for name in ("normal", "impatient")
    }


def test_an_override_can_build_on_what_it_overrides(suite, scenario):
    suite.conftest(
        "from dataclasses import replace\n@pytest.fixture\ndef personality(personality): return replace(personality, name='a ' + personality.name)"
    )
    suite.file("desk.scenario.yaml", scenario("hours", personality="impatient"))
    assert properties(suite.junit(), "personality") == {"hours": "a impatient"}


@pytest.mark.parametrize("scope", ["function", "class", "module", "package", "session"])
def test_a_personality_may_have_any_scope(suite, scenario, scope):
    suite.conftest(
        f"@pytest.fixture(scope='{scope}', params=['impatient'])\ndef personality(request): return request.param"
    )
    suite.file("desk.scenario.yaml", scenario("hours"), scenario("holidays"))
    assert set(properties(suite.junit(), "personality").values()) == {"impatient"}


def test_a_closer_conftest_overrides(suite, scenario):
    suite.conftest(
        "@pytest.fixture(params=['normal', 'impatient'])\ndef personality(request): return request.param"
    )
    suite.text("near/conftest.py", "import pytest\n@pytest.fixture\ndef personality(): return 'interrupter'")
    suite.file("near/desk.scenario.yaml", scenario("near"))
    suite.file("far/desk.scenario.yaml", scenario("far"))
    found = properties(suite.junit(), "personality")
    assert found == {"near": "interrupter", "far[normal]": "normal", "far[impatient]": "impatient"}


def test_pytest_generate_tests_of_a_conftest_parametrises_scenarios(suite, scenario):
    suite.conftest(
        "def pytest_generate_tests(metafunc):\n    if 'personality' in metafunc.fixturenames: metafunc.parametrize('personality', ['impatient'])"
    )
    suite.file("desk.scenario.yaml", scenario("hours"))
    assert suite.collect() == ["desk.scenario.yaml::hours[impatient]"]


@pytest.mark.parametrize(
    ("fixture", "told"),
    [
        ("personality(): return 'grumpy'", "unknown personality 'grumpy'*normal*"),
        ("personality(): pass", "a personality is a name*, not None."),
        ("personality(): return ['normal']", "a personality is a name*, not a list."),
        ("personality(): return {'speed': 9}", "the personality cannot be used: personality.speed: *"),
        ("test_profile(): pass", "a test profile is a mapping or a TestProfile, not None."),
        ("test_profile(): return 'Sarah'", "a test profile is a mapping or a TestProfile, not a str."),
        ("scenario(): return 7", "a scenario is a Scenario or a payload as a mapping, not a int."),
        ("agent(): return 'ws://127.0.0.1:1'", "the fixture `agent` gave a str; it has to give an Agent*"),
    ],
)
@pytest.mark.parametrize("item", ["a scenario", "a Python test"])
def test_a_fixture_that_gives_something_unusable_is_told_in_a_sentence(suite, scenario, fixture, told, item):
    suite.conftest(f"@pytest.fixture\ndef {fixture}")
    suite.file("desk.scenario.yaml", scenario("hours"))
    suite.text(
        "test_it.py", "import pytest\n@pytest.mark.scenario('desk.scenario.yaml')\ndef test_it(call): pass"
    )
    result = suite.run("desk.scenario.yaml" if item == "a scenario" else "test_it.py")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines([told])
    result.stdout.no_fnmatch_line("*pytest_agentsim*.py:*")


# --- test_profile -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "given",
    [
        "{'name': 'Sarah'}",
        "TestProfile(caller_variables={'name': 'Sarah'})",
        "{'caller_variables': {'name': 'Sarah'}}",
    ],
)
def test_a_test_profile_may_be_a_mapping_or_an_object(suite, scenario, given):
    suite.conftest(
        f"from pytest_agentsim import TestProfile\n@pytest.fixture\ndef test_profile(): return {given}"
    )
    suite.file("desk.scenario.yaml", scenario("names", **ASKING_BY_NAME))
    assert "I am Sarah" in transcripts(suite.junit())["names"]


def test_a_parametrised_test_profile_calls_as_each(suite, scenario):
    suite.conftest(
        "@pytest.fixture(params=['Sarah', 'John'])\ndef test_profile(request): return {'name': request.param}"
    )
    suite.file("desk.scenario.yaml", scenario("names", test_profile={"name": "Nobody"}, **ASKING_BY_NAME))
    found = transcripts(suite.junit())
    assert "I am Sarah" in found["names[Sarah]"]
    assert "I am John" in found["names[John]"]


def test_a_key_that_the_profile_lacks_fails_the_item_with_a_sentence(suite, scenario):
    suite.conftest("@pytest.fixture\ndef test_profile(): return {'surname': 'Johnson'}")
    suite.file("desk.scenario.yaml", scenario("names", **ASKING_BY_NAME))
    result = suite.run()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*test_profile.name*"])


# --- agent and scenario -------------------------------------------------------------------------------------------


def test_a_parametrised_agent_is_called_with_every_scenario(suite, scenario):
    suite.text(
        "conftest.py",
        "import pytest\nfrom pytest_agentsim import Agent\n"
        "@pytest.fixture(scope='session', params=['old', 'new'])\n"
        "def agent(request):\n"
        "    with Agent.from_callable(lambda text: f'the {request.param} agent') as started: yield started\n",
    )
    suite.file("desk.scenario.yaml", scenario("hours"), scenario("holidays"))
    found = transcripts(suite.junit())
    assert len(found) == 4
    assert all(f"the {name.rpartition('[')[2][:-1]} agent" in text for name, text in found.items())


def test_an_agent_that_has_not_been_started_is_told_in_a_sentence(suite, scenario):
    suite.conftest("@pytest.fixture\ndef agent(): return Agent.from_callable(answer)")
    suite.file("desk.scenario.yaml", scenario("hours"))
    result = suite.run()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*has not been started: use it in a `with` statement*"])
    result.stdout.no_fnmatch_line("*pytest_agentsim*.py:*")


def test_an_agent_may_live_for_one_item_only(suite, scenario):
    suite.text(
        "conftest.py",
        "import pytest\nfrom pytest_agentsim import Agent\n"
        "@pytest.fixture\n"
        "def agent():\n"
        "    with Agent.from_callable(lambda text: 'Hello') as started: yield started\n",
    )
    suite.file("desk.scenario.yaml", scenario("hours"), scenario("holidays"))
    suite.run().assert_outcomes(passed=2)


def test_a_scenario_can_be_changed_before_it_is_run(suite, scenario):
    suite.conftest(
        "from dataclasses import replace\n@pytest.fixture\ndef scenario(scenario): return replace(scenario, runs=2)"
    )
    suite.file("desk.scenario.yaml", scenario("hours"))
    suite.run().stdout.fnmatch_lines(["calls * 2: *"])


def test_expectations_that_a_fixture_adds_to_a_scenario_are_checked(suite, scenario):
    suite.conftest(
        "from dataclasses import replace\nfrom pytest_agentsim.scenario.expectations import expectations_from\n"
        "@pytest.fixture\ndef scenario(scenario):\n"
        "    return replace(scenario, expect=(*expectations_from({'agent_says': 'never said'}), *scenario.expect))"
    )
    suite.file("desk.scenario.yaml", scenario("hours", expect={"agent_says": "nine to five"}))
    result = suite.run("--tb=line")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*desk.scenario.yaml:2: *never said*"])


def test_a_scenario_fixture_may_give_a_payload(suite, scenario):
    suite.conftest(
        f"@pytest.fixture(params=['one', 'two'])\ndef scenario(request): return {scenario('x')!r} | {{'name': request.param}}"
    )
    suite.text("test_it.py", "def test_it(call, scenario): assert call.scenario == scenario['name']")
    suite.run().assert_outcomes(passed=2)


# --- the rest of a conftest ---------------------------------------------------------------------------------------


def test_autouse_fixtures_and_those_of_usefixtures_surround_the_call(suite, scenario):
    suite.conftest(
        "@pytest.fixture(autouse=True)\ndef everywhere():\n    print('<everywhere'); yield; print('everywhere>')\n"
        "@pytest.fixture\ndef somewhere():\n    print('<somewhere'); yield; print('somewhere>')"
    )
    suite.file("desk.scenario.yaml", scenario("hours", marks=["usefixtures('somewhere')"]))
    result = suite.run("-s")
    result.stdout.fnmatch_lines(["*<everywhere", "<somewhere", "*somewhere>", "everywhere>"])


def test_wider_fixtures_are_made_once_and_torn_down_after_their_last_scenario(suite, scenario):
    suite.conftest(
        "@pytest.fixture(scope='session', autouse=True)\ndef s():\n    print('\\nsession up'); yield; print('session down')\n"
        "@pytest.fixture(scope='module', autouse=True)\ndef m(request):\n    print('\\nmodule up'); yield; print('module down')\n"
        "@pytest.fixture(autouse=True)\ndef f(request):\n    print('\\nup', request.node.name); yield; print('\\ndown', request.node.name)\n"
    )
    suite.file("a.scenario.yaml", scenario("one"), scenario("two"))
    suite.file("b.scenario.yaml", scenario("three"))
    lines = [
        line
        for line in suite.run("-s", "--agentsim-concurrency=1").outlines
        if " up" in line or line.startswith(("up", "down")) or " down" in line
    ]
    assert lines == [
        "session up",
        *["module up", "up one", "down one", "up two", "down two", "module down"],
        *["module up", "up three", "down three", "module down"],
        "session down",
    ]


def test_the_module_of_a_scenario_is_its_file(suite, scenario):
    suite.conftest(
        "@pytest.fixture(autouse=True)\ndef file(request): print('from', request.module.__file__, request.path.name)"
    )
    path = suite.file("desk.scenario.yaml", scenario("hours"))
    suite.run("-s").stdout.fnmatch_lines([f"*from {path} desk.scenario.yaml"])


def test_a_fixture_that_fails_is_an_error_not_a_failure(suite, scenario):
    suite.conftest("@pytest.fixture(autouse=True)\ndef database(): raise OSError('no database')")
    suite.file("desk.scenario.yaml", scenario("hours"))
    result = suite.run()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(
        ["*ERROR at setup of hours*", "E *OSError: no database", "conftest.py:*: OSError"]
    )


def test_a_fixture_that_skips_skips_the_scenario(suite, scenario):
    suite.conftest("@pytest.fixture(autouse=True)\ndef database(): pytest.skip('no database')")
    suite.file("desk.scenario.yaml", scenario("hours"))
    suite.run().assert_outcomes(skipped=1)


def test_a_teardown_that_fails_is_an_error_after_a_pass(suite, scenario):
    suite.conftest(
        "@pytest.fixture(autouse=True)\ndef database():\n    yield\n    raise OSError('cannot clean up')"
    )
    suite.file("desk.scenario.yaml", scenario("hours"))
    suite.run().assert_outcomes(passed=1, errors=1)


@pytest.mark.parametrize("say", ["What are your hours?", "hours (in winter", "hours '''", 'hours [{"'])
def test_an_unknown_fixture_is_told_with_the_scenarios_place(suite, scenario, say):
    suite.text(
        "desk.scenario.yaml",
        "name: hours\nscenario_type: conditional_actions\npersonality: normal\nmarks: [usefixtures('warehouse')]\n"
        "conditional_actions:\n  role: you\n  first_message:\n    say: >-\n      "
        + say
        + "\n    then: ['Bye <endcall/>']\n",
    )
    result = suite.run()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["desk.scenario.yaml:1:1: fixture 'warehouse' not found*"])


def test_a_fixture_of_the_user_that_asks_for_an_unknown_one_is_told(suite, scenario):
    suite.conftest("@pytest.fixture(autouse=True)\ndef shop(warehouse): pass")
    suite.file("desk.scenario.yaml", scenario("hours", "hours (in winter"))
    result = suite.run()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*fixture 'warehouse' not found*"])
