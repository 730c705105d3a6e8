"""What the documentation claims of the scenario language is measured anew in each run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

pytest.importorskip("espeakng_loader")

from pytest_agentsim.scenario.action import TAGS
from pytest_agentsim.scenario.personality import BUILT_IN, Personality
from tests.proof.page import PAGE, ROWS, written

if TYPE_CHECKING:
    from pathlib import Path

    from tests.proof.row import Row

SUBJECTS = {name.strip(" <>") for row in ROWS for name in row.subject.split(",")}

# Kept for a caller with a language model, for another engine, or for the words of such a caller.
NOT_HEARD = {"name", "prompt", "wording", "temperature", "voice_model"}


@pytest.mark.parametrize("row", ROWS, ids=str)
async def test_what_is_measured_is_what_is_expected(row: Row, tmp_path: Path) -> None:
    measured = await row.measure(tmp_path)
    assert row.holds_for(measured), (
        f"measured {measured} {row.unit}, expected {row.expected} ± {row.tolerance}"
    )


def test_each_tag_has_a_row() -> None:
    assert set(TAGS) - SUBJECTS == set()


def test_each_field_of_a_personality_has_a_row_or_cannot_be_heard() -> None:
    assert set(Personality.field_names()) - SUBJECTS == NOT_HEARD


def test_each_built_in_personality_has_a_row() -> None:
    assert {name for name in BUILT_IN if name not in SUBJECTS} == set()


def test_the_page_has_every_row_as_it_is() -> None:
    page = PAGE.read_text(encoding="utf-8")
    missing = [
        str(row) for row in ROWS if without_measurement(written(row, row.expected)) not in claims(page)
    ]
    assert missing == [], "write the page anew with `python -m tests.proof.page`"


def claims(page: str) -> set[str]:
    return {without_measurement(line) for line in page.splitlines() if line.startswith("| `")}


def without_measurement(line: str) -> str:
    """A line of the table but for the fourth of its cells."""
    cells = line.split(" | ")
    return " | ".join(cells[:-4] + cells[-3:])
