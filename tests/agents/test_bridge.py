from __future__ import annotations

import asyncio
import gc
import json
import socket
import sys
import threading
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from pytest_agentsim.agents import bridge as module
from pytest_agentsim.agents.bridge import CallableBridge
from pytest_agentsim.errors import AgentStartError, ConfigurationError
from pytest_agentsim.redaction import MASK, Redactor, Secret

END_CALL = {"content": "", "type": "end_call"}


class Caller:
    """The caller's side of a conversation."""

    def __init__(self, connection):
        self.connection = connection

    async def say(self, text):
        await self.send({"content": text})

    async def send(self, frame):
        await self.connection.send(json.dumps(frame))

    async def hear(self):
        return json.loads(await asyncio.wait_for(self.connection.recv(), 10))

    async def closed(self):
        """Wait until the agent has closed the connection; return its code and reason."""
        await asyncio.wait_for(self.connection.wait_closed(), 10)
        return self.connection.protocol.close_code, self.connection.protocol.close_reason


@asynccontextmanager
async def calling(url, **headers):
    named = {f"X-{name}".replace("_", "-"): value for name, value in headers.items()}
    async with connect(url, additional_headers=named, compression=None) as connection:
        yield Caller(connection)


@pytest.fixture
def served():
    """Serve callables until the end of the test."""
    running = []

    def start(reply, secret="", **options):
        bridge = CallableBridge(reply, secret, **options)
        running.append(bridge)
        return bridge, bridge.start().text

    yield start
    for bridge in running:
        bridge.stop()


def echo(text):
    return f"You said: {text}"


async def test_what_the_caller_says_is_answered(served):
    _, url = served(echo)
    async with calling(url) as caller:
        for text in ("hello", "", "Grüße 👋", 'with "quotes"\n'):
            await caller.say(text)
            assert await caller.hear() == {"content": f"You said: {text}"}


async def test_the_greeting_comes_first(served):
    _, url = served(echo, greeting="Hi")
    async with calling(url) as caller:
        assert await caller.hear() == {"content": "Hi"}


@pytest.mark.parametrize(
    "headers", [{}, {"RUBRIC_SECRET": ""}, {"RUBRIC_SECRET": "shhh"}, {"RUBRIC_SECRETS": "shh"}]
)
async def test_a_caller_without_the_secret_is_turned_away(served, headers):
    asked = []
    _, url = served(asked.append, Secret("shh"), greeting="Hi")
    async with calling(url, **headers) as caller:
        assert await caller.closed() == (1008, "Unauthorized")
    assert asked == []


@pytest.mark.parametrize(
    ("secret", "headers"), [("shh", {"RUBRIC_SECRET": "shh"}), ("", {}), ("", {"RUBRIC_SECRET": "any"})]
)
async def test_a_caller_with_the_secret_is_admitted_and_any_when_there_is_none(served, secret, headers):
    _, url = served(echo, secret)
    async with calling(url, **headers) as caller:
        await caller.say("hello")
        assert await caller.hear() == {"content": "You said: hello"}


async def test_the_conversation_knows_headers_and_turns_and_keeps_state(served):
    seen = []

    def reply(text, conversation):
        conversation.state["asked"] = conversation.state.get("asked", 0) + 1
        seen.append((list(conversation.turns), dict(conversation.state)))
        return [{"metadata": {"a": 1}}, None, f"Bye, {conversation.headers['X-Tenant']}"]

    _, url = served(reply, greeting="Hi")
    async with calling(url, Tenant="acme") as caller:
        for _ in range(2):
            await caller.say("hello")
            while "metadata" not in await caller.hear():
                pass
            assert await caller.hear() == {"content": "Bye, acme"}
    first = [("agent", "Hi"), ("caller", "hello")]
    assert seen == [
        (first, {"asked": 1}),
        ([*first, ("agent", "Bye, acme"), ("caller", "hello")], {"asked": 2}),
    ]


async def test_function_calls_come_before_the_reply(served):
    call = {"role": "Function Call", "data": {"id": "1", "name": "look_up", "arguments": "{}"}}
    result = {"role": "Function Call Result", "data": {"id": "1", "result": "{}"}}
    _, url = served(lambda text: [call, result, "Found."])
    async with calling(url) as caller:
        await caller.say("hello")
        assert [await caller.hear() for _ in range(3)] == [call, result, {"content": "Found."}]


async def test_an_agent_that_says_nothing_sends_nothing(served):
    _, url = served(lambda text: None if text == "wait" else text)
    async with calling(url) as caller:
        await caller.say("wait")
        await caller.say("go")
        assert await caller.hear() == {"content": "go"}


async def test_each_conversation_has_an_instance_of_a_class(served):
    class Counting:
        def __init__(self, headers):
            self.count = int(headers["X-Start"])

        def reply(self, text):
            self.count += 1
            return str(self.count)

    _, url = served(Counting)
    async with calling(url, Start="0") as one, calling(url, Start="10") as other:
        for expected in ("1", "2"):
            await one.say("next")
            await other.say("next")
            assert (await one.hear(), await other.hear()) == (
                {"content": expected},
                {"content": f"1{expected}"},
            )


async def test_a_slow_conversation_does_not_block_another(served):
    released = threading.Event()

    def reply(text):
        if text == "slow":
            released.wait(10)
        return text

    _, url = served(reply)
    async with calling(url) as slow, calling(url) as fast:
        await slow.say("slow")
        await fast.say("fast")
        assert await fast.hear() == {"content": "fast"}
        released.set()
        assert await slow.hear() == {"content": "slow"}


async def test_many_blocking_conversations_go_on_at_once(served):
    together = threading.Barrier(20)
    _, url = served(lambda text: str(together.wait(10) >= 0))

    async def converse():
        async with calling(url) as caller:
            await caller.say("hello")
            return await caller.hear()

    answers = await asyncio.gather(*(converse() for _ in range(20)))
    assert answers == [{"content": "True"}] * 20


async def test_the_caller_ends_the_call(served):
    told = []

    class Agent:
        def reply(self, text):
            told.append(text)

        def hang_up(self):
            told.append("hung up")

    _, url = served(Agent)
    async with calling(url) as caller:
        await caller.send({"content": "Goodbye", "type": "end_call"})
        assert (await caller.closed())[0] == 1000
    assert told == ["hung up"]


async def test_the_agent_is_told_when_the_caller_just_closes(served):
    hung_up = threading.Event()
    _, url = served(
        type("Agent", (), {"reply": lambda self, text: text, "hang_up": lambda self: hung_up.set()})
    )
    async with calling(url) as caller:
        await caller.say("hello")
        await caller.hear()
    assert await asyncio.to_thread(hung_up.wait, 10)


@pytest.mark.parametrize("last", [{"content": "Goodbye", "type": "end_call"}, {"type": "end_call"}])
async def test_the_agent_ends_the_call(served, last):
    _, url = served(lambda text: [last, "never sent"])
    async with calling(url) as caller:
        await caller.say("hello")
        assert await caller.hear() == last
        assert (await caller.closed())[0] == 1000


async def test_a_greeting_can_end_the_call(served):
    _, url = served(echo, greeting={"content": "We are closed", "type": "end_call"})
    async with calling(url) as caller:
        assert (await caller.hear())["content"] == "We are closed"
        assert (await caller.closed())[0] == 1000


def fails(text):
    raise ValueError(f"cannot answer {text}")


async def fails_async(text):
    fails(text)


def fails_midway(text):
    yield "one moment"
    fails(text)


class FailsToGreet:
    def greeting(self):
        fails("the door")

    def reply(self, text):
        return text


class FailsToBegin:
    def __init__(self):
        fails("the phone")

    def reply(self, text):
        return text


@pytest.mark.parametrize("reply", [fails, fails_async, fails_midway, FailsToGreet, FailsToBegin])
async def test_an_error_in_the_users_code_is_shown_and_closes_the_conversation(served, reply):
    bridge, url = served(reply)
    mark = bridge.output.mark()
    async with calling(url) as caller:
        with suppress(ConnectionClosed):  # some fail before the caller has spoken
            await caller.say("hello")
        assert await caller.closed() == (1011, "ValueError in the agent's code")
    shown = bridge.output.since(mark)
    assert shown.startswith("Traceback (most recent call last):\n")
    assert 'raise ValueError(f"cannot answer {text}")' in shown
    assert "ValueError: cannot answer" in shown
    assert str(Path(module.__file__).parent) not in shown, "frames of the bridge are nobody's business"


@pytest.mark.parametrize(
    ("reply", "shown"),
    [
        (lambda text: sys.exit("enough"), "SystemExit: enough"),
        (lambda text: next(iter([])), "RuntimeError: StopIteration was raised"),
        (lambda text: asyncio.sleep(0, 42), "TypeError: the answer is int; it must be a str"),
        (lambda text: {"content": object()}, "TypeError: Object of type object is not JSON serializable"),
        (
            lambda text: {"content": float("nan")},
            "ValueError: Out of range float values are not JSON compliant",
        ),
    ],
)
async def test_no_error_ends_the_bridge(served, reply, shown):
    bridge, url = served(lambda text: "fine" if text == "again" else reply(text))
    async with calling(url) as caller:
        await caller.say("hello")
        assert (await caller.closed())[0] == 1011
    assert shown in bridge.output.since(0)
    async with calling(url) as caller:
        await caller.say("again")
        assert await caller.hear() == {"content": "fine"}


async def test_a_cancellation_within_the_users_code_is_an_error_of_it(served):
    async def reply(text):
        raise asyncio.CancelledError

    bridge, url = served(reply)
    async with calling(url) as caller:
        await caller.say("hello")
        assert await caller.closed() == (1011, "CancelledError in the agent's code")
    assert "CancelledError" in bridge.output.since(0)


async def test_an_error_in_a_task_of_the_users_code_is_shown(served):
    async def reply(text):
        async def background():
            fails("in the background")

        task = asyncio.ensure_future(background())
        await asyncio.wait([task])
        return "done"

    bridge, url = served(reply)
    async with calling(url) as caller:
        await caller.say("hello")
        assert await caller.hear() == {"content": "done"}
    bridge.stop()
    assert "ValueError: cannot answer in the background" in bridge.output.since(0)


async def test_secrets_are_taken_out_of_tracebacks(served):
    bridge, url = served(fails, redactor=Redactor(["open sesame"]))
    async with calling(url) as caller:
        await caller.say("open sesame")
        await caller.closed()
    assert f"ValueError: cannot answer {MASK}" in bridge.output.since(0)


@pytest.mark.parametrize(
    ("message", "code"),
    [
        (b"\x00", 1003),
        ("", 1007),
        ("not JSON", 1007),
        ("[]", 1007),
        ('"hello"', 1007),
        ("{}", 1007),
        ('{"content": 1}', 1007),
        ('{"type": "end_call"}', 1007),
    ],
)
async def test_a_frame_that_is_not_the_protocols_closes_the_conversation(served, message, code):
    bridge, url = served(echo)
    async with calling(url) as caller:
        await caller.connection.send(message)
        assert (await caller.closed())[0] == code
    assert "X-RUBRIC" in bridge.output.since(0)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(messages=st.lists(st.text(max_size=5) | st.binary(max_size=5), max_size=3))
def test_nothing_that_a_caller_sends_ends_the_bridge(served_once, messages):
    async def send_all():
        async with calling(served_once) as caller:
            try:
                for message in messages:
                    await caller.connection.send(message)
            except ConnectionClosed:
                pass
        async with calling(served_once) as caller:
            await caller.say("still there?")
            return await caller.hear()

    assert asyncio.run(send_all()) == {"content": "You said: still there?"}


@pytest.fixture
def served_once(served):
    return served(echo)[1]


def test_whoever_speaks_no_websocket_does_no_harm(served, caplog, capfd):
    bridge, url = served(echo)
    port = int(url.rpartition(":")[2])
    for nonsense in (b"", b"\r\n\r\n", b"GET / HTTP/1.1\r\n\r\n"):
        with socket.create_connection(("127.0.0.1", port)) as connection:
            connection.sendall(nonsense)
    bridge.stop()
    assert caplog.records == []
    assert capfd.readouterr() == ("", "")


def everything_of_ours():
    gc.collect()
    return set(threading.enumerate()), set(Path("/proc/self/fd").iterdir())


async def test_nothing_is_left_after_a_stop(served):
    async with calling(served(echo)[1]):
        pass  # whatever the test's own event loop opens once is open now
    before = everything_of_ours()
    bridge, url = served(echo)
    async with calling(url) as caller:
        await caller.say("hello")
        await caller.hear()
        assert threading.active_count() == len(before[0]) + 2
    bridge.stop()
    assert everything_of_ours() == before
    with pytest.raises(ConnectionRefusedError):
        await connect(url)


async def test_a_stop_closes_the_conversations_that_are_open(served):
    bridge, url = served(echo)
    async with calling(url) as caller:
        await caller.say("hello")
        await caller.hear()
        await asyncio.to_thread(bridge.stop)
        assert await caller.closed() == (1001, "the agent is being stopped")


def test_a_stop_does_not_need_the_caller_to_answer(served, monkeypatch):
    monkeypatch.setattr(module, "CLOSE_TIMEOUT", 0.1)
    bridge, url = served(echo)
    before = set(threading.enumerate())

    async def call_and_stop():
        async with calling(url) as caller:
            await caller.say("hello")
            await caller.hear()
            bridge.stop()  # with the caller's event loop standing still

    asyncio.run(call_and_stop())
    assert set(threading.enumerate()) < before


async def test_a_stop_interrupts_a_coroutine_that_waits(served):
    interrupted = threading.Event()
    waiting = threading.Event()

    async def reply(text):
        waiting.set()
        try:
            await asyncio.Event().wait()
        finally:
            interrupted.set()

    bridge, url = served(reply)
    async with calling(url) as caller:
        await caller.say("hello")
        await asyncio.to_thread(waiting.wait, 10)
        await asyncio.to_thread(bridge.stop)
        assert interrupted.is_set()
    assert bridge.output.since(0) == ""


async def test_a_stop_waits_for_blocking_code_but_not_for_ever(served, monkeypatch):
    monkeypatch.setattr(module, "STOP_TIMEOUT", 0.2)
    waiting, released = threading.Event(), threading.Event()

    def reply(text):
        waiting.set()
        released.wait(10)

    bridge, url = served(reply)
    async with calling(url) as caller:
        await caller.say("hello")
        await asyncio.to_thread(waiting.wait, 10)
        await asyncio.to_thread(bridge.stop)
    stuck = [each for each in threading.enumerate() if each.name == "agentsim-conversation"]
    assert [each.daemon for each in stuck] == [True]
    released.set()
    stuck[0].join(10)
    assert not stuck[0].is_alive()


async def test_a_bridge_can_be_started_again(served):
    bridge, _ = served(echo)
    bridge.stop()
    bridge.stop()
    async with calling(bridge.start().text) as caller:
        await caller.say("hello")
        assert await caller.hear() == {"content": "You said: hello"}


def test_a_bridge_speaks_text_only(served):
    bridge, _ = served(echo)
    bridge.stop()
    again = bridge.start()
    assert again.text.startswith("ws://127.0.0.1:")
    assert again.voice == ""


def test_stopping_before_the_start_does_nothing():
    CallableBridge(echo).stop()


def test_a_port_that_cannot_be_opened_is_one_sentence(monkeypatch):
    monkeypatch.setattr(module, "HOST", "192.0.2.1")  # reserved for documentation: no machine has it
    before = set(threading.enumerate())
    with pytest.raises(AgentStartError, match=r"The agent's callable cannot be served at 192\.0\.2\.1"):
        CallableBridge(echo).start()
    assert set(threading.enumerate()) == before


def test_a_callable_that_cannot_be_asked_is_refused_before_the_start():
    with pytest.raises(ConfigurationError):
        CallableBridge(lambda: "hi")
