"""Time and threads (docs/understanding.md): bounded work for any text, the same answer from every thread."""

import pytest

from benchmarks.understand import HOSTILE, differences, messages, milliseconds, reader


@pytest.fixture(scope="module")
def read():
    return reader()


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_is_cheap(read, name):
    message = {"text": HOSTILE[name], "role": "sales", "now": "2026-03-11T10:30:00+08:00"}
    assert milliseconds(read, [message], 3)[0] < 60  # three times the goal: the machine is shared


def test_an_ordinary_message_is_cheap(read):
    spent = milliseconds(read, messages()[:100], 1)
    assert spent[50] < 6


def test_eight_threads_give_the_answers_of_one(read):
    assert differences(read, messages()[:90], total=2880) == 0
