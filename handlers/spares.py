"""Spare parts in words and buttons: asked for by engineers, handed out by the warehouse, moved, counted."""

from __future__ import annotations

import re
from datetime import datetime, time
from typing import TYPE_CHECKING

from domain.actor import Role
from domain.errors import Invalid, NotFound
from domain.service.reopen import ReopenJob
from domain.service.states import WITH_ENGINEER, JobState
from domain.spares.issuing import IssuePart, OrderPart
from domain.spares.moving import CountPart, GivePart, PassPart, ReceivePart, ReturnPart
from domain.spares.part_request import RequestState
from domain.spares.requesting import RequestParts, WithdrawRequest
from handlers.context import Missing
from handlers.jobs_meant import NO_JOB, job_id, look_at, parts_of, which, words_of
from handlers.language.numbers import read_number
from handlers.moments import find_moments, moment_of
from handlers.service import correct_used

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cards.action import Action
    from domain.spares.views import RequestView
    from handlers.context import Ask, ButtonHandler, IntentHandler, Understood

CARD = "spares.request"
_BOOKS = 40
"""Parts in the answer to 盘点."""
_LOW = 12
"""Parts in the answer to 哪些备件快没了."""
_IMPACT = re.compile(
    r"(?:客户|现场|产线|那边)?[^\s,，。;；]{0,6}(?:停产|停机|停线|等着|急用|着急|很急|开不了工|赶货)[^\s,，。;；]{0,10}"
)
_ASKS = re.compile(r"要|申请|缺|等|领|补|送|拿|带|来\d|没货|没修好|修不好")
_NO_STORE = "出库、缺货由仓库来办。要备件请发：要2个6205轴承，明早用。"
_NONE_WAITS = "现在没有等出库的备件。"


def request_part(ask: Ask, understood: Understood) -> None:
    """``要2个6205轴承 明早用``; of a job that waits for the signature it says that nobody has to sign yet.

    Told by the warehouse (``6205缺货 周五到``) it is an answer.
    """
    if Role.ENGINEER not in ask.actor.roles and Role.WAREHOUSE in ask.actor.roles:
        out_of_stock(ask, understood)
        return
    jobs = ask.queries.service.jobs_of(ask.actor.person_id, (JobState.ON_SITE,))
    jobs = jobs or ask.queries.service.jobs_of(ask.actor.person_id, (*WITH_ENGINEER, JobState.SIGNING))
    job = which(ask, understood, jobs, NO_JOB)
    if job is None:
        return
    words = words_of(ask, understood)
    parts = parts_of(understood.slots.get("part") or ())
    if parts and job.state is JobState.SIGNING and not _ASKS.search(words):
        correct_used(ask, job, parts, words)
        return
    if job.state is JobState.SIGNING:
        ask.act(ReopenJob(work_order_id=job.id, words=words))
    slots = understood.slots
    need_by = moment_of(slots.get("due"), slots.get("due_window"), ask.calendar, ask.now)
    impact = _IMPACT.search(words)
    done = ask.act(
        RequestParts(
            work_order_id=job.id,
            parts=parts,
            words=words,
            need_by=None if need_by is None else need_by.due,
            impact="" if impact is None else impact[0],
        )
    )
    look_at(ask, job.id)
    near = f"目录里没有这个件，是不是 {'、'.join(done.nearest)}？写错了发“撤回”再发一次。" if done.nearest else ""
    if done.waits_for_customer:
        ask.say(f"已过保，备件要收费：已请客户在进度页上确认，他同意后仓库才出库（工单 {done.no}）。{near}")
    elif done.waits_for_approval:
        ask.say(f"备件申请要先审批，已转给主管，批了就到仓库（工单 {done.no}）。{near}")
    else:
        ask.say(f"备件申请已转给仓库，工单 {done.no}。件到后再去现场，发“到了”。{near}")


def issue_part(ask: Ask, understood: Understood) -> None:
    """``出库 6205轴承``, ``已出库`` with one waiting: into the engineer's van."""
    said = _said(understood)
    request = _waiting(ask, understood, said)
    if request is not None:
        part = said if said and (not _means(said, request) or not request.known) else ""
        issued = ask.act(IssuePart(request_id=request.id, part=part))
        ask.say(f"{issued} 已出库给{request.engineer}（工单 {request.job_no}）。")


def out_of_stock(ask: Ask, understood: Understood) -> None:
    """``6205缺货 周五到``."""
    said = _said(understood)
    if said and not any(_means(said, each) for each in ask.queries.spares.waiting(ask.actor)):
        raise Invalid(f"没有人在等“{said}”，没有记录。看有哪些在等请发“待出库”。")
    request = _waiting(ask, understood, said)
    if request is None:
        return
    at = _arrival(ask, f"{words_of(ask, understood)} {understood.slots.get('due') or ''}")
    said = ask.act(OrderPart(request_id=request.id, arrives_at=at))
    ask.say(f"{said} 记为缺货，{ask.calendar.local(at):%m月%d日}到货，已告诉{request.engineer}；到那天我提醒您。")


def list_requests(ask: Ask, understood: Understood) -> None:
    """``待出库``: what waits for the warehouse."""
    del understood
    waiting = ask.queries.spares.waiting(ask.actor)
    if len(waiting) == 1:
        ask.show(CARD, f"partrequest:{waiting[0].id}")
    elif not waiting:
        ask.say(_NONE_WAITS)
    else:
        listed(ask, waiting, {"intent": "show_request"})
        ask.say(f"待出库 {len(waiting)} 条，回复序号看卡片：\n{numbered(waiting)}")


def show_request(ask: Ask, understood: Understood) -> None:
    """``2``: one of the list."""
    ask.show(CARD, str(understood.slots["subject"]))


def return_part(ask: Ask, understood: Understood) -> None:
    """``退2个6205 没用上``, ``调2个6205给林涛``: out of the own van."""
    said = parts_of(understood.slots.get("part") or ())
    if not said:
        raise Missing("part", "退哪个备件、几个？例如：退2个6205轴承。")
    name = str(understood.slots.get("staff") or "")
    other = ask.queries.service.engineer_called(name) if name else None
    if name and other is None:
        raise Invalid(f"没有找到工程师“{name}”，请写名字，例如：调2个6205给林涛。")
    moved = [
        ask.act(ReturnPart(part=each.name, quantity=each.quantity or 1))
        if other is None
        else ask.act(PassPart(part=each.name, quantity=each.quantity or 1, to_id=other))
        for each in said
    ]
    where = "退回主库" if other is None else f"调给{name}"
    ask.say(f"{'、'.join(moved)} 已{where}。")


def give_part(ask: Ask, understood: Understood) -> None:
    """``接近开关给何平2个``: what he has asked for is issued, anything else goes into his van."""
    slots = understood.slots
    part, pieces = str(slots["part"]), int(read_number(str(slots["count"])) or 0)
    engineer = ask.queries.service.engineer_called(str(slots["staff"]))
    if engineer is None:
        raise Invalid(f"没有找到工程师“{slots['staff']}”，请写名字，例如：6205轴承给何平2个。")
    asked = [
        each for each in ask.queries.spares.waiting(ask.actor) if each.engineer_id == engineer and _means(part, each)
    ]
    exact = [each for each in asked if each.pieces == pieces]
    if exact:
        issued = ask.act(IssuePart(request_id=exact[0].id))
        ask.say(f"{issued} 已出库给{exact[0].engineer}（工单 {exact[0].job_no}）。")
        return
    said = ask.act(GivePart(part=part, to_id=engineer, quantity=pieces))
    rest = f"他申请的 {'、'.join(each.said for each in asked)} 还在等出库。" if asked else ""
    ask.say(f"{said} 已从主库发给{slots['staff']}，记在他车上。{rest}")


def receive_part(ask: Ask, understood: Understood) -> None:
    """``入库 6205轴承 20个``."""
    count = read_number(str(understood.slots["count"])) or 0
    said = ask.act(ReceivePart(part=str(understood.slots["part"]), quantity=int(count)))
    ask.say(f"{said} 已入主库。")


def count_part(ask: Ask, understood: Understood) -> None:
    """``盘点 6205轴承 38个``: the books follow; a bare ``盘点`` tells what they say."""
    slots = understood.slots
    if "part" not in slots:
        books = ask.queries.parts.in_store()
        more = f"\n还有 {len(books) - _BOOKS} 种" if len(books) > _BOOKS else ""
        lines = [f"{each.name} {each.said}" for each in books[:_BOOKS]]
        ask.say("\n".join(["主库账上（对不上的发“盘点 6205轴承 38个”）：", *lines]) + more)
        return
    done = ask.act(CountPart(part=str(slots["part"]), there=int(read_number(str(slots["count"])) or 0)))
    gap = done.there - done.before
    said = "账实相符" if not gap else f"账上 {done.before}，{'多' if gap > 0 else '少'}了 {abs(gap)}，已改过来"
    ask.say(f"{done.name} 盘点 {done.there} {done.unit}：{said}。")


def query_stock(ask: Ask, understood: Understood) -> None:
    """``6205还有多少``: where it lies, the asker's own van first."""
    product = understood.slots.get("product") or ""
    said = _said(understood) or str(product[0] if isinstance(product, list) and product else product)
    if not said:
        raise Missing("part", "查哪个备件？例如：6205轴承还有多少。")
    found = ask.queries.parts.stock_of(said, ask.actor.person_id)
    if not found:
        near = ask.queries.parts.near(said)
        names = "、".join(near)
        raise NotFound(f"备件目录里没有“{said}”{f'，是不是 {names}？' if near else '。'}")
    ask.say("\n".join(f"{each.name}：{each.said}" for each in found))


def low_parts(ask: Ask, understood: Understood) -> None:
    """``哪些备件快没了``: at or below the least number, or none left."""
    del understood
    low = ask.queries.parts.low()
    if not low:
        ask.say("主库的备件都高于最低库存，没有用完的。")
        return
    more = f"\n还有 {len(low) - _LOW} 种" if len(low) > _LOW else ""
    lines = [f"{each.name}：{each.said}" for each in low[:_LOW]]
    ask.say("\n".join([f"快没了的备件 {len(low)} 种，到货发“入库 名称 数量”：", *lines]) + more)


def own_van(ask: Ask, understood: Understood) -> None:
    """``车上有哪些备件``."""
    del understood
    there = [] if ask.actor.person_id is None else ask.queries.parts.in_van(ask.actor.person_id)
    if not there:
        ask.say("您车上没有登记备件。要备件请发：要2个6205轴承，明早用。")
        return
    ask.say(f"您车上有：{'、'.join(f'{each.name} {each.said}' for each in there)}。")


def withdraw(ask: Ask, request_id: int) -> str:
    """``撤销`` of a request; for ``corrections.UNDO``."""
    return f"{ask.act(WithdrawRequest(request_id=request_id))} 的申请已撤回。"


def press_issue(ask: Ask, action: Action) -> None:
    """出库; with ``part`` the substitute on the button."""
    outside = "outside" in action.args
    said = ask.act(IssuePart(request_id=job_id(action), part=action.args.get("part", ""), outside=outside))
    ask.say(f"{said} 已出库。")


def press_order(ask: Ask, action: Action) -> None:
    """缺货: the day is asked for."""
    request = ask.queries.spares.request(job_id(action), ask.actor)
    look_at_request(ask, request)
    ask.say(f"{request.said} 哪天到货？直接发，例如：缺货 周五到。")


def numbered(waiting: Sequence[RequestView]) -> str:
    """Return the requests as a numbered list."""
    return "\n".join(
        f"{index}. {each.said}（{each.engineer}，{each.job_no}，{each.state.label}）"
        for index, each in enumerate(waiting, start=1)
    )


def listed(ask: Ask, waiting: Sequence[RequestView], question: dict[str, object]) -> None:
    """Remember the list and what it was shown for, so that a plain ordinal answers it."""
    if ask.focus is not None:
        ask.focus.show(ask.now, [f"partrequest:{each.id}" for each in waiting])
        ask.focus.ask(ask.now, question)


def look_at_request(ask: Ask, request: RequestView) -> None:
    """Remember which request the sender is talking about."""
    if ask.focus is not None:
        ask.focus.turn(ask.now, subject=f"partrequest:{request.id}")


def _said(understood: Understood) -> str:
    part = understood.slots.get("part")
    if isinstance(part, list) and part:
        return str(part[0]["name"])
    return str(part or "")


def _waiting(ask: Ask, understood: Understood, said: str) -> RequestView | None:
    """Return the request that is meant: in focus, of the part that was named, or the only one."""
    waiting = ask.queries.spares.waiting(ask.actor)
    if not waiting:
        if not ask.actor.has(Role.WAREHOUSE, Role.MANAGER, Role.MANAGEMENT, Role.ADMIN):
            raise Invalid(_NO_STORE)
        ask.say(_NONE_WAITS)
        return None
    no = str(understood.slots.get("ticket_no") or "")
    focus = ask.focus.subject if ask.focus is not None and ask.focus.fresh(ask.now) else ""
    chosen = str(understood.slots.get("subject") or "")
    for fits in (
        lambda each: f"partrequest:{each.id}" == chosen,
        lambda each: bool(no) and each.job_no == no,
        lambda each: bool(said) and _means(said, each),
        lambda each: f"partrequest:{each.id}" == focus,
        lambda each: each.state is RequestState.WAITING,
    ):
        found = [each for each in waiting if fits(each)]
        if len(found) == 1:
            return found[0]
        if found:
            waiting = found
            break
    if len(waiting) == 1:
        return waiting[0]
    listed(ask, waiting, {"intent": understood.intent, "slots": {"words": words_of(ask, understood), "part": said}})
    ask.say(f"您说的是哪一条？回复序号：\n{numbered(waiting)}")
    return None


def _means(said: str, request: RequestView) -> bool:
    return said in request.said or request.said.partition(" ×")[0] in said


def _arrival(ask: Ask, words: str) -> datetime:
    found = find_moments(words, ask.now, ask.calendar)
    if not found:
        raise Missing("due", "哪天到货？例如：周五。")
    moment = found[0].moment
    if not moment.whole_day:
        return moment.due
    day = ask.calendar.local(moment.due).date()
    begins = ask.calendar.shifts[0][0] if ask.calendar.shifts else time(9, 0)
    at = datetime.combine(day, begins, ask.calendar.zone)
    return at if at > ask.now else moment.due


INTENTS: Mapping[str, IntentHandler] = {
    "request_part": request_part,
    "issue_part": issue_part,
    "out_of_stock": out_of_stock,
    "list_requests": list_requests,
    "show_request": show_request,
    "return_part": return_part,
    "give_part": give_part,
    "receive_part": receive_part,
    "count_part": count_part,
    "query_stock": query_stock,
    "low_parts": low_parts,
    "own_van": own_van,
}
BUTTONS: Mapping[str, ButtonHandler] = {
    "issue_part": press_issue,
    "order_part": press_order,
}
