"""Which metrics a call gets: all that are computed; of those that are judged, or in files, what is asked for."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, NoReturn

from pytest_agentsim.errors import ConfigurationError
from pytest_agentsim.metrics.metric import Metric
from pytest_agentsim.metrics.registry import every_metric
from pytest_agentsim.scenario.model import ExpectationKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Set

    from pytest_agentsim.scenario.model import Expectation

__all__ = ["chosen_metrics"]

EXPECTED_OUTCOME = "expected_outcome"


def chosen_metrics(
    asked_for: Iterable[str], expect: Iterable[Expectation] = (), *, expected_outcome: str = ""
) -> tuple[Metric, ...]:
    """Return the metrics of a call whose scenario asks for some by name; one that nobody knows will have failed.

    A scenario asks for metrics by what it expects of them too, with an expected outcome for its judgement, and with a
    metric that reads others for these.
    """
    names = dict.fromkeys(asked_for)
    every = every_metric()
    wanted = names.keys() | ({EXPECTED_OUTCOME} if expected_outcome else set())
    wanted |= {each.value.name for each in expect if each.kind is ExpectationKind.METRICS}
    wanted |= _owners_of_details(wanted, every)
    wanted |= _read_by(wanted, every)
    known = [each for each in every if not (each.is_judged or each.on_request) or each.name in wanted]
    unknown = [_unknown(name, every) for name in names if all(name != each.name for each in every)]
    return (*known, *unknown)


def _owners_of_details(wanted: Set[str], every: Iterable[Metric]) -> set[str]:
    """Return the names of the metrics of which the wanted names that no metric has may be details."""
    names = {each.name for each in every}
    details = wanted - names
    return {name for name in names if any(each.startswith(f"{name}_") for each in details)}


def _read_by(wanted: Set[str], every: Iterable[Metric]) -> set[str]:
    """Return the names of those whose titles the wanted ones write out: they read their values."""
    found = set(wanted)
    waiting = [each for each in every if each.name in found]
    while waiting:
        texts = waiting.pop().reads
        more = [each for each in every if each.title in texts and each.name not in found]
        found.update(each.name for each in more)
        waiting += more
    return found


def _unknown(name: str, every: Iterable[Metric]) -> Metric:
    near = difflib.get_close_matches(name, [each.name for each in every], n=1)
    hint = f"; did you mean {near[0]!r}?" if near else ""

    def fail(_: object) -> NoReturn:
        raise ConfigurationError(f"there is no metric {name!r}{hint}")

    return Metric(name, name, fail)
