"""The transcript and the recording of each call, in the reports of pytest-html and Allure where these are made."""

from __future__ import annotations

import html
from importlib import import_module
from typing import TYPE_CHECKING, Any

from pytest_agentsim.report.page.sound import link_to
from pytest_agentsim.visible import visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    import pytest

    from pytest_agentsim.runner import RecordedCall

__all__ = ["add_to_other_reports"]


def add_to_other_reports(
    config: pytest.Config, report: pytest.TestReport, calls: Sequence[RecordedCall]
) -> None:
    """Give what these plugins show beside an item, if they write a report of this run."""
    page = config.getoption("htmlpath", None) if config.pluginmanager.hasplugin("html") else None
    if page:
        given = getattr(report, "extras", [])
        report.extras = [*given, *_for_pytest_html(calls, config.invocation_params.dir / page)]  # type: ignore[attr-defined]
    if config.pluginmanager.hasplugin("allure_listener"):
        _attach_to_allure(calls)


def _for_pytest_html(calls: Sequence[RecordedCall], page: Path) -> Iterator[dict[str, str | None]]:
    extras: Any = import_module("pytest_html.extras")

    for number, call in enumerate(calls, start=1):
        yield extras.text(visible(call.result.transcript_text()), name=_numbered("transcript", number, calls))
        if call.recording is not None:
            source = html.escape(link_to(call.recording, page))
            yield extras.html(f'<audio controls preload="none" src="{source}"></audio>')


def _attach_to_allure(calls: Sequence[RecordedCall]) -> None:
    allure: Any = import_module("allure")

    for number, call in enumerate(calls, start=1):
        name = _numbered("transcript", number, calls)
        allure.attach(
            visible(call.result.transcript_text()), name, attachment_type=allure.attachment_type.TEXT
        )
        if call.recording is not None and call.recording.is_file():
            name = _numbered("recording", number, calls)
            allure.attach.file(str(call.recording), name, attachment_type="audio/wav", extension="wav")


def _numbered(name: str, number: int, calls: Sequence[RecordedCall]) -> str:
    return name if len(calls) == 1 else f"{name} of call {number}"
