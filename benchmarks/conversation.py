"""The conversation that all contestants have with the example agent."""

from __future__ import annotations

__all__ = ["HEADERS", "LAST_WORDS", "TURNS"]

TURNS = (
    "Hi, I need to cancel my appointment",
    "Sarah Johnson",
    "1990-01-01",
    "No, please just cancel it",
)
LAST_WORDS = "Thanks, that's all"

HEADERS = {
    "X-RUBRIC-AGENT-ID": "bench",
    "X-RUBRIC-SCENARIO-ID": "cancel",
    "X-RUBRIC-RUN-ID": "1",
    "X-RUBRIC-BATCH-ID": "1",
    "X-Greeting": "off",
}
