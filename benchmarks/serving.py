"""A process that serves: what it weighs, and how long from a message to the card in the platform's hands, idle.

The bot runs as in production against the playground; both live in this one process, so the weight and the
time are those of both.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from company import ROOT, empty_database, words

from tests.support.house import House, open_house

_WARM = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """Milliseconds; ``memory`` is what is resident, in MB."""

    p50: float
    p95: float
    memory: float


def message_to_card(kind: str, count: int) -> Measured:
    """Measure in a process of its own."""
    with empty_database(kind) as url:
        done = subprocess.run(
            [sys.executable, str(Path(__file__)), url, str(count)],
            capture_output=True,
            check=True,
            cwd=ROOT,
            env={"PYTHONPATH": str(ROOT)},
        )
    return Measured(**json.loads(done.stdout.splitlines()[-1]))


async def _main(url: str, count: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        async with open_house(url, Path(folder), mix="wecom") as house:
            took = [await _one(house, number) for number in range(_WARM + count)]
            memory = _resident()
    took = sorted(took[_WARM:])
    p50, p95 = (took[int(len(took) * share)] * 1000 for share in (0.5, 0.95))
    print(json.dumps({"p50": p50, "p95": p95, "memory": memory}))


async def _one(house: House, number: int) -> float:
    began = time.perf_counter()
    await house.says("陈静", words(number))
    await house.sees("陈静", lambda shown: f"139{number:08}" in shown.words and shown.buttons)
    return time.perf_counter() - began


def _resident() -> float:
    """Return megabytes resident now (Linux)."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * 4096 / 1024 / 1024


if __name__ == "__main__":
    asyncio.run(_main(sys.argv[1], int(sys.argv[2])))
