"""A voice caller's WebSocket, in real time."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING

from websockets.exceptions import ConnectionClosed

from acme_clinic.voice.audio import FRAME_SECONDS
from acme_clinic.voice.chirp import EventType, event

if TYPE_CHECKING:
    from websockets.asyncio.server import ServerConnection

    from acme_clinic.voice.phone_call import Call, Question
    from acme_clinic.voice.recognition import Recognition

__all__ = ["talk"]

_INTERNAL_ERROR = 1011


async def talk(connection: ServerConnection, call: Call, recognition: Recognition) -> str:
    """Hold the call until it is over; return how it has ended."""
    line = _Line(connection, call, recognition)
    try:
        return await line.run()
    except ConnectionClosed:
        return "the caller hung up" if connection.close_code == 1000 else "the connection was lost"
    except Exception:
        # Whatever it is: the protocol wants to be told before the connection closes.
        with contextlib.suppress(ConnectionClosed):
            await connection.send(
                event(EventType.SESSION_ERROR, code="INTERNAL_ERROR", message="The clinic has failed")
            )
            await connection.close(_INTERNAL_ERROR)
        raise


class _Line:
    def __init__(self, connection: ServerConnection, call: Call, recognition: Recognition) -> None:
        self._connection = connection
        self._call = call
        self._recognition = recognition
        self._questions: asyncio.Queue[Question] = asyncio.Queue()

    async def run(self) -> str:
        tasks = [asyncio.create_task(work) for work in (self._hear(), self._understand(), self._speak())]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            # Several may be done at once: an error comes first.
            return next(iter(sorted(done, key=_succeeded))).result()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _hear(self) -> str:
        async for frame in self._connection:
            self._call.receive(frame)
        return "the caller hung up"

    async def _understand(self) -> str:
        while True:
            question = await self._questions.get()
            heard = await self._recognition.recognize(question.pcm, question.rule)
            self._call.recognized(question, heard)

    async def _speak(self) -> str:
        loop = asyncio.get_running_loop()
        start = loop.time()
        ticks = 0
        while not self._call.ending:
            ticks += 1
            # Each frame has its own due time, so that a late one delays none of the others.
            await asyncio.sleep(start + ticks * FRAME_SECONDS - loop.time())
            for frame in self._call.tick():
                await self._connection.send(frame)
            if question := self._call.take_question():
                self._questions.put_nowait(question)
        if self._call.aborted:
            self._connection.transport.abort()
        return self._call.ending


def _succeeded(task: asyncio.Task[str]) -> bool:
    return task.exception() is None
