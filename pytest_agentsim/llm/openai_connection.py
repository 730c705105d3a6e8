"""Sends requests to a server that speaks OpenAI's chat interface; needs the extra `llm`, and seconds to import."""

from __future__ import annotations

import email.utils
import json
import time
from typing import TYPE_CHECKING, Any, cast

from openai import APIConnectionError, APIStatusError, APITimeoutError, AsyncOpenAI
from pydantic_ai.direct import model_request, model_request_stream
from pydantic_ai.exceptions import AgentRunError, ModelAPIError, ModelHTTPError, UserError
from pydantic_ai.messages import (
    ModelMessage,
    ModelResponse,
    SystemPromptPart,
    TextPart,
    ToolCallPart,
    UserPromptPart,
)
from pydantic_ai.messages import ModelRequest as MessagesToModel
from pydantic_ai.models import ModelRequestParameters
from pydantic_ai.models.openai import OpenAIChatModel, OpenAIChatModelSettings
from pydantic_ai.output import OutputObjectDefinition
from pydantic_ai.providers.ollama import OllamaProvider
from pydantic_ai.providers.openai import OpenAIProvider
from pydantic_ai.tools import ToolDefinition

from pytest_agentsim.llm.errors import ModelError, ModelRefusal, PassingError
from pytest_agentsim.llm.request import ModelAnswer
from pytest_agentsim.redaction import Redactor

if TYPE_CHECKING:
    from pytest_agentsim.llm.request import ModelRequest
    from pytest_agentsim.llm.server import ModelServer
    from pytest_agentsim.llm.settings import AnswerForm

__all__ = ["OpenAIConnection"]

ANSWER_TOOL = "answer"
SAMPLED_TEMPERATURE = 0.7  # where several answers to one question are asked for
LONGEST_QUOTE = 200  # characters of what a server says


class OpenAIConnection:
    """A client for one model; to be used and closed on one event loop.

    `timeout` is in seconds: for the whole answer, or with `stream` for each piece of it. `form` is how a JSON object is
    asked for: by its schema, as the arguments of a tool, or in words.
    """

    def __init__(self, server: ModelServer, *, timeout: float, form: AnswerForm, stream: bool) -> None:
        self._server = server
        self._timeout = timeout
        self._form = form
        self._stream = stream
        self._redactor = Redactor([server.key])
        # What is to be asked again is decided in one place, and not here.
        self._client = AsyncOpenAI(
            base_url=server.base_url,
            api_key=server.key.reveal() or "none",
            timeout=timeout,
            max_retries=0,
        )
        provider = OllamaProvider if server.provider == "ollama" else OpenAIProvider
        self._model = OpenAIChatModel(server.model, provider=provider(openai_client=self._client))

    async def send(self, request: ModelRequest) -> ModelAnswer:
        """Make one attempt at an answer; raises ModelError, a PassingError where another attempt may succeed."""
        try:
            response = await self._respond(
                _messages(request, in_words=self._form == "words"),
                self._settings(request),
                self._parameters(request),
            )
        except ModelAPIError as error:
            raise self._explained(error) from None
        except (AgentRunError, UserError, ValueError) as error:
            raise PassingError(
                f"{self._who} gave an answer that cannot be read: {self._shown(str(error))}"
            ) from None
        return self._answer(request, response)

    async def close(self) -> None:
        """Leave no connection open."""
        await self._client.close()

    async def _respond(
        self,
        messages: list[ModelMessage],
        settings: OpenAIChatModelSettings,
        parameters: ModelRequestParameters,
    ) -> ModelResponse:
        if not self._stream:
            return await model_request(
                self._model, messages, model_settings=settings, model_request_parameters=parameters
            )
        async with model_request_stream(
            self._model, messages, model_settings=settings, model_request_parameters=parameters
        ) as pieces:
            async for _ in pieces:
                pass
        return pieces.get()

    def _settings(self, request: ModelRequest) -> OpenAIChatModelSettings:
        settings = OpenAIChatModelSettings()
        if self._takes_temperature():
            settings["temperature"] = SAMPLED_TEMPERATURE if request.sample else 0.0
        if request.sample:
            settings["seed"] = request.sample
        if request.schema is not None and self._form == "tool":
            settings["tool_choice"] = "required"
        return settings

    def _takes_temperature(self) -> bool:
        """Whether the model is none that reasons, which accept no temperature."""
        profile = cast("dict[str, Any]", self._model.profile)
        if not profile.get("openai_supports_reasoning", False):
            return True
        can_be_off = bool(profile.get("openai_supports_reasoning_effort_none", False))
        return can_be_off and not profile.get("thinking_enabled_by_default", False)

    def _parameters(self, request: ModelRequest) -> ModelRequestParameters:
        if request.schema is None or self._form == "words":
            return ModelRequestParameters()
        schema = dict(request.schema)
        if self._form == "tool":
            answer = ToolDefinition(
                name=ANSWER_TOOL, description="Give the answer.", parameters_json_schema=schema
            )
            return ModelRequestParameters(function_tools=[answer])
        definition = OutputObjectDefinition(json_schema=schema, name=ANSWER_TOOL, strict=True)
        return ModelRequestParameters(output_mode="native", output_object=definition, allow_text_output=False)

    def _answer(self, request: ModelRequest, response: ModelResponse) -> ModelAnswer:
        refusal = (response.provider_details or {}).get("refusal")
        if refusal or response.finish_reason == "content_filter":
            why = f": {self._shown(str(refusal))}" if refusal else ", because a filter of its server does"
            raise ModelRefusal(f"The model {self._server.name!r} refuses to answer{why}")
        if response.finish_reason == "length":
            raise ModelError(
                f"The model {self._server.name!r} was cut off before its answer was complete: give it more room, "
                "or use one with a longer context"
            )
        used = [part for part in response.parts if isinstance(part, ToolCallPart)]
        if request.schema is not None and self._form == "tool" and used:
            text = _arguments(used[0])
        else:
            text = "".join(part.content for part in response.parts if isinstance(part, TextPart))
        return ModelAnswer(
            text,
            input_tokens=response.usage.input_tokens,
            output_tokens=response.usage.output_tokens,
            cost=_listed_cost(response),
        )

    @property
    def _who(self) -> str:
        return f"The model {self._server.name!r} at {self._server.address}"

    def _explained(self, error: ModelAPIError) -> ModelError:
        if isinstance(error, ModelHTTPError):
            return self._refused(error, error.status_code)
        cause = error.__cause__
        if isinstance(cause, APITimeoutError):
            return PassingError(f"{self._who} has not answered within {self._timeout:g} s")
        if isinstance(cause, APIConnectionError) and type(cause.__cause__).__name__ == "ConnectError":
            return ModelError(
                f"No language model can be reached at {self._server.address} ({self._reason(error)}): start its "
                "server, or correct agentsim_llm_base_url"
            )
        return PassingError(f"{self._who} broke off ({self._reason(error)})")

    def _refused(self, error: ModelHTTPError, status: int) -> ModelError:
        if status in (401, 403):
            # What a server says of a wrong key quotes part of it.
            return ModelError(
                f"{self._who} does not accept the key ({status}): set AGENTSIM_LLM_API_KEY, or OPENAI_API_KEY for "
                "OpenAI's own service"
            )
        said = self._said(error)
        if status == 404:
            return ModelError(f"{self._who} is not known there, or the address is wrong (404){said}")
        if status == 402 or _error_of(error).get("code") == "insufficient_quota":
            return ModelError(f"{self._who} answers that the account's quota is used up ({status}){said}")
        if status in (408, 409, 429) or status >= 500:
            return PassingError(
                f"{self._who} answers {status}, also when asked again{said}", _retry_after(error)
            )
        return ModelError(f"{self._who} refuses the request ({status}){said}")

    def _said(self, error: ModelHTTPError) -> str:
        """What the server says about it, after a colon."""
        message = _error_of(error).get("message")
        return f": {self._shown(message)}" if isinstance(message, str) and message else ""

    def _reason(self, error: BaseException) -> str:
        return self._shown(str(error.__cause__ or error))

    def _shown(self, text: str) -> str:
        return self._redactor.text(text)[:LONGEST_QUOTE]


def _messages(request: ModelRequest, *, in_words: bool) -> list[ModelMessage]:
    system = request.system
    if request.schema is not None and in_words:
        schema = json.dumps(request.schema, ensure_ascii=False)
        system += f"\n\nAnswer with nothing but a JSON object of this JSON Schema:\n{schema}"
    messages: list[ModelMessage] = []
    parts: list[Any] = [SystemPromptPart(system)]
    for each in request.messages:
        if each.role == "user":
            parts.append(UserPromptPart(each.text))
            continue
        messages += [MessagesToModel(parts=parts), ModelResponse(parts=[TextPart(each.text)])]
        parts = []
    if parts:
        messages.append(MessagesToModel(parts=parts))
    return messages


def _arguments(part: ToolCallPart) -> str:
    """Return the arguments of a tool as the JSON that they are."""
    return part.args if isinstance(part.args, str) else json.dumps(part.args or {}, ensure_ascii=False)


def _error_of(error: ModelHTTPError) -> dict[str, Any]:
    """Return what the server tells of an error, whether in an object around it or without."""
    body = error.body if isinstance(error.body, dict) else {}
    inner = body.get("error", body)
    return inner if isinstance(inner, dict) else {"message": inner}


def _retry_after(error: ModelHTTPError) -> float | None:
    """Return the header Retry-After, which is a number of seconds or a date, in seconds from now."""
    cause = error.__cause__
    written = cause.response.headers.get("retry-after", "") if isinstance(cause, APIStatusError) else ""
    try:
        if written.strip().replace(".", "", 1).isdecimal():
            return float(written)
        return max(0.0, email.utils.parsedate_to_datetime(written).timestamp() - time.time())
    except ValueError:
        return None


def _listed_cost(response: ModelResponse) -> float | None:
    """Return what the answer costs by the list of prices that comes with the client, in dollars."""
    try:
        return float(response.cost().total_price)
    except (LookupError, ValueError, AssertionError):
        return None
