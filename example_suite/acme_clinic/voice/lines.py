"""What the clinic says on the phone only."""

from __future__ import annotations

__all__ = ["SAY_BRIEFLY", "SAY_YES_OR_NO", "STOP_THERE"]

STOP_THERE = "I'm sorry, I have to stop you there."
SAY_YES_OR_NO = "Please just say yes or no."
SAY_BRIEFLY = "What can I do for you?"
