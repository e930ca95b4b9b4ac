"""A quotation as a PDF in the company's look; the only figures in it are those of its view."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.typesetting import TypesettingError
from cards.card import Document, Text
from domain.capitals import said_capitals
from domain.money import PPM, said_discount, said_money, said_percent
from domain.quotes.offer import last_day
from storage.queries import Queries

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from bot.settings import Company
    from bot.typesetting import Typesetter
    from domain.actor import Actor
    from domain.clock import Clock
    from domain.quotes.paper_views import QuotePaper
    from domain.quotes.views import QuoteLineView
    from storage.database import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class Quotations:
    """Fills the paper ``quotation``; days are the company's own."""

    papers: Typesetter
    zone: ZoneInfo
    company: Company

    async def pdf(self, paper: QuotePaper, now: datetime) -> bytes:
        """Return the quotation as a PDF; same content, same moment, same bytes. Raise TypesettingError."""
        pictures = {} if self.company.logo is None else {self._logo: self.company.logo.read_bytes()}
        return await self.papers.pdf("quotation", self.values(paper, now), pictures=pictures, at=now)

    def values(self, paper: QuotePaper, now: datetime) -> dict[str, Any]:
        """Return what the template prints, every figure as it is written on cards."""
        return {
            "company": self.company.name or "报价单位",
            "about": list(self.company.about),
            "colour": self.company.colour,
            "logo": self._logo if self.company.logo is not None else "",
            "no": f"{paper.no} V{paper.revision}",
            "mark": paper.mark,
            "rows": self._rows(paper, now),
            "lines": [_line(number, line) for number, line in enumerate(paper.lines, start=1)],
            "sums": _sums(paper),
            "capitals": said_capitals(paper.total_fen),
            "terms": [[term.kind, term.text] for term in paper.terms],
            "hash": paper.content_hash,
        }

    @property
    def _logo(self) -> str:
        assert self.company.logo is not None
        return f"logo{self.company.logo.suffix.lower()}"

    def _rows(self, paper: QuotePaper, now: datetime) -> list[list[str]]:
        day = (paper.approved_at or now).astimezone(self.zone).date()
        until = (
            f"{last_day(paper.approved_at, paper.valid_days, self.zone):%Y-%m-%d}"
            if paper.approved_at is not None
            else f"审批同意后 {paper.valid_days} 天"
        )
        return [
            ["客户", paper.customer or "（未填）"],
            ["报价日期", f"{day:%Y-%m-%d}"],
            ["业务员", paper.seller],
            ["有效期至", "已失效" if paper.mark == "已失效" else until],
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotationPress:
    """Prints a quotation for the chat, as the one who asked may see it now."""

    database: Database
    quotations: Quotations
    clock: Clock

    async def __call__(self, subject: str, args: Mapping[str, Any], viewer: Actor) -> Document | Text:
        """Return the file, or the sentence that says why there is none. Raise NotFound when he may not see it."""
        del args
        id_ = int(subject.partition(":")[2])
        paper = await self.database.read(lambda session: Queries(session).offers.paper(id_, viewer))
        try:
            return Document(name=file_name(paper), data=await self.quotations.pdf(paper, self.clock.now()))
        except TypesettingError as error:
            return Text(text=str(error))


def file_name(paper: QuotePaper) -> str:
    """Return ``报价单 Q-2611-0001 V2.pdf``, with its mark."""
    return f"报价单 {paper.no} V{paper.revision}{f' {paper.mark}' if paper.mark else ''}.pdf"


def _line(number: int, line: QuoteLineView) -> dict[str, Any]:
    made = []
    if line.size:
        measure = f"，{line.piece_measure}/{line.unit}，共 {line.measure}" if line.piece_measure else ""
        made.append(f"{line.size}mm{measure}")
    if line.options:
        made.append("、".join(f"{group} {option}" for group, option in line.options))
    if line.drawings:
        made.append(f"按图纸 {'、'.join(each.name for each in line.drawings)}")
    return {
        "number": str(number),
        "name": f"{line.code} {line.name}",
        "made": made,
        "working": [f"{step.name}：{step.said} = {said_money(step.fen)}" for step in line.steps],
        "quantity": f"{line.quantity}{line.unit}",
        "price": said_money(line.price_fen),
        "once": f"+ {said_money(line.fixed_fen)}（一次性）" if line.fixed_fen else "",
        "net": said_money(line.net_fen),
        "tax": said_percent(line.tax_ppm),
    }


def _sums(paper: QuotePaper) -> list[list[str]]:
    discount = (
        []
        if paper.list_fen == paper.total_fen
        else [
            ["原价", said_money(paper.list_fen)],
            _reduction(paper),
        ]
    )
    return [*discount, ["其中税额", said_money(paper.tax_fen)], ["合计（含税）", said_money(paper.total_fen)]]


def _reduction(paper: QuotePaper) -> list[str]:
    if paper.is_agreed:
        return ["优惠", said_money(paper.total_fen - paper.list_fen)]
    return ["折扣", said_discount(paper.discount_ppm) if paper.discount_ppm != PPM else "优惠价"]
