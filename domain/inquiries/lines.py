"""The wanted things of an inquiry: looked up in the catalogue, or kept as they were said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from domain.errors import Invalid
from domain.inquiries.inquiry import Inquiry, InquiryLine
from domain.work import Work

NOT_SAID = "未说明"
"""Stands for a thing that was not named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A thing and how many; an empty ``said`` means the thing already meant, None the number already said."""

    said: str = ""
    quantity: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A wanted thing looked up: its catalogue code, or the word as said and a ``note`` that it is not known."""

    said: str
    quantity: int | None
    product_id: int | None
    note: str = ""


def look_up(wanted: Sequence[Wanted], work: Work) -> list[Found]:
    """Look every wanted thing up in the catalogue; Invalid for an impossible quantity."""
    return [_found(each, work) for each in wanted]


def keep(inquiry: Inquiry, found: Sequence[Found], work: Work, *, first: int = 0) -> list[InquiryLine]:
    """Add the lines, from position ``first`` on, to an inquiry that has its id; return them."""
    return [
        work.add(
            InquiryLine(
                inquiry_id=inquiry.id,
                position=position,
                said=each.said,
                quantity=each.quantity,
                product_id=each.product_id,
            )
        )
        for position, each in enumerate(found, first)
    ]


def change(inquiry: Inquiry, wanted: Sequence[Wanted], work: Work) -> list[str]:
    """Change quantities or things; a thing not listed yet replaces the only line, or is added beside several."""
    notes: list[str] = []
    lines = work.find.inquiries.lines(inquiry.id)
    for each in wanted:
        line = _meant(each, lines, work)
        if line is None:
            if not each.said:
                raise Invalid(f"询价 {inquiry.no} 有 {len(lines)} 种产品，请说明改哪一种，例如：X200 改成3台。")
            if len(lines) != 1 or len(wanted) != 1:
                found = _found(each, work)
                keep(inquiry, [found], work, first=len(lines))
                notes += [found.note] if found.note else []
                continue
            line = lines[0]
            product = work.find.catalog.product(each.said)
            line.said, line.product_id = (each.said, None) if product is None else (product.code, product.id)
        line.quantity = _checked(each.quantity) or line.quantity
    work.flush()
    return notes


def said_lines(lines: Sequence[InquiryLine]) -> str:
    """Return ``X200 × 2、RB-12``, for the timeline."""
    return "、".join(line.said if line.quantity is None else f"{line.said} × {line.quantity}" for line in lines)


def _found(wanted: Wanted, work: Work) -> Found:
    quantity = _checked(wanted.quantity)
    product = work.find.catalog.product(wanted.said)
    if product is not None:
        return Found(said=product.code, quantity=quantity, product_id=product.id)
    if not wanted.said:
        return Found(
            said=NOT_SAID, quantity=quantity, product_id=None, note="没听出是什么产品，请补充，例如：产品换成X200"
        )
    near = "、".join(each.code for each in work.find.catalog.nearest(wanted.said))
    note = f"产品库里没有“{wanted.said}”，已按原话记下{f'，相近的有 {near}' if near else ''}"
    return Found(said=wanted.said, quantity=quantity, product_id=None, note=note)


def _meant(wanted: Wanted, lines: Sequence[InquiryLine], work: Work) -> InquiryLine | None:
    if not wanted.said:
        return lines[0] if len(lines) == 1 else None
    product = work.find.catalog.product(wanted.said)
    for line in lines:
        if line.said == wanted.said or (product is not None and line.product_id == product.id):
            return line
    return None


def _checked(quantity: int | None) -> int | None:
    if quantity is not None and not 0 < quantity <= 100_000:
        raise Invalid("数量要在 1 到 100000 之间，请核对后重发。")
    return quantity
