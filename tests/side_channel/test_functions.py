"""Functions of a structured scenario on a text call: what is requested, when, and what the caller makes of it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from pytest_agentsim.result import EventKind, Reason
from tests.call.harness import AGENT_ENDED, Call, Wire, converse, failed, scenario
from tests.side_channel.service import Service, serving

if TYPE_CHECKING:
    from collections.abc import Mapping

ASKS_NAME = "The agent asks for your name"


def function(
    url: str, *, name: str = "lookup", auto_run: bool | None = None, **config: Any
) -> dict[str, Any]:
    declared: dict[str, Any] = {"name": name, "type": "rest_api", "config": {"url": url, **config}}
    return declared if auto_run is None else {**declared, "auto_run": auto_run}


async def call(
    *functions: Mapping[str, Any],
    says: str = "It is {{function.lookup.name}}",
    fixed: bool = True,
    asks: int = 1,
    profile: Mapping[str, Any] | None = None,
    **endpoint: Any,
) -> Call:
    """Have the agent ask for the name, so many times."""
    script: dict[str, Any] = {
        "role": "A customer",
        "functions": list(functions),
        "conditions": [
            {"id": 0, "condition": "FIRST_MESSAGE", "action": "", "type": "standard", "fixed_message": True},
            {"id": 1, "condition": ASKS_NAME, "action": says, "type": "standard", "fixed_message": fixed},
        ],
    }

    async def agent(wire: Wire) -> None:
        for _ in range(asks):
            await wire.say("What is your name?")
            await wire.hear()
        await wire.say("Goodbye", type="end_call")

    made = scenario("", conditional_actions=script, test_profile=dict(profile or {}))
    return await converse(agent, made, **endpoint)


def mapped(service: Service, **mapping: Any) -> dict[str, Any]:
    return function(f"{service.url}/person", response_mapping=mapping or {"name": "$.name"})


def spoken(made: Call) -> list[str]:
    return [line.removeprefix("caller: ") for line in made.said if line.startswith("caller: ")]


class TestByItself:
    async def test_it_runs_once_when_the_call_begins_and_its_output_is_spoken(self) -> None:
        async with serving(person={"name": "Ada"}) as service:
            made = await call(mapped(service), asks=2)
        assert spoken(made) == ["It is Ada", "It is Ada"]
        assert [each.method for each in service.asked] == ["GET"]
        assert made.ending == AGENT_ENDED

    async def test_one_that_is_not_to_run_by_itself_is_not_requested(self) -> None:
        async with serving(person={"name": "Ada"}) as service:
            made = await call(
                function(f"{service.url}/person", auto_run=False, response_mapping={"name": "$.name"})
            )
        assert service.asked == []
        assert spoken(made) == ["It is {{function.lookup.name}}"]

    async def test_it_is_in_the_event_log_with_its_outputs(self) -> None:
        async with serving(person={"name": "Ada", "more": 1}) as service:
            made = await call(mapped(service))
        [event] = made.result.events_of(EventKind.FUNCTION)
        assert event.data["seconds"] >= 0
        assert {**event.data, "seconds": 0} == {
            "name": "lookup",
            "auto_run": True,
            "method": "GET",
            "url": f"{service.url}/person",
            "status": 200,
            "seconds": 0,
            "outputs": {"name": "Ada"},
        }

    async def test_a_call_that_is_over_sooner_still_has_its_outcome(self) -> None:
        async with serving(person={"name": "Ada"}) as service:
            made = await call(mapped(service), says="It is me")
        assert len(service.asked) == 1
        assert made.result.events_of(EventKind.FUNCTION)[0].data["outputs"] == {"name": "Ada"}

    async def test_one_that_needs_another_waits_for_it(self) -> None:
        async with serving(login={"token": "t-1"}, person={"name": "Ada"}) as service:
            made = await call(
                function(f"{service.url}/login", name="login", response_mapping={"token": "$.token"}),
                function(
                    f"{service.url}/person",
                    headers={"X-Token": "{{function.login.token}}"},
                    response_mapping={"name": "$.name"},
                ),
            )
        assert spoken(made) == ["It is Ada"]
        assert [(each.path, each.headers.get("X-Token")) for each in service.asked] == [
            ("/login", None),
            ("/person", "t-1"),
        ]


class TestByTag:
    async def test_each_tag_is_a_request_of_its_own_that_is_answered_before_the_words(self) -> None:
        async with serving(person=[{"name": "Ada"}, {"name": "Bea"}, {"name": "Cyd"}]) as service:
            made = await call(
                mapped(service), says='<function name="lookup"/>It is {{function.lookup.name}}', asks=2
            )
        assert spoken(made) == ["It is Bea", "It is Cyd"]

    async def test_two_in_one_action_are_run_one_after_the_other(self) -> None:
        async with serving(person=[{"name": "Ada"}, {"name": "Bea"}]) as service:
            made = await call(
                {**mapped(service), "auto_run": False},
                says='<function name="lookup"/>I <function name="lookup"/> am {{function.lookup.name}}',
            )
        assert spoken(made) == ["I am Bea"]
        assert len(service.asked) == 2

    async def test_an_output_can_be_spelled_and_pressed(self) -> None:
        async with serving(person={"code": "A1", "pin": 42}) as service:
            made = await call(
                mapped(service, code="$.code", pin="$.pin"),
                says="<spell>{{function.lookup.code}}</spell>"
                '<function name="lookup"/><dtmf digits="{{function.lookup.pin}}#"/>',
            )
        assert spoken(made) == ['A, 1 <dtmf digits="42#"/>']

    async def test_an_instruction_is_answered_with_what_was_fetched(self) -> None:
        async with serving(person={"number": "AC-7"}) as service:
            made = await call(
                {**mapped(service, account_number="$.number"), "auto_run": False},
                says='<function name="lookup"/>Provide your account number',
                fixed=False,
            )
        assert spoken(made) == ["My account number is AC-7."]


class TestRequests:
    async def test_a_post_has_the_profile_in_its_body_and_its_query(self) -> None:
        async with serving(person={"name": "Ada"}) as service:
            await call(
                function(
                    f"{service.url}/person",
                    method="POST",
                    query_params={"page": 2, "who": "{{test_profile.id}}"},
                    body={"ids": ["{{test_profile.id}}", 5], "deep": {"on": True}},
                    response_mapping={"name": "$.name"},
                ),
                profile={"id": "c 9"},
            )
        [asked] = service.asked
        assert (asked.method, asked.query) == ("POST", {"page": "2", "who": "c 9"})
        assert asked.json == {"ids": ["c 9", 5], "deep": {"on": True}}
        assert asked.headers["Content-Type"] == "application/json"

    async def test_a_text_body_is_sent_as_it_is(self) -> None:
        async with serving(person="ok") as service:
            await call(function(f"{service.url}/person", method="POST", body="a=1"), says="It is me", asks=1)
        assert service.asked[0].body == "a=1"

    async def test_a_secret_of_the_environment_is_sent_and_logged_nowhere(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("ORDERS_TOKEN", "s3cr3t-token")
        async with serving(person={"echo": "Bearer s3cr3t-token"}) as service:
            made = await call(
                function(
                    f"{service.url}/person?key=${{ORDERS_TOKEN}}",
                    headers={"Authorization": "Bearer ${ORDERS_TOKEN}"},
                    response_mapping={"name": "$.echo"},
                )
            )
        assert service.asked[0].headers["Authorization"] == "Bearer s3cr3t-token"
        assert service.asked[0].query == {"key": "s3cr3t-token"}
        assert "s3cr3t" not in str(made.result.to_json())

    async def test_a_variable_that_is_not_set_ends_the_call_before_it_begins(self) -> None:
        made = await call(function("http://127.0.0.1:9/${NOT_SET_ANYWHERE}"), says="It is me")
        assert made.ending == failed(Reason.SCRIPT_ERROR)
        assert "NOT_SET_ANYWHERE is not set" in made.result.detail
        assert made.line.wires == []


class TestFailures:
    @pytest.mark.parametrize(
        ("answer", "why"),
        [
            (500, "/person: answers 500 Internal Server Error"),
            ({"other": 1}, "name is at $.name, but $ has no key 'name'"),
            ("no JSON", "name is at $.name, but $ is no object"),
        ],
    )
    async def test_without_an_answer_the_default_is_spoken_and_the_reason_logged(
        self, answer: Any, why: str
    ) -> None:
        async with serving(person=answer) as service:
            made = await call(mapped(service, name={"path": "$.name", "default": "unknown"}))
        assert spoken(made) == ["It is unknown"]
        [warning] = made.result.events_of(EventKind.WARNING)
        assert warning.data["message"].startswith("the function 'lookup' has not fetched what it should: ")
        assert why in warning.data["message"]

    async def test_without_a_default_the_placeholder_is_spoken(self) -> None:
        made = await call(function("http://127.0.0.1:9/", response_mapping={"name": "$.name"}))
        assert spoken(made) == ["It is {{function.lookup.name}}"]
        assert "nobody answers there" in made.result.events_of(EventKind.WARNING)[0].data["message"]

    async def test_a_pause_whose_length_was_not_fetched_ends_the_call_with_the_reason(self) -> None:
        async with serving(person={}) as service:
            made = await call(mapped(service), says='<silence time="{{function.lookup.name}}"/>Hi')
        assert made.ending == failed(Reason.SCRIPT_ERROR)
        assert "<silence time> needs {{function.lookup.name}}" in made.result.detail

    async def test_an_answer_that_never_comes_ends_after_its_timeout(self) -> None:
        async with serving(person={"name": "Ada"}) as service:
            service.hold = asyncio.Event()
            made = await call(
                function(
                    f"{service.url}/person",
                    timeout_seconds=1,
                    response_mapping={"name": {"path": "$.name", "default": "nobody"}},
                )
            )
            service.hold.set()
        assert spoken(made) == ["It is nobody"]
        assert "no answer within 1 s" in made.result.events_of(EventKind.WARNING)[0].data["message"]
