"""A language model behind a real server, with all that may go wrong between them."""

from __future__ import annotations

import email.utils
import time
from typing import Any

import pytest

from pytest_agentsim.errors import ConfigurationError
from pytest_agentsim.llm.answers import object_of
from pytest_agentsim.llm.budget import Budget
from pytest_agentsim.llm.client import ATTEMPTS, LONGEST_PAUSE, LanguageModel
from pytest_agentsim.llm.errors import BudgetSpent, ModelError, ModelRefusal
from pytest_agentsim.llm.pacing import Pacing
from pytest_agentsim.llm.request import Message, ModelRequest
from pytest_agentsim.llm.scope import ModelScope
from pytest_agentsim.llm.server import server_of
from pytest_agentsim.llm.settings import ModelSettings, Price
from pytest_agentsim.redaction import Redactor
from pytest_agentsim.result import ModelUse
from tests.llm.conftest import KEY
from tests.llm.model_server import Reply, error, refusal, says, text_of, uses_tool

SCHEMA = object_of({"word": {"type": "string"}})


def a_request(*messages: Message, **changes: Any) -> ModelRequest:
    given = messages or (Message("user", "How are you?"),)
    return ModelRequest("judge", "judge 1", "You are brief.", given, **changes)


async def refused(model: Any, kind: type[ModelError] = ModelError) -> str:
    with pytest.raises(kind) as caught:
        await model.ask(a_request())
    return str(caught.value)


async def test_the_words_and_tokens_of_an_answer_are_returned(model, server):
    server.replies = [says("Fine.", tokens=(12, 3))]
    answer = await model.ask(a_request())
    assert (answer.text, answer.input_tokens, answer.output_tokens) == ("Fine.", 12, 3)


async def test_a_request_is_one_of_chat_completions_at_temperature_zero(model, server):
    await model.ask(
        a_request(Message("user", "One?"), Message("assistant", "Two."), Message("user", "Three?"))
    )
    [request] = server.requests
    assert server.paths == ["/v1/chat/completions"]
    assert server.keys == [f"Bearer {KEY}"]
    assert (request["model"], request["temperature"]) == ("test-model", 0.0)
    assert request["messages"] == [
        {"role": "system", "content": "You are brief."},
        {"role": "user", "content": "One?"},
        {"role": "assistant", "content": "Two."},
        {"role": "user", "content": "Three?"},
    ]


async def test_one_of_several_samples_has_its_seed(model, server):
    await model.ask(a_request(sample=2))
    assert server.requests[0]["seed"] == 2
    assert server.requests[0]["temperature"] > 0


async def test_a_model_that_reasons_gets_no_temperature(connect, server):
    await connect("openai:gpt-5-mini").ask(a_request())
    assert "temperature" not in server.requests[0]


async def test_data_is_asked_for_by_its_schema(model, server):
    server.replies = [says({"word": "yes"})]
    answer = await model.ask(a_request(schema=SCHEMA))
    assert answer.text == '{"word": "yes"}'
    asked = server.requests[0]["response_format"]
    assert asked["type"] == "json_schema"
    assert asked["json_schema"]["schema"]["required"] == ["word"]


async def test_data_is_asked_for_as_the_arguments_of_a_tool(connect, server):
    server.replies = [uses_tool("answer", word="yes")]
    answer = await connect(form="tool").ask(a_request(schema=SCHEMA))
    assert answer.text == '{"word": "yes"}'
    assert server.requests[0]["tools"][0]["function"]["name"] == "answer"
    assert server.requests[0]["tool_choice"] == "required"


async def test_data_is_asked_for_in_words(connect, server):
    server.replies = [says('{"word": "yes"}')]
    answer = await connect(form="words").ask(a_request(schema=SCHEMA))
    assert answer.text == '{"word": "yes"}'
    assert "response_format" not in server.requests[0]
    assert '"required": ["word"]' in text_of(server.requests[0], "system")


@pytest.mark.parametrize(
    ("form", "reply"),
    [
        ("schema", says({"word": "yes"})),
        ("tool", uses_tool("answer", word="yes")),
        ("words", says({"word": "yes"})),
    ],
)
async def test_a_streamed_answer_is_the_same(connect, server, form, reply):
    server.replies = [reply]
    whole = await connect("whole", form=form).ask(a_request(schema=SCHEMA))
    streamed = await connect("streamed", form=form, stream=True).ask(a_request(schema=SCHEMA))
    assert [request["stream"] for request in server.requests] == [False, True]
    assert streamed == whole


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503])
async def test_a_passing_error_is_waited_out(model, server, pauses, status):
    server.replies = [error(status, "busy"), error(status, "busy"), says("Fine.")]
    assert (await model.ask(a_request())).text == "Fine."
    assert pauses == [0.5, 1.0]


async def test_an_error_that_does_not_pass_is_told_after_four_attempts(model, server):
    server.replies = [error(503, "busy")]
    told = await refused(model)
    assert told == f"The model 'test-model' at {server.url} answers 503, also when asked again: busy"
    assert len(server.requests) == ATTEMPTS


async def test_the_server_says_how_long_to_wait(model, server, pauses):
    server.replies = [error(429, "slowly", Retry_After="7"), says("Fine.")]
    await model.ask(a_request())
    assert pauses == [7.0]


async def test_the_server_may_say_until_when_to_wait(model, server, pauses):
    until = email.utils.formatdate(time.time() + 3600, usegmt=True)
    server.replies = [error(429, "slowly", Retry_After=until), says("Fine.")]
    await model.ask(a_request())
    assert pauses == [LONGEST_PAUSE]


async def test_a_used_up_quota_is_not_asked_again(model, server):
    server.replies = [error(429, "You exceeded it", "insufficient_quota")]
    assert "quota is used up (429): You exceeded it" in await refused(model)
    assert len(server.requests) == 1


async def test_a_refused_key_is_named_but_not_shown(model, server):
    server.replies = [error(401, f"Incorrect API key provided: {KEY[:8]}***{KEY[-4:]}", "invalid_api_key")]
    told = await refused(model)
    assert "does not accept the key (401): set AGENTSIM_LLM_API_KEY" in told
    assert "sk-" not in told
    assert len(server.requests) == 1


async def test_a_model_that_the_server_does_not_have_is_named(model, server):
    server.replies = [error(404, "The model does not exist", "model_not_found")]
    assert "is not known there, or the address is wrong (404): The model does not" in await refused(model)


async def test_any_other_refusal_is_told_in_the_words_of_the_server(model, server):
    server.replies = [error(400, f"Invalid schema {KEY}")]
    assert "refuses the request (400): Invalid schema ***" in await refused(model)


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b"[]", b'{"choices": []}', b'{"object": "chat.completion"}']
)
async def test_an_answer_that_cannot_be_read_is_asked_for_again(model, server, body):
    server.replies = [Reply(body=body), says("Fine.")]
    assert (await model.ask(a_request())).text == "Fine."


async def test_a_server_that_does_not_answer_is_given_up(connect, server, pauses):
    server.replies = [Reply(never=True)]
    told = await refused(connect(timeout=0.05))
    assert told == f"The model 'test-model' at {server.url} has not answered within 0.05 s"
    assert len(pauses) == ATTEMPTS - 1


async def test_where_nobody_listens_the_address_is_told_at_once(model, server, pauses):
    server.stop()
    told = await refused(model)
    assert told.startswith(f"No language model can be reached at {server.url} (")
    assert told.endswith("start its server, or correct agentsim_llm_base_url")
    assert pauses == []


@pytest.mark.parametrize("stream", [False, True])
async def test_a_model_that_does_not_want_to_answer_is_not_asked_again(connect, server, stream):
    server.replies = [refusal("I cannot help with that.")]
    told = await refused(connect(stream=stream), ModelRefusal)
    assert told == "The model 'test-model' refuses to answer: I cannot help with that."
    assert len(server.requests) == 1


async def test_an_answer_that_was_cut_off_is_told(model, server):
    server.replies = [says("Fi", finish_reason="length")]
    assert "was cut off before its answer was complete" in await refused(model)


async def test_a_budget_of_requests_ends_with_a_sentence(connect, server):
    model = connect(budget=Budget(max_calls=2))
    await model.ask(a_request())
    await model.ask(a_request())
    assert await refused(model, BudgetSpent) == (
        "No more is asked of language models in this run, because the 2 requests of "
        "--agentsim-max-llm-calls have been made"
    )
    assert len(server.requests) == 2


async def test_a_budget_of_dollars_ends_with_a_sentence(connect, server):
    server.replies = [says("Fine.", tokens=(1_000_000, 100_000))]
    model = connect(budget=Budget(max_cost=0.2), prices={"test-model": Price(0.15, 0.6)})
    answer = await model.ask(a_request())
    assert answer.cost == pytest.approx(0.21)
    told = await refused(model, BudgetSpent)
    assert told.endswith("because the $0.2 of --agentsim-max-cost are spent")


async def test_secrets_reach_neither_the_model_nor_who_asked(model, server):
    server.replies = [says("Your word is Sesame-0pen!")]
    with ModelScope(Redactor(["Sesame-0pen!"])).entered():
        answer = await model.ask(a_request(Message("user", "It is Sesame-0pen!, is it?")))
    assert text_of(server.requests[0], "user") == "It is ***, is it?"
    assert answer.text == "Your word is ***"


async def test_a_call_counts_what_was_asked_on_it(model, server):
    server.replies = [says("Fine.", tokens=(12, 3))]
    with ModelScope().entered() as scope:
        await model.ask(a_request())
        await model.ask(a_request(Message("user", "And now?")))
    assert scope.count.uses == (ModelUse("judge", "test-model", 2, 0, 24, 6, 0.0),)


async def test_what_was_asked_on_a_call_before_is_not_asked_again(model, server):
    with ModelScope().entered() as scope:
        first = await model.ask(a_request())
        assert await model.ask(a_request()) == first
    assert len(server.requests) == 1
    assert scope.count.uses[0].requests == 1


async def test_a_limit_of_dollars_needs_to_know_what_the_model_costs(connect, server, monkeypatch):
    monkeypatch.setattr("pytest_agentsim.llm.server.ModelServer.is_local", False)
    model = connect(budget=Budget(max_cost=1.0))
    for _ in range(2):
        assert "say it in agentsim_llm_prices, like 'test-model = 0.15 0.60'" in await refused(model)
    assert len(server.requests) == 1


async def test_what_a_model_thinks_aloud_is_no_part_of_its_answer(model, server):
    server.replies = [says('<think>Is it? {"word": "no"}</think>{"word": "yes"}')]
    assert (await model.ask(a_request(schema=SCHEMA))).text.strip() == '{"word": "yes"}'


async def test_a_word_in_the_place_of_a_key_is_no_secret(server, connect):
    model = LanguageModel(
        server_of("x", server.url, {"AGENTSIM_LLM_API_KEY": "test"}),
        ModelSettings(),
        pacing=Pacing(1),
        budget=Budget(),
    )
    server.replies = [says("The latest.")]
    assert (await model.ask(a_request())).text == "The latest."
    await model.close()


async def test_without_the_extra_it_is_named(model, monkeypatch):
    def missing(name):
        raise ImportError("No module named 'openai'")

    monkeypatch.setattr("pytest_agentsim.llm.client.import_module", missing)
    with pytest.raises(
        ConfigurationError, match=r"\(No module named 'openai'\): pip install 'pytest-agentsim\[llm\]'"
    ):
        await model.ask(a_request())
