"""The reasons for a no that are offered; any other can be typed."""

from __future__ import annotations

from collections.abc import Mapping

REASONS: Mapping[str, str] = {
    "price": "价格太低",
    "margin": "毛利不足",
    "terms": "付款条件",
    "papers": "资料不全",
    "other": "其他",
}
