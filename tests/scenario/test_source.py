"""Text becomes values that stay what the author typed, with their line and column."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from pytest_agentsim.errors import ScenarioError
from pytest_agentsim.scenario import source
from pytest_agentsim.scenario.problem_log import dotted
from pytest_agentsim.scenario.tree import MAX_NODES, Document

if TYPE_CHECKING:
    from pathlib import Path


def yaml_values(text: str) -> Any:
    return source.parse(text, "f", "yaml").root.value


def refused(text: str, file_format: source.Format = "yaml") -> str:
    with pytest.raises(ScenarioError) as caught:
        source.parse(text, "f", file_format)
    return str(caught.value)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("true", True),
        ("False", False),
        ("TRUE", True),
        ("no", "no"),
        ("yes", "yes"),
        ("on", "on"),
        ("off", "off"),
        ("y", "y"),
        ("~", None),
        ("null", None),
        ("", None),
        ("12", 12),
        ("-3", -3),
        ("0", 0),
        ("007", "007"),
        ("+1", "+1"),
        ("0x1F", "0x1F"),
        ("0o17", "0o17"),
        ("12:30", "12:30"),
        ("1_000", "1_000"),
        ("1.5", 1.5),
        ("-0.25", -0.25),
        ("1e3", "1e3"),
        (".5", ".5"),
        (".inf", ".inf"),
        (".nan", ".nan"),
        ("1990-01-01", "1990-01-01"),
        ("2026-01-01T10:00:00Z", "2026-01-01T10:00:00Z"),
        ("9" * 1001, "9" * 1001),
        ('"12"', "12"),
        ("'true'", "true"),
        ("!!str 12", "12"),
        ("! 12", "12"),
        ("!!int 12", 12),
        ("!!float 12", 12.0),
        ("!!bool true", True),
        ("!!null ~", None),
        ("!!seq [1]", [1]),
        ("!!map {a: 1}", {"a": 1}),
    ],
)
def test_yaml_scalars_stay_what_the_author_typed(written: str, meant: object) -> None:
    value = yaml_values(f"a: {written}\n")["a"]
    assert value == meant
    assert type(value) is type(meant)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a:\n\tb: 1", "f:2:1: a tab cannot indent (use spaces)"),
        (
            "a: b: c",
            "f:1:5: \":\" is not expected here (check the indentation; quote text that has ': ' in it)",
        ),
        ("a: [1", 'f:1:4: a list that begins with "[" is not closed'),
        (
            "a: {b: 1",
            'f:1:4: a mapping that begins with "{" is not closed (put text that begins with { in quotes)',
        ),
        ("a: 'x", "f:1:4: a quote is opened and never closed"),
        ("a: @x", 'f:1:4: a value cannot begin with "@" (put it in quotes)'),
        (
            'a: "\\q"',
            "f:1:4: no such escape in double quotes (write \\\\ for a backslash, or use single quotes)",
        ),
        ("- a\nb: 1", "f:2:1: expected the next item of a list (check the indentation and the dash)"),
        (
            "a: {{test_profile.x}}",
            'f:1:5: a key must be text (put it in quotes; a value that begins with "{{" too)',
        ),
        ("? [a]\n: b", "f:1:3: a key must be text"),
        ("true: x", "f:1:1: a key must be text"),
        ("1.5: x", "f:1:1: a key must be text"),
        ("a: \x00", "f:1:4: the character U+0000 cannot be part of a file"),
        ("a: \ud83d", "f:1:4: U+D83D alone is not a character"),
        (
            "a: 1\n---\nb: 2",
            "f:2:1: several YAML documents in one file (write one, or a list under scenarios:)",
        ),
        ("a: 1\na: 2", 'f:2:1: the key "a" is there twice (the first one is in line 1)'),
        ("a: *b", "f:1:4: the alias *b has no anchor before it (put text that begins with * in quotes)"),
        ("a: &a [*a]", "f:1:8: an alias stands inside of what it repeats"),
        ("a: !!python/name:os.system x", "is not supported"),
        ("a: !!set {a}", "f:1:4: the tag tag:yaml.org,2002:set is not supported"),
        ("a: !foo x", "f:1:4: the tag !foo is not supported (put text that begins with ! in quotes)"),
        ("a: !!int x", 'f:1:4: "x" is not of the type !!int'),
        ("<<: 1", 'f:1:5: "<<" takes a mapping or a list of mappings'),
        ("", "f:1:1: the file is empty"),
        ("# only a comment\n", "f:1:1: the file is empty"),
        ("[" * 70 + "]" * 70, "f:1:65: is nested more than 64 levels deep"),
        ("[" * 20000, ": is nested more than 64 levels deep"),  # where depends on how far libyaml looks ahead
    ],
)
def test_yaml_that_cannot_be_used_is_one_problem_in_plain_words(text: str, problem: str) -> None:
    assert problem in refused(text)


def test_the_python_parser_words_and_places_its_errors_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(yaml, "CSafeLoader", raising=False)
    assert yaml_values("a: [1, no]") == {"a": [1, "no"]}
    assert refused("a:\n\tb: 1") == "f:2:1: a tab cannot indent (use spaces)"
    assert refused("a: [1") == 'f:1:4: a list that begins with "[" is not closed'
    assert refused("a: 'x") == "f:1:4: a quote is opened and never closed"
    assert refused("a: \x00") == "f:1:4: the character U+0000 cannot be part of a file"
    assert refused('a: "\\ud83d"') == "f:1:4: a \\u escape is half of a character"


def test_all_duplicate_keys_are_reported() -> None:
    assert refused("a: 1\na: 2\nb: {c: 1, c: 2}").splitlines() == [
        'f:2:1: the key "a" is there twice (the first one is in line 1)',
        'f:3:11: the key "c" is there twice (the first one is in line 3)',
    ]


def test_a_number_as_a_key_is_its_text() -> None:
    assert yaml_values("1: one") == {"1": "one"}


def test_aliases_and_merge_keys_work() -> None:
    anchors = "x-base: &base {a: 1, b: 2}\nx-more: &more {c: 3}\n"
    text = anchors + "one: {<<: *base, b: 9}\ntwo: {<<: [*more, *base]}\nthree: *base\n"
    values = yaml_values(text)
    assert values["one"] == {"a": 1, "b": 9}
    assert values["two"] == {"a": 1, "b": 2, "c": 3}
    assert values["three"] == {"a": 1, "b": 2}


def test_a_quoted_merge_key_is_a_key() -> None:
    assert yaml_values('a: {"<<": 1}') == {"a": {"<<": 1}}


LAUGHS = "a0: &a0 [lol]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12))


@pytest.mark.parametrize(
    "text",
    [
        LAUGHS,
        "big: &big {" + ", ".join(f"k{n}: 1" for n in range(2000)) + "}\nlist:\n" + "- <<: *big\n" * 2000,
        "- x\n" * (MAX_NODES + 1),
    ],
    ids=["billion laughs", "many merges", "many items"],
)
def test_a_file_cannot_expand_without_bounds(text: str) -> None:
    assert "the file expands to more than 50,000 values" in refused(text)


def test_aliases_cannot_nest_without_bounds() -> None:
    text = "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}]\n" for n in range(1, 70))
    assert "is nested more than 64 levels deep" in refused(text)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('{"a": 1, b}', "f:1:10: is not JSON: expecting property name enclosed in double quotes"),
        ('{\n "a" 1}', "f:2:6: is not JSON: expecting ':' delimiter"),
        ('{"a": 1,\n "a": 2}', 'f:2:2: the key "a" is there twice (the first one is in line 1)'),
        ('{"a": "NaN",\n "b": NaN}', "f:2:7: NaN is not JSON (use a number)"),
        ("[-Infinity]", "f:1:2: -Infinity is not JSON (use a number)"),
        ("[1e999]", "f:1:2: a number of this size cannot be used"),
        ("[" + "1" * 5000 + "]", "f:1:2: a number of this length cannot be used (put it in quotes)"),
        ('["\\ud83d"]', "f:1:2: a \\u escape is half of a character"),
        ("[" * 70 + "]" * 70, "is nested more than 64 levels deep"),
        ("[" * 100_000, "is nested more than 64 levels deep"),
        ("", "f:1:1: is not JSON: expecting value"),
    ],
)
def test_json_that_cannot_be_used_is_refused_at_its_place(text: str, problem: str) -> None:
    assert refused(text, "json").startswith(problem) or problem in refused(text, "json")


def test_json_may_hold_tabs_and_surrogate_escapes() -> None:
    text = '{\t"a":\t"\\ud83d\\ude00\\t",\n\t"b": [1, 2.5, null]}'
    document = source.parse(text, "f", "json")
    assert document.root.value == {"a": "😀\t", "b": [1, 2.5, None]}
    assert str(document.place(document.node(("b", 1)))) == "f:2:11"


def test_a_byte_order_mark_is_tolerated() -> None:
    assert source.parse("\ufeff{}", "f", "json").root.value == {}
    assert source.parse("\ufeffa: 1", "f", "yaml").root.value == {"a": 1}


PLACES = """\
name: x
list:
  - one
  - {two: 2}
text: |
  some
  words
"""


@pytest.mark.parametrize(
    ("path", "place"),
    [
        (("name",), "1:7"),
        (("list",), "3:3"),
        (("list", 0), "3:5"),
        (("list", 1, "two"), "4:11"),
        (("text",), "5:7"),
    ],
)
def test_every_value_knows_its_place(path: tuple[str | int, ...], place: str) -> None:
    document = source.parse(PLACES, "f", "yaml")
    assert str(document.place(document.node(path))) == f"f:{place}"


def test_every_key_knows_its_place() -> None:
    document = source.parse(PLACES, "f", "yaml")
    assert str(document.key_place(document.node(("list", 1)), "two")) == "f:4:6"


@pytest.mark.parametrize(
    ("written", "columns"),
    [
        ("a: plain", [4, 5, 6, 7, 8]),
        ("a: 'it''s x'", [5, 6, 7, 9, 10]),
        (r'a: "q\tz\u00e9!"', [5, 6, 8, 9, 15]),
        (r'a: "\ud83d\ude00b"', None),
        ("a: |\n  words", [3, 4, 5]),
        ("a: >\n  words", [4, 4, 4]),
        ("a: &anchor words", [4, 4, 4]),
    ],
)
def test_a_character_of_a_one_line_text_is_found(written: str, columns: list[int] | None) -> None:
    if columns is None:
        written, columns = '{"a": "\\ud83d\\ude00b"}', [8, 20]
    document = source.parse(written, "f", "json" if written.startswith("{") else "yaml")
    node = document.root.fields["a"]
    assert [document.place_within(node, index).column for index in range(len(columns))] == columns


@pytest.mark.parametrize(
    ("written", "word", "place"),
    [
        ("a: |\n  one\n\n    two\n  three\n", "three", "f:5:3"),
        ("a: |\n\n  one\n\n    two\n", "two", "f:5:5"),
        ("a:\n  b: |-\n    one\n    two\n", "two", "f:4:5"),
    ],
)
def test_a_word_of_a_literal_block_is_found(written: str, word: str, place: str) -> None:
    document = source.parse(written, "f", "yaml")
    node = document.root.fields["a"]
    node = node.fields.get("b", node)
    assert str(document.place_within(node, node.value.index(word))) == place


def test_a_file_over_one_megabyte_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "big.yaml"
    path.write_bytes(b"#" * (source.MAX_FILE_SIZE + 1))
    with pytest.raises(
        ScenarioError, match=r"big:1:1: the file has 1,000,001 bytes; at most 1,000,000 are read"
    ):
        source.read(path, "big")


def test_a_file_that_is_not_utf_8_is_refused_at_its_place(tmp_path: Path) -> None:
    path = tmp_path / "latin.yaml"
    path.write_bytes(b"a: 1\nb: caf\xe9\n")
    with pytest.raises(ScenarioError, match=r"latin:2:7: the file is not UTF-8 text \(save it as UTF-8\)"):
        source.read(path, "latin")


def test_a_file_that_does_not_exist_is_a_problem(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="none:1:1: the file cannot be read: No such file"):
        source.read(tmp_path / "none.yaml", "none")


def test_python_data_is_read_as_from_a_file() -> None:
    document = source.from_python({"a": (1, {"b": None}), "c": "x"})
    assert document.root.value == {"a": [1, {"b": None}], "c": "x"}
    assert str(document.place(document.node(("a", 1)))) == "<python>:1:1"


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        ({"a": {1, 2}}, "a value of type set cannot be part of a scenario"),
        ({None: 1}, "a key must be text"),
    ],
)
def test_python_data_that_no_file_could_hold_is_refused(data: dict[Any, Any], problem: str) -> None:
    with pytest.raises(ScenarioError, match=problem):
        source.from_python(data)


def test_python_data_that_holds_itself_is_refused() -> None:
    data: dict[str, Any] = {}
    data["self"] = data
    with pytest.raises(ScenarioError, match="nested more than 64 levels"):
        source.from_python(data)


def test_paths_are_written_like_the_platforms() -> None:
    assert (
        dotted(("scenarios", 0, "conditional_actions", "conditions", 1, "say"))
        == "scenarios[0].conditions[1].say"
    )
    assert dotted(("conditional_actions",)) == "conditional_actions"


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda below: st.lists(below, max_size=4) | st.dictionaries(st.text(), below, max_size=4),
    max_leaves=20,
)


@given(st.dictionaries(st.text(), PLAIN, max_size=4))
def test_json_gives_what_python_would_read(data: dict[str, Any]) -> None:
    import json

    for text in (json.dumps(data), json.dumps(data, indent=2, ensure_ascii=False)):
        document: Document = source.parse(text, "f", "json")
        assert document.root.value == data


@given(
    st.dictionaries(st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs"))), PLAIN, max_size=4)
)
def test_yaml_written_by_pyyaml_gives_the_same_values(data: dict[str, Any]) -> None:
    text = yaml.safe_dump(data, default_style='"', allow_unicode=False)
    assert source.parse(text, "f", "yaml").root.value == data
