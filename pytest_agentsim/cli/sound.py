"""`agentsim sound`: writes what is heard behind a caller to a file, to be listened to."""

from __future__ import annotations

import argparse
import math
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_agentsim.cli.status import OK, PROBLEMS

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Commands = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001  (it has no public name)

__all__ = ["add_command"]

LONGEST = 3_600.0  # s, so that a slip of a digit does not fill the disk


def add_command(commands: Commands) -> None:
    """Add the command to those of the parser."""
    parser = commands.add_parser(
        "sound",
        help="write a sound to a file, or list those that there are",
        description="Write a background or one-shot sound, or your own as it is heard in a call, to an audio file.",
    )
    chosen = parser.add_mutually_exclusive_group(required=True)
    chosen.add_argument("--list", action="store_true", help="list the sounds, and what is heard in each")
    chosen.add_argument(
        "sound", nargs="?", metavar="SOUND", help="a name from the list, an audio file or an address"
    )
    parser.add_argument(
        "-o", "--output", type=Path, metavar="FILE", help="a .wav, .flac, .ogg or .mp3 file (SOUND.wav)"
    )
    parser.add_argument(
        "--seconds", type=_seconds, metavar="S", help="go on for that long (one round, or once)"
    )
    parser.add_argument("--seed", type=int, default=0, help="another seed is another take of the sound (0)")
    parser.add_argument("--volume", type=_volume, default=1.0, help="as in a scenario, 0 to 2 (1)")
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    from pytest_agentsim.errors import AgentSimError

    try:
        if options.list:
            _list()
        else:
            _write(options)
    except ImportError as error:
        return _refused(
            f'sounds need packages that are not installed ({error.name}): pip install "pytest-agentsim[voice]"'
        )
    except AgentSimError as error:
        return _refused(str(error))
    return OK


def _refused(reason: str) -> int:
    sys.stderr.write(f"{reason}\n")
    return PROBLEMS


def _list() -> None:
    from pytest_agentsim.audio.sounds import BACKGROUND_SOUNDS, ONE_SHOT_SOUNDS
    from pytest_agentsim.audio.sounds.recipes import BACKGROUNDS, ONE_SHOTS

    for title, names, recipes in (
        ("Backgrounds", BACKGROUND_SOUNDS, BACKGROUNDS),
        ("Heard once", ONE_SHOT_SOUNDS, ONE_SHOTS),
    ):
        sys.stdout.write(f"{title}\n")
        for name in names:
            sys.stdout.write(f"  {name:<20} {recipes[name].description}\n")


def _write(options: argparse.Namespace) -> None:
    from pytest_agentsim.audio.files import write_audio
    from pytest_agentsim.audio.pcm import amplified, duration, from_float

    pcm = amplified(from_float(_heard(options.sound, options.seconds, options.seed)), options.volume)
    output = options.output or Path(f"{Path(options.sound).stem}.wav")
    write_audio(output, pcm)
    sys.stdout.write(f"{output}: {duration(pcm):.1f} s\n")


def _heard(sound: str, seconds: float | None, seed: int) -> NDArray[np.float32]:
    """Return a sound once, or repeated and cut so that it lasts for so many seconds."""
    import numpy as np

    from pytest_agentsim.audio import sounds
    from pytest_agentsim.audio.pcm import samples_in

    is_own = "." in sound or "/" in sound
    if is_own:
        one_round = sounds.custom(sound, folder=Path())
    elif sound in sounds.ONE_SHOT_SOUNDS and seconds is None:
        one_round = sounds.one_shot(sound, seed)
    else:
        one_round = sounds.background(sound, seed)
    return one_round if seconds is None else np.resize(one_round, samples_in(seconds))


def _seconds(written: str) -> float:
    return _number(written, least=0.1, most=LONGEST)


def _volume(written: str) -> float:
    return _number(written, least=0.0, most=2.0)


def _number(written: str, *, least: float, most: float) -> float:
    try:
        number = float(written)
    except ValueError:
        number = math.nan
    if not least <= number <= most:
        raise argparse.ArgumentTypeError(f"must be a number from {least:g} to {most:g}")
    return number
