from __future__ import annotations

import json
import subprocess
import sys

import jsonschema
import pytest

from pytest_agentsim.cli.main import main
from tests.cli.files import GOOD

PERSONALITIES = {"personalities": {"brisk": {"base": "impatient", "speed": 1.1}}}


@pytest.mark.parametrize(
    ("kind", "file"),
    [([], GOOD), (["scenarios"], GOOD), (["personalities"], PERSONALITIES)],
    ids=["by default", "scenarios", "personalities"],
)
def test_schema_prints_a_valid_json_schema(capsys, kind, file):
    assert main(["schema", *kind]) == 0
    schema = json.loads(capsys.readouterr().out)
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(file, schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**file, "speeling": 1}, schema)


@pytest.mark.parametrize(
    "arguments", [[], ["lint"], ["unknown"], ["schema", "more"], ["schema", "personalities", "more"]]
)
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
