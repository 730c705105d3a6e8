"""The page docs/personalities.md tells of the built-in personalities as they are."""

from __future__ import annotations

import re

import pytest
import yaml

from docs.make_personalities import PAGE, page
from pytest_agentsim.scenario.personality import BUILT_IN, Personality
from pytest_agentsim.scenario.problem_log import ProblemLog
from pytest_agentsim.scenario.schema import FileKind
from pytest_agentsim.scenario.shape import check_shape
from pytest_agentsim.scenario.source import from_python

TEXT = PAGE.read_text(encoding="utf-8")


def test_the_table_is_that_of_the_package() -> None:
    assert page(TEXT) == TEXT, "run: python docs/make_personalities.py"


@pytest.mark.parametrize("name", BUILT_IN)
def test_the_table_has_each_built_in_personality(name: str) -> None:
    assert f"\n| `{name}` | " in TEXT


def test_the_page_has_each_field() -> None:
    fields = TEXT.partition("| field | meaning |")[2].partition("\n\n")[0]
    named = set(re.findall(r"`(\w+)", "\n".join(line.split("|")[1] for line in fields.splitlines()[2:])))
    assert named == {*Personality.field_names(), "base"} - {"voice_model"}


def test_the_files_on_the_page_are_what_they_have_to_be() -> None:
    written = [yaml.safe_load(each) for each in re.findall(r"```yaml\n(#.*?)```", TEXT, re.DOTALL)]
    assert len(written) == 1
    log = ProblemLog()
    assert not check_shape(from_python(written[0]), log, FileKind.PERSONALITIES)
    assert not log.failed
