"""A server on this machine that has sound files, and some that never come to an end."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

__all__ = ["SoundServer"]

PAUSE = 0.02  # s, between two bytes of what never ends


class SoundServer:
    """Serves the bytes in `files` by their paths, and counts what it was asked for in `requests`.

    ``/for-ever`` sends byte after byte, ``/no-header`` never gets to the end of a header, ``/again/3`` redirects three
    times and then to ``/sound.wav``, ``/to`` to the address in `target`.
    """

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.requests: list[str] = []
        self.target = ""
        self._closed = threading.Event()
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                server.requests.append(self.path)
                server.answer(self)

            def log_message(self, *args: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        path = request.path.partition("?")[0]
        if path == "/for-ever":
            request.send_response(200)
            request.end_headers()
            self._go_on(request)
        elif path == "/no-header":
            request.wfile.write(b"HTTP/1.1 200 OK\r\nX-Long: ")
            self._go_on(request)
        elif path.startswith("/again/"):
            left = int(path.rpartition("/")[2])
            self._redirect(request, f"/again/{left - 1}" if left else "/sound.wav")
        elif path == "/to":
            self._redirect(request, self.target)
        elif path in self.files:
            request.send_response(200)
            request.send_header("Content-Length", str(len(self.files[path])))
            request.end_headers()
            request.wfile.write(self.files[path])
        else:
            request.send_error(404)

    def close(self) -> None:
        self._closed.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _redirect(self, request: BaseHTTPRequestHandler, target: str) -> None:
        request.send_response(302)
        request.send_header("Location", target)
        request.send_header("Content-Length", "0")
        request.end_headers()

    def _go_on(self, request: BaseHTTPRequestHandler) -> None:
        try:
            while not self._closed.wait(PAUSE):
                request.wfile.write(b"x")
                request.wfile.flush()
        except OSError:
            pass  # the other side has had enough
