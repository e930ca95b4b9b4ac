"""The gate lets every pattern through that fits; closing it on one that does would lose a reading silently."""

import json
import re

import pytest

from handlers.language import days, deeds, intents
from handlers.language.gate import Gate, alternatives, needed_signs
from tests.handlers.language.conftest import CORPUS

TEXTS = sorted(
    {
        json.loads(line)["text"].lower()
        for path in CORPUS.glob("*.jsonl")
        for line in path.read_text("utf-8").splitlines()
    }
)
TABLES = {
    "intents": (intents._GATE, [re.compile(phrase) for _, phrase, _ in intents._PHRASES]),
    "deeds": (deeds._GATE, [pattern for _, pattern, _, _ in deeds._ROWS]),
    "days": (days._GATE, [pattern for _, pattern, _ in days._RULES]),
}


@pytest.mark.parametrize("name", TABLES)
def test_never_closes_on_a_pattern_that_fits(name):
    gate, patterns = TABLES[name]
    for text in TEXTS:
        open_to = set(gate.open_to(text))
        shut = [pattern for position, pattern in enumerate(patterns) if position not in open_to]
        assert [pattern.pattern for pattern in shut if pattern.search(text)] == [], text


def test_spares_most_searches():
    gate, patterns = TABLES["intents"]
    assert sum(len(list(gate.open_to(text))) for text in TEXTS) / len(TEXTS) < len(patterns) / 30


@pytest.mark.parametrize(
    ("pattern", "signs"),
    [
        ("同意", ["同", "意"]),
        ("(?:派|让)S", ["S", "派让"]),
        ("a?b*", []),
        ("[^x]", []),
        ("(?:a|b?)", []),
        ("x(?=好)", ["x", "好"]),
        (r"\d", ["0123456789"]),
    ],
)
def test_works_out_what_a_match_must_have(pattern, signs):
    assert sorted(map(sorted, needed_signs(re.compile(pattern)))) == sorted(map(sorted, signs))


def test_ignores_case_where_the_pattern_does():
    assert list(Gate([re.compile("OK", re.IGNORECASE)]).open_to("ok")) == [0]


def test_takes_alternatives_apart_at_the_top_only():
    assert alternatives(r"a|(?:b|c)d|[|x]|\||e") == ["a", "(?:b|c)d", "[|x]", r"\|", "e"]
