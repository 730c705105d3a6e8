"""Answers that are data: asked for by a schema, checked, and asked for once more where they are wrong."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from pytest_agentsim.llm.errors import ModelError
from pytest_agentsim.visible import shortened, visible_line

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pytest_agentsim.llm.client import LanguageModel
    from pytest_agentsim.llm.prompt import Prompts
    from pytest_agentsim.llm.request import ModelRequest

__all__ = ["ask_for_data", "object_of"]

LONGEST_QUOTE = 120  # characters

_FENCED = re.compile(r"\A\s*```(?:json)?\s*\n(.*?)\n?\s*```\s*\Z", re.DOTALL)


def object_of(properties: Mapping[str, Any]) -> dict[str, Any]:
    """Return the schema of an object that has all of these properties and no others."""
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(properties),
        "additionalProperties": False,
    }


async def ask_for_data(
    model: LanguageModel,
    request: ModelRequest,
    prompts: Prompts,
    check: Callable[[dict[str, Any]], str] = lambda _: "",
) -> tuple[dict[str, Any], str]:
    """Return what the model answers by the request's schema, and what `check` still finds wrong with it.

    An answer that does not fit, or that `check` objects to, is asked for once more with the objection. Raises
    ModelError where the second one does not fit the schema either.
    """
    answer = await model.ask(request)
    data, objection = _read(answer.text, request, check)
    if not objection:
        return data, ""
    again = request.followed_by(answer.text, prompts.named("repair").filled(problem=objection))
    data, objection = _read((await model.ask(again)).text, request, check)
    if objection and not data:
        raise ModelError(
            f"The model {model.name!r} does not answer in the form that it was asked for: {objection}"
        )
    return data, objection


def _read(
    text: str, request: ModelRequest, check: Callable[[dict[str, Any]], str]
) -> tuple[dict[str, Any], str]:
    """Return the data and an objection; no data where the text does not fit the schema."""
    from jsonschema import Draft202012Validator

    fenced = _FENCED.match(text)
    try:
        data = json.loads(fenced[1] if fenced else text)
    except ValueError as error:
        return {}, f"it is no JSON ({error}): {visible_line(shortened(text, LONGEST_QUOTE))!r}"
    found = next(iter(Draft202012Validator(request.schema or {}).iter_errors(data)), None)
    if found is not None:
        place = ".".join(str(each) for each in found.absolute_path)
        return {}, f"{f'{place}: ' if place else ''}{visible_line(shortened(found.message, LONGEST_QUOTE))}"
    return data, check(data)
