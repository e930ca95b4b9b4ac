"""The labelled messages, and the goals of docs/understanding.md on them."""

import json
from pathlib import Path

import pytest

from benchmarks.score_understanding import score_file, without_aliases

CORPUS = Path(__file__).parent / "corpus"
WORLDS = ("windows", "compressors", "custom_parts", "pumps", "packaging", "elevators", "moulds")


def world(name):
    return json.loads((CORPUS / f"{name}.world.json").read_text("utf-8"))


@pytest.mark.parametrize("name", WORLDS)
def test_understands_the_corpus(name):
    score = score_file(CORPUS / f"{name}.jsonl", world(name))
    assert score.intent / score.total >= 0.99, score.wrong
    assert score.frame / score.total >= 0.98, score.wrong
    assert score.due_right == score.due, score.wrong
    assert score.unguarded == 0, score.wrong
    assert score.needless / score.harmless <= 0.20


@pytest.mark.parametrize("name", WORLDS)
def test_legal_names_are_enough(name):
    score = score_file(CORPUS / f"{name}.jsonl", without_aliases(world(name)))
    found, missed, invented = (score.company[each] for each in ("hit", "missed", "invented"))
    assert 2 * found / (2 * found + missed + invented) >= 0.95, score.wrong


def test_the_corpus_covers_every_intent_in_several_worlds():
    worlds_of = {}
    for name in WORLDS:
        for line in (CORPUS / f"{name}.jsonl").read_text("utf-8").splitlines():
            worlds_of.setdefault(json.loads(line)["intent"], set()).add(name)
    assert len(worlds_of) == 27
    assert all(len(worlds) == len(WORLDS) for worlds in worlds_of.values())
