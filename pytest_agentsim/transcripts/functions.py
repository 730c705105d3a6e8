"""Function calls and their results, whose fields most formats name alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_agentsim.transcripts.told import Called, Returned

if TYPE_CHECKING:
    from pytest_agentsim.transcripts.entry import Entry
    from pytest_agentsim.transcripts.moments import Moment

__all__ = ["called", "returned"]


def called(
    data: Entry,
    time: Moment | None,
    *,
    id_key: str = "id",
    name_key: str = "name",
    arguments_key: str = "arguments",
) -> Called:
    """Read a function call; its arguments are JSON, also in a string."""
    return Called(
        data.place,
        data.optional_text(id_key),
        data.text(name_key, "the name of a function"),
        data.json(arguments_key),
        time,
    )


def returned(
    data: Entry,
    time: Moment | None,
    *,
    id_key: str = "id",
    name_key: str = "name",
    result_key: str = "result",
    is_error: bool = False,
) -> Returned:
    """Read what a function call has returned: text, or JSON, also in a string.

    A result that the transcript calls an error becomes ``{"error": …}``, as which metrics know one.
    """
    identifier, name = data.optional_text(id_key), data.optional_text(name_key)
    if not identifier and not name:
        data.wrong(id_key, "the id of a function call")
    result = data.json(result_key)
    return Returned(data.place, identifier, name, {"error": result or True} if is_error else result, time)
