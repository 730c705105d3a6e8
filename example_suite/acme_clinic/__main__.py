"""Run the clinic: ``ACME_SECRET=acme-secret python -m acme_clinic --port 8765``."""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import signal
import sys

from acme_clinic.misbehaviour import Misbehaviour
from acme_clinic.server import LOGGER, open_clinic

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


def main() -> None:
    """Serve until told to stop by SIGINT or SIGTERM."""
    parser = _parser()
    options = parser.parse_args()
    secret = os.environ.get("ACME_SECRET")
    if not secret:
        parser.error("set the environment variable ACME_SECRET to the secret that callers must send")
    misbehaviour = _misbehaviour(parser)
    _log_to_stdout()
    try:
        asyncio.run(_serve(options.host, options.port, secret, misbehaviour))
    except OSError as error:
        parser.exit(1, f"acme_clinic: cannot listen on {options.host}:{options.port}: {error}\n")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="acme_clinic",
        description="A clinic's front desk that speaks the agent's side of the X-RUBRIC text protocol, "
        "and of the CHIRP voice protocol at /voice.",
        epilog="Environment: ACME_SECRET, the secret that text callers must send (required); "
        "ACME_USER and ACME_PASSWORD, what voice callers must log in with; "
        f"ACME_MISBEHAVE, how to be a bad agent on purpose: {', '.join(Misbehaviour)}.",
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    parser.add_argument("--port", type=int, default=8765, help="0 takes a free one (default: %(default)s)")
    return parser


def _misbehaviour(parser: argparse.ArgumentParser) -> Misbehaviour | None:
    how = os.environ.get("ACME_MISBEHAVE")
    if not how:
        return None
    try:
        return Misbehaviour(how)
    except ValueError:
        parser.error(f"ACME_MISBEHAVE={how!r} is none of {', '.join(Misbehaviour)}")


def _log_to_stdout() -> None:
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(logging.Formatter("%(message)s"))
    LOGGER.addHandler(handler)
    LOGGER.setLevel(logging.INFO)


async def _serve(host: str, port: int, secret: str, misbehaviour: Misbehaviour | None) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in _SIGNALS:
        # Not loop.add_signal_handler, which Windows does not have.
        signal.signal(number, lambda *_: loop.call_soon_threadsafe(stop.set))
    user, password = os.environ.get("ACME_USER", ""), os.environ.get("ACME_PASSWORD", "")
    async with open_clinic(
        secret, host=host, port=port, user=user, password=password, misbehaviour=misbehaviour
    ) as bound_port:
        LOGGER.info("Acme Clinic takes calls at ws://%s:%d", host, bound_port)
        await stop.wait()
    for number in _SIGNALS:
        # A second Ctrl-C while the interpreter shuts down would end in a traceback.
        signal.signal(number, signal.SIG_IGN)


if __name__ == "__main__":
    main()
