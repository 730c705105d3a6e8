"""`agentsim lint` on scenario files and on personality files."""

from __future__ import annotations

import pytest

from pytest_agentsim.cli.main import main
from tests.cli.files import GOOD


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


BEHAVIOURAL = {
    "name": "hours",
    "personality": "normal",
    "tools": ["TOOL_END_CALL"],
    "instructions": "<scenario>\n1. Say no when offered one\n2. End the call when told goodbye\n</scenario>",
}


def test_lint_is_silent_about_good_instructions(write, capsys):
    assert main(["lint", write("x.yaml", BEHAVIOURAL)]) == 0
    assert capsys.readouterr().out == ""


def test_lint_tells_the_steps_that_need_a_language_model_at_their_place(tmp_path, capsys):
    file = tmp_path / "x.scenario.yaml"
    file.write_text(
        "name: x\npersonality: normal\ntools: [TOOL_END_CALL]\ninstructions: |\n  <scenario>\n"
        "  1. Say no when offered one\n  2. Sing when told the hours\n  3. End the call when told goodbye\n  </scenario>\n"
    )
    assert main(["lint", str(file)]) == 0
    [line] = capsys.readouterr().out.splitlines()
    assert line.startswith(
        f'{file}:7:6: instructions: step 2 needs a language model: "Sing when told the hours": '
    )


def test_lint_tells_how_instructions_are_best_written(write, capsys):
    bare = BEHAVIOURAL | {
        "instructions": "1. Say no when the agent offers one\n2. End the call when told goodbye"
    }
    assert main(["lint", "--strict", write("x.yaml", bare)]) == 1
    out = capsys.readouterr().out
    assert "the instructions are not within <scenario>" in out
    assert 'step 1 names "agent"' in out


@pytest.mark.parametrize("name", ["none.yaml", "."])
def test_lint_tells_a_file_that_cannot_be_read(write, capsys, name):
    good = write("good.yaml", GOOD | {"first_message": "Hi"})
    assert main(["lint", name, good]) == 1
    first, second = capsys.readouterr().out.splitlines()
    assert first.startswith(f"{name}:1:1: the file cannot be read: ")
    assert second.startswith("good.yaml:")


def places(capsys):
    return [line.partition(": ")[0] for line in capsys.readouterr().out.splitlines()]


def test_lint_tells_warnings_beside_errors_all_in_the_order_of_the_file(write, capsys):
    bad = {"runs": "x", **GOOD, "first_message": "Hi", "max_duration": 1}
    assert main(["lint", write("bad.yaml", bad)]) == 1
    out = capsys.readouterr().out
    assert [line.split(":")[1:5] for line in out.splitlines()] == [
        ["1", "7", " runs", " must be a whole number (write it without quotes)"],
        ["11", "16", " first_message", " first_message means nothing beside conditional_actions"],
        ["12", "15", " max_duration", " must be from 10 to 3600 seconds"],
    ]


# --- personalities ------------------------------------------------------------------------------------------------


def named(name):
    return GOOD | {"personality": name, "scenario_language": "en"}


def test_lint_is_silent_about_a_good_personality_file(write, tmp_path, capsys):
    write("team.agentsim.yaml", {"personalities": {"brisk": {"speed": 1.1}}})
    good = write("one/calls.agentsim.yaml", {"personalities": {"mine": {"base": "brisk"}}})
    assert main(["lint", good]) == 1  # nothing says that the folder above belongs to the project
    (tmp_path / "pytest.ini").write_text("")
    capsys.readouterr()
    assert main(["lint", good]) == 0
    assert capsys.readouterr().out == ""


def test_lint_tells_every_problem_of_a_personality_file(write, capsys):
    fields = {"a": {"speed": 9}, "b": {"base": "nobody"}, "c": {"background_noise": "bsy-street"}}
    assert main(["lint", write("team.agentsim.yaml", {"personalities": fields})]) == 1
    assert places(capsys) == [
        "team.agentsim.yaml:3:12",
        "team.agentsim.yaml:5:11",
        "team.agentsim.yaml:7:23",
    ]


def test_lint_of_a_personality_file_leaves_out_what_is_wrong_in_others(write, capsys):
    write("b.agentsim.yaml", {"personalities": {"b": {"speed": 9}}})
    assert main(["lint", write("a.agentsim.yaml", {"personalities": {"a": {"base": "b"}}})]) == 0
    assert capsys.readouterr().out == ""


def test_lint_tells_a_personality_file_that_does_not_exist(write, capsys):
    write("b.agentsim.yaml", {"personalities": {"b": {"speed": 1}}})
    assert main(["lint", "none.agentsim.yaml"]) == 1
    assert capsys.readouterr().out.startswith("none.agentsim.yaml:1:1: the file cannot be read: ")


def test_lint_makes_errors_of_warnings_about_a_personality_file_when_it_is_strict(write):
    file = write("a.agentsim.yaml", {"personalities": {"a": {"background_noise": "bsy-street"}}})
    assert main(["lint", file]) == 0
    assert main(["lint", "--strict", file]) == 1


def test_lint_knows_the_personalities_that_a_scenario_may_name(write, tmp_path, capsys):
    (tmp_path / "pytest.ini").write_text("")
    write("team.agentsim.yaml", {"personalities": {"brisk": {"speed": 1.1}}})
    assert main(["lint", write("calls/a.scenario.yaml", named("brisk"))]) == 0
    assert main(["lint", write("calls/b.scenario.yaml", named("birsk"))]) == 1
    assert 'did you mean "brisk"?' in capsys.readouterr().out


def test_lint_tells_what_is_wrong_in_a_personality_file_once_for_all_that_need_it(write, capsys):
    bad = write("team.agentsim.yaml", {"personalities": {"brisk": {"speed": 9}}})
    files = [write(f"{name}.scenario.yaml", named("brisk")) for name in "ab"]
    assert main(["lint", *files, bad]) == 1
    assert places(capsys) == ["team.agentsim.yaml:3:12"]


@pytest.mark.parametrize(
    ("name", "settings"),
    [
        ("pytest.ini", "[pytest]\nagentsim_personalities =\n    shared/callers.yaml\n"),
        ("tox.ini", "[tox]\n[pytest]\nagentsim_personalities = shared/callers.yaml\n"),
        ("setup.cfg", "[tool:pytest]\nagentsim_personalities = shared/callers.yaml\n"),
        (
            "pyproject.toml",
            "[tool.pytest.ini_options]\nagentsim_personalities = ['shared/callers.yaml']\n",
        ),
        ("pyproject.toml", "[tool.pytest]\nagentsim_personalities = ['shared/callers.yaml']\n"),
        ("pytest.toml", "[pytest]\nagentsim_personalities = ['shared/callers.yaml']\n"),
    ],
)
def test_lint_knows_the_further_files_that_the_settings_of_pytest_name(write, tmp_path, name, settings):
    (tmp_path / name).write_text(settings)
    write("shared/callers.yaml", {"personalities": {"brisk": {"speed": 1.1}}})
    assert main(["lint", write("calls/a.scenario.yaml", named("brisk"))]) == 0


@pytest.mark.parametrize("text", ["[tool", "", "[tool.other]\n"])
def test_a_project_without_settings_of_pytest_begins_where_it_is_one_of_python(write, tmp_path, text):
    (tmp_path / "pyproject.toml").write_text(text)
    write("team.agentsim.yaml", {"personalities": {"brisk": {"speed": 1.1}}})
    assert main(["lint", write("calls/a.scenario.yaml", named("brisk"))]) == 0
