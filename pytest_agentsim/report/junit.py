"""The transcript of each call in JUnit's `system-out`, whatever `junit_logging` says about captured output."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

if TYPE_CHECKING:
    import pytest

__all__ = ["add_transcript"]

# What XML 1.0 cannot carry at all (section 2.2), escaped or not.
_FORBIDDEN = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def add_transcript(config: pytest.Config, report: pytest.TestReport, transcript: str) -> None:
    """Add a `system-out` element to the report's test case, if a JUnit file is being written."""
    # pytest has no public way to add one. Its writer is found among the plugins by its one distinctive method,
    # so a pytest without it only loses the transcript in the XML.
    for plugin in config.pluginmanager.get_plugins():
        node_reporter = getattr(plugin, "node_reporter", None)
        if not callable(node_reporter):
            continue
        element = ET.Element("system-out")
        element.text = _FORBIDDEN.sub(lambda found: f"#x{ord(found[0]):02X}", transcript)
        append = getattr(node_reporter(report), "append", None)
        if callable(append):
            append(element)
