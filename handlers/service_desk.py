"""The service desk: what customers tell by phone and chat, installations, complaints from first word to last."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.actor import Role
from domain.errors import Invalid, NotFound
from domain.service.desk import AnswerTicket, RespondTicket, SettleJob
from domain.service.requesting import RequestService
from domain.service.sign import CancelJob
from domain.service.states import JobState
from domain.service.types import TYPES, ServiceType
from handlers.context import Confirm, Missing
from handlers.jobs_meant import look_at, which, words_of
from handlers.moments import find_moments, moment_of
from handlers.service import report_fault
from handlers.service_words import windows_in

if TYPE_CHECKING:
    from collections.abc import Mapping

    from domain.service.report import Reported
    from domain.service.views import JobLine
    from handlers.context import Ask, IntentHandler, Understood

_ANSWERS = 4
"""Machines offered as buttons."""
_CONSULT = ("咨询", "请教", "问一下", "怎么用", "怎么操作")


def request_install(ask: Ask, understood: Understood) -> None:
    """``苏州恒力的X300下周三安装调试``."""
    _request(ask, understood, ServiceType.INSTALL)


def request_visit(ask: Ask, understood: Understood) -> None:
    """``恒力的X200周五巡检``, ``下周三给恒力的L320做保养``: a visit of the kind that was named, once."""
    words = words_of(ask, understood)
    kind = next((type_ for word, type_ in TYPES.items() if word in words), ServiceType.INSTALL)
    _request(ask, understood, kind)


def request_consult(ask: Ask, understood: Understood) -> None:
    """``恒力来电话问X200怎么调间隙``."""
    _request(ask, understood, ServiceType.CONSULT)


def complain(ask: Ask, understood: Understood) -> None:
    """``苏州恒力投诉 师傅三天没来``: service has it at once, the first answer is timed."""
    _request(ask, understood, ServiceType.COMPLAINT)


def repeat_fault(ask: Ask, understood: Understood) -> None:
    """``昨天修过又坏了 一样的毛病``: a report that is linked to the job that did not last."""
    report_fault(ask, understood)


def respond_ticket(ask: Ask, understood: Understood) -> None:
    """``已联系客户 约了明天上门``: the first answer."""
    job = which(ask, understood, _mine_or_open(ask), "现在没有等您回复的单子。")
    if job is not None:
        no = ask.act(RespondTicket(work_order_id=job.id, words=str(understood.slots.get("words") or "")))
        look_at(ask, job.id)
        ask.say(f"{no} 已记首次回复。处理好了发“答复 怎么解决的”。")


def answer_ticket(ask: Ask, understood: Understood) -> None:
    """``答复 已约师傅明天上门``: settled; a complaint waits for the customer's own word."""
    jobs = ask.queries.service.jobs_of(ask.actor.person_id, (JobState.ACCEPTED,))
    job = which(ask, understood, jobs, "您手上没有要答复的投诉或咨询。")
    if job is None:
        return
    no = ask.act(AnswerTicket(work_order_id=job.id, words=str(understood.slots.get("words") or "")))
    look_at(ask, job.id)
    after = ask.queries.service.job(job.id, ask.actor)
    if after.state is JobState.SIGNING:
        ask.say(f"{no} 已记处理结果，等客户在进度页上确认；客户当面或电话里确认的，发“结案 原因”。")
        ask.show("service.dispatch", f"workorder:{job.id}")
    else:
        ask.say(f"{no} 已答复，结束。")


def settle_job(ask: Ask, understood: Understood) -> None:
    """``结案 WO-2611-0001 客户电话确认``: closed without the signature, for a reason."""
    jobs = [job for job in ask.queries.service.open_jobs() if job.state is JobState.SIGNING]
    looked_at = ask.focus.subject if ask.focus is not None and ask.focus.fresh(ask.now) else ""
    jobs = [job for job in jobs if f"workorder:{job.id}" == looked_at] or jobs
    job = which(ask, understood, jobs, "现在没有等签收的单子可以结案。")
    if job is not None:
        no = ask.act(SettleJob(work_order_id=job.id, reason=str(understood.slots.get("reason") or "")))
        look_at(ask, job.id)
        ask.say(f"工单 {no} 已结案，原因记下了。")


def cancel_ticket(ask: Ask, understood: Understood) -> None:
    """``恒力说自己修好了 不用来了``: told by staff for the customer; the job is named and confirmed first."""
    company = str(understood.slots.get("company") or "")
    jobs = ask.queries.service.open_of(company) if company else ask.queries.service.open_jobs()
    jobs = [job for job in jobs if job.state is not JobState.SIGNING]
    job = which(ask, understood, jobs, "没有找到可以取消的工单，请写上单号或客户。")
    if job is None:
        return
    if not understood.tapped:
        view = ask.queries.service.job(job.id, ask.actor)
        on_way = view.departed_at is not None or view.arrived_at is not None
        warn = f"{view.engineer}已经出发，先给他打个电话再取消" if on_way else "会通知工程师不用去了"
        raise Confirm(
            {"ticket_no": job.no, "reason": words_of(ask, understood)[:200]},
            (f"取消 {job.no}：{job.customer} {job.model}，现在是“{job.state.label}”；{warn}",),
        )
    no = ask.act(CancelJob(work_order_id=job.id, reason=str(understood.slots.get("reason") or "")))
    look_at(ask, job.id)
    ask.say(f"工单 {no} 已取消。")


def _request(ask: Ask, understood: Understood, type_: ServiceType) -> None:
    slots = understood.slots
    company = str(slots.get("company") or "")
    serial = str(slots.get("serial_no") or "")
    named = ask.queries.equipment.said(serial=serial) if serial and not company else []
    customer = ask.queries.equipment.customer(named[0].id) if named else None
    if company:
        customer = ask.queries.customers.id_of(company)
    if customer is None:
        raise Missing("company", f"是哪家客户的{type_.label}？写全称或常用的简称。")
    words = words_of(ask, understood)
    type_ = ServiceType.CONSULT if any(each in words for each in _CONSULT) else type_
    product = slots.get("product") or ""
    model = str(product[0] if isinstance(product, list) and product else product or "")
    machines = named or ask.queries.equipment.said(company=company, model=model, serial=serial)
    if len(machines) > 1 and not model:
        machines = [each for each in machines if each.model in words] or machines
    looks_after = type_ in (ServiceType.MAINTENANCE, ServiceType.INSPECTION)
    if looks_after and len(machines) > 1:
        known = "、".join(f"{each.model}（末四位 {each.tail}）" for each in machines[:5])
        tails = tuple(each.tail for each in machines) if len(machines) <= _ANSWERS else ()
        raise Missing("serial_no", f"{type_.label}哪台设备（序列号末四位）？这家有 {known}。", tails)
    if looks_after and not machines:
        raise Invalid(
            f"{type_.label}哪台设备？这家还没有登记这种设备，请先登记，例如：登记设备 X200 序列号 X200-2026-0001。"
        )
    machine = machines[0] if len(machines) == 1 and (model or slots.get("serial_no") or type_.is_desk) else None
    if looks_after:
        machine = machines[0]
    if type_ is ServiceType.INSTALL and not slots.get("serial_no"):
        machine = None
    due = moment_of(slots.get("due"), slots.get("due_window"), ask.calendar, ask.now)
    due = due or next((each.moment for each in find_moments(words, ask.now, ask.calendar)), None)
    windows, exclusions = windows_in(words, ask)
    done: Reported = ask.act(
        RequestService(
            type=type_,
            customer_id=customer,
            words=words,
            equipment_id=None if machine is None else machine.id,
            product=model,
            phone=str(slots.get("phone") or ""),
            windows=windows,
            exclusions=exclusions,
            planned_for=None if due is None else due.due,
        )
    )
    job = ask.queries.service.by_no(done.ticket_no)
    if job is None:
        raise NotFound("没有找到刚建的单，请稍后再查。")
    look_at(ask, job.id)
    next_ = "服务经理已收到，首次回复会计时。" if type_ is ServiceType.COMPLAINT else ""
    ask.say(f"{type_.label}{'已并入' if done.joined else '已登记，单号'} {done.ticket_no}（工单 {job.no}）。{next_}")


def _mine_or_open(ask: Ask) -> list[JobLine]:
    jobs = ask.queries.service.jobs_of(ask.actor.person_id, (JobState.ACCEPTED,))
    if jobs or not ask.actor.has(Role.SERVICE, Role.DISPATCHER, Role.MANAGER, Role.ADMIN):
        return jobs
    return ask.queries.service.without_engineer()


INTENTS: Mapping[str, IntentHandler] = {
    "request_install": request_install,
    "request_visit": request_visit,
    "request_consult": request_consult,
    "complain": complain,
    "repeat_fault": repeat_fault,
    "respond_ticket": respond_ticket,
    "answer_ticket": answer_ticket,
    "settle_job": settle_job,
    "cancel_ticket": cancel_ticket,
}
