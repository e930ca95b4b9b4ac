"""Changing what a deal is worth, when it should close, and the number of its contract."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from domain.actor import Actor
from domain.errors import Invalid
from domain.messages import Command
from domain.money import said_roughly
from domain.opportunities.events import OpportunityRevised
from domain.opportunities.moves import locked
from domain.opportunities.opportunity import Opportunity
from domain.work import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviseOpportunity(Command):
    """Change what is named, keep the rest: empty and None leave a field as it is."""

    opportunity_id: int
    version: int = 0
    amount_fen: int | None = None
    expected_close: date | None = None
    contact: str = ""
    contract_no: str = ""


def revise_opportunity(command: ReviseOpportunity, actor: Actor, work: Work) -> None:
    """Refused when nothing would change."""
    opportunity, _ = locked(command.opportunity_id, actor, work)
    opportunity.check_version(command.version)
    if not (command.contract_no and opportunity.closed_at is not None):
        opportunity.check_running()
    before = _said(opportunity)
    if command.amount_fen is not None:
        opportunity.amount_fen = command.amount_fen
    opportunity.expected_close = command.expected_close or opportunity.expected_close
    opportunity.contact = command.contact.strip()[:64] or opportunity.contact
    opportunity.contract_no = command.contract_no.strip()[:64] or opportunity.contract_no
    after = _said(opportunity)
    changes = {name: (before[name], after[name]) for name in after if after[name] != before[name]}
    if not changes:
        raise Invalid(
            f"没有看到要改的内容。可以这样说：{opportunity.no} 改成40万，或：合同号 HT-001。",
            subject=opportunity.subject,
        )
    opportunity.touch(work.now, actor.name)
    work.flush()
    work.record(OpportunityRevised(subject=opportunity.subject, changes=changes))
    work.redraw(opportunity.subject)


def _said(opportunity: Opportunity) -> dict[str, str]:
    closes = opportunity.expected_close
    return {
        "金额": "" if opportunity.amount_fen is None else said_roughly(opportunity.amount_fen),
        "预计成交日": "" if closes is None else closes.isoformat(),
        "联系人": opportunity.contact,
        "合同号": opportunity.contract_no,
    }
