"""Every recorded callback becomes exactly the envelope that stands beside it.

``tests/fixtures/wecom`` and ``dingtalk`` hold bodies as the platforms' documentation prints them, and under
``played.`` as the played platforms emit them; ``envelopes.json`` holds what the inbox keeps of each.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.dingtalk.inbound import parse_card, parse_event, parse_robot
from bot.wecom.inbound import parse
from handlers.envelope import Envelope

FIXTURES = Path(__file__).parent.parent / "fixtures"
RECEIVED = datetime(2026, 1, 1, 0, 0, 5, tzinfo=UTC)


def recorded(platform: str, suffix: str) -> list[str]:
    return sorted(
        path.name.removesuffix(suffix)
        for path in (FIXTURES / platform).glob(f"*{suffix}")
        if path.name != "envelopes.json"
    )


def expected(platform: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((FIXTURES / platform / "envelopes.json").read_text(encoding="utf-8"))
    return found


def wecom(name: str) -> Envelope:
    return parse((FIXTURES / "wecom" / f"{name}.xml").read_bytes(), RECEIVED)


def dingtalk(name: str) -> Envelope:
    body = json.loads((FIXTURES / "dingtalk" / f"{name}.json").read_text(encoding="utf-8"))
    headers, inner = (body["headers"], json.loads(body["data"])) if name.startswith("frame.") else ({}, body)
    if name.startswith("frame.event"):
        return parse_event(headers, inner, received=RECEIVED)
    if name.endswith(".card"):
        return parse_card(inner, headers, received=RECEIVED)
    return parse_robot(inner, received=RECEIVED, message_id=headers.get("messageId", ""))


def kept(envelope: Envelope) -> Any:
    """Return the envelope as it lies in the inbox."""
    return json.loads(json.dumps(envelope.to_json()))


@pytest.mark.parametrize("name", recorded("wecom", ".xml"))
def test_wecom(name: str) -> None:
    assert kept(wecom(name)) == expected("wecom")[name]


@pytest.mark.parametrize("name", recorded("dingtalk", ".json"))
def test_dingtalk(name: str) -> None:
    assert kept(dingtalk(name)) == expected("dingtalk")[name]


def test_no_envelope_is_without_its_callback() -> None:
    assert set(expected("wecom")) == set(recorded("wecom", ".xml"))
    assert set(expected("dingtalk")) == set(recorded("dingtalk", ".json"))
