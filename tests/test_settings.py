from __future__ import annotations

import os
from pathlib import Path

import pytest

from pytest_agentsim.baseline.limit import Limit
from pytest_agentsim.options import OPTIONS
from pytest_agentsim.settings import settings_from

BY_NAME = {option.name: option for option in OPTIONS}

# For each setting two values as written, with what they are read as.
VALUES = [
    ("text_url", ("ws://a", "ws://a"), ("ws://b", "ws://b")),
    ("voice_url", ("ws://a", "ws://a"), ("ws://b", "ws://b")),
    ("command", ("run a {port}", "run a {port}"), ("run b", "run b")),
    ("secret", ("one", "one"), ("two", "two")),
    ("user", ("one", "one"), ("two", "two")),
    ("password", ("one", "one"), ("two", "two")),
    ("agent_id", ("one", "one"), ("two", "two")),
    ("headers", ("X-A: 1", (("X-A", "1"),)), ("X-B: b: c", (("X-B", "b: c"),))),
    ("turn_timeout", ("2.5", 2.5), ("3", 3.0)),
    ("max_duration", ("20", 20.0), ("30", 30.0)),
    ("connect_timeout", ("0.5", 0.5), ("1", 1.0)),
    ("ca_file", ("a.pem", "a.pem"), ("b.pem", "b.pem")),
    ("sms_webhook", ("http://a", "http://a"), ("http://b", "http://b")),
    ("synthesizer", ("flite", "flite"), ("piper", "piper")),
    ("recognizer", ("none", "none"), ("auto", "auto")),
    ("end_of_turn", ("0.5", 0.5), ("1", 1.0)),
    ("cache", ("there", "there"), ("elsewhere", "elsewhere")),
    ("record", ("off", "off"), ("retain-on-failure", "retain-on-failure")),
    ("concurrency", ("7", 7), ("auto", None)),
    ("launch_rate", ("0.5", 0.5), ("3", 3.0)),
    ("output", ("there", "there"), ("elsewhere", "elsewhere")),
    ("results_json", ("there.json", "there.json"), ("elsewhere.json", "elsewhere.json")),
    ("markdown", ("there.md", "there.md"), ("elsewhere.md", "elsewhere.md")),
    ("html", ("there.html", "there.html"), ("elsewhere.html", "elsewhere.html")),
    ("seed", ("7", 7), ("-8", -8)),
    ("caller_model", ("openai:a", "openai:a"), ("ollama:b", "ollama:b")),
    ("matcher_model", ("openai:a", "openai:a"), ("ollama:b", "ollama:b")),
    ("judge_model", ("openai:a", "openai:a"), ("ollama:b", "ollama:b")),
    ("judge_votes", ("3", 3), ("5", 5)),
    ("llm_base_url", ("http://a/v1", "http://a/v1"), ("http://b/v1", "http://b/v1")),
    ("llm_timeout", ("2.5", 2.5), ("3", 3.0)),
    ("llm_concurrency", ("2", 2), ("3", 3)),
    ("llm_rate", ("60", 60.0), ("30", 30.0)),
    ("llm_form", ("tool", "tool"), ("words", "words")),
    ("llm_prices", ("a = 0.15 0.6", (("a", 0.15, 0.6),)), ("x:b = 1 2", (("x:b", 1.0, 2.0),))),
    ("prompts", ("there", "there"), ("elsewhere", "elsewhere")),
    ("record_mode", ("none", "none"), ("once", "once")),
    ("cassettes", ("there", "there"), ("elsewhere", "elsewhere")),
    ("max_llm_calls", ("10", 10), ("20", 20)),
    ("max_cost", ("0.5", 0.5), ("2", 2.0)),
    ("metrics", ("a.yaml", ("a.yaml",)), ("b/*.py", ("b/*.py",))),
    ("agent_description", ("a.md", "a.md"), ("b.md", "b.md")),
    ("knowledge", ("a.md", ("a.md",)), ("b/c.md", ("b/c.md",))),
    ("personality", ("impatient", ("impatient",)), ("693", (693,))),
    ("runs", ("7", 7), ("8", 8)),
    ("pass_k", ("1", 1), ("5", 5)),
    ("success_threshold", ("90", 0.9), ("62.5%", 0.625)),
    ("personalities", ("a.yaml", ("a.yaml",)), ("b/c.json", ("b/c.json",))),
    (
        "personality_ids",
        ("1 = normal", ((1, "normal", "en"),)),
        ("2 = impatient de", ((2, "impatient", "de"),)),
    ),
    ("voices", ("a = f3", (("a", "f3"),)), ("11labs:b = x:y z", (("11labs:b", "x:y z"),))),
    ("baselines", ("there", "there"), ("elsewhere", "elsewhere")),
    (
        "compare_fail",
        ("latency_p95:10%", (Limit("latency_p95", 0.1, True),)),
        ("turns:2", (Limit("turns", 2.0, False),)),
    ),
    ("save_baseline", ("a", "a"), ("b", "b")),
    ("compare", ("a", "a"), ("b", "b")),
    ("name", ("nightly", "nightly"), ("hourly", "hourly")),
    ("first", ("1", 1), ("2", 2)),
]
FLAGS = ["explain", "live", "insecure", "until_sure", "strict", "require_judge", "llm_stream"]
OF_A_PROJECT = [case for case in VALUES if BY_NAME[case[0]].ini]


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch):
    for name in list(os.environ):
        if name.startswith("AGENTSIM_"):
            monkeypatch.delenv(name)


@pytest.fixture
def read(pytester):
    """Reads one setting of a run with these command line arguments and these lines in its ini file."""

    def reader(name, *arguments, ini=()):
        pytester.makeini("\n".join(["[pytest]", "addopts = -p no:hypothesispytest", *ini]))
        value = getattr(settings_from(pytester.parseconfig(*arguments)), name)
        if name in ("personalities", "knowledge"):
            return tuple(each.relative_to(pytester.path).as_posix() for each in value)
        is_path = name in (
            "output",
            "baselines",
            "cache",
            "markdown",
            "html",
            "results_json",
            "prompts",
            "cassettes",
            "agent_description",
        )
        return str(Path(value).relative_to(pytester.path)) if is_path and value else value

    return reader


def test_every_setting_is_in_one_of_the_tables():
    assert {case[0] for case in VALUES} | set(FLAGS) == set(BY_NAME)


@pytest.mark.parametrize(("name", "one", "two"), VALUES)
def test_the_command_line_counts_most(read, monkeypatch, name, one, two):
    option = BY_NAME[name]
    monkeypatch.setenv(option.variable, two[0])
    ini = [f"{option.ini_name} = {two[0]}"] if option.ini else []
    assert read(name, f"{option.flag}={one[0]}", ini=ini) == one[1]


@pytest.mark.parametrize(("name", "one", "two"), OF_A_PROJECT)
def test_the_environment_counts_more_than_the_ini_file(read, monkeypatch, name, one, two):
    monkeypatch.setenv(BY_NAME[name].variable, one[0])
    assert read(name, ini=[f"{BY_NAME[name].ini_name} = {two[0]}"]) == one[1]


@pytest.mark.parametrize(("name", "one", "two"), OF_A_PROJECT)
def test_the_ini_file_counts_when_nothing_else_is_given(read, name, one, two):
    assert read(name, ini=[f"{BY_NAME[name].ini_name} = {one[0]}"]) == one[1]


@pytest.mark.parametrize(("name", "one", "two"), OF_A_PROJECT)
def test_an_empty_variable_counts_as_not_set(read, monkeypatch, name, one, two):
    monkeypatch.setenv(BY_NAME[name].variable, "")
    assert read(name, ini=[f"{BY_NAME[name].ini_name} = {one[0]}"]) == one[1]


@pytest.mark.parametrize("name", FLAGS)
def test_a_flag_is_off_unless_it_is_given(read, name):
    assert read(name) is False
    assert read(name, BY_NAME[name].flag) is True


@pytest.mark.parametrize("name", FLAGS)
@pytest.mark.parametrize(
    ("word", "value"), [("1", True), ("Yes", True), ("on", True), ("false", False), ("0", False)]
)
def test_a_flag_of_the_environment_counts_more_than_one_of_the_ini_file(read, monkeypatch, name, word, value):
    monkeypatch.setenv(BY_NAME[name].variable, word)
    assert read(name, ini=[f"{BY_NAME[name].ini_name} = {not value}"]) is value


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("text_url", ""),
        ("voice_url", ""),
        ("user", ""),
        ("password", ""),
        ("synthesizer", "auto"),
        ("recognizer", "auto"),
        ("end_of_turn", 0.7),
        ("cache", ""),
        ("record", "on"),
        ("agent_id", "agent"),
        ("headers", ()),
        ("turn_timeout", None),
        ("max_duration", 600.0),
        ("connect_timeout", 10.0),
        ("output", "agentsim-results"),
        ("seed", 0),
        ("metrics", ()),
        ("agent_description", None),
        ("knowledge", ()),
        ("personality", ()),
        ("personalities", ()),
        ("personality_ids", ()),
        ("voices", ()),
        ("name", ""),
        ("first", None),
    ],
)
def test_defaults(read, name, value):
    assert read(name) == value


def test_an_option_for_lines_may_be_given_several_times(read):
    found = read("headers", "--agentsim-headers=X-A: 1", "--agentsim-headers=X-B: 2")
    assert found == (("X-A", "1"), ("X-B", "2"))


def test_a_personality_that_is_asked_for_twice_counts_once(read):
    found = read("personality", *(f"--agentsim-personality={each}" for each in ("a", "b", "a")))
    assert found == ("a", "b")


def test_personality_files_are_relative_to_the_root_directory(read, pytester, monkeypatch):
    (pytester.path / "sub").mkdir()
    monkeypatch.chdir(pytester.path / "sub")
    assert read("personalities", ini=["agentsim_personalities = team.yaml"]) == ("team.yaml",)


def test_the_ini_file_and_the_environment_have_a_line_each(read, monkeypatch):
    expected = (("X-A", "1"), ("X-B", "2"))
    assert read("headers", ini=["agentsim_headers =", "  X-A: 1", "  X-B: 2"]) == expected
    monkeypatch.setenv("AGENTSIM_HEADERS", "X-A: 1\n\nX-B: 2\n")
    assert read("headers") == expected


def test_a_large_seed_is_kept_to_the_last_digit(read):
    assert read("seed", "--agentsim-seed=12345678901234567891") == 12345678901234567891


@pytest.mark.parametrize(
    ("name", "written", "message"),
    [
        ("concurrency", "many", "needs a whole number, not 'many'"),
        ("concurrency", "0", "needs at least 1, not '0'"),
        ("launch_rate", "-1", "needs a positive number of calls a second, not '-1'"),
        ("seed", "1.5", "needs a whole number, not '1.5'"),
        ("seed", "nan", "needs a whole number, not 'nan'"),
        ("first", "-1", "needs at least 1, not '-1'"),
        ("first", "many", "needs a whole number, not 'many'"),
        ("turn_timeout", "0", "needs a positive number of seconds, not '0'"),
        ("max_duration", "-3", "needs a positive number of seconds, not '-3'"),
        ("max_duration", "nan", "needs a positive number of seconds, not 'nan'"),
        ("connect_timeout", "inf", "needs a positive number of seconds, not 'inf'"),
        ("end_of_turn", "0", "needs a positive number of seconds, not '0'"),
        ("record", "always", "needs on, off or retain-on-failure, not 'always'"),
        ("connect_timeout", "ten", "needs a number of seconds, not 'ten'"),
        ("headers", ": acme", "takes headers like 'X-Tenant: acme'; one has no name before a colon"),
        ("personality_ids", "x = normal", "takes aliases like '4711 = impatient de', not 'x = normal'"),
        ("personality_ids", "1 = a b c", "takes aliases like '4711 = impatient de', not '1 = a b c'"),
        ("voices", "a", "takes voices like '11labs:21m00Tcm4TlvDq8ikWAM = espeak:en-us+f3', not 'a'"),
        ("voices", "= f3", "takes voices like '11labs:21m00Tcm4TlvDq8ikWAM = espeak:en-us+f3', not '= f3'"),
    ],
)
def test_a_malformed_setting_is_told_by_the_name_that_it_was_written_under(
    read, monkeypatch, name, written, message
):
    option = BY_NAME[name]
    with pytest.raises(pytest.UsageError) as by_option:
        read(name, f"{option.flag}={written}")
    assert str(by_option.value) == f"{option.flag} {message}"
    monkeypatch.setenv(option.variable, written)
    with pytest.raises(pytest.UsageError) as by_variable:
        read(name)
    assert str(by_variable.value) == f"{option.variable} {message}"
    if option.ini:
        monkeypatch.delenv(option.variable)
        with pytest.raises(pytest.UsageError) as by_ini:
            read(name, ini=[f"{option.ini_name} = {written}"])
        assert str(by_ini.value) == f"{option.ini_name} {message}"


@pytest.mark.parametrize("name", FLAGS)
def test_a_flag_that_is_neither_true_nor_false_is_told(read, monkeypatch, name):
    monkeypatch.setenv(BY_NAME[name].variable, "perhaps")
    with pytest.raises(
        pytest.UsageError, match=f"{BY_NAME[name].variable} needs true or false, not 'perhaps'"
    ):
        read(name)


@pytest.mark.parametrize("name", ["synthesizer", "recognizer"])
def test_an_engine_of_no_name_is_told(read, name):
    with pytest.raises(pytest.UsageError, match=f"--agentsim-{name} needs the name of an engine, or auto"):
        read(name, f"--agentsim-{name}=")


def test_an_empty_turn_timeout_is_told(read):
    with pytest.raises(pytest.UsageError, match="--agentsim-turn-timeout needs a number of seconds"):
        read("turn_timeout", "--agentsim-turn-timeout=")


def test_the_cache_may_be_below_the_home_directory(pytester, monkeypatch):
    monkeypatch.setenv("HOME", str(pytester.path / "home"))
    monkeypatch.setenv("USERPROFILE", str(pytester.path / "home"))
    settings = settings_from(pytester.parseconfig("--agentsim-cache=~/speech"))
    assert settings.cache == str(pytester.path / "home" / "speech")


def test_an_output_of_no_name_is_told(read):
    with pytest.raises(pytest.UsageError, match="--agentsim-output needs a directory"):
        read("output", "--agentsim-output=")


def test_a_header_is_not_quoted_when_it_is_malformed(read):
    with pytest.raises(pytest.UsageError) as caught:
        read("headers", "--agentsim-headers=Bearer s3cret")
    assert "s3cret" not in str(caught.value)


def test_the_settings_do_not_show_the_secret(pytester):
    settings = settings_from(
        pytester.parseconfig(
            "--agentsim-secret=s3cret", "--agentsim-password=s3cret", "--agentsim-headers=X-Key: s3cret"
        )
    )
    assert "s3cret" not in repr(settings)
