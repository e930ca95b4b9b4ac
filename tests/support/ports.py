"""Ports to listen on that nobody else takes before they are listened on.

What the system gives for port 0 lies among those it also gives to outgoing connections, of any process: freed and taken
again a moment later, it may be somebody's. These lie below, and every worker of the suite has its own.
"""

from __future__ import annotations

import itertools
import os
import re
import socket

_FIRST, _EACH, _WORKERS = 15_000, 1_000, 16
_WORKER = int(re.sub(r"\D", "", os.environ.get("PYTEST_XDIST_WORKER", "")) or os.getpid()) % _WORKERS
_next = itertools.count()


def free_port() -> int:
    """Return a port of 127.0.0.1 that nobody listens on."""
    for _ in range(_EACH):
        port = _FIRST + _WORKER * _EACH + next(_next) % _EACH
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise RuntimeError("no port is free")
