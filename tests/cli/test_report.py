"""`agentsim report`."""

from __future__ import annotations

import sys

import pytest

from pytest_agentsim.baseline.file import save_baseline
from pytest_agentsim.cli.main import main
from tests.report.page.conftest import MET, Results, a_baseline, text_result


def test_a_page_is_made_of_what_a_run_has_stored(tmp_path, capsys):
    results = Results(tmp_path)
    results.add("whole", text_result("Opening hours"), MET)
    (results.add("broken", text_result(), MET) / "result.json").write_text("{")
    page = tmp_path / "pages" / "page.html"
    assert main(["report", str(results.path), "--output", str(page), "--name", "nightly"]) == 0
    assert capsys.readouterr().out == f"{page}: 2 calls, 1 call not whole\n"
    assert "<title>nightly</title>" in page.read_text(encoding="utf-8")


def test_the_page_is_called_report_html(tmp_path, monkeypatch):
    results = Results(tmp_path)
    results.add("a", text_result(), MET)
    monkeypatch.chdir(tmp_path)
    assert main(["report", "results"]) == 0
    assert (tmp_path / "report.html").is_file()


def test_a_directory_without_calls_is_a_sentence(tmp_path, capsys):
    assert main(["report", str(tmp_path)]) == 1
    assert "There is no call below" in capsys.readouterr().err


def test_calls_of_another_run_can_be_compared_with(tmp_path, capsys):
    results, earlier = Results(tmp_path), Results(tmp_path / "earlier")
    for each in (results, earlier):
        each.add("a", text_result("Opening hours"), MET)
    page = tmp_path / "page.html"
    assert main(["report", str(results.path), "-o", str(page), "--compare", str(earlier.path)]) == 0
    assert f"{earlier.path}: a" in page.read_text(encoding="utf-8")
    assert main(["report", str(results.path), "-o", str(page), "--compare", str(tmp_path / "gone")]) == 1
    assert f"There is no directory {tmp_path / 'gone'}" in capsys.readouterr().err


@pytest.mark.parametrize("given", ["main", "kept/main.json"])
def test_a_baseline_is_given_by_its_name_or_its_file(tmp_path, monkeypatch, given):
    monkeypatch.chdir(tmp_path)
    results = Results(tmp_path)
    results.add("a", text_result("Opening hours"), MET)
    save_baseline(a_baseline(results.path, "main"), tmp_path / "kept")
    assert main(["report", "results", "--baseline", given, "--baselines", "kept"]) == 0
    assert "<h2>Baseline main</h2>" in (tmp_path / "report.html").read_text(encoding="utf-8")


def test_a_baseline_that_is_not_there_is_a_sentence(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    Results(tmp_path).add("a", text_result(), MET)
    assert main(["report", "results", "--baseline", "main"]) == 1
    assert "there is no baseline 'main' in .agentsim/baselines" in capsys.readouterr().err


def test_a_missing_package_is_a_sentence(tmp_path, capsys, monkeypatch):
    results = Results(tmp_path)
    results.add("a", text_result(), MET)
    monkeypatch.setitem(sys.modules, "jinja2", None)
    assert main(["report", str(results.path), "-o", str(tmp_path / "x.html")]) == 1
    assert 'pip install "pytest-agentsim[report]"' in capsys.readouterr().err
