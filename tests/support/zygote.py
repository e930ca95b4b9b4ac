"""Processes of ``python -m bot`` that need not import it: forked from one that has, otherwise as real as any.

    done = run(["verify", "--json"], cwd=folder, environ=environ)
    child = await spawn(["serve"], cwd=folder, environ=environ, output=log)

Importing takes seconds of a core, and the suite starts a hundred processes. Each is forked by a
process of one thread that has imported everything and done nothing; its environment, folder and
streams are its own, and it can be killed like any other.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import select
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, suppress
from functools import cache
from pathlib import Path
from typing import IO

ROOT = Path(__file__).parent.parent.parent


class Child:
    """A process under way, with the part of ``asyncio.subprocess.Process`` that the tests use."""

    def __init__(self, pid: int, answers: asyncio.StreamReader, asked: asyncio.StreamWriter) -> None:
        self.pid = pid
        self._ended = asyncio.create_task(answers.readline())
        self._ended.add_done_callback(lambda _: asked.close())

    @property
    def returncode(self) -> int | None:
        """As of ``subprocess``: None while it runs, negative for a signal."""
        return int(self._ended.result()) if self._ended.done() else None

    def kill(self) -> None:
        """Send SIGKILL, if it is still there."""
        self._signal(signal.SIGKILL)

    def terminate(self) -> None:
        """Send SIGTERM, if it is still there."""
        self._signal(signal.SIGTERM)

    async def wait(self) -> int:
        """Return its exit code when it has ended."""
        return int(await asyncio.shield(self._ended))

    def _signal(self, number: int) -> None:
        if self.returncode is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)


async def spawn(words: Sequence[str], *, cwd: Path, environ: Mapping[str, str], output: IO[bytes]) -> Child:
    """Start a command whose streams both go to ``output``."""
    with Path(os.devnull).open("rb") as nothing:
        asked = _ask(words, cwd, environ, (nothing.fileno(), output.fileno(), output.fileno()))
    answers, writer = await asyncio.open_unix_connection(sock=asked)
    return Child(int(await answers.readline()), answers, writer)


def run(
    words: Sequence[str], *, cwd: Path, environ: Mapping[str, str], given: str = "", timeout: float = 60
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    with ExitStack() as stack:
        fed, said, complained = (stack.enter_context(tempfile.TemporaryFile("w+")) for _ in range(3))
        fed.write(given)
        fed.seek(0)
        asked = stack.enter_context(_ask(words, cwd, environ, (fed.fileno(), said.fileno(), complained.fileno())))
        asked.settimeout(timeout)
        answers = stack.enter_context(asked.makefile())
        pid = int(answers.readline())
        try:
            code = int(answers.readline())
        except TimeoutError:
            os.kill(pid, signal.SIGKILL)
            raise
        said.seek(0)
        complained.seek(0)
        return subprocess.CompletedProcess(list(words), code, said.read(), complained.read())


def _ask(words: Sequence[str], cwd: Path, environ: Mapping[str, str], streams: Sequence[int]) -> socket.socket:
    """Have a process forked; the answers are its number, and its exit code when it has ended."""
    asked = socket.socket(socket.AF_UNIX)
    asked.connect(_zygote())
    body = json.dumps({"words": list(words), "cwd": str(cwd), "environ": dict(environ)}).encode()
    socket.send_fds(asked, [len(body).to_bytes(4, "big")], list(streams))
    asked.sendall(body)
    return asked


@cache
def _zygote() -> str:
    """Start the process that forks, once; return its address. It ends when this process does."""
    folder = tempfile.TemporaryDirectory(prefix="gendan-zygote-")
    address = f"{folder.name}/door"
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.support.zygote", address], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    if process.stdout.readline() != b"ready\n":
        raise RuntimeError("the process that forks did not start")
    _kept.append((folder, process))
    return address


_kept: list[object] = []
"""What must not be collected while the address is used."""


def _serve(address: str) -> None:
    import bot.app
    import bot.cli
    import bot.serve  # noqa: F401 - imported for those who will be forked

    door = socket.socket(socket.AF_UNIX)
    door.bind(address)
    door.listen(64)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    print("ready", flush=True)  # noqa: T201 - to the process that started this one
    # The other end of the standard input closes with the process that started this one.
    while door in select.select([door, sys.stdin], [], [])[0]:
        asked, _ = door.accept()
        if os.fork() == 0:
            door.close()
            _attend(asked)
        asked.close()


def _attend(asked: socket.socket) -> None:
    """Fork once more, and stay to say how it ended."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    asked.setblocking(True)
    length, streams, _, _ = socket.recv_fds(asked, 4, 3)
    with asked.makefile("rb") as body:
        wanted = json.loads(body.read(int.from_bytes(length, "big")))
    pid = os.fork()
    if pid == 0:
        asked.close()
        _become(wanted, streams)
    asked.sendall(b"%d\n" % pid)
    for stream in streams:
        os.close(stream)
    _, status = os.waitpid(pid, 0)
    with suppress(BrokenPipeError):
        asked.sendall(b"%d\n" % os.waitstatus_to_exitcode(status))
    os._exit(0)


def _become(wanted: dict[str, object], streams: Sequence[int]) -> None:
    """Be the command, as if started anew."""
    from bot.cli import main

    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    random.seed()
    os.environ.clear()
    os.environ.update(wanted["environ"])  # type: ignore[call-overload]
    os.chdir(str(wanted["cwd"]))
    sys.argv = ["gendan", *wanted["words"]]  # type: ignore[misc]
    code = 0
    try:
        main()
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    except BaseException:  # noqa: BLE001 - as the interpreter would: its trace, and 1
        sys.excepthook(*sys.exc_info())
        code = 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    _serve(sys.argv[1])
