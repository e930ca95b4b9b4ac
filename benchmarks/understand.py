"""What understanding costs: time per message, adversarial strings, threads, building a snapshot.

    python -m benchmarks.understand [--customers N]

Limits (docs/understanding.md): p99 3 ms a message, 20 ms for 2,000 hostile signs, the same answers from 8 threads.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import Any

from handlers.language.company_names import TRADES
from handlers.language.gazetteer import Gazetteer
from handlers.language.places import CITIES
from handlers.language.understand import Reader

CORPUS = Path(__file__).resolve().parents[1] / "tests" / "handlers" / "language" / "corpus"
HOSTILE = {
    "dates": "3月5日" * 400,
    "numbers": "一二三四五六七八九十" * 200,
    "money": "三十来万到" * 400,
    "digits": "1" * 2000,
    "companies": "苏州恒力机械" * 334,
    "places": "上海市浦东新区" * 286,
    "spaces": " " * 2000,
    "letters": "x200-" * 400,
    "verbs": "给给给报报报" * 334,
    "trades": "机械科技" * 500,
}


def messages() -> list[dict[str, Any]]:
    """Return the labelled messages of the first corpus world."""
    return [json.loads(line) for line in (CORPUS / "compressors.jsonl").read_text("utf-8").splitlines()]


def reader() -> Reader:
    """Return a reader for that world."""
    return Reader(Gazetteer.from_world(json.loads((CORPUS / "compressors.world.json").read_text("utf-8"))))


def answer(read: Reader, message: dict[str, Any]) -> str:
    """Return everything understood of one message as text."""
    return repr(read.understand(message["text"], role=message["role"], now=datetime.fromisoformat(message["now"])))


def milliseconds(read: Reader, items: list[dict[str, Any]], rounds: int = 5) -> list[float]:
    """Return the time of every message, ``rounds`` times."""
    spent = []
    for message in items * rounds:
        start = time.thread_time()  # a busy neighbour on the machine does not count
        answer(read, message)
        spent.append(1000 * (time.thread_time() - start))
    return sorted(spent)


def invented_customers(count: int) -> list[str]:
    """Return ``count`` different legal names, the same ones every time."""
    chance = random.Random(1)
    cores = "恒力博远启航铭锐申腾鑫宏金科天骏渝江锦泰湘楚海润皖星江海众诚瓯江精诚闽光鹭岛赣发泉城晋重滇峰陇原德凯三和"
    forms = ("有限公司", "股份有限公司", "集团有限公司")
    names: dict[str, None] = {}
    while len(names) < count:
        core = "".join(chance.choices(cores, k=chance.choice((2, 2, 3))))
        names[chance.choice(CITIES) + core + chance.choice(TRADES) + chance.choice(forms)] = None
    return list(names)


def differences(read: Reader, items: list[dict[str, Any]], threads: int = 8, total: int = 2880) -> int:
    """Return how many of ``total`` answers given by ``threads`` at once differ from those given alone."""
    alone = [answer(read, message) for message in items]
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        with ThreadPoolExecutor(threads) as pool:
            work = [position % len(items) for position in range(total)]
            together = list(pool.map(lambda position: answer(read, items[position]), work))
    finally:
        sys.setswitchinterval(interval)
    return sum(alone[position] != said for position, said in zip(work, together, strict=True))


def main() -> None:
    """Print one line per measurement, with its limit."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=10_000)
    chosen = parser.parse_args()
    read, items = reader(), messages()
    answer(read, items[0])
    spent = milliseconds(read, items)
    print(
        f"message    median {statistics.median(spent):.2f} ms   p99 {spent[int(len(spent) * 0.99)]:.2f} ms   (limit 3)"
    )
    for name, text in HOSTILE.items():
        worst = max(milliseconds(read, [{"text": text, "role": "sales", "now": items[0]["now"]}], 3))
        print(f"hostile    {name:<10} {worst:.1f} ms   (limit 20)")
    print(f"threads    {differences(read, items)} of 2880 answers differ   (limit 0)")
    start = time.perf_counter()
    large = Reader(Gazetteer.build(customers=invented_customers(chosen.customers)))
    print(f"snapshot   {chosen.customers} customers in {time.perf_counter() - start:.2f} s")
    spent = milliseconds(large, items, 2)
    print(f"message    p99 {spent[int(len(spent) * 0.99)]:.2f} ms with them")


if __name__ == "__main__":
    main()
