"""What a JUnit file of pytest says about its test cases."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Case", "cases_in"]


@dataclass(frozen=True, slots=True)
class Case:
    """A test case; `seconds` is the time of its set-up, call and teardown together."""

    name: str
    seconds: float
    passed: bool
    properties: dict[str, str]


def cases_in(file: Path) -> list[Case]:
    return [
        Case(
            name=case.attrib["name"],
            seconds=float(case.attrib["time"]),
            passed=all(case.find(problem) is None for problem in ("failure", "error", "skipped")),
            properties={each.attrib["name"]: each.attrib["value"] for each in case.iter("property")},
        )
        for case in ET.parse(file).iter("testcase")  # noqa: S314  (pytest has just written it for us)
    ]
