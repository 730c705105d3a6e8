"""A real HTTP service on this machine that answers as a test tells it, and remembers what it was asked."""

from __future__ import annotations

import json
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from aiohttp import web

if TYPE_CHECKING:
    import asyncio
    from collections.abc import AsyncIterator

__all__ = ["Asked", "Service", "serving"]


@dataclass(frozen=True)
class Asked:
    """One request."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: str

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Service:
    """`answers` has by path what is answered, one after the other and the last for ever: JSON, text or a status."""

    url: str = ""
    answers: dict[str, list[Any]] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    hold: asyncio.Event | None = None
    """Nothing is answered before it is set."""

    async def handle(self, request: web.Request) -> web.Response:
        body = (await request.read()).decode()
        self.asked.append(
            Asked(request.method, request.path, dict(request.query), dict(request.headers), body)
        )
        if self.hold is not None:
            await self.hold.wait()
        answers = self.answers.get(request.path, [404])
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        if isinstance(answer, int):
            return web.Response(status=answer)
        if isinstance(answer, str):
            return web.Response(text=answer)
        return web.json_response(answer)


@asynccontextmanager
async def serving(**answers: Any) -> AsyncIterator[Service]:
    """Serve `answers`, by path without its slash, for as long as the block lasts."""
    service = Service(
        answers={f"/{path}": each if isinstance(each, list) else [each] for path, each in answers.items()}
    )
    application = web.Application()
    application.router.add_route("*", "/{path:.*}", service.handle)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    service.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield service
    finally:
        await runner.cleanup()
