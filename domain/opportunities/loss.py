"""Why deals are lost (S-073)."""

from __future__ import annotations

from enum import StrEnum


class LossReason(StrEnum):
    """The closed list; ``other`` needs words of its own."""

    PRICE = "price"
    DELIVERY = "delivery"
    COMPETITOR = "competitor"
    NO_BUDGET = "no_budget"
    SLOW = "slow_follow_up"
    OTHER = "other"

    @property
    def label(self) -> str:
        """Return the word people use."""
        return _LABELS[self]


_LABELS = {
    LossReason.PRICE: "价格",
    LossReason.DELIVERY: "交期",
    LossReason.COMPETITOR: "竞争对手",
    LossReason.NO_BUDGET: "没有预算",
    LossReason.SLOW: "跟进太慢",
    LossReason.OTHER: "其他",
}
_WORDS = {
    LossReason.NO_BUDGET: ("没有预算", "没预算", "预算取消", "预算不够", "预算砍", "没钱", "资金"),
    LossReason.PRICE: ("价格", "嫌贵", "太贵", "价高", "报价高", "便宜", "降价"),
    LossReason.DELIVERY: ("交期", "交货", "货期", "工期", "等不及"),
    LossReason.SLOW: ("跟进太慢", "跟进慢", "响应慢", "太慢", "没及时", "不及时", "忘了跟"),
    LossReason.COMPETITOR: ("竞争对手", "对手", "同行", "抢", "截胡", "选了别", "友商"),
}
"""The first row with a word in the sentence has it: 被抢 because of the price is about the price."""


def reason_said(text: str) -> LossReason | None:
    """Return the reason a sentence names; None when it names none."""
    return next((reason for reason, words in _WORDS.items() if any(word in text for word in words)), None)
