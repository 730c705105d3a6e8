"""One call: connects the caller and the agent, lets them talk, and tells how it went."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_agentsim.caller.matcher.offline import OfflineMatcher
from pytest_agentsim.clock import RealClock
from pytest_agentsim.text_endpoint import TextEndpoint

if TYPE_CHECKING:
    from pytest_agentsim.caller.matcher.interface import Matcher
    from pytest_agentsim.clock import Clock
    from pytest_agentsim.llm.caller_model import CallerModel
    from pytest_agentsim.result import CallResult
    from pytest_agentsim.spec import CallSpec
    from pytest_agentsim.voice.equipment import VoiceEquipment
    from pytest_agentsim.voice_endpoint import VoiceEndpoint

__all__ = ["run_call"]


async def run_call(
    spec: CallSpec,
    *,
    clock: Clock | None = None,
    matcher: Matcher | None = None,
    model: CallerModel | None = None,
    equipment: VoiceEquipment | None = None,
) -> CallResult:
    """Make one call and return how it went; never raises for what happens on the call.

    `model` speaks for a caller whose words the scenario leaves open. A cancelled call returns as well, with what was
    recorded until then. A voice call uses the `equipment` that it is given, whose clock is its clock, or else equipment
    of its own; it raises ConfigurationError when the packages for voice are not installed.
    """
    matcher = matcher or OfflineMatcher(language=spec.scenario.language)
    if isinstance(spec.endpoint, TextEndpoint):
        from pytest_agentsim.text_call import TextCall

        return await TextCall(spec, spec.endpoint, clock or RealClock(), matcher, model).run()
    if equipment is not None:
        return await _voice_call(spec, spec.endpoint, matcher, model, equipment)
    from pytest_agentsim.voice.support import make_equipment

    own = make_equipment(clock or RealClock())
    try:
        return await _voice_call(spec, spec.endpoint, matcher, model, own)
    finally:
        await own.close()


async def _voice_call(
    spec: CallSpec,
    endpoint: VoiceEndpoint,
    matcher: Matcher,
    model: CallerModel | None,
    equipment: VoiceEquipment,
) -> CallResult:
    from pytest_agentsim.voice.call import VoiceCall

    if spec.recording is not None:
        return await VoiceCall(spec, endpoint, matcher, equipment, spec.recording, model).run()
    # The agent's words are recognised from the recording, so there is one even if nobody wants to keep it.
    with tempfile.TemporaryDirectory(prefix="agentsim-") as folder:
        recording = Path(folder, "recording.wav")
        return await VoiceCall(spec, endpoint, matcher, equipment, recording, model).run()
