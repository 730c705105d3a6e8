"""LiveKit (platform_spec section k.9): a list of ``{role, content, timestamp}``, the timestamp in seconds.

It is when a turn began; when it was finished is not told. Looks like `cekura_chat`, and is read alike.
"""

from __future__ import annotations

from pytest_agentsim.transcripts.messages import are_messages as fits
from pytest_agentsim.transcripts.messages import read_messages as read

__all__ = ["fits", "read"]
