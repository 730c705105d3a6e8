"""Whether what somebody has set for a metric is a setting of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pytest_agentsim.errors import ConfigurationError
from pytest_agentsim.metric_value import is_number

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pytest_agentsim.metrics.metric import Metric

__all__ = ["check_settings"]


def check_settings(metric: Metric, given: Mapping[str, Any]) -> None:
    """Raise ConfigurationError for a setting that the metric has not, and for a value of another kind than its default.

    A default that is a number takes any number, and one that is a truth value another; other kinds are the metric's.
    """
    known = metric.settings if given else {}
    for name, value in given.items():
        if name not in known:
            has = ", ".join(known) or "none"
            raise ConfigurationError(f"{metric.name} has no setting {name!r}; it has {has}")
        default = known[name]
        if isinstance(default, bool):
            if not isinstance(value, bool):
                raise ConfigurationError(f"{name} of {metric.name} must be true or false, not {value!r}")
        elif isinstance(default, int | float) and not is_number(value):
            raise ConfigurationError(f"{name} of {metric.name} must be a number, not {value!r}")
