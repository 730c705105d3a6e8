"""JUnit XML of calls that were scored without pytest: an item a test case, its metrics as properties."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from pytest_agentsim.errors import ArtifactError
from pytest_agentsim.visible import visible

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pytest_agentsim.scoring import ScoredCall, ScoredItem

__all__ = ["write_junit"]


def write_junit(items: Sequence[ScoredItem], path: Path) -> None:
    """Write the file; raises ArtifactError when that fails."""
    failed = sum(item.passed is False for item in items)
    unread = sum(item.passed is None for item in items)
    suites = ET.Element("testsuites")
    counts = {"tests": str(len(items)), "failures": str(failed), "errors": str(unread), "skipped": "0"}
    suite = ET.SubElement(suites, "testsuite", {"name": "agentsim", **counts})
    for item in items:
        _add_case(suite, item)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        ET.ElementTree(suites).write(path, encoding="utf-8", xml_declaration=True)
    except OSError as error:
        raise ArtifactError(f"JUnit XML cannot be written to {path}: {error.strerror or error}.") from None


def _add_case(suite: ET.Element, item: ScoredItem) -> None:
    file, _, name = item.name.partition("::")
    seconds = sum(call.result.duration or 0.0 for call in item.calls if call.result is not None)
    case = ET.SubElement(
        suite,
        "testcase",
        {"classname": file.replace("/", "."), "name": visible(name or file), "time": f"{seconds:.3f}"},
    )
    properties = ET.SubElement(case, "properties")
    for property_name, value in _properties(item.calls[-1]):
        ET.SubElement(properties, "property", {"name": property_name, "value": visible(str(value))})
    if item.passed is None:
        ET.SubElement(case, "error", {"message": visible(item.calls[0].problem)})
    elif not item.passed:
        lines = [
            f"{each.path}: {each.message}" for call in item.calls for each in call.verdicts if not each.passed
        ]
        failure = ET.SubElement(case, "failure", {"message": visible(lines[0] if lines else "")})
        failure.text = visible("\n".join(lines))
    transcripts = [call.result.transcript_text() for call in item.calls if call.result is not None]
    ET.SubElement(case, "system-out").text = visible("\n\n".join(transcripts))


def _properties(call: ScoredCall) -> list[tuple[str, object]]:
    if call.result is None:
        return []
    measured = [(value.name, value.value) for value in call.result.metrics if value.is_measured]
    return [("run_id", call.result.run_id), ("artifacts", call.stored.directory.as_posix()), *measured]
