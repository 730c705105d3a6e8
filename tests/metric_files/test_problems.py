"""What can be wrong with metric files: all of it is told, with its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pytest_agentsim.errors import ScenarioError
from pytest_agentsim.metric_files.sources import read_metric_files

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Problems = Callable[..., list[str]]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("description: Well?", "m.yaml:1:1: name: name is required"),
        ("name: Well", "m.yaml:1:1: description: description is required (it is what the judge is asked)"),
        ("name: 7\ndescription: Well?", "m.yaml:1:7: name: must be text (put it in quotes)"),
        ("name: Well\ndescripton: Well?\ndescription: x", 'm.yaml:2:1: descripton: "descripton" is not a field of a metric (did you mean "description"?)'),
        ("name: Well\ndescription: x\neval_type: binry", 'eval_type: must be one of binary, binary_qualitative, binary_workflow_adherence, continuous_qualitative, numeric, enum (did you mean "binary"?)'),
        ("name: Well\ndescription: x\neval_type: enum", "enum_values: enum_values is required (an enum is one of them)"),
        ("name: Well\ndescription: x\neval_type: enum\nenum_values: [1]", "m.yaml:4:14: enum_values: must be a list of texts"),
        ("name: Well\ndescription: x\ntype: llm_jugde", 'm.yaml:3:7: type: must be one of llm_judge, custom_code (did you mean "llm_judge"?)'),
        ("name: Well\ndescription: x\ntype: basic", "m.yaml:3:7: type: the type basic is deprecated (it is taken to be llm_judge)"),
        ("name: Well\ndescription: x\nslug: My Slug", 'm.yaml:3:7: slug: a slug has small letters, digits and _ only (such as "my_slug")'),
        ("name: Так\ndescription: x", "m.yaml:1:1: slug: slug is required (the name has no letters from a to z to make one of)"),
        ("name: Well\ndescription: x\naudio_enabled: on", "m.yaml:3:16: audio_enabled: must be true or false"),
        ("name: Well\ntype: custom_code", "m.yaml:1:1: custom_code: custom_code is required"),
        ("name: Well\ncustom_code: x = 1", "m.yaml:2:14: custom_code: the code sets no _result"),
        ("name: Well\ncustom_code: gone.py", "m.yaml:2:14: custom_code: gone.py cannot be read: No such file or directory"),
        ("name: Well\ncustom_code: |\n  _result = 1\n  x = (\n", "custom_code: m.yaml:4: '(' was never closed"),
        ("name: Well\ndescription: x\nevaluation_trigger: customer", 'evaluation_trigger: must be one of always, automatic, custom (did you mean "custom"?)'),
        ("name: Well\ndescription: x\nevaluation_trigger: custom", "evaluation_trigger_prompt: evaluation_trigger_prompt is required (it says when the metric is evaluated)"),
        ("name: Well\ndescription: x\nevaluation_trigger: custom\ntrigger_type: code", "m.yaml:4:15: trigger_type: must be one of llm_judge, custom_code"),
        ("name: Well\ndescription: 'Is {{transcrip}} well?'", 'm.yaml:2:14: description: {{transcrip}} is not a variable; the judge is shown the braces (did you mean "transcript"?)'),
        ("- 7", "m.yaml:1:3: [0]: a metric is a mapping of its fields"),
        ("just words", "m.yaml:1:1: a metric file is a mapping (write the fields of a metric, or a list of metrics under metrics:)"),
        ("name: CSAT\ndescription: x", "m.yaml:1:7: there is a metric 'csat' already (give it another slug)"),
        ("- {name: Well, description: x}\n- {name: well, description: x}", "m.yaml:2:10: there are two metrics with the slug 'well' (the first one is at m.yaml:1:10)"),
    ],
)  # fmt: skip
def test_what_is_wrong_has_its_place(problems: Problems, text: str, problem: str) -> None:
    assert any(problem in each for each in problems(text)), problems(text)


def test_a_python_file_that_does_not_compile_is_told_with_its_line(problems: Problems) -> None:
    assert problems("_result = 1\nx = (\n", "well.py") == ["well.py:1:1: 2: '(' was never closed"]


def test_a_python_file_that_is_named_has_to_set_a_result(problems: Problems) -> None:
    assert problems("x = 1", "well.py") == ["well.py:1:1: the code sets no _result, so it is no metric"]


def test_all_files_are_read_before_anything_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("description: x")
    (tmp_path / "b.py").write_text("_result = (")
    with pytest.raises(ScenarioError) as caught:
        read_metric_files(["a.yaml", "*.py", "gone.yaml"], tmp_path, show=lambda path: path.name)
    assert [each.location.file for each in caught.value.problems] == ["a.yaml", "b.py", "gone.yaml"]


def test_files_folders_and_patterns_may_be_named(tmp_path: Path) -> None:
    for name in ("one/a.yaml", "one/below/b.json", "two/c.py", "d.yml", "two/x.scenario.yaml", "two/conftest.py", "one/.e.yaml", "two/test_f.py"):  # fmt: skip
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(
            "_result = 1" if path.suffix == ".py" else f'{{"name": "{path.stem}", "description": "x"}}'
        )
    found = read_metric_files(["one", "two/*", "d.yml", "one/a.yaml"], tmp_path)
    assert [each.name for each in found.metrics] == ["a", "b", "c", "d"]


def test_code_may_stand_in_a_file_beside_its_payload(tmp_path: Path) -> None:
    (tmp_path / "m.yaml").write_text("name: Well enough\ncustom_code: well.py\neval_type: numeric")
    (tmp_path / "well.py").write_text("_result = 1")
    assert [each.name for each in read_metric_files(["m.yaml"], tmp_path).metrics] == ["well_enough"]
    assert [each.name for each in read_metric_files(["."], tmp_path).metrics] == ["well_enough"]
