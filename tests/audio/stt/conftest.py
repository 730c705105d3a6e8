"""A recogniser for tests: it "hears" how much it was given, and misbehaves when its hints say so."""

from __future__ import annotations

import textwrap

import pytest

ENGINE = """
import os
import pathlib
import sys

from pytest_agentsim.audio.stt.interface import Recognition, RecognitionError


class Engine:
    parallel = 1

    def __init__(self, settings):
        self.settings = settings
        if settings.get("broken"):
            from pytest_agentsim.errors import ConfigurationError
            raise ConfigurationError("Set broken to nothing.")

    def recognize(self, pcm, *, language, hints):
        return Recognition(f"{len(pcm)} bytes of {language} at once, {' and '.join(hints.phrases)}", 0.5)

    def stream(self, *, language, hints):
        return Stream(self, language, hints)


class Stream:
    def __init__(self, engine, language, hints):
        self.engine, self.language, self.hints = engine, language, hints.phrases
        self.heard = 0

    def feed(self, pcm):
        self.heard += len(pcm)
        if "print" in self.hints:
            print("something that an engine prints", flush=True)
            os.write(1, b"and its C code too")

    def partial(self):
        return f"{self.heard}..."

    def finish(self):
        if "raise" in self.hints:
            raise ValueError("the engine has a bug")
        if "refuse" in self.hints:
            raise RecognitionError("Nobody has said anything.")
        marker = pathlib.Path(self.engine.settings.get("directory", ".")) / "died"
        if "die" in self.hints or ("die once" in self.hints and not marker.exists()):
            marker.touch()
            print("the engine runs out of memory", file=sys.stderr, flush=True)
            os._exit(3)
        return Recognition(f"{self.heard} bytes of {self.language} in pieces by {os.getpid()}")

    def cancel(self):
        (pathlib.Path(self.engine.settings.get("directory", ".")) / "cancelled").touch()
"""


@pytest.fixture
def listening(tmp_path, monkeypatch):
    """Install the recogniser "listening", of this process's package directories and its workers'."""
    site = tmp_path / "site"
    metadata = site / "listening-1.0.dist-info"
    metadata.mkdir(parents=True)
    (site / "listening_engine.py").write_text(textwrap.dedent(ENGINE))
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: listening\nVersion: 1.0\n")
    (metadata / "entry_points.txt").write_text(
        "[pytest_agentsim.recognizers]\nlistening = listening_engine:Engine\nabsent = no_such_module:Engine\n"
    )
    monkeypatch.syspath_prepend(str(site))
    monkeypatch.setenv("PYTHONPATH", str(site))
    return "listening"
