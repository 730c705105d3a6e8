"""A scenario to check."""

from __future__ import annotations

__all__ = ["GOOD"]

GOOD = {
    "name": "hours",
    "scenario_type": "conditional_actions",
    "personality": "normal",
    "conditional_actions": {"role": "you", "first_message": {"say": "Hours?", "then": ["Bye <endcall/>"]}},
}
