"""A speech service on this machine that answers as a test tells it to."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest


@dataclass
class Answer:
    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)

    @classmethod
    def error(cls, status: int, message: str, code: str | None = None, **headers: str) -> Answer:
        """An error as OpenAI's interface words it."""
        error = {"message": message, "type": "invalid_request_error", "param": None, "code": code}
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return cls(
            status, json.dumps({"error": error}).encode(), {"Content-Type": "application/json", **named}
        )


@dataclass
class Request:
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self):
        return json.loads(self.body)


class FakeSpeechService:
    """Gives its `answers` one after the other, the last one again and again, and keeps the `requests`."""

    answer = Answer

    def __init__(self) -> None:
        self.answers: list[Answer] = [Answer()]
        self.requests: list[Request] = []
        service = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                service.requests.append(Request(self.path, dict(self.headers), body))
                answer = service.answers.pop(0) if len(service.answers) > 1 else service.answers[0]
                self.send_response(answer.status)
                for name, value in {"Content-Length": str(len(answer.body)), **answer.headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(answer.body)
                self.close_connection = True

            def log_message(self, *args: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_port}/v1"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture
def speech_service(monkeypatch):
    for name in ("HTTP_PROXY", "ALL_PROXY", "http_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    service = FakeSpeechService()
    yield service
    service.close()
