"""What changed between two versions of a quote, short enough for a card: ``数量 18→16（-2）``, ``单价 -3%`` (S-084)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, Protocol

from domain.catalog.configuring import said_number
from domain.money import ratio_ppm, said_discount, said_money, said_percent
from domain.quotes.quote import QuoteLine


class Head(Protocol):
    """What a version says besides its lines: a ``Quote`` or a ``QuoteVersion``."""

    discount_ppm: int
    agreed_fen: int | None
    total_fen: int
    terms: dict[str, Any]
    valid_days: int
    customer_id: int | None


def differences(
    before: Head, lines_before: Sequence[QuoteLine], after: Head, lines_after: Sequence[QuoteLine]
) -> tuple[str, ...]:
    """Return the changes that matter to a reader, the total last; nothing when the two say the same."""
    changes = [
        *_lines(lines_before, lines_after),
        *_terms(before.terms, after.terms),
    ]
    if _price(before) != _price(after):
        changes.append(f"折扣 {_price(before)}→{_price(after)}")
    if before.valid_days != after.valid_days:
        changes.append(f"有效期 {before.valid_days} 天→{after.valid_days} 天")
    if before.customer_id != after.customer_id and before.customer_id is not None:
        changes.append("换了客户")
    if before.total_fen != after.total_fen:
        changes.append(f"合计 {said_money(before.total_fen)}→{said_money(after.total_fen)}")
    return tuple(changes)


def _price(head: Head) -> str:
    return said_discount(head.discount_ppm) if head.agreed_fen is None else "一口价"


def _lines(before: Sequence[QuoteLine], after: Sequence[QuoteLine]) -> Iterator[str]:
    was = {line.position: line for line in before}
    now = {line.position: line for line in after}
    several = len(was) > 1 or len(now) > 1
    for position, line in now.items():
        old = was.get(position)
        if old is None or old.product_id != line.product_id:
            yield f"加 {line.code} × {line.quantity}"
            continue
        changes = tuple(_line(old, line))
        if several and changes:
            yield f"{line.code} {'、'.join(changes)}"
        else:
            yield from changes
    yield from (f"去掉 {line.code}" for position, line in was.items() if position not in now)


def _line(old: QuoteLine, new: QuoteLine) -> Iterator[str]:
    if old.quantity != new.quantity:
        yield f"数量 {old.quantity}→{new.quantity}（{new.quantity - old.quantity:+d}）"
    for name, number in new.inputs.items():
        if old.inputs.get(name) != number:
            yield f"{name} {_plain(old.inputs.get(name))}→{_plain(number)}"
    for group, option in new.options.items():
        if old.options.get(group) != option:
            yield f"{group} {old.options.get(group, '未选')}→{option}"
    if len(new.drawings) > len(old.drawings):
        yield f"加图纸 {len(new.drawings) - len(old.drawings)} 份"
    if old.price_fen != new.price_fen:
        percent = said_percent(abs(round(ratio_ppm(new.price_fen - old.price_fen, old.price_fen), -3)))
        sign = "+" if new.price_fen > old.price_fen else "-"
        yield f"单价 {sign}{percent}"


def _terms(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    for kind, term in after.items():
        old = before.get(kind)
        if old is None:
            yield f"加{kind} {term['name'] or term['text']}"
        elif old["text"] != term["text"]:
            yield f"{kind} {old['name'] or old['text']}→{term['name'] or term['text']}"


def _plain(number: Any) -> str:
    return "未定" if number is None else said_number(Decimal(str(number)))
