"""What all tests share: pytest's own fixture for running pytest, and property tests that no clock fails."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

pytest_plugins = ["pytester"]

# A busy machine is no reason for an example to fail.
settings.register_profile("agentsim", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("agentsim")
