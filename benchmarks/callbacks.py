"""Callbacks kept and acknowledged per second, against a server that does nothing at all.

The same generator sends the same bytes to both, 16 in flight over connections that stay open.
"""

from __future__ import annotations

import asyncio
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from company import ROOT, callbacks, empty_database, found

IN_FLIGHT = 16


@dataclass(frozen=True, slots=True)
class Measured:
    """Answers a second; latencies in milliseconds."""

    rate: float
    p50: float
    p99: float
    refused: int = 0


def bare(count: int) -> Measured:
    with _server("bare") as port:
        return _measure(port, count)


def kept(kind: str, count: int) -> Measured:
    with empty_database(kind) as url:
        found(url)
        with _server("keep", url) as port:
            return _measure(port, count)


@contextmanager
def _server(*arguments: str) -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    command = [sys.executable, str(Path(__file__).with_name("server.py")), arguments[0], str(port), *arguments[1:]]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT, env={"PYTHONPATH": str(ROOT)}) as process:
        try:
            assert process.stdout is not None
            if process.stdout.readline() != b"ready\n":
                raise RuntimeError(f"{arguments} did not start")
            yield port
        finally:
            process.terminate()


def _measure(port: int, count: int) -> Measured:
    requests = callbacks(count, port)
    asyncio.run(_send(port, requests[: count // 10]))
    began = time.perf_counter()
    answers = asyncio.run(_send(port, requests[count // 10 :]))
    took = time.perf_counter() - began
    latencies = sorted(latency for latency, _ in answers)
    return Measured(
        rate=len(answers) / took,
        p50=latencies[len(latencies) // 2] * 1000,
        p99=latencies[int(len(latencies) * 0.99)] * 1000,
        refused=sum(1 for _, status in answers if status != b"200"),
    )


async def _send(port: int, requests: list[bytes]) -> list[tuple[float, bytes]]:
    waiting = iter(requests)
    answers: list[tuple[float, bytes]] = []

    async def one() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for request in waiting:
            began = time.perf_counter()
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0] or 0)
            await reader.readexactly(length)
            answers.append((time.perf_counter() - began, head[9:12]))
        writer.close()

    await asyncio.gather(*(one() for _ in range(IN_FLIGHT)))
    return answers
