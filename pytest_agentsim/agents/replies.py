"""What a user's callable may look like, and how it is asked for the agent's words."""

from __future__ import annotations

import inspect
from collections.abc import AsyncIterable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pytest_agentsim.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable

    from pytest_agentsim.agents.worker import Worker

__all__ = ["Brain", "BrainFactory", "Conversation", "frames_of"]

ACCEPTED = (
    "an agent's callable is reply(text), reply(text, conversation), or a class whose instances are called so"
)

_METHODS = ("__call__", "reply")


@dataclass(slots=True)
class Conversation:
    """One call as the agent sees it, handed to callables that take a second argument.

    `headers` are those with which the caller connected, `turns` what has been said so far as (speaker, text),
    with "caller" or "agent" for the speaker and the words to be answered last; `state` is the callable's own. `sms` are
    the caller's text messages, `client_messages` those of its client as (type, data).
    """

    headers: Mapping[str, str]
    turns: list[tuple[str, str]] = field(default_factory=list)
    state: dict[str, Any] = field(default_factory=dict)
    sms: list[str] = field(default_factory=list)
    client_messages: list[tuple[str, Any]] = field(default_factory=list)


class BrainFactory:
    """Makes the `Brain` for each conversation; whether the callable can be one is found out here, once.

    Raises ConfigurationError for what cannot be called with a text.
    """

    def __init__(self, reply: Callable[..., Any], greeting: Any = None) -> None:
        self._reply = reply
        self._greeting = greeting
        self._name = getattr(reply, "__name__", type(reply).__name__)
        if not callable(reply):
            raise ConfigurationError(f"{reply!r} cannot be called; {ACCEPTED}")
        self._is_class = isinstance(reply, type)
        self._method = self._reply_method(reply) if isinstance(reply, type) else ""
        self._takes_headers = self._is_class and self._takes_headers_only(reply)
        self._conversation_by = self._how_conversation_is_passed(self._answering())

    def __str__(self) -> str:
        return self._name

    async def create(self, conversation: Conversation, worker: Worker) -> Brain:
        """Make what answers in one conversation; a class is instantiated for it."""
        target: Any = self._reply
        answer: Any = self._reply
        if self._is_class:
            options = {"headers": conversation.headers} if self._takes_headers else {}
            target = await worker.run(self._reply, **options)
            answer = target if self._method == "__call__" else getattr(target, self._method)
        greeting = self._greeting if self._greeting is not None else _attribute(target, "greeting")
        others = {name: _attribute(target, name) for name in ("hang_up", "sms", "client_message")}
        return Brain(answer, self._conversation_by, greeting, others, conversation, worker)

    def _reply_method(self, kind: type) -> str:
        for name in _METHODS:
            if any(name in vars(base) for base in kind.__mro__):
                return name
        raise ConfigurationError(f"{self._name} has neither a method __call__ nor reply; {ACCEPTED}")

    def _answering(self) -> Callable[..., Any]:
        if not self._is_class:
            return self._reply
        function = inspect.getattr_static(self._reply, self._method)
        bind = getattr(type(function), "__get__", None)
        # Bound to something, so that `self` is out of the signature; what it is bound to does not matter.
        bound: Callable[..., Any] = bind(function, object(), self._reply) if bind else function
        return bound

    def _takes_headers_only(self, kind: Callable[..., Any]) -> bool:
        signature = _signature(kind)
        if signature is None:
            return False
        takes_headers = "headers" in signature.parameters
        try:
            signature.bind(**({"headers": {}} if takes_headers else {}))
        except TypeError as error:
            raise ConfigurationError(
                f"{self._name} cannot be instantiated for a conversation: {error}; "
                "its __init__ takes nothing, or the headers of the connection as `headers`"
            ) from None
        return takes_headers

    def _how_conversation_is_passed(self, answer: Callable[..., Any]) -> str:
        signature = _signature(answer)
        if signature is None:
            return ""
        passed = _conversation_parameter(signature)
        arguments, options = _arguments(passed, "", None)
        try:
            signature.bind(*arguments, **options)
        except TypeError as error:
            raise ConfigurationError(
                f"{self._name}{signature} cannot be asked for a reply: {error}; {ACCEPTED}"
            ) from None
        return passed


class Brain:
    """Answers for the agent in one conversation.

    Coroutine functions run on the event loop, all other code in the conversation's own thread.
    """

    def __init__(
        self,
        answer: Callable[..., Any],
        conversation_by: str,
        greeting: Any,
        others: Mapping[str, Any],
        conversation: Conversation,
        worker: Worker,
    ) -> None:
        self._answer = answer
        self._conversation_by = conversation_by
        self._greeting = greeting
        self._others = others
        self._conversation = conversation
        self._worker = worker

    async def greet(self) -> Any:
        """Return what the agent says first, None when it waits for the caller."""
        return await self._call(self._greeting) if callable(self._greeting) else self._greeting

    async def reply(self, text: str) -> Any:
        """Return the callable's answer to the caller's words."""
        arguments, options = _arguments(self._conversation_by, text, self._conversation)
        return await self._call(self._answer, *arguments, **options)

    async def hang_up(self) -> None:
        """Tell the callable that the caller is gone, if it wants to know."""
        await self._tell("hang_up")

    async def take_sms(self, text: str) -> Any:
        """Return what the callable says to a text message, None if it does not care."""
        return await self._tell("sms", text)

    async def take_client_message(self, type_: str, data: Any) -> Any:
        """Return what the callable says to a message of the caller's client, None if it does not care."""
        return await self._tell("client_message", type_, data)

    async def _tell(self, name: str, *arguments: Any) -> Any:
        method = self._others[name]
        return await self._call(method, *arguments) if callable(method) else None

    async def _call(self, function: Callable[..., Any], *arguments: Any, **options: Any) -> Any:
        if _is_asynchronous(function):
            result = function(*arguments, **options)
        else:
            result = await self._worker.run(function, *arguments, **options)
        return await result if inspect.isawaitable(result) else result


async def frames_of(answer: Any, worker: Worker) -> AsyncGenerator[dict[str, Any], None]:
    """Yield the X-RUBRIC frames of an answer, as they come; raises TypeError for what is none.

    A str is a reply, a mapping is a frame as it stands, None is nothing, and an iterable is several of those.
    """
    if answer is None:
        return
    if isinstance(answer, str):
        yield {"content": answer}
    elif isinstance(answer, Mapping):
        yield dict(answer)
    elif isinstance(answer, AsyncIterable):
        async for part in answer:
            async for frame in frames_of(part, worker):
                yield frame
    elif isinstance(answer, Iterable) and not isinstance(answer, (bytes, bytearray, memoryview)):
        iterator: Iterator[Any] = await worker.run(iter, answer)
        while (part := await worker.run(next, iterator, _END)) is not _END:
            async for frame in frames_of(part, worker):
                yield frame
    else:
        raise TypeError(
            f"the answer is {type(answer).__name__}; it must be a str, a dict (an X-RUBRIC frame), None, "
            "or an iterable of those"
        )


_END = object()


def _attribute(target: Any, name: str) -> Any:
    # A mock has every attribute, but only when asked.
    missing = inspect.getattr_static(target, name, None) is None
    return None if missing else getattr(target, name)


def _is_asynchronous(function: Callable[..., Any]) -> bool:
    called = function if inspect.isroutine(function) else getattr(type(function), "__call__", function)  # noqa: B004
    return any(
        inspect.iscoroutinefunction(each) or inspect.isasyncgenfunction(each) for each in (function, called)
    )


def _signature(function: Callable[..., Any]) -> inspect.Signature | None:
    """Return the signature; None for those built-in functions that do not tell."""
    try:
        return inspect.signature(function)
    except (TypeError, ValueError):
        return None


def _conversation_parameter(signature: inspect.Signature) -> str:
    """Tell how the conversation is passed: "keyword", "position", or not at all."""
    parameter = signature.parameters.get("conversation")
    if parameter is not None and parameter.kind in (parameter.POSITIONAL_OR_KEYWORD, parameter.KEYWORD_ONLY):
        return "keyword"
    positional = [
        each
        for each in signature.parameters.values()
        if each.kind in (each.POSITIONAL_ONLY, each.POSITIONAL_OR_KEYWORD)
    ]
    # A second parameter that has a default is a setting of the callable's own.
    return "position" if len(positional) > 1 and positional[1].default is inspect.Parameter.empty else ""


def _arguments(
    conversation_by: str, text: str, conversation: Conversation | None
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    if conversation_by == "keyword":
        return (text,), {"conversation": conversation}
    if conversation_by == "position":
        return (text, conversation), {}
    return (text,), {}
