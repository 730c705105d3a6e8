"""Takes the voice calls of one server; the only module of this package that the server knows."""

from __future__ import annotations

import base64
import binascii
import hmac
from typing import TYPE_CHECKING

from acme_clinic.voice.line import talk
from acme_clinic.voice.phone_call import Call
from acme_clinic.voice.recognition import RecognizerPool

if TYPE_CHECKING:
    from collections.abc import Callable

    from websockets.asyncio.server import ServerConnection

    from acme_clinic.misbehaviour import Misbehaviour
    from acme_clinic.replies import Bot

__all__ = ["Reception"]


class Reception:
    """All voice calls; give it up with `close`. Callers need `user` and `password`, unless both are empty."""

    def __init__(self, user: str, password: str) -> None:
        self._login = f"{user}:{password}" if user or password else ""
        self._recognizers = RecognizerPool()

    def is_authorized(self, header: str) -> bool:
        """Tell whether an `Authorization` header holds the user and the password."""
        if not self._login:
            return True
        scheme, _, encoded = header.partition(" ")
        try:
            given = base64.b64decode(encoded.strip(), validate=True)
        except (binascii.Error, ValueError):
            return False
        return scheme.casefold() == "basic" and hmac.compare_digest(given, self._login.encode())

    async def talk(
        self,
        connection: ServerConnection,
        bot: Bot,
        *,
        greeting: bool,
        hang_up: bool,
        misbehaviour: Misbehaviour | None,
        log: Callable[[str], None],
    ) -> str:
        """Hold one call until it is over; return how it has ended."""
        await self._recognizers.warm_up()
        call = Call(bot, greeting=greeting, hang_up=hang_up, misbehaviour=misbehaviour, log=log)
        return await talk(connection, call, self._recognizers)

    async def close(self) -> None:
        """End the recognisers."""
        await self._recognizers.close()
