"""Files of strangers are read in a process that may take only so much memory and time (R-92, R-99).

One process per file, forked from a clean one that has imported the readers already. What it finds comes through a
pipe by the chunk, so that no great object is ever unpacked at once in the process that answers callbacks.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import resource
import signal
import time
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import aclosing, suppress
from multiprocessing.connection import Connection
from typing import Any

from jobs.imports.refused import SheetRefused

_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(["jobs.imports.reading"])
_GAVE_UP = "这个表格太大或太复杂，读不完。请只留要导入的那一页，拆成几份再发。"
_NICE = 10


class SheetWorker:
    """Runs functions on files, at most ``at_once`` together, each within ``seconds`` and ``megabytes``."""

    def __init__(self, *, seconds: float = 120.0, megabytes: int = 1536, at_once: int = 1) -> None:
        self._seconds = seconds
        self._megabytes = megabytes
        self._turn = asyncio.Semaphore(at_once)

    async def stream(self, function: Callable[..., Iterator[Any]], *args: Any) -> AsyncGenerator[Any, None]:
        """Yield what ``function(*args)`` yields; raise SheetRefused when it does, gives up or dies."""
        async with self._turn:
            ours, theirs = _context.Pipe()
            process = _context.Process(target=_run, args=(theirs, function, args, self._megabytes, self._seconds))
            await asyncio.to_thread(process.start)
            theirs.close()
            ends = time.monotonic() + self._seconds
            try:
                while True:
                    kind, value = await asyncio.to_thread(_next, ours, ends)
                    if kind == "refused":
                        raise SheetRefused(value)
                    if kind == "end":
                        return
                    yield value
            finally:
                ours.close()
                process.kill()
                await asyncio.to_thread(process.join)
                process.close()

    async def call(self, function: Callable[..., Any], *args: Any) -> Any:
        """Return what ``function(*args)`` returns."""
        async with aclosing(self.stream(_once, function, *args)) as results:
            return await anext(results)


def _once(function: Callable[..., Any], *args: Any) -> Iterator[Any]:
    yield function(*args)


def _next(pipe: Connection, ends: float) -> tuple[str, Any]:
    """Return the next message; a process that died or takes too long has given up."""
    with suppress(EOFError, ConnectionError):
        if pipe.poll(max(0.0, ends - time.monotonic())):
            message: tuple[str, Any] = pipe.recv()
            return message
    return "refused", _GAVE_UP


def _run(pipe: Connection, function: Callable[..., Iterator[Any]], args: tuple[Any, ...], megabytes: int,
         seconds: float) -> None:  # fmt: skip
    """Work in the other process."""
    os.nice(_NICE)  # callbacks come first, also on one core
    resource.setrlimit(resource.RLIMIT_AS, (megabytes << 20, megabytes << 20))
    resource.setrlimit(resource.RLIMIT_CPU, (int(seconds), int(seconds) + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        for value in function(*args):
            pipe.send(("value", value))
        pipe.send(("end", None))
    except SheetRefused as refused:
        pipe.send(("refused", str(refused)))
    except MemoryError:
        pipe.send(("refused", _GAVE_UP))
