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
import drawing
import effects
import serving
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
    _effects(4_000 // share)
    _timers(100_000 // share, 20_000 // share)
    _cards(20_000 // share)
    _serving()
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
    for title, mixed in (("full effects: an inquiry logged", False), ("full effects: a day's mix", True)):
        _head(title, "per second", "× ORM insert", "× one", "CPU ms", "of it reading", "first, CPU ms")
        for kind in ("sqlite", "postgres"):
            if kind == "sqlite" and not mixed:
                _row("its statements alone, by sqlite3", effects.floor(count))
            insert = effects.one_insert_per_commit(kind, count // 2)
            _row(f"ORM, one insert per commit, {kind}", insert, 1.0)
            one = effects.full_effects(kind, count, mixed=mixed)
            _effect(f"one process, {kind}", one, insert, one)
            if kind == "postgres":  # SQLite serves one process
                two = effects.full_effects(kind, count, mixed=mixed, processes=2)
                _effect(f"two processes, {kind}", two, insert, one)


def _effect(name: str, measured: effects.Measured, insert: float, one: effects.Measured) -> None:
    rates = (measured.rate, measured.rate / insert, measured.rate / one.rate)
    _row(name, *rates, measured.cpu, measured.reading, measured.first)


def _timers(pending: int, due: int) -> None:
    _head(f"timers, {pending:,} pending, {due:,} due", "fired per second", "CPU ms", "tick ms", "tick, CPU ms")
    for kind in ("sqlite", "postgres"):
        measured = timers.timers_with(kind, pending=pending, due=due)
        _row(f"reminders, {kind}", measured.fired, measured.cpu, measured.tick, measured.tick_cpu)


def _cards(count: int) -> None:
    _head("cards drawn, per second of CPU", "per second", "× plain", "bytes")
    plain = drawing.plain(count)
    _row("a finished dict copied, orjson", plain.rate, 1.0, plain.size)
    for name, measured in (("WeCom", drawing.for_wecom(count)), ("DingTalk", drawing.for_dingtalk(count))):
        _row(f"view → card → {name} → orjson", measured.rate, measured.rate / plain.rate, measured.size)


def _serving() -> None:
    count = 20  # within what one person may be sent in a minute
    _head("message → card handed over, idle", "p50 ms", "p95 ms", "MB resident")
    for kind in ("sqlite", "postgres"):
        measured = serving.message_to_card(kind, count)
        _row(f"bot and playground in one, {kind}", measured.p50, measured.p95, measured.memory)


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
