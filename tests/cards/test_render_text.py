"""Cards as plain text: golden files, and nothing given up."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from cards.render.text import render
from tests.cards.sample_cards import CARDS, EVIL, LONG

GOLDEN = Path(__file__).parent / "golden" / "text"


@pytest.mark.parametrize("name", CARDS)
def test_golden(name):
    file, drawn = GOLDEN / f"{name}.txt", render(CARDS[name])
    if os.environ.get("GOLDEN") == "write":
        file.write_text(drawn + "\n")
    assert f"{drawn}\n" == file.read_text()


def test_nothing_is_given_up():
    drawn = render(LONG)
    for words in (LONG.title, LONG.headline, LONG.quote, *LONG.notes, *(button.typed for button in LONG.buttons)):
        assert words in drawn


def test_user_text_stays_text():
    """R-84."""
    assert re.findall(r"<a|</a|<@|@all|\$userName", render(EVIL)) == []
