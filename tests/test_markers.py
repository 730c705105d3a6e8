from __future__ import annotations

import pytest

from pytest_agentsim.errors import ConfigurationError
from pytest_agentsim.markers import mark_from, mark_of_tag


@pytest.mark.parametrize(
    ("written", "name", "arguments", "named"),
    [
        ("skip", "skip", (), {}),
        (" skip ", "skip", (), {}),
        ("timeout(30)", "timeout", (30,), {}),
        ("skip()", "skip", (), {}),
        (
            "xfail(reason='a known defect', strict=True)",
            "xfail",
            (),
            {"reason": "a known defect", "strict": True},
        ),
        ("parametrize('personality', ['a', 'b'])", "parametrize", ("personality", ["a", "b"]), {}),
        ("skipif(False, reason='a (bracket)')", "skipif", (False,), {"reason": "a (bracket)"}),
        ({"timeout": 30}, "timeout", (30,), {}),
        ({"skip": None}, "skip", (), {}),
        ({"skip": "closed"}, "skip", ("closed",), {}),
        ({"usefixtures": ["a", "b"]}, "usefixtures", ("a", "b"), {}),
        (
            {"xfail": {"reason": "a known defect", "strict": True}},
            "xfail",
            (),
            {"reason": "a known defect", "strict": True},
        ),
        ({"skip": []}, "skip", (), {}),
    ],
)
def test_a_mark_may_be_written_in_several_ways(written, name, arguments, named):
    mark = mark_from(written).mark
    assert (mark.name, mark.args, mark.kwargs) == (name, arguments, named)


@pytest.mark.parametrize(
    "written",
    [
        "timeout(30",
        "timeout(30))",
        "timeout(30) or skip",
        "pytest.mark.skip()",
        "timeout(seconds)",
        "timeout(__import__('os').getpid())",
        "timeout(**{'seconds': 3})",
        "timeout(*[3])",
        "timeout({[]: 3})",
        "(30)",
    ],
)
def test_what_is_no_call_with_plain_values_cannot_be_read(written):
    with pytest.raises(ConfigurationError, match="cannot be read; write it like slow, timeout"):
        mark_from(written)


@pytest.mark.parametrize("name", ["", "_private", "two words", "a-b", "1st" + "!", "a::b"])
def test_what_is_no_name_cannot_name_a_mark(name):
    with pytest.raises(ConfigurationError, match="cannot be the name of a mark"):
        mark_from(name)


def test_a_mapping_of_two_marks_is_refused():
    with pytest.raises(ConfigurationError, match="a mark is one name with its arguments"):
        mark_from({"skip": None, "slow": None})


@pytest.mark.parametrize("written", ["misspelt", "misspelt(3)", {"misspelt": 3}])
def test_an_unregistered_mark_is_refused(written):
    with pytest.raises(ConfigurationError, match="there is no mark 'misspelt'"):
        mark_from(written)


@pytest.fixture
def config(pytester):
    """A configuration whose only registered marks are these."""
    config = pytester.parseconfig("-p", "no:hypothesispytest")
    config.addinivalue_line("markers", "slow: waits on purpose")
    config.addinivalue_line("markers", "timeout(seconds): a limit")
    return config


def registered(config):
    return [line for line in config.getini("markers") if "the tag" in line]


@pytest.mark.parametrize(
    ("tag", "name"),
    [
        ("v2 beta", "v2_beta"),
        ("P9: low", "P9_low"),
        ("__x__", "x"),
        ("...", "tag"),
        ("naïve", "naïve"),
        ("a__b", "a__b"),
    ],
)
def test_a_tag_registers_a_mark_of_its_name(config, pytestconfig, tag, name):
    pytestconfig.addinivalue_line("markers", f"{name}: for this test")
    assert mark_of_tag(tag, config).name == name
    assert registered(config) == [f"{name}: the tag {tag!r} of a scenario"]


def test_a_tag_is_registered_once(config, pytestconfig):
    pytestconfig.addinivalue_line("markers", "nightly: for this test")
    assert mark_of_tag("nightly", config) is mark_of_tag("nightly", config)
    assert len(registered(config)) == 1


def test_tags_that_make_the_same_name_are_the_same_mark(config, pytestconfig):
    pytestconfig.addinivalue_line("markers", "P1_high: for this test")
    assert mark_of_tag("P1: high", config).name == mark_of_tag("P1/high", config).name
    assert len(registered(config)) == 1


def test_a_tag_of_a_plain_mark_is_that_mark(config, pytestconfig):
    pytestconfig.addinivalue_line("markers", "slow: for this test")
    assert mark_of_tag("slow", config).name == "slow"
    assert registered(config) == []


def test_a_tag_of_a_mark_with_arguments_is_another_mark(config, pytestconfig):
    pytestconfig.addinivalue_line("markers", "tag_timeout: for this test")
    assert mark_of_tag("timeout", config).name == "tag_timeout"
