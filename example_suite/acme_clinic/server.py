"""The clinic on the network: a WebSocket server on the agent's side of X-RUBRIC, and of CHIRP at /voice.

Text callers must send X-RUBRIC-SECRET, voice callers the user and password for Basic authentication if
the clinic has them. Other headers it knows, on both:

===================== ====================================================================
X-Bot-Id: billing     the call is for billing, as on a path that ends in /billing
X-Bot-Id: switchboard a menu with keys answers first
X-Bot-Id: refill      the clinic is the one who calls: a pharmacy, see `errands`
X-Bot-Id: reminder    the clinic is the one who calls: a patient, see `errands`
X-Greeting: off       the caller speaks first
X-Hang-Up: off        says goodbye, and leaves it to the caller to hang up
X-Misbehave: <how>    is a bad agent on purpose, see `misbehaviour`
===================== ====================================================================
"""

from __future__ import annotations

import asyncio
import hmac
import importlib
import itertools
import json
import logging
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from websockets.asyncio.server import serve
from websockets.exceptions import ConnectionClosed

from acme_clinic.billing import Billing
from acme_clinic.dialogue import Dialogue
from acme_clinic.errands import Refill, Reminder
from acme_clinic.frames import read_message, write_reply
from acme_clinic.keypad import split_keypad
from acme_clinic.misbehaviour import Misbehaviour, noise_before, spoil
from acme_clinic.switchboard import Switchboard

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from typing import Self

    from websockets.asyncio.server import ServerConnection
    from websockets.http11 import Request, Response

    from acme_clinic.frames import Message
    from acme_clinic.replies import Bot, Reply
    from acme_clinic.voice.reception import Reception

__all__ = ["LOGGER", "open_clinic"]

LOGGER = logging.getLogger("acme_clinic")

# Who is meant by X-Bot-Id; anybody else is the front desk.
_BOTS: dict[str, Callable[[], Bot]] = {
    "billing": Billing,
    "refill": Refill,
    "reminder": Reminder,
    "switchboard": Switchboard,
}

_POLICY_VIOLATION = 1008
# Nobody says more at once; the keyword patterns need not cope with a megabyte.
_LONGEST_MESSAGE = 2000
# The caller's message at which a connection is cut, late enough to be in the middle of a conversation.
_CUT_AT = 2


@asynccontextmanager
async def open_clinic(
    secret: str,
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    user: str = "",
    password: str = "",
    misbehaviour: Misbehaviour | None = None,
) -> AsyncIterator[int]:
    """Take calls within the block; gives the port, a free one for port 0. Raises OSError if it is taken.

    Voice callers need `user` and `password`, unless both are empty.
    """
    clinic = _Clinic(secret, (user, password), misbehaviour)
    async with (
        clinic,
        serve(clinic.answer, host, port, compression=None, process_request=clinic.admit) as server,
    ):
        yield next(iter(server.sockets)).getsockname()[1]


@dataclass(frozen=True, slots=True)
class _Wishes:
    """What the headers and the path of a connection ask for."""

    department: str
    greeting: bool
    hang_up: bool
    misbehaviour: Misbehaviour | None

    def bot(self) -> Bot:
        return _BOTS.get(self.department, Dialogue)()

    @property
    def answering(self) -> str:
        """Who takes the call, or makes it."""
        return self.department if self.department in _BOTS else "front desk"

    @classmethod
    def of(cls, request: Request, default: Misbehaviour | None) -> _Wishes:
        """Raises ValueError for a misbehaviour that nobody knows."""
        path = urlsplit(request.path).path.rstrip("/")
        how = _header(request, "X-Misbehave")
        return cls(
            department="billing" if path.endswith("/billing") else _header(request, "X-Bot-Id"),
            greeting=_header(request, "X-Greeting") != "off",
            hang_up=_header(request, "X-Hang-Up") != "off",
            misbehaviour=Misbehaviour(how) if how else default,
        )


class _Clinic:
    """All conversations of one server."""

    def __init__(self, secret: str, login: tuple[str, str], misbehaviour: Misbehaviour | None) -> None:
        self._secret = secret
        self._login = login
        self._misbehaviour = misbehaviour
        self._numbers = itertools.count(1)
        self._reception: Reception | None = None
        self._cleanup = AsyncExitStack()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._cleanup.aclose()

    async def admit(self, connection: ServerConnection, request: Request) -> Response | None:
        """Return the response that refuses a voice caller before the handshake, or None."""
        if not _is_voice(request):
            return None
        try:
            reception = await self._open_reception()
        except ImportError as error:
            LOGGER.info("call refused: %s", error)
            sentence = f"Acme Clinic takes no voice calls here: {error}.\n"
            return connection.respond(HTTPStatus.SERVICE_UNAVAILABLE, sentence)
        if reception.is_authorized(_header(request, "Authorization")):
            return None
        LOGGER.info("call refused: Unauthorized")
        refusal = connection.respond(HTTPStatus.UNAUTHORIZED, "Acme Clinic wants a user and a password.\n")
        refusal.headers["WWW-Authenticate"] = 'Basic realm="Acme Clinic"'
        return refusal

    async def answer(self, connection: ServerConnection) -> None:
        request = connection.request
        assert request is not None, "a handler is called after the handshake"
        if _is_voice(request):
            await self._answer_voice(connection, request)
        else:
            await self._answer_text(connection, request)

    async def _answer_voice(self, connection: ServerConnection, request: Request) -> None:
        try:
            wishes = _Wishes.of(request, self._misbehaviour)
        except ValueError:
            await _refuse(connection, "Unknown X-Misbehave")
            return
        reception = await self._open_reception()
        number = next(self._numbers)
        LOGGER.info("call %d started: %s, %s", number, wishes.answering, _told(request))
        ending = "crashed"
        try:
            ending = await reception.talk(
                connection,
                wishes.bot(),
                greeting=wishes.greeting,
                hang_up=wishes.hang_up,
                misbehaviour=wishes.misbehaviour,
                log=lambda event: LOGGER.info("call %d: %s", number, event),
            )
        finally:
            LOGGER.info("call %d ended: %s", number, ending)

    async def _open_reception(self) -> Reception:
        """Raises ImportError without the packages that voice needs; those who only write never load them."""
        if self._reception is None:
            # A second or so that the other callers need not wait for.
            module = await asyncio.to_thread(importlib.import_module, "acme_clinic.voice.reception")
            # Another caller may have been faster.
            if self._reception is None:
                self._reception = module.Reception(*self._login)
                self._cleanup.push_async_callback(self._reception.close)
        return self._reception

    async def _answer_text(self, connection: ServerConnection, request: Request) -> None:
        secret = _header(request, "X-RUBRIC-SECRET")
        if not hmac.compare_digest(secret.encode(), self._secret.encode()):
            await _refuse(connection, "Unauthorized")
            return
        try:
            wishes = _Wishes.of(request, self._misbehaviour)
        except ValueError:
            await _refuse(connection, "Unknown X-Misbehave")
            return
        await self._converse(_Conversation(connection, wishes, secret), _header(request, "X-RUBRIC-RUN-ID"))

    async def _converse(self, conversation: _Conversation, run_id: str) -> None:
        number = next(self._numbers)
        LOGGER.info("conversation %d started: %s, run %r", number, conversation.department, run_id)
        ending = "crashed"
        try:
            ending = await conversation.run()
        except ConnectionClosed:
            ending = "the connection was lost"
        finally:
            LOGGER.info("conversation %d ended: %s", number, ending)


class _Conversation:
    """One caller and one bot."""

    def __init__(self, connection: ServerConnection, wishes: _Wishes, secret: str) -> None:
        self.department = wishes.answering
        self._connection = connection
        self._wishes = wishes
        self._secret = secret
        self._bot = wishes.bot()
        self._heard = 0

    async def run(self) -> str:
        """Talk until the call is over; return how it ended."""
        if self._wishes.greeting:
            await self._send(self._bot.greet())
        async for frame in self._connection:
            message = read_message(frame)
            if message is None:
                continue
            if message.ends_call:
                return "the caller hung up"
            self._heard += 1
            if ending := await self._answer(message):
                return ending
        return "the connection was closed"

    async def _answer(self, message: Message) -> str:
        """Answer one message; return how the call has ended by it, or nothing."""
        match self._wishes.misbehaviour:
            case Misbehaviour.SILENT:
                return ""
            case Misbehaviour.SLOW_METADATA:
                await self._connection.send(json.dumps({"metadata": {"still_working_on": self._heard}}))
                return ""
            case Misbehaviour.DROP if self._heard == _CUT_AT:
                self._connection.transport.abort()
                return "dropped on purpose"
            case Misbehaviour.CLOSE if self._heard == _CUT_AT:
                return "closed on purpose"
            case Misbehaviour.CRASH:
                raise RuntimeError("crashed on purpose")
            case how:
                return await self._reply(message, how)

    async def _reply(self, message: Message, how: Misbehaviour | None) -> str:
        text, digits = split_keypad(message.content[:_LONGEST_MESSAGE])
        reply = self._bot.hear(text, digits)
        if not self._wishes.hang_up:
            reply = replace(reply, ends_call=False)
        reply = spoil(reply, how, secret=self._secret)
        for frame in noise_before(how):
            await self._connection.send(frame)
        await self._send(reply)
        return "the clinic hung up" if reply.ends_call else ""

    async def _send(self, reply: Reply) -> None:
        for frame in write_reply(reply):
            await self._connection.send(frame)


async def _refuse(connection: ServerConnection, reason: str) -> None:
    LOGGER.info("conversation refused: %s", reason)
    await connection.close(_POLICY_VIOLATION, reason)


def _is_voice(request: Request) -> bool:
    return urlsplit(request.path).path.strip("/").split("/")[0] == "voice"


def _told(request: Request) -> dict[str, str]:
    """Return what a voice caller tells about the call: all the X- headers."""
    return {name: value for name, value in request.headers.raw_items() if name.casefold().startswith("x-")}


def _header(request: Request, name: str) -> str:
    # Of a header sent twice the last one counts, and no header is an empty one.
    return next(reversed(request.headers.get_all(name)), "")
