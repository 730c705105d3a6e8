"""What the caller of a voice call does beside speaking: functions, text messages, messages of its client."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pytest_agentsim.result import EventKind
from tests.side_channel.service import serving
from tests.voice.harness import Agent, conditions, conduct, speech

if TYPE_CHECKING:
    from pathlib import Path

    from tests.voice.harness import Conducted

ASKS_NAME = "The agent asks for your name"


def lookup(url: str, *, auto_run: bool = True) -> dict[str, Any]:
    return {
        "name": "lookup",
        "type": "rest_api",
        "auto_run": auto_run,
        "config": {"url": url, "response_mapping": {"name": "$.name", "pin": "$.pin"}},
    }


async def call(action: str, folder: Path, *functions: dict[str, Any], **options: Any) -> Conducted:
    async def agent(agent: Agent) -> None:
        await agent.say(speech(0.8))
        await agent.until_caller_is_silent(1.0)
        await agent.stay()

    script = {**conditions(("", ""), (ASKS_NAME, action)), "functions": list(functions)}
    return await conduct(
        agent, script, recognized=["What is your name?"], recording=folder / "recording.wav", **options
    )


async def test_an_output_is_spoken_that_was_fetched_when_the_call_began(tmp_path: Path) -> None:
    async with serving(person={"name": "Ada"}) as service:
        made = await call(
            "It is {{function.lookup.name}}<endcall/>", tmp_path, lookup(f"{service.url}/person")
        )
    assert made.result.turns[-1].text == "It is Ada"
    assert len(service.asked) == 1


async def test_words_before_a_tag_are_spoken_before_its_request_and_those_after_it_with_its_output(
    tmp_path: Path,
) -> None:
    async with serving(person={"name": "Ada", "pin": 12}) as service:
        made = await call(
            'One moment <function name="lookup"/> it is {{function.lookup.name}}'
            '<dtmf digits="{{function.lookup.pin}}"/><endcall/>',
            tmp_path,
            lookup(f"{service.url}/person", auto_run=False),
        )
    assert made.result.turns[-1].text == 'One moment it is Ada <dtmf digits="12"/>'
    order = [
        (event.kind, event.data.get("text"))
        for event in made.result.events
        if event.kind in (EventKind.UTTERANCE, EventKind.FUNCTION)
    ]
    assert order == [
        (EventKind.UTTERANCE, "One moment"),
        (EventKind.FUNCTION, None),
        (EventKind.UTTERANCE, "it is Ada"),
        (EventKind.UTTERANCE, '<dtmf digits="12"/>'),
    ]


async def test_a_text_message_is_posted_while_the_caller_goes_on(tmp_path: Path) -> None:
    async with serving(sms={}) as service:
        made = await call(
            'Sent <send_sms text="My code is 5"/> to you <endcall/>',
            tmp_path,
            sms_webhook=f"{service.url}/sms",
        )
    assert [each.json["text"] for each in service.asked] == ["My code is 5"]
    assert made.result.turns[-1].text == "Sent to you"
    assert made.result.sms == ("My code is 5",)


async def test_a_client_message_is_recorded(tmp_path: Path) -> None:
    made = await call("<client_message t='cart' d='[1]'/>Done <endcall/>", tmp_path)
    assert [event.data for event in made.result.events_of(EventKind.CLIENT_MESSAGE)] == [
        {"t": "cart", "d": [1], "sent": False}
    ]
