"""Baselines as files."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from pytest_agentsim.baseline.file import Baseline, load_baseline, load_baselines, save_baseline
from pytest_agentsim.baseline.record import ItemRecord, MetricKind, RunRecord
from pytest_agentsim.errors import ConfigurationError
from pytest_agentsim.metric_value import Direction

if TYPE_CHECKING:
    from pathlib import Path

RUN = RunRecord(
    1, 7, True, "completed", (("expect.turns", "met"),), {"latency": 0.5, "tone": "warm", "ok": True}
)
ITEM = ItemRecord("Öffnungszeiten", "text", "normal", (RUN, RunRecord(2, 8, None, "failed")))
KINDS = {"latency": MetricKind("s", Direction.LOWER)}
BASELINE = Baseline("main", "2026-01-01T00:00:00+00:00", "batch", {"a.yaml::hours": ITEM}, KINDS)


def test_what_is_saved_is_read_back(tmp_path: Path) -> None:
    path = save_baseline(BASELINE, tmp_path / "baselines")
    assert path == tmp_path / "baselines" / "main.json"
    assert load_baseline(tmp_path / "baselines", "main") == BASELINE
    assert [each.name for each in path.parent.iterdir()] == ["main.json"]


def test_the_file_can_be_read_by_people(tmp_path: Path) -> None:
    text = save_baseline(BASELINE, tmp_path).read_text(encoding="utf-8")
    assert '"scenario": "Öffnungszeiten"' in text
    assert max(map(len, text.splitlines())) < 80


def test_an_earlier_one_is_replaced(tmp_path: Path) -> None:
    save_baseline(Baseline("main", "2025", "other", {}), tmp_path)
    save_baseline(BASELINE, tmp_path)
    assert load_baseline(tmp_path, "main").batch_id == "batch"


def test_a_missing_one_names_those_that_there_are(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"there is no baseline 'main' in .*; save it first with"):
        load_baseline(tmp_path, "main")
    save_baseline(BASELINE, tmp_path)
    with pytest.raises(ConfigurationError, match=r"there is no baseline 'other' in .*; there are main$"):
        load_baseline(tmp_path, "other")


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
def test_a_truncated_one_is_said_to_be(tmp_path: Path, share: float) -> None:
    path = save_baseline(BASELINE, tmp_path)
    text = path.read_text(encoding="utf-8")
    path.write_text(text[: int(len(text) * share)], encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"main.json is not whole, or no JSON"):
        load_baseline(tmp_path, "main")


@pytest.mark.parametrize("text", ["[]", "{}", '{"format": "something else"}', "3"])
def test_a_foreign_file_is_no_baseline(tmp_path: Path, text: str) -> None:
    (tmp_path / "main.json").write_text(text)
    with pytest.raises(ConfigurationError, match="is no baseline that pytest-agentsim has saved"):
        load_baseline(tmp_path, "main")


def test_one_of_another_version_is_refused(tmp_path: Path) -> None:
    path = save_baseline(BASELINE, tmp_path)
    path.write_text(
        path.read_text(encoding="utf-8").replace('"version": 1', '"version": 9'), encoding="utf-8"
    )
    with pytest.raises(ConfigurationError, match="has the format 9, and this pytest-agentsim reads 1"):
        load_baseline(tmp_path, "main")


@pytest.mark.parametrize("key", ["name", "saved_at", "batch_id", "items", "metrics"])
def test_one_that_lacks_something_is_not_whole(tmp_path: Path, key: str) -> None:
    path = save_baseline(BASELINE, tmp_path)
    document = json.loads(path.read_text(encoding="utf-8"))
    del document[key]
    path.write_text(json.dumps(document))
    with pytest.raises(ConfigurationError, match="is not whole"):
        load_baseline(tmp_path, "main")


@pytest.mark.parametrize(
    "items", [[], {"a": 1}, {"a": {"scenario": "x"}}, {"a": ITEM.to_json() | {"runs": [{"run": "one"}]}}]
)
def test_one_with_other_items_is_not_whole(tmp_path: Path, items: object) -> None:
    path = save_baseline(BASELINE, tmp_path)
    document = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(document | {"items": items}))
    with pytest.raises(ConfigurationError, match="is not whole"):
        load_baseline(tmp_path, "main")


def test_a_name_cannot_lead_out_of_the_folder(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="a baseline is named with letters"):
        load_baseline(tmp_path, "../main")


def test_a_folder_in_its_place_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "main.json").mkdir()
    with pytest.raises(ConfigurationError, match="cannot be read"):
        load_baseline(tmp_path, "main")


def test_all_baselines_of_a_folder_are_read_the_oldest_first(tmp_path):
    for name, saved_at in (("main", "2026-03-01"), ("v1", "2026-01-01"), ("v2", "2026-02-01")):
        save_baseline(replace(BASELINE, name=name, saved_at=saved_at), tmp_path)
    (tmp_path / "broken.json").write_text("{")
    (tmp_path / "not a name.json").write_text("{}")
    assert [each.name for each in load_baselines(tmp_path)] == ["v1", "v2", "main"]
    assert load_baselines(tmp_path / "nowhere") == ()
