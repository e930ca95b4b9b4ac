"""Deeds that are understood and that nobody carries out in chat yet: what each is, and what can be typed instead."""

from __future__ import annotations

from typing import Final

UNREADY: Final[dict[str, tuple[str, str]]] = {
    "urge": ("催一下", ""),
    "query_payment": ("查款到了没有", ""),
    "query_order": ("查订单到哪一步了", ""),
    "record_payment": ("登记回款", ""),
    "create_order": ("建订单", ""),
    "rate_service": ("给服务评价", ""),
    "give_feedback": ("提建议", ""),
}
"""Deed or intent → what it is in words, and a sentence that comes near it, or nothing."""
