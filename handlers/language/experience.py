"""What labelled messages have taught: how likely each intent is by the signs a sentence is made of.

Phrases (``cues``) say what is sure; here every short run of signs of the masked text weighs a little for or against
each intent, as learnt from the corpus by ``benchmarks.learn_intents``. The table is data: the same text always
weighs the same, and a line of it can be read.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Final

from handlers.language.cues import INTENTS

TABLE: Final = Path(__file__).with_name("experience.tsv")
"""Run of signs, then intent and weight by turns (in ``UNIT``); the line with ``#`` says what it was learnt from."""
UNIT: Final = 1 / 16
RUN: Final = 3
"""The longest run of signs."""
FLOOR: Final = -6.0
"""No intent is less likely than this: what is new to the table must not outweigh a plain phrase."""
_FAMILIAR: Final = 0.4
"""Below this share of known runs a sentence is in another language, as far as the table knows."""

_LANE: Final = 3
"""Bytes per intent: the weights of a run stand side by side in one whole number, so that one sum adds all of them."""
_ZERO: Final = 1 << 12
"""What a weight of nothing is in its lane: lanes hold no negative numbers."""
_PLACES: Final = {intent: place for place, intent in enumerate(INTENTS)}


def runs_of(masked: str, role: str) -> set[str]:
    """Return the runs of up to three signs of ``masked``, its borders included, and the role."""
    bordered = f"^{masked}$"
    size = len(bordered)
    found = {bordered[at : at + length] for length in range(1, RUN + 1) for at in range(size - length + 1)}
    found.add(f"role={role}")
    return found


def _read(path: Path) -> dict[str, int]:
    table = {}
    nothing = int.from_bytes(_ZERO.to_bytes(_LANE, "little") * len(INTENTS), "little")
    for line in path.read_text("utf-8").splitlines():
        if line.startswith("#"):
            continue
        run, *weights = line.split("\t")
        packed = nothing
        for intent, weight in zip(weights[::2], weights[1::2], strict=True):
            packed += int(weight) << (8 * _LANE * _PLACES[intent])
        table[run] = packed
    return table


_WEIGHTS: Final = _read(TABLE)


def likelihoods(masked: str, role: str) -> dict[str, float]:
    """Return the logarithm of every intent's probability, none below ``FLOOR``."""
    runs = runs_of(masked, role)
    known = [weight for run in runs if (weight := _WEIGHTS.get(run)) is not None]
    if len(known) < _FAMILIAR * len(runs):
        return dict.fromkeys(INTENTS, FLOOR)
    lanes = sum(known).to_bytes(_LANE * len(INTENTS), "little")
    base, share = _ZERO * len(known), UNIT / math.sqrt(len(known))
    scores = [
        (int.from_bytes(lanes[place : place + _LANE], "little") - base) * share for place in range(0, len(lanes), _LANE)
    ]
    most = max(scores)
    whole = most + math.log(sum(math.exp(score - most) for score in scores))
    return {intent: max(score - whole, FLOOR) for intent, score in zip(INTENTS, scores, strict=True)}
