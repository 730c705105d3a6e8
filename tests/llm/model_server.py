"""A server on this machine that speaks OpenAI's chat interface, and answers what a test has prepared."""

from __future__ import annotations

import json
import socket
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["ModelServer", "Reply", "error", "refusal", "says", "text_of", "uses_tool"]

PIECE = 7  # characters of an answer that is streamed


@dataclass(frozen=True)
class Reply:
    """What is answered to one request: a status and a body, or words or tools as a completion."""

    status: int = 200
    message: dict[str, Any] | None = None
    finish_reason: str = "stop"
    body: bytes | None = None
    headers: dict[str, str] = field(default_factory=dict)
    tokens: tuple[int, int] = (100, 20)
    never: bool = False


def says(words: str | dict[str, Any], **more: Any) -> Reply:
    """A completion of words, or of data as JSON."""
    content = words if isinstance(words, str) else json.dumps(words)
    return Reply(message={"role": "assistant", "content": content, "refusal": None}, **more)


def uses_tool(name: str, words: str | None = None, **arguments: Any) -> Reply:
    """A completion that calls a tool."""
    call = {
        "id": "call_1",
        "type": "function",
        "function": {"name": name, "arguments": json.dumps(arguments)},
    }
    message = {"role": "assistant", "content": words, "tool_calls": [call], "refusal": None}
    return Reply(message=message, finish_reason="tool_calls")


def refusal(words: str) -> Reply:
    """A completion in which the model does not want to answer."""
    return Reply(message={"role": "assistant", "content": None, "refusal": words})


def error(status: int, message: str = "", code: str | None = None, **headers: str) -> Reply:
    """An error as OpenAI's service tells it."""
    document = {"error": {"message": message, "type": "error", "param": None, "code": code}}
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(status, body=json.dumps(document).encode(), headers=named)


def text_of(request: dict[str, Any], role: str) -> str:
    """Return all that one role says in a request."""
    return "\n".join(each["content"] or "" for each in request["messages"] if each["role"] == role)


class ModelServer:
    """Answers one reply after the other, the last one for ever; `answer` may make them of the request instead.

    `requests` are the bodies that have come, `keys` the keys with them.
    """

    def __init__(self) -> None:
        self.replies: list[Reply] = [says("Hello.")]
        self.answer: Callable[[dict[str, Any]], Reply] | None = None
        self.requests: list[dict[str, Any]] = []
        self.keys: list[str | None] = []
        self.paths: list[str] = []
        self.connections: list[socket.socket] = []
        self.closed = threading.Event()
        self._lock = threading.Lock()
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def setup(self) -> None:
                super().setup()
                server.connections.append(self.connection)

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                server.handle(self, json.loads(body))

            def log_message(self, *args: object) -> None:
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = False  # so that closing waits until no connection is left

        self._server = Server(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_port}/v1"

    def stop(self) -> None:
        if not self.closed.is_set():
            self.closed.set()
            self._server.shutdown()
            for each in self.connections:
                with suppress(OSError):
                    each.shutdown(socket.SHUT_RDWR)
            self._server.server_close()
            self._thread.join()

    def handle(self, handler: BaseHTTPRequestHandler, request: dict[str, Any]) -> None:
        with self._lock:
            self.requests.append(request)
            self.keys.append(handler.headers.get("Authorization"))
            self.paths.append(handler.path)
            if self.answer is not None:
                reply = self.answer(request)
            else:
                reply = self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]
        if reply.never:
            self.closed.wait()
            handler.close_connection = True
            return
        if reply.message is not None and request.get("stream"):
            _send(handler, 200, _streamed(request, reply), "text/event-stream", {})
            return
        body = reply.body if reply.message is None else json.dumps(_completion(request, reply)).encode()
        _send(handler, reply.status, body or b"", "application/json", reply.headers)


def _send(
    handler: BaseHTTPRequestHandler, status: int, body: bytes, content: str, headers: dict[str, str]
) -> None:
    handler.send_response(status)
    handler.send_header("Content-Type", content)
    handler.send_header("Content-Length", str(len(body)))
    for name, value in headers.items():
        handler.send_header(name, value)
    handler.end_headers()
    handler.wfile.write(body)


def _completion(request: dict[str, Any], reply: Reply) -> dict[str, Any]:
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1_700_000_000,
        "model": request["model"],
        "choices": [{"index": 0, "message": reply.message, "finish_reason": reply.finish_reason}],
        "usage": _usage(reply),
    }


def _usage(reply: Reply) -> dict[str, int]:
    asked, answered = reply.tokens
    return {"prompt_tokens": asked, "completion_tokens": answered, "total_tokens": asked + answered}


def _streamed(request: dict[str, Any], reply: Reply) -> bytes:
    """The same as server-sent events: the role, the words in pieces, the tools, the end and the tokens."""
    message = reply.message or {}
    words = message.get("content") or ""
    deltas: list[dict[str, Any]] = [{"role": "assistant", "content": ""}]
    deltas += [{"content": words[at : at + PIECE]} for at in range(0, len(words), PIECE)]
    if message.get("refusal"):
        deltas.append({"refusal": message["refusal"]})
    for number, call in enumerate(message.get("tool_calls") or ()):
        deltas.append({"tool_calls": [{"index": number, **call}]})
    head = {
        "id": "chatcmpl-1",
        "object": "chat.completion.chunk",
        "created": 1_700_000_000,
        "model": request["model"],
    }
    chunks = [{**head, "choices": [{"index": 0, "delta": delta, "finish_reason": None}]} for delta in deltas]
    chunks.append({**head, "choices": [{"index": 0, "delta": {}, "finish_reason": reply.finish_reason}]})
    chunks.append({**head, "choices": [], "usage": _usage(reply)})
    lines = [f"data: {json.dumps(chunk)}\n\n" for chunk in chunks]
    return "".join([*lines, "data: [DONE]\n\n"]).encode()
