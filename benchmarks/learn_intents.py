"""Learn handlers/language/experience.tsv from the labelled messages: logistic regression over runs of signs.

    python -m benchmarks.learn_intents

Deterministic: the same corpus gives the same table. Files under ``corpus/unseen`` are never learnt from; they measure.
"""

from __future__ import annotations

import hashlib
import json
import math
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from handlers.language.cues import INTENTS
from handlers.language.experience import TABLE, UNIT, runs_of
from handlers.language.gazetteer import Gazetteer
from handlers.language.understand import Reader

CORPUS = Path(__file__).resolve().parents[1] / "tests" / "handlers" / "language" / "corpus"
PHRASES = CORPUS / "phrases.txt"
"""Sentences with nothing but their intent, already masked; a line of ASCII names role and intent of those below it."""
ROUNDS = 40
STEP = 0.9
SEEN = 2
"""A run of signs that stands in fewer messages teaches nothing."""
LEAST = 3
"""Weights nearer to nothing than this, in units of the table, are left out."""


@dataclass(frozen=True, slots=True)
class Example:
    """One labelled message: its runs of signs, and the place of its intent."""

    runs: tuple[str, ...]
    intent: int


def digest() -> str:
    """Return what the table notes of the messages it was learnt from."""
    parts = [path.name + path.read_text("utf-8") for path in sorted((*CORPUS.glob("*.json*"), PHRASES))]
    return hashlib.sha256("".join(parts).encode()).hexdigest()[:16]


def examples() -> Iterator[Example]:
    """Yield the labelled messages of every world, masked as the reader masks them."""
    for path in sorted(CORPUS.glob("*.jsonl")):
        world = json.loads(path.with_suffix(".world.json").read_text("utf-8"))
        reader = Reader(Gazetteer.from_world(world))
        for line in path.read_text("utf-8").splitlines():
            label = json.loads(line)
            masked = reader.masked(label["text"], datetime.fromisoformat(label["now"]))
            yield _example(masked, label["role"], label["intent"])
    role = intent = ""
    for line in PHRASES.read_text("utf-8").splitlines()[1:]:
        if line.isascii():
            role, intent = line.split()
        else:
            yield _example(line, role, intent)


def _example(masked: str, role: str, intent: str) -> Example:
    return Example(tuple(sorted(runs_of(masked, role))), INTENTS.index(intent))


def learn(seen: Sequence[Example]) -> dict[str, list[float]]:
    """Return run of signs → a weight per intent."""
    counts = Counter(run for example in seen for run in example.runs)
    weights = {run: [0.0] * len(INTENTS) for run, count in sorted(counts.items()) if count >= SEEN}
    items = [([weights[run] for run in example.runs if run in weights], example.intent) for example in seen]
    order = random.Random(1)
    for round_ in range(ROUNDS):
        order.shuffle(items)
        for rows, intent in items:
            share = 1 / math.sqrt(len(rows))
            scores = [sum(column) * share for column in zip(*rows, strict=True)]
            most = max(scores)
            powers = [math.exp(score - most) for score in scores]
            whole = sum(powers)
            for place, power in enumerate(powers):
                error = (place == intent) - power / whole
                if abs(error) > 0.01:
                    change = STEP / (1 + 0.3 * round_) * error * share
                    for row in rows:
                        row[place] += change
    return weights


def main() -> None:
    """Write the table."""
    lines = [f"# learnt from {digest()}"]
    for run, row in learn(list(examples())).items():
        pairs = [(intent, round(weight / UNIT)) for intent, weight in zip(INTENTS, row, strict=True)]
        kept = [f"{intent}\t{weight}" for intent, weight in pairs if abs(weight) >= LEAST]
        if kept and not {"\n", "\t", "#"} & set(run):
            lines.append("\t".join([run, *kept]))
    TABLE.write_text("\n".join(lines) + "\n", "utf-8")


if __name__ == "__main__":
    main()
