"""The prompts of the package and of a user's folder."""

from __future__ import annotations

import pytest

from pytest_agentsim.errors import ConfigurationError
from pytest_agentsim.llm.prompt import Prompts, built_in_names


@pytest.mark.parametrize("name", built_in_names())
def test_every_prompt_of_the_package_has_a_version_and_a_text(name):
    prompt = Prompts().named(name)
    assert prompt.version.isdecimal()
    assert prompt.text


def test_a_prompt_of_the_users_goes_before(tmp_path):
    (tmp_path / "repair.md").write_text("version: mine\n\nNo: {{ problem }}!\n")
    prompt = Prompts(tmp_path).named("repair")
    assert prompt.title == "repair mine"
    assert prompt.filled(problem="no JSON") == "No: no JSON!"


def test_what_is_filled_in_is_not_filled_in_again():
    assert "{{problem}}" in Prompts().named("repair").filled(problem="{{problem}}")


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("repair", "No: {{problem}}!", "has to begin with a line like 'version: 1'"),
        (
            "repair",
            "version: 2\n\n{{what}}",
            "has {{what}}, for which there is no value; there are: {{problem}}",
        ),
        ("jugde", "version: 2\n\nx", "takes the place of none; the prompts are "),
    ],
)
def test_a_prompt_of_no_use_is_told(tmp_path, name, text, told):
    (tmp_path / f"{name}.md").write_text(text)
    with pytest.raises(ConfigurationError) as caught:
        Prompts(tmp_path).named(name)
    assert told in str(caught.value)


def test_a_folder_that_is_not_there_is_told(tmp_path):
    with pytest.raises(ConfigurationError, match=r"agentsim_prompts names .*nowhere, which is no folder"):
        Prompts(tmp_path / "nowhere")
