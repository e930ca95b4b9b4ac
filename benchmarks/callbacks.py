"""Callbacks kept and acknowledged per second, against a server that does nothing and the plainest one that keeps.

The same generator sends the same bytes to all, 16 in flight over connections that stay open. Steady
arrivals come when their time has come, whether or not the one before was answered.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from company import ROOT, callbacks, empty_database, found, free_port

IN_FLIGHT = 16
CONNECTIONS = 64
"""What a platform opens at most; an arrival that finds none free waits, and the wait counts."""


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
    with _keeping("keep", kind) as port:
        return _measure(port, count)


def peer(kind: str, count: int) -> Measured:
    with _keeping("peer", kind) as port:
        return _measure(port, count)


def steady(kind: str, *, rate: int, seconds: int) -> Measured:
    """Return what ``rate`` arrivals a second meet; latencies count from the moment each was due."""
    with _keeping("keep", kind) as port:
        warm = rate
        requests = callbacks(warm + rate * seconds, port)
        asyncio.run(_send(port, requests[:warm]))
        return _measured(*asyncio.run(_send_at(port, requests[warm:], rate)))


@contextmanager
def _keeping(server: str, kind: str) -> Iterator[int]:
    with empty_database(kind) as url:
        found(url)
        with _server(server, url) as port:
            yield port


@contextmanager
def _server(*arguments: str) -> Iterator[int]:
    port = free_port()
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
    return _measured(*asyncio.run(_send(port, requests[count // 10 :])))


def _measured(answers: list[tuple[float, bytes]], took: float) -> Measured:
    latencies = sorted(latency for latency, _ in answers)
    return Measured(
        rate=len(answers) / took,
        p50=latencies[len(latencies) // 2] * 1000,
        p99=latencies[int(len(latencies) * 0.99)] * 1000,
        refused=sum(1 for _, status in answers if status != b"200"),
    )


async def _send(port: int, requests: list[bytes]) -> tuple[list[tuple[float, bytes]], float]:
    waiting = iter(requests)
    answers: list[tuple[float, bytes]] = []

    async def one() -> None:
        connection = await asyncio.open_connection("127.0.0.1", port)
        for request in waiting:
            sent = time.perf_counter()
            status = await _ask(*connection, request)
            answers.append((time.perf_counter() - sent, status))
        connection[1].close()

    began = time.perf_counter()
    await asyncio.gather(*(one() for _ in range(IN_FLIGHT)))
    return answers, time.perf_counter() - began


async def _send_at(port: int, requests: list[bytes], rate: int) -> tuple[list[tuple[float, bytes]], float]:
    free: asyncio.Queue[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = asyncio.Queue()
    for _ in range(CONNECTIONS):
        free.put_nowait(await asyncio.open_connection("127.0.0.1", port))
    answers: list[tuple[float, bytes]] = []

    async def one(request: bytes, due: float) -> None:
        connection = await free.get()
        status = await _ask(*connection, request)
        answers.append((time.perf_counter() - due, status))
        free.put_nowait(connection)

    began = time.perf_counter()
    async with asyncio.TaskGroup() as arrivals:
        for number, request in enumerate(requests):
            due = began + number / rate
            if (left := due - time.perf_counter()) > 0:
                await asyncio.sleep(left)
            arrivals.create_task(one(request, due))
    took = time.perf_counter() - began
    while not free.empty():
        free.get_nowait()[1].close()
    return answers, took


async def _ask(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes) -> bytes:
    """Send a request; return the status of its answer, read to its end."""
    writer.write(request)
    head = await reader.readuntil(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0] or 0)
    await reader.readexactly(length)
    return head[9:12]
