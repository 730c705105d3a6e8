"""The hooks that a conftest.py or another plugin can implement."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pytest

    from pytest_agentsim.scenario.personality import Personality

__all__ = ["pytest_agentsim_personalities"]


def pytest_agentsim_personalities(
    config: pytest.Config,
) -> Mapping[str, Personality | Mapping[str, Any]] | None:
    """Return personalities by their names, each a `Personality` or its fields, with `base` if you like.

    They can be named wherever a personality is, in the folder of the conftest.py and below. Personality files go before
    them, and they before those that are built in.
    """
