"""``cekura_transcript_json`` of Cekura (platform_spec section k.3): a list of ``{role, content, timestamp}``.

The roles are `user` and `assistant`; a timestamp is when a turn began, in any unit that `moments` knows.
"""

from __future__ import annotations

from pytest_agentsim.transcripts.messages import are_messages as fits
from pytest_agentsim.transcripts.messages import read_messages as read

__all__ = ["fits", "read"]
