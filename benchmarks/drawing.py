"""Cards drawn per second: from the read view to the JSON that is sent, beside the plainest way to write that JSON."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import orjson
from day import CODEC

from cards.approvals import decide
from cards.glance import Glance
from cards.render import dingtalk, wecom
from domain.actor import Actor, Role
from domain.approvals.views import ApprovalView, ExhibitLine

_NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
_GLANCE = Glance(
    viewer=Actor(person_id=2, name="周敏", roles=frozenset({Role.MANAGER}), platform="wecom"),
    now=_NOW,
    zone=ZoneInfo("Asia/Shanghai"),
    base="https://gendan.example.com",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """Cards per second of processor time, and the size of one in bytes."""

    rate: float
    size: int


def plain(count: int) -> Measured:
    """Draw nothing: the finished dict copied at every level, then ``orjson``."""
    drawn = _wecom()
    return _measure(count, lambda: _copied(drawn))


def for_wecom(count: int) -> Measured:
    """Draw an approval from its view as WeCom's template card."""
    return _measure(count, _wecom)


def for_dingtalk(count: int) -> Measured:
    """Draw the same for DingTalk."""
    return _measure(count, lambda: dingtalk.render(decide(_view(), _GLANCE), CODEC))


def _wecom() -> dict[str, object]:
    return wecom.render(decide(_view(), _GLANCE), CODEC, task_id="approval-12-3")


def _measure(count: int, draw: Callable[[], object]) -> Measured:
    size = len(orjson.dumps(draw()))
    began = time.process_time()
    for _ in range(count):
        orjson.dumps(draw())
    return Measured(rate=count / (time.process_time() - began), size=size)


def _copied(value: object) -> object:
    if isinstance(value, dict):
        return {key: _copied(each) for key, each in value.items()}
    return [_copied(each) for each in value] if isinstance(value, list) else value


def _view() -> ApprovalView:
    lines = tuple(
        ExhibitLine(
            code=f"X{size}", name="立式加工中心", unit="台", quantity=2, price_fen=15_800_000, net_fen=30_020_000
        )
        for size in (200, 300, 400, 500, 600, 700)
    )
    return ApprovalView(
        id=12,
        version=3,
        no="SP-2611-0012",
        state="pending",
        about="quote:31",
        about_no="Q-2611-0031",
        revision=2,
        requester="陈静",
        customer="无锡锦腾模具有限公司",
        amount_fen=180_120_000,
        discount_ppm=950_000,
        margin_ppm=207_300,
        lines=lines,
        reason="老客户，今年第三单，对手报价比我们低五个点，客户希望这周定下来；安装和培训由我们负责，付款三六一。" * 2,
        rule="大额报价",
        waiting_since=_NOW,
        waiting_for=("周敏",),
        votes=(),
        my_turn=True,
        decided_by="",
        decided_at=None,
        comment="",
    )
