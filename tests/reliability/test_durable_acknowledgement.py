"""Seen from outside the program: nothing is acknowledged that is not on the disk."""

from __future__ import annotations

import asyncio
import re
import shutil
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from benchmarks.company import ROOT, callbacks, found, free_port

CALLBACKS = 40
ARRIVED, SYNCED, ANSWERED = "arrived", "synced", "answered"
_EVENTS = (
    (re.compile(r'"POST /wecom/callback'), ARRIVED),
    (re.compile(r"fdatasync(\(\d+\)| resumed>\)) += 0"), SYNCED),
    (re.compile(r'"HTTP/1\.1 200'), ANSWERED),
)


@pytest.mark.skipif(shutil.which("strace") is None, reason="no strace on this machine")
async def test_the_disk_is_synced_between_a_callback_and_its_answer(tmp_path: Path) -> None:
    """R-19: every answer has an fdatasync of its own before it; nothing else in that process writes."""
    url = f"sqlite:///{tmp_path}/gendan.db"
    found(url)
    port = free_port()
    async with keeping(port, url) as server:
        trace = tmp_path / "trace"
        async with traced(server.pid, trace):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            for request in callbacks(CALLBACKS, port):
                writer.write(request)
                assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 200")
            writer.close()
    seen = [event for line in trace.read_text().splitlines() for shape, event in _EVENTS if shape.search(line)]
    rounds = "".join({ARRIVED: "a", SYNCED: "s", ANSWERED: "h"}[event] for event in seen)
    assert re.fullmatch("(as+hs*)+", rounds), rounds
    assert rounds.count("h") == CALLBACKS


@asynccontextmanager
async def keeping(port: int, url: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """The callback door and the inbox in a process of their own."""
    server = await asyncio.create_subprocess_exec(
        *(sys.executable, str(ROOT / "benchmarks" / "server.py"), "keep", str(port), url),
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT)},
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        assert server.stdout is not None
        assert await server.stdout.readline() == b"ready\n"
        yield server
    finally:
        server.kill()
        await server.wait()


@asynccontextmanager
async def traced(pid: int, trace: Path) -> AsyncIterator[None]:
    """Write the process's reads, writes and syncs to ``trace``, in the order in which they ended."""
    strace = await asyncio.create_subprocess_exec(
        *("strace", "-f", "-s", "32", "-e", "trace=fdatasync,read,recvfrom,write,writev,sendto,sendmsg"),
        *("-o", str(trace), "-p", str(pid)),
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        assert strace.stderr is not None
        said = await strace.stderr.readline()
        if b"attached" not in said:
            pytest.skip(f"strace may not look at another process here: {said.decode().strip()}")
        yield
    finally:
        if strace.returncode is None:
            strace.terminate()
        await strace.wait()
