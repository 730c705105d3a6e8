"""Text messages and messages of the caller's client: where they go, and what a test sees of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from pytest_agentsim import Agent
from pytest_agentsim.call import run_call
from pytest_agentsim.errors import ConfigurationError
from pytest_agentsim.result import EventKind
from pytest_agentsim.text_endpoint import TextEndpoint
from tests.call.harness import CALLER_ENDED, Call, Wire, converse, scenario, spec
from tests.side_channel.service import serving

if TYPE_CHECKING:
    from pytest_agentsim.result import CallResult

SMS = 'My code comes by text <send_sms text="My code is {{test_profile.code}}"/><endcall/>'
CLIENT_MESSAGE = "<client_message t='cart' d='{\"items\": [1, 2]}'/>Done <endcall/>"


async def call(action: str, **endpoint: Any) -> Call:
    async def agent(wire: Wire) -> None:
        await wire.say("What is your name?")
        await wire.stay()

    script = scenario(
        "", ("The agent asks for your name", action), test_profile={"code": 482, "phone_number": "+15550100"}
    )
    return await converse(agent, script, **endpoint)


async def call_callable(reply: Any, action: str) -> CallResult:
    script = scenario("", ("The agent asks for your name", action), test_profile={"code": 482})
    with Agent.from_callable(reply, greeting="What is your name?") as agent:
        endpoint = agent.text
        assert endpoint is not None
        made = spec(script, endpoint.url)
        return await run_call(type(made)(**{**_fields(made), "endpoint": endpoint}))


def _fields(made: Any) -> dict[str, Any]:
    return {name: getattr(made, name) for name in made.__slots__}


class TestTextMessages:
    async def test_it_is_posted_to_the_webhook_with_what_identifies_the_call(self) -> None:
        async with serving(sms={}) as service:
            made = await call(SMS, sms_webhook=f"{service.url}/sms")
        [asked] = service.asked
        assert asked.method == "POST"
        assert asked.json == {
            "from": "+15550100",
            "text": "My code is 482",
            "scenario_id": "scenario-1",
            "run_id": "run-1",
            "batch_id": "batch-1",
        }
        [event] = made.result.events_of(EventKind.SMS)
        assert event.data == {"text": "My code is 482", "delivered_to": ["webhook"], "status": 200}

    async def test_without_a_webhook_it_is_recorded(self) -> None:
        made = await call(SMS)
        assert made.result.sms == ("My code is 482",)
        assert made.wire.heard == [{"content": "My code comes by text", "type": "end_call"}]

    async def test_it_stands_in_the_transcript_as_a_function_call(self) -> None:
        made = await call(SMS)
        entry = next(each for each in made.result.transcript() if each["role"] == "Function Call")
        assert entry["data"] == {"name": "send_sms", "arguments": '{"text": "My code is 482"}'}
        assert 'send_sms({"text": "My code is 482"})' in made.result.transcript_text()

    async def test_a_webhook_that_refuses_is_a_warning_and_the_call_goes_on(self) -> None:
        async with serving(sms=503) as service:
            made = await call(SMS, sms_webhook=f"{service.url}/sms?key=s3cr3t")
        assert made.ending == CALLER_ENDED
        [warning] = made.result.events_of(EventKind.WARNING)
        assert warning.data["message"] == (
            f"the text message was not delivered to the webhook: {service.url}/sms: answers 503 Service Unavailable"
        )

    @pytest.mark.parametrize("address", ["ftp://x.test/", "x.test/sms", "http://", "http://x.test/ a"])
    def test_a_webhook_that_is_no_web_address_is_refused(self, address: str) -> None:
        with pytest.raises(ConfigurationError, match="sms_webhook must be an http:// or https:// address"):
            TextEndpoint.create("ws://x.test", sms_webhook=address)

    async def test_a_function_that_is_the_agent_finds_it_in_its_conversation(self) -> None:
        seen: list[list[str]] = []

        def reply(text: str, conversation: Any) -> dict[str, str]:
            seen.append(list(conversation.sms))
            return {"content": "Goodbye", "type": "end_call"}

        await call_callable(reply, '<send_sms text="My code is 5"/>It is on its way')
        assert seen == [["My code is 5"]]

    async def test_a_class_that_is_the_agent_answers_it_at_once(self) -> None:
        class Clinic:
            def reply(self, text: str) -> dict[str, str]:
                return {"content": "Goodbye", "type": "end_call"}

            def sms(self, text: str) -> dict[str, str]:
                return {"content": f"I have got: {text}", "type": "end_call"}

        result = await call_callable(Clinic, '<send_sms text="My code is 5"/>')
        assert result.turns[-1].text == "I have got: My code is 5"


class TestClientMessages:
    async def test_it_is_recorded_where_the_agent_cannot_take_it(self) -> None:
        made = await call(CLIENT_MESSAGE)
        [event] = made.result.events_of(EventKind.CLIENT_MESSAGE)
        assert event.data == {"t": "cart", "d": {"items": [1, 2]}, "sent": False}
        assert made.wire.heard == [{"content": "Done", "type": "end_call"}]

    async def test_an_agent_that_is_a_class_gets_its_type_and_its_data(self) -> None:
        got: list[tuple[str, Any]] = []

        class Shop:
            def reply(self, text: str) -> str:
                return "Goodbye"

            async def client_message(self, t: str, d: Any) -> None:
                got.append((t, d))

        result = await call_callable(Shop, CLIENT_MESSAGE)
        assert got == [("cart", {"items": [1, 2]})]
        assert result.events_of(EventKind.CLIENT_MESSAGE)[0].data["sent"] is True
