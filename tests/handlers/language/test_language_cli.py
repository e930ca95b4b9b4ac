import json

import pytest

from handlers.language.cli import understand_lines
from handlers.language.gazetteer import Gazetteer

WORLD = Gazetteer.build(customers=["苏州恒力机械有限公司"], products=["X200"])


def test_a_line_in_a_line_out():
    lines = [
        '{"id":"a","role":"sales","text":"给恒力报两台X200，下周三之前","now":"2026-03-11T10:30:00+08:00"}\n',
        "\n",
        '{"id":"b","role":"engineer","text":"到了","now":"2026-03-11T10:30:00+08:00"}',
    ]
    first, second = (json.loads(line) for line in understand_lines(lines, WORLD))
    assert first == {
        "id": "a", "intent": "request_quote", "also": [], "confidence": first["confidence"], "confirm": False,
        "slots": {"company": "苏州恒力机械有限公司", "product": "X200", "quantity": 2, "due": "2026-03-18"},
    }  # fmt: skip
    assert (second["id"], second["intent"], second["slots"]) == ("b", "arrive", {})


@pytest.mark.parametrize("line", ["nonsense", "[]", '{"id":1}', '{"text":"x","now":"gestern"}'])
def test_a_bad_line_is_named(line):
    with pytest.raises(ValueError, match="第 1 行"):
        list(understand_lines([line], WORLD))
