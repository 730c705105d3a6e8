"""A server of sound files for the tests."""

from __future__ import annotations

import pytest

from tests.audio.sound_server import SoundServer


@pytest.fixture
def sound_server(monkeypatch):
    for name in ("HTTP_PROXY", "ALL_PROXY", "http_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    server = SoundServer()
    yield server
    server.close()
