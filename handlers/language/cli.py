"""The body of ``gendan understand``: JSON lines in, JSON lines out."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import datetime

from handlers.language.gazetteer import Gazetteer
from handlers.language.understand import Reader


def understand_lines(lines: Iterable[str], world: Gazetteer) -> Iterator[str]:
    """Yield ``{id, intent, slots, also, confidence, confirm}`` per ``{id, role, text, now}`` line, in order.

    Blank lines are skipped. A line that is not such an object raises ``ValueError`` naming its number.
    """
    reader = Reader(world)
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            item = json.loads(line)
            text, role, now = str(item["text"]), str(item.get("role", "")), datetime.fromisoformat(item["now"])
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"第 {number} 行不是 {{id, role, text, now}}：{error}") from error
        answer = reader.understand(text, role=role, now=now)
        main = answer.drafts[0]
        also = [*answer.also, *(draft.intent for draft in answer.drafts[1:] if draft.intent != main.intent)]
        body = {
            "id": item.get("id"),
            "intent": main.intent,
            "slots": dict(main.slots),
            "also": list(dict.fromkeys(also)),
            "confidence": main.confidence,
            "confirm": main.confirm,
        }
        yield json.dumps(body, ensure_ascii=False)
