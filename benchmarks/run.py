"""``script/bench``: the limit and ourselves in the same run. Only the ratios hold; the machine is shared and noisy.

script/bench             everything, about five minutes
script/bench --quick     a tenth of the work, to see that it runs
"""

from __future__ import annotations

import argparse
import os
import platform

import boot
import callbacks
import effects
import timers


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure the limit and ourselves in the same run.")
    parser.add_argument("--quick", action="store_true", help="a tenth of the work")
    share = 10 if parser.parse_args().quick else 1
    print(
        f"{platform.platform()}, Python {platform.python_version()}, {os.cpu_count()} cores, "
        f"load {os.getloadavg()[0]:.1f}"
    )
    _callbacks(10_000 // share)
    _steady(1_000, 60 // share)
    _effects(1_000 // share)
    _timers(100_000 // share, 10_000 // share)
    _boot(100_000 // share, runs=5 if share == 1 else 2)


def _callbacks(count: int) -> None:
    _head("callbacks, 16 in flight", "per second", "× bare", "p50 ms", "p99 ms", "× peer")
    limit = callbacks.bare(count)
    _row("bare aiohttp POST", limit.rate, 1.0, limit.p50, limit.p99)
    for kind in ("sqlite", "postgres"):
        peer = _answered(callbacks.peer(kind, count // 5))
        _row(f"wechatpy + SQLAlchemy, {kind}", peer.rate, peer.rate / limit.rate, peer.p50, peer.p99, 1.0)
        ours = _answered(callbacks.kept(kind, count))
        _row(
            f"kept and acknowledged, {kind}",
            *(ours.rate, ours.rate / limit.rate, ours.p50, ours.p99, ours.rate / peer.rate),
        )


def _steady(rate: int, seconds: int) -> None:
    _head(f"callbacks, {rate:,} a second for {seconds} s", "per second", "p50 ms", "p99 ms")
    for kind in ("sqlite", "postgres"):
        ours = _answered(callbacks.steady(kind, rate=rate, seconds=seconds))
        _row(f"kept and acknowledged, {kind}", ours.rate, ours.p50, ours.p99)


def _answered(measured: callbacks.Measured) -> callbacks.Measured:
    if measured.refused:
        raise RuntimeError(f"{measured.refused} callbacks were refused")
    return measured


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


def _boot(records: int, runs: int) -> None:
    _head(f"start on {records:,} records", "seconds to ready", "of them CPU", "MB resident")
    for kind in ("sqlite", "postgres"):
        for number, start in enumerate(boot.starts(kind, records, runs), 1):
            _row(f"gendan serve, {kind}, start {number}", start.seconds, start.cpu, start.memory)


def _head(title: str, *columns: str) -> None:
    print(f"\n{title:42}" + "".join(f"{column:>18}" for column in columns))


def _row(name: str, *values: float) -> None:
    print(f"{name:42}" + "".join(f"{value:18,.2f}" for value in values), flush=True)


if __name__ == "__main__":
    main()
