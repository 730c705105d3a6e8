"""What a call is about and how far it has come, as a judge sees it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from pytest_agentsim.errors import ConfigurationError
from pytest_agentsim.judge.interface import AnswerKind
from pytest_agentsim.metrics.judging import ask_judge, judged_measurement
from pytest_agentsim.metrics.metric import DoesNotApply, Measurement, Need
from pytest_agentsim.metrics.registry import built_in

if TYPE_CHECKING:
    from pytest_agentsim.metrics.measured_call import MeasuredCall

__all__ = ["dropoff_node", "topic_of_call"]


@built_in("Dropoff Node", needs=(Need.JUDGE,))
async def dropoff_node(call: MeasuredCall, *, nodes: Any = None) -> Measurement:
    """The stage at which the call ended, one of `nodes`.

    `nodes` is a list of names or of {name, description}, or names with their descriptions. A judge names the last one
    that the call has reached; skipped if that is none. Specified in platform_spec i.1 "Dropoff Node".
    """
    return await _one_of(call, "dropoff_node", nodes)


@built_in("Topic of Call", needs=(Need.JUDGE,))
async def topic_of_call(call: MeasuredCall, *, nodes: Any = None) -> Measurement:
    """The subject of the call, one of `nodes`.

    `nodes` are given as for `dropoff_node`. A judge names the one for which the caller has called; skipped if that is
    none. Specified in platform_spec i.1 "Topic of Call".
    """
    return await _one_of(call, "topic_of_call", nodes)


async def _one_of(call: MeasuredCall, topic: str, nodes: Any) -> Measurement:
    described = _described(topic, nodes)
    if not call.result.turns:
        raise DoesNotApply("nobody has said anything")
    listed = "\n".join(
        f"- {name}: {description}" if description else f"- {name}" for name, description in described.items()
    )
    answer = await ask_judge(call, topic, AnswerKind.WORD, tuple(described), nodes=listed)
    return judged_measurement(call, answer)


def _described(topic: str, nodes: Any) -> dict[str, str]:
    """Return the names with their descriptions. Raises ConfigurationError for what has none."""
    if isinstance(nodes, Mapping):
        found = {str(name): str(description or "") for name, description in nodes.items()}
    elif isinstance(nodes, Sequence) and not isinstance(nodes, str):
        found = dict(map(_name_of, nodes))
    else:
        found = {}
    if not found or "" in found:
        raise ConfigurationError(f"{topic} needs the setting `nodes`, a list of {{name, description}}")
    return found


def _name_of(node: Any) -> tuple[str, str]:
    if isinstance(node, Mapping):
        return str(node.get("name") or ""), str(node.get("description") or "")
    return str(node or ""), ""
