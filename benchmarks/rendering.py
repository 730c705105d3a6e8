"""What a second of the caller's audio costs in CPU: as it is, with a background, over a bad line, with both.

Frames go through the sending half of a line, faster than real time, into a connection that takes everything. The caller
speaks for four seconds of every seven. The raw lower bound in the same run copies as many frames out of a recording.
"""

from __future__ import annotations

import argparse
import time
from typing import TYPE_CHECKING, Any

import numpy as np

from pytest_agentsim.audio import sounds
from pytest_agentsim.audio.ambience import Ambience, Backdrop, Loop
from pytest_agentsim.audio.pacer import TICK
from pytest_agentsim.audio.pcm import FRAME_BYTES, from_float, samples_in
from pytest_agentsim.audio.utterance import Utterance
from pytest_agentsim.clock import VirtualClock
from pytest_agentsim.event_log import EventLog
from pytest_agentsim.redaction import redactor_for
from pytest_agentsim.scenario.network import Direction, NetworkConditions
from pytest_agentsim.session.chirp import ChirpProtocol, Role
from pytest_agentsim.voice.frame_log import FrameLog
from pytest_agentsim.voice.link_log import LinkLog
from pytest_agentsim.voice.outgoing import Outgoing, Wire, idle_frames
from pytest_agentsim.voice.uplink import Uplink

if TYPE_CHECKING:
    from collections.abc import Callable

SOUND = "busy-street"
SPEECH, PAUSE = 4.0, 3.0  # s
FRAMES_A_SECOND = 50
ROUNDS = 5
AIM = 10.0  # ms of CPU a second: 1 % of a core
BAD_LINE = NetworkConditions(packet_loss=10, jitter=40, latency=150, burst=3)


class Sink:
    """A connection that takes everything."""

    def send_now(self, frame: str | bytes) -> None:
        pass


def speech() -> bytes:
    """Something as loud as speech; what is in it does not matter for what it costs."""
    return from_float(np.random.default_rng(1).normal(0.0, 0.1, samples_in(SPEECH)))


def backdrop() -> Backdrop:
    return Backdrop(Loop(sounds.background(SOUND, 0)), base=0.3, reduced=0.15)


def caller(ambience: Ambience, conditions: NetworkConditions | None) -> tuple[Outgoing, VirtualClock]:
    clock = VirtualClock()
    redactor = redactor_for(())
    log = EventLog(clock, redactor)
    connection: Any = Sink()
    wire = Wire(connection, FrameLog(log, redactor.text), print)
    uplink = Uplink(wire, seed=1, log=LinkLog(Direction.SEND, log, lambda sample: sample / 16_000))
    if conditions is not None:
        uplink.change(conditions)
    protocol = ChirpProtocol(Role.CLIENT, redact=redactor.text)
    idle = idle_frames("silence", 1)
    outgoing = Outgoing(wire, uplink, protocol, clock, ambience=ambience, idle=idle, tell=[].append)
    return outgoing, clock


def rendered(seconds: int, ambience: Ambience, conditions: NetworkConditions | None = None) -> float:
    """The CPU seconds that so many seconds of the caller's audio take."""
    outgoing, clock = caller(ambience, conditions)
    said, again = speech(), round((SPEECH + PAUSE) * FRAMES_A_SECOND)
    began = time.process_time()
    for number in range(seconds * FRAMES_A_SECOND):
        if number % again == 0:
            outgoing.speak(Utterance(said, skew=0.2), number * 320)
        outgoing.send_frame(number, clock.now())
        outgoing.finish_spoken()
        clock.advance(TICK)
    return time.process_time() - began


def raw(seconds: int) -> float:
    """The CPU seconds that copying as many frames takes."""
    recording, sink = speech(), Sink()
    began = time.process_time()
    for number in range(seconds * FRAMES_A_SECOND):
        start = number * FRAME_BYTES % len(recording)
        sink.send_now(recording[start : start + FRAME_BYTES])
    return time.process_time() - began


def best(measure: Callable[[], float], seconds: int) -> float:
    """The milliseconds of CPU a second of audio in the round that was disturbed least."""
    return min(measure() for _ in range(ROUNDS)) / seconds * 1000


def once(work: Callable[[], object]) -> float:
    """How many milliseconds of CPU something takes that is done before the call."""
    began = time.process_time()
    work()
    return (time.process_time() - began) * 1000


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seconds", type=int, default=140, help="of audio in each round (140)")
    seconds = options.parse_args().seconds
    making = once(lambda: sounds.background(SOUND, 0))
    preparing = once(backdrop)
    place = backdrop()
    rows = [
        ("raw: frames copied out of a recording", lambda: raw(seconds)),
        ("plain", lambda: rendered(seconds, Ambience())),
        ("with a background", lambda: rendered(seconds, Ambience(place))),
        ("over a bad line", lambda: rendered(seconds, Ambience(), BAD_LINE)),
        ("with a background over a bad line", lambda: rendered(seconds, Ambience(place), BAD_LINE)),
    ]
    print(
        f"CPU of {seconds} s of the caller's audio, the best of {ROUNDS} rounds; aim: {AIM:g} ms a second\n"
    )
    print(f"{'':42}{'ms a second':>12}{'of a core':>12}{'raw':>8}")
    figures = [(name, best(measure, seconds)) for name, measure in rows]
    for name, figure in figures:
        print(f"{name:42}{figure:12.3f}{figure / 1000:12.3%}{figure / figures[0][1]:7.1f}x")
    print(
        f"\nbefore the call, off the event loop: {making:.0f} ms for the loop ({SOUND}, once for all calls),"
    )
    print(f"{preparing:.1f} ms to bring it to the volumes of a personality")


if __name__ == "__main__":
    main()
