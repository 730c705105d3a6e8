"""Does what a step asks for beside speaking, and logs it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from pytest_agentsim.caller.steps import RunFunction, SendClientMessage, SendSms
from pytest_agentsim.result import EventKind
from pytest_agentsim.side_channel.http import Request, RequestError, send

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from pytest_agentsim.caller.steps import SideStep
    from pytest_agentsim.event_log import EventLog
    from pytest_agentsim.side_channel.live_data import LiveData

__all__ = ["SideChannel"]

WEBHOOK_TIMEOUT = 10.0  # s


class SideChannel:
    """What one caller does beside speaking.

    `envelope` goes with each text message to the `sms_webhook`, an http(s) address, or empty for none. `hand_over`
    takes a message to an agent that is a bridged callable; None where the agent is none.
    """

    def __init__(
        self,
        live_data: LiveData,
        log: EventLog,
        *,
        sms_webhook: str = "",
        envelope: Mapping[str, Any] | None = None,
        hand_over: Callable[[dict[str, Any]], Awaitable[None]] | None = None,
    ) -> None:
        self._live_data = live_data
        self._log = log
        self._sms_webhook = sms_webhook
        self._envelope = envelope or {}
        self._hand_over = hand_over

    async def perform(self, step: SideStep) -> None:
        """Do what the step says and wait until it is done; what goes wrong is logged with a warning."""
        match step:
            case RunFunction():
                await self._live_data.run(step.name)
            case SendSms():
                await self._send_sms(step.text)
            case SendClientMessage():
                await self._send_client_message(step)

    async def _send_sms(self, text: str) -> None:
        said: dict[str, Any] = {"text": text, "delivered_to": []}
        problem = ""
        if self._hand_over is not None:
            await self._hand_over({"type": "sms", "content": text})
            said["delivered_to"].append("callable")
        if self._sms_webhook:
            message = {**self._envelope, "text": text}
            try:
                answer = await send(Request("POST", self._sms_webhook, body=message, timeout=WEBHOOK_TIMEOUT))
                said["delivered_to"].append("webhook")
                said["status"] = answer.status
            except RequestError as error:
                said["error"] = problem = str(error)
        self._log.add(EventKind.SMS, **said)
        if problem:
            self._log.add(
                EventKind.WARNING, message=f"the text message was not delivered to the webhook: {problem}"
            )

    async def _send_client_message(self, step: SendClientMessage) -> None:
        data = json.loads(step.data) if step.data else None
        if self._hand_over is not None:
            await self._hand_over({"type": "client_message", "content": "", "t": step.type, "d": data})
        self._log.add(EventKind.CLIENT_MESSAGE, t=step.type, d=data, sent=self._hand_over is not None)
