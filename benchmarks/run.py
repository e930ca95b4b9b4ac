"""``script/bench``: the limit and ourselves in the same run. Only the ratios hold; the machine is shared and noisy.

script/bench             everything, about five minutes
script/bench --quick     a tenth of the work, to see that it runs
"""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys

import callbacks
import effects
import timers
from company import ROOT


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure the limit and ourselves in the same run.")
    parser.add_argument("--quick", action="store_true", help="a tenth of the work")
    share = 10 if parser.parse_args().quick else 1
    print(
        f"{platform.platform()}, Python {platform.python_version()}, {os.cpu_count()} cores, "
        f"load {os.getloadavg()[0]:.1f}"
    )
    _callbacks(10_000 // share)
    _effects(1_000 // share)
    _timers(100_000 // share, 10_000 // share)
    _memory()


def _callbacks(count: int) -> None:
    _head("callbacks, 16 in flight", "per second", "× bare", "p50 ms", "p99 ms")
    limit = callbacks.bare(count)
    _row("bare aiohttp POST", limit.rate, 1.0, limit.p50, limit.p99)
    for kind in ("sqlite", "postgres"):
        ours = callbacks.kept(kind, count)
        if ours.refused:
            raise RuntimeError(f"{ours.refused} callbacks were refused")
        _row(f"kept and acknowledged, {kind}", ours.rate, ours.rate / limit.rate, ours.p50, ours.p99)


def _effects(count: int) -> None:
    _head("full effects (an inquiry logged)", "per second", "× ORM insert", "× one")
    for kind in ("sqlite", "postgres"):
        insert = effects.one_insert_per_commit(kind, count)
        _row(f"ORM, one insert per commit, {kind}", insert, 1.0)
        one = effects.full_effects(kind, count)
        _row(f"one process, {kind}", one, one / insert, 1.0)
        two = effects.full_effects(kind, count, processes=2)
        _row(f"two processes, {kind}", two, two / insert, two / one)


def _timers(pending: int, due: int) -> None:
    _head(f"timers, {pending:,} pending, {due:,} due", "fired per second", "tick ms")
    for kind in ("sqlite", "postgres"):
        measured = timers.timers_with(kind, pending=pending, due=due)
        _row(f"reminders, {kind}", measured.fired, measured.tick)


def _memory() -> None:
    _head("memory", "MB resident")
    script = "import bot.app, resource; print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)"
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT)},
    )
    _row("the bot imported, idle", float(done.stdout))


def _head(title: str, *columns: str) -> None:
    print(f"\n{title:42}" + "".join(f"{column:>18}" for column in columns))


def _row(name: str, *values: float) -> None:
    print(f"{name:42}" + "".join(f"{value:18,.2f}" for value in values), flush=True)


if __name__ == "__main__":
    main()
