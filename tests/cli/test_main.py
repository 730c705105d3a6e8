from __future__ import annotations

import json
import subprocess
import sys

import jsonschema
import pytest
import yaml

from pytest_agentsim.cli.main import main

GOOD = {
    "name": "hours",
    "scenario_type": "conditional_actions",
    "personality": "normal",
    "conditional_actions": {"role": "you", "first_message": {"say": "Hours?", "then": ["Bye <endcall/>"]}},
}


@pytest.fixture
def write(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def writer(name, data):
        (tmp_path / name).write_text(yaml.safe_dump(data, sort_keys=False))
        return name

    return writer


def test_schema_prints_a_valid_json_schema(capsys):
    assert main(["schema"]) == 0
    schema = json.loads(capsys.readouterr().out)
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(GOOD, schema)


def test_lint_is_silent_about_a_good_file(write, capsys):
    assert main(["lint", write("good.scenario.yaml", GOOD)]) == 0
    assert capsys.readouterr().out == ""


def test_lint_tells_every_problem_on_a_line_with_its_place(write, capsys):
    assert main(["lint", write("bad.scenario.yaml", GOOD | {"runs": "x", "personality": "grumpy"})]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert [line.partition(": ")[0] for line in lines] == ["bad.scenario.yaml:3:14", "bad.scenario.yaml:10:7"]


def test_lint_goes_on_after_a_bad_file(write, capsys):
    files = [
        write("a.yaml", GOOD | {"runs": "x"}),
        write("b.yaml", GOOD),
        write("c.yaml", GOOD | {"runs": "x"}),
    ]
    assert main(["lint", *files]) == 1
    assert [line[:6] for line in capsys.readouterr().out.splitlines()] == ["a.yaml", "c.yaml"]


def test_lint_tells_warnings_and_still_succeeds(write, capsys):
    assert main(["lint", write("x.yaml", GOOD | {"first_message": "Hi"})]) == 0
    assert capsys.readouterr().out.startswith("x.yaml:10:16: first_message: ")


def test_lint_makes_errors_of_warnings_when_it_is_strict(write, capsys):
    assert main(["lint", "--strict", write("x.yaml", GOOD | {"first_message": "Hi"})]) == 1
    assert capsys.readouterr().out.startswith("x.yaml:10:16: first_message: ")


def test_lint_makes_an_error_of_an_unknown_tag_when_it_is_strict(write, capsys):
    script = {"role": "you", "first_message": {"say": "Hours? <smile/>", "then": ["Bye <endcall/>"]}}
    assert main(["lint", "--strict", write("x.yaml", GOOD | {"conditional_actions": script})]) == 1
    assert "<smile>" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["none.yaml", "."])
def test_lint_tells_a_file_that_cannot_be_read(write, capsys, name):
    good = write("good.yaml", GOOD | {"first_message": "Hi"})
    assert main(["lint", name, good]) == 1
    first, second = capsys.readouterr().out.splitlines()
    assert first.startswith(f"{name}:1:1: the file cannot be read: ")
    assert second.startswith("good.yaml:")


@pytest.mark.parametrize("arguments", [[], ["lint"], ["unknown"], ["schema", "more"]])
def test_a_wrong_command_line_exits_with_2(arguments, capsys):
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    assert capsys.readouterr().err.startswith("usage: agentsim")


def test_the_module_can_be_run(write):
    bad = write("bad.yaml", GOOD | {"runs": "x"})
    command = [sys.executable, "-m", "pytest_agentsim.cli.main"]
    assert json.loads(subprocess.check_output([*command, "schema"]))["title"]
    linted = subprocess.run([*command, "lint", bad], capture_output=True, text=True, check=False)
    assert linted.returncode == 1
    assert linted.stdout.startswith("bad.yaml:10:7: runs: ")
    assert linted.stderr == ""


def test_the_command_is_installed():
    from importlib.metadata import entry_points

    [command] = entry_points(group="console_scripts", name="agentsim")
    assert command.load() is main
