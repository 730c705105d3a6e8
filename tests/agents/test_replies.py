from __future__ import annotations

import functools
import threading
from unittest.mock import AsyncMock, MagicMock, Mock

import pytest

from pytest_agentsim.agents.replies import BrainFactory, Conversation, frames_of
from pytest_agentsim.agents.worker import Worker
from pytest_agentsim.errors import ConfigurationError


@pytest.fixture
async def worker():
    worker = Worker("conversation-under-test")
    yield worker
    worker.stop()
    worker.join(5)


@pytest.fixture
def conversation():
    return Conversation(headers={"X-Tenant": "acme"})


@pytest.fixture
def brain_of(conversation, worker):
    return lambda reply, **options: BrainFactory(reply, **options).create(conversation, worker)


class Echo:
    def reply(self, text):
        return text

    def with_setting(self, text, temperature=0.7):
        return f"{text} {temperature}"

    def with_conversation(self, text, conversation):
        return f"{text} {conversation.headers['X-Tenant']}"

    @staticmethod
    def static(text):
        return text

    @classmethod
    def of_class(cls, text):
        return text

    def __call__(self, text):
        return f"called {text}"


async def echo_async(text):
    return text


async def echo_async_with_conversation(text, conversation):
    return f"{text} {conversation.headers['X-Tenant']}"


@pytest.mark.parametrize(
    ("reply", "answer"),
    [
        (lambda text: text, "hi"),
        (lambda text, /: text, "hi"),
        (lambda *texts: texts, ("hi",)),
        (lambda text, temperature=0.7: temperature, 0.7),
        (lambda text, **options: options, {}),
        (lambda text, conversation: conversation.headers["X-Tenant"], "acme"),
        (lambda text, call: call.headers["X-Tenant"], "acme"),
        (lambda text, call, /: call.headers["X-Tenant"], "acme"),
        (lambda text, *, conversation: conversation.headers["X-Tenant"], "acme"),
        (lambda text, temperature=0.7, conversation=None: (temperature, conversation.state), (0.7, {})),
        (lambda text: echo_async(text), "hi"),
        (echo_async, "hi"),
        (echo_async_with_conversation, "hi acme"),
        (
            functools.partial(echo_async_with_conversation, conversation=Conversation({"X-Tenant": "b"})),
            "hi acme",
        ),
        (functools.partial(lambda prefix, text: prefix + text, "> "), "> hi"),
        (Echo().reply, "hi"),
        (Echo().with_setting, "hi 0.7"),
        (Echo().with_conversation, "hi acme"),
        (Echo.static, "hi"),
        (Echo.of_class, "hi"),
        (Echo(), "called hi"),
        (Echo, "called hi"),
        (str.upper, "HI"),
        (len, 2),
        (Mock(return_value="mocked"), "mocked"),
        (MagicMock(return_value="mocked"), "mocked"),
        (AsyncMock(return_value="mocked"), "mocked"),
    ],
)
async def test_a_callable_is_asked_the_way_it_can_be_called(brain_of, reply, answer):
    brain = await brain_of(reply)
    assert await brain.reply("hi") == answer


@pytest.mark.parametrize(
    ("reply", "message"),
    [
        ("no callable", "'no callable' cannot be called"),
        (lambda: "hi", "cannot be asked for a reply: too many positional arguments"),
        (lambda *, text: text, "cannot be asked for a reply"),
        (
            lambda conversation: "hi",
            "cannot be asked for a reply: multiple values for argument 'conversation'",
        ),
        (
            lambda text, conversation, more: "hi",
            "cannot be asked for a reply: missing a required argument: 'more'",
        ),
        (type("Mute", (), {}), "Mute has neither a method __call__ nor reply"),
        (type("Deaf", (), {"reply": lambda self: "hi"}), "Deaf.* cannot be asked for a reply"),
        (
            type("Needy", (Echo,), {"__init__": lambda self, model: None}),
            "Needy cannot be instantiated .*'model'",
        ),
    ],
)
def test_a_callable_that_cannot_be_asked_is_refused_at_once(reply, message):
    with pytest.raises(ConfigurationError, match=message):
        BrainFactory(reply)


def test_a_refusal_tells_what_is_accepted():
    with pytest.raises(ConfigurationError, match=r"reply\(text\), reply\(text, conversation\), or a class"):
        BrainFactory(lambda: "hi")


async def test_a_class_is_instantiated_for_each_conversation(worker):
    class Counting:
        def __init__(self):
            self.turns = 0

        def reply(self, text):
            self.turns += 1
            return self.turns

    factory = BrainFactory(Counting)
    one, other = [await factory.create(Conversation({}), worker) for _ in range(2)]
    assert [await one.reply(""), await one.reply(""), await other.reply("")] == [1, 2, 1]


async def test_a_class_gets_the_headers_if_it_takes_them(brain_of):
    class Routed:
        def __init__(self, headers):
            self.tenant = headers["X-Tenant"]

        def reply(self, text):
            return self.tenant

    assert await (await brain_of(Routed)).reply("hi") == "acme"


async def test_the_methods_of_a_class_may_be_static_asynchronous_and_inherited(brain_of):
    class Base:
        @staticmethod
        async def reply(text, conversation):
            return conversation.headers["X-Tenant"]

    class Derived(Base):
        pass

    assert await (await brain_of(Derived)).reply("hi") == "acme"


async def test_blocking_code_runs_in_the_thread_of_the_conversation(brain_of):
    class Threaded:
        def __init__(self):
            self.threads = [threading.current_thread()]

        def greeting(self):
            self.threads.append(threading.current_thread())

        def reply(self, text):
            return [*self.threads, threading.current_thread()]

    brain = await brain_of(Threaded)
    await brain.greet()
    threads = await brain.reply("hi")
    assert len(threads) == 3
    assert {thread.name for thread in threads} == {"conversation-under-test"}


async def test_coroutines_run_on_the_event_loop(brain_of):
    async def reply(text):
        return threading.current_thread()

    assert await (await brain_of(reply)).reply("hi") is threading.current_thread()


@pytest.mark.parametrize(
    ("attributes", "greeting"),
    [
        ({}, None),
        ({"greeting": "Hello"}, "Hello"),
        ({"greeting": {"content": "Hello"}}, {"content": "Hello"}),
        ({"greeting": lambda self: "Hello"}, "Hello"),
        ({"greeting": lambda self: echo_async("Hello")}, "Hello"),
        ({"greeting": staticmethod(lambda: "Hello")}, "Hello"),
        ({"greeting": property(lambda self: "Hello")}, "Hello"),
    ],
)
async def test_a_greeting_is_a_method_or_an_attribute(brain_of, attributes, greeting):
    brain = await brain_of(type("Greeter", (Echo,), attributes))
    assert await brain.greet() == greeting


async def test_the_greeting_given_beside_a_callable_wins(brain_of):
    brain = await brain_of(type("Greeter", (Echo,), {"greeting": "Hello"}), greeting="Hi")
    assert await brain.greet() == "Hi"


@pytest.mark.parametrize("mock", [Mock, MagicMock, AsyncMock])
async def test_a_mock_has_no_greeting_unless_it_was_given_one(brain_of, mock):
    assert await (await brain_of(mock(return_value="mocked"))).greet() is None
    assert await (await brain_of(mock(greeting="Hello"))).greet() == "Hello"


async def test_the_hang_up_is_told_to_those_who_want_to_know(brain_of):
    told = []
    await (await brain_of(type("Told", (Echo,), {"hang_up": lambda self: told.append("bye")}))).hang_up()
    await (await brain_of(Echo)).hang_up()
    assert told == ["bye"]


async def asynchronously(*parts):
    for part in parts:
        yield part


A, B = {"content": "a"}, {"content": "b"}
CALL = {"role": "Function Call", "data": {"id": "1", "name": "look_up", "arguments": "{}"}}


@pytest.mark.parametrize(
    ("answer", "frames"),
    [
        (None, []),
        ("a", [A]),
        ("", [{"content": ""}]),
        (CALL, [CALL]),
        ([CALL, "a", None, B], [CALL, A, B]),
        (("a", ["b", [CALL]]), [A, B, CALL]),
        ((each for each in "ab"), [A, B]),
        (asynchronously("a", None, asynchronously("b")), [A, B]),
    ],
)
async def test_an_answer_is_any_number_of_frames(worker, answer, frames):
    assert [frame async for frame in frames_of(answer, worker)] == frames


@pytest.mark.parametrize("answer", [1, b"a", bytearray(b"a"), object(), ["a", 1], True])
async def test_what_is_no_answer_is_refused(worker, answer):
    with pytest.raises(TypeError, match="it must be a str, a dict"):
        [frame async for frame in frames_of(answer, worker)]


async def test_a_generator_runs_in_the_thread_of_the_conversation(worker):
    def answer():
        yield threading.current_thread().name

    assert [frame async for frame in frames_of(answer(), worker)] == [{"content": "conversation-under-test"}]


async def test_frames_come_as_soon_as_they_are_made(worker):
    made = []

    def answer():
        for part in "ab":
            made.append(part)
            yield part

    frames = frames_of(answer(), worker)
    assert await anext(frames) == A
    assert made == ["a"]
    await frames.aclose()
