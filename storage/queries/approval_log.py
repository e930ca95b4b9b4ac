"""The record of approvals as a table: who did what when, on which channel, about which content (S-097)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.actor import Actor, Role
from domain.approvals.approval import Approval
from domain.approvals.log import CHANNELS, SAID, remark
from domain.errors import NotFound
from domain.money import said_discount, said_money
from domain.people.person import Person
from domain.scope import within
from storage.finders.people import PeopleFinder
from storage.queries.quote_content import is_as_asked
from storage.tables import timeline

HEADING = (
    "时间", "审批号", "单据", "版本", "客户", "金额", "折扣", "提交人", "规则", "规则版本",
    "动作", "谁", "渠道", "说明", "审批时看到的内容", "内容指纹", "内容核对",
)  # fmt: skip
_CHECKED = {True: "一致", False: "不一致", None: ""}


class ApprovalLogQueries:
    """What happened to the approvals a viewer may count: everybody's for management and finance, else the team's."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def rows(self, viewer: Actor, since: datetime, until: datetime, most: int) -> list[list[Any]]:
        """Return up to ``most`` lines of ``HEADING`` in the order they happened; moments in UTC."""
        if not viewer.has(Role.MANAGER, Role.MANAGEMENT, Role.FINANCE, Role.ADMIN):
            raise NotFound("审批记录只有主管、财务和总经理能导出。")
        query = (
            select(timeline)
            .where(timeline.c.event.in_(SAID), timeline.c.at >= since, timeline.c.at < until)
            .order_by(timeline.c.seq)
        )
        found: list[list[Any]] = []
        known: dict[str, list[Any] | None] = {}
        for row in self._session.execute(query).mappings():
            if row["subject"] not in known:
                known[row["subject"]] = self._about(int(row["subject"].partition(":")[2]), viewer)
            about = known[row["subject"]]
            if about is None:
                continue
            deed = [SAID[row["event"]], row["actor"], CHANNELS.get(row["platform"], row["platform"])]
            found.append([row["at"], *about[:9], *deed, remark(row["body"]), *about[9:]])
            if len(found) == most:
                break
        return found

    def _about(self, approval_id: int, viewer: Actor) -> list[Any] | None:
        """Return what stands in every line of one approval, before and behind the deed; None when not for him."""
        approval = self._session.get(Approval, approval_id)
        if approval is None or not self._may_count(approval, viewer):
            return None
        asker = self._session.get_one(Person, approval.requester_id)
        exhibit = approval.exhibit
        return [
            approval.no,
            approval.about_no,
            f"V{approval.revision}",
            exhibit["customer"],
            Decimal(approval.amount_fen).scaleb(-2) if "amount_fen" in exhibit else "",
            said_discount(exhibit["discount_ppm"]) if "discount_ppm" in exhibit else "",
            asker.name,
            "、".join((approval.rule, *approval.also)),
            approval.policy,
            "；".join(_shown(exhibit)),
            approval.content_hash[:16],
            _CHECKED[is_as_asked(self._session, approval)],
        ]

    def _may_count(self, approval: Approval, viewer: Actor) -> bool:
        return viewer.has(Role.FINANCE) or within(viewer, approval.requester_id, PeopleFinder(self._session).leader_of)


def _shown(exhibit: dict[str, Any]) -> Iterator[str]:
    if "title" in exhibit:
        yield from (exhibit["title"], *exhibit["files"])
    yield from (
        f"{line['code']} {line['name']} × {line['quantity']}{line['unit']}，{said_money(line['net_fen'])}"
        for line in exhibit.get("lines", ())
    )
