"""The transcript of each call in JUnit's `system-out`, whatever `junit_logging` says about captured output."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

from pytest_agentsim.visible import visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import pytest

__all__ = ["LateProperties", "add_suite_properties", "add_transcript", "attachments"]

SYSTEM_OUT = "system-out"
# What Jenkins (its JUnit Attachments plugin) and GitLab look for in `system-out`.
ATTACHMENT = "[[ATTACHMENT|"
ATTACHED = ("transcript.json",)


def attachments(calls: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return the lines that make CI systems show the calls' transcripts and recordings beside their test case.

    GitLab takes paths relative to the project's folder, Jenkins whole ones.
    """
    project = os.environ.get("CI_PROJECT_DIR") if os.environ.get("GITLAB_CI") else None
    paths = [
        path
        for call in calls
        for path in (*(f"{call['artifacts']}/{name}" for name in ATTACHED), call["recording"])
        if path
    ]
    return [f"{ATTACHMENT}{os.path.relpath(path, project) if project else path}]]" for path in paths]


def add_transcript(
    config: pytest.Config, report: pytest.TestReport, transcript: str, attached: Sequence[str] = ()
) -> None:
    """Begin the `system-out` of the report's test case with a transcript, if a JUnit file is being written.

    Behind it come the lines of `attachments`.
    """
    if not transcript:
        return
    told = "\n".join((_without_attachments(transcript), *attached))
    # pytest has no public way to add one. Its writer is found among the plugins by its one distinctive method,
    # so a pytest without it only loses the transcript in the XML.
    for plugin in config.pluginmanager.get_plugins():
        node_reporter = getattr(plugin, "node_reporter", None)
        if callable(node_reporter):
            _begin_system_out(node_reporter(report), told)


def add_suite_properties(config: pytest.Config, properties: Mapping[str, object]) -> None:
    """Add properties of the whole run, if a JUnit file is being written."""
    for plugin in config.pluginmanager.get_plugins():
        # What pytest's fixture `record_testsuite_property` calls.
        add = getattr(plugin, "add_global_property", None)
        if callable(add):
            for name, value in properties.items():
                add(name, str(value))


class LateProperties:
    """Properties of test cases that are only known when the whole run is over."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._test_cases: dict[str, list[Any]] = {}

    def expect(self, report: pytest.TestReport) -> None:
        """Take note of the test case of a report; to be called while it is told to all plugins."""
        for plugin in self._config.pluginmanager.get_plugins():
            node_reporter = getattr(plugin, "node_reporter", None)
            if callable(node_reporter):
                test_case = node_reporter(report)
                found = self._test_cases.setdefault(report.nodeid, [])
                # An item that is run again may go on with the same one.
                if not any(each is test_case for each in found):
                    found.append(test_case)

    def add(self, node_id: str, properties: Mapping[str, object]) -> None:
        """Add properties to a test case, before the JUnit file is written."""
        for test_case in self._test_cases.get(node_id, ()):
            to_xml = getattr(test_case, "to_xml", None)
            if not callable(to_xml):
                continue
            element = to_xml()
            # One that is over gives the same element each time; that of another pytest may not, and keeps what it has.
            if not isinstance(element, ET.Element) or element is not to_xml():
                continue
            holder = element.find("properties")
            if holder is None:
                holder = ET.Element("properties")
                element.insert(0, holder)
            for name, value in properties.items():
                ET.SubElement(holder, "property", name=visible(name), value=visible(str(value)))


def _without_attachments(text: str) -> str:
    """Return a text that names no files: an agent must not choose what is copied into a report."""
    return text.replace(ATTACHMENT, ATTACHMENT.replace("[[", "[ ["))


def _begin_system_out(test_case: Any, transcript: str) -> None:
    append = getattr(test_case, "append", None)
    if not callable(append):
        return
    system_out = ET.Element(SYSTEM_OUT)
    # XML 1.0 cannot carry all characters, escaped or not (section 2.2).
    system_out.text = visible(transcript)
    append(system_out)

    def append_or_continue(element: ET.Element) -> None:
        # A test case has one `system-out`, and pytest may come with captured output later.
        if element.tag == SYSTEM_OUT:
            system_out.text = f"{system_out.text}\n{element.text or ''}"
        else:
            append(element)

    test_case.append = append_or_continue
