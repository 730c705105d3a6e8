"""The TLS settings of a connection."""

from __future__ import annotations

import functools
import os
import ssl

from pytest_agentsim.result import Reason
from pytest_agentsim.session.connect_failure import CA_FILE_HINT, ConnectFailed
from pytest_agentsim.session.printable import printable

__all__ = ["client_tls"]


def client_tls(
    url: str, ca_file: str | os.PathLike[str] | None = None, *, verify: bool = True
) -> ssl.SSLContext | None:
    """Return the TLS settings for `url`, None for ws://.

    `ca_file` (PEM) replaces the certificates that this machine trusts. Without `verify` any certificate is
    accepted, for any host name. Raises `ConnectFailed` for a file that cannot be used.
    """
    if not url.lower().startswith("wss:"):
        return None
    if not verify:
        return _unverified_context()
    try:
        return _verified_context(os.fspath(ca_file) if ca_file else None)
    except OSError as error:
        what = printable(error.strerror or str(error))
        detail = (
            f"the CA file {ca_file} cannot be used ({what}); it must be a readable PEM file; {CA_FILE_HINT}"
        )
        raise ConnectFailed(Reason.CONNECTION_FAILED, detail) from None


@functools.cache
def _verified_context(ca_file: str | None) -> ssl.SSLContext:
    # Reading the machine's certificates takes longer than the rest of a connection together.
    return ssl.create_default_context(cafile=ca_file)


@functools.cache
def _unverified_context() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context
