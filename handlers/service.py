"""Field service: what engineers and dispatchers type and press."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING, Any

from domain.errors import Invalid, Stale
from domain.service.accept import DECLINE_REASONS, AcceptJob, DeclineJob
from domain.service.finishing import CorrectParts, FinishJob, SaidPart, UseParts
from domain.service.reopen import ReopenJob, UndoArrival
from domain.service.report import ReportFault
from domain.service.requesting import RequestService
from domain.service.states import TO_VISIT, WITH_ENGINEER, JobState
from domain.service.transfer import RefuseTransfer, TakeTransfer
from domain.service.types import ServiceType
from domain.service.visit import ArriveJob
from handlers.context import Missing
from handlers.jobs_meant import (
    NO_JOB,
    bound_for,
    fitted,
    job_id,
    look_at,
    parts_of,
    pictures_of,
    said_when,
    which,
    words_of,
)
from handlers.service_words import hours_in, window_in, windows_in

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cards.action import Action
    from domain.equipment.views import MachinePlate
    from domain.messages import Command
    from domain.service.views import JobLine
    from handlers.context import Ask, ButtonHandler, IntentHandler, Understood

_ANSWERS = 4
"""Machines offered as buttons; of more of them the sentence asks."""
NO_OFFER = "现在没有等您答复的工单。有新单会发卡片给您。"


_NEGATIVE = re.compile(r"[-－—负]\s*[0-9一二两三四五六七八九十]+\s*[个只根条套块台米]")
_DONE = re.compile(
    r"修好|好了|搞定|完工|完成|修完|弄好|装好|正常|合格|签字|签单|签收|验收|OK|ok|解决|恢复|没问题|结束|收工"
)
"""A job is closed by words that say it is mended, never by the parts alone."""
_ADDED = re.compile(r"还有|还换|还用|漏了|少记|另外|再加|加上|补记")
_NOT_USED = re.compile(r"没有?(?:用|换)|不用|未(?:用|换)")
_MISTAKEN = re.compile(r"(?:写|记|说|发|报|填)错|不对|搞错|弄错|改成|应该是")


def accept_dispatch(ask: Ask, understood: Understood) -> None:
    """``接了 三点半到 堵的话四点``; for a job already taken only the hour is new. A colleague's job may be meant."""
    words = words_of(ask, understood)
    eta, eta_end = _moment(understood.slots.get("due")), window_in(words, ask.now, ask)[1]
    offered, handed = ask.queries.service.offered_to(ask.actor.person_id), _handed(ask)
    jobs = [each for each, _ in handed] if handed and "接过来" in words else [*offered, *(each for each, _ in handed)]
    if not jobs and eta is not None:
        jobs = ask.queries.service.jobs_of(ask.actor.person_id, TO_VISIT)
    job = which(ask, understood, jobs, NO_OFFER)
    if job is None:
        return
    wish = next((transfer for each, transfer in handed if each.id == job.id), None)
    if wish is not None:
        ask.act(TakeTransfer(transfer_id=wish))
    if wish is None or eta is not None:
        ask.act(AcceptJob(work_order_id=job.id, eta=eta, eta_end=eta_end))
    look_at(ask, job.id)
    ask.say(f"工单 {job.no} {'现在' if wish is not None else ''}是您的了{said_when(ask, job, eta, eta_end)}。")


def reject_dispatch(ask: Ask, understood: Understood) -> None:
    """``手上排不开，拒单``; also after having accepted. With a name (``让林涛去``) he is asked instead."""
    offered, handed = ask.queries.service.offered_to(ask.actor.person_id), _handed(ask)
    jobs = [*offered, *(each for each, _ in handed)]
    jobs = jobs or ask.queries.service.jobs_of(ask.actor.person_id, (JobState.ACCEPTED,))
    job = which(ask, understood, jobs, NO_OFFER)
    if job is None:
        return
    reason = str(understood.slots.get("reason") or words_of(ask, understood))
    wish = next((transfer for each, transfer in handed if each.id == job.id), None)
    if wish is not None:
        ask.act(RefuseTransfer(transfer_id=wish, reason=reason))
        ask.say(f"好，工单 {job.no} 还是{job.engineer}的。")
        return
    name = str(understood.slots.get("staff") or "")
    propose = ask.queries.service.engineer_called(name) if name else None
    ask.say(ask.act(DeclineJob(work_order_id=job.id, reason=reason, propose=propose)))


def _handed(ask: Ask) -> list[tuple[JobLine, int]]:
    """Return the jobs a colleague wants to pass on to the sender, each with the wish's id."""
    found = [
        (ask.queries.service.by_no(wish.job_no), wish.id) for wish in ask.queries.service.handed_to(ask.actor.person_id)
    ]
    return [(job, wish) for job, wish in found if job is not None]


def arrive(ask: Ask, understood: Understood) -> None:
    """``到了``."""
    jobs = bound_for(ask)
    jobs = jobs or ask.queries.service.jobs_of(ask.actor.person_id, (JobState.ON_SITE,))
    job = which(ask, understood, jobs, NO_JOB)
    if job is not None and job.state is JobState.ON_SITE and not ask.queries.service.job(job.id, ask.actor).blocked:
        ask.say(f"工单 {job.no} 已经记过上门了。修好后发“换了2个6205轴承，修好了”。")
    elif job is not None:
        no = ask.act(ArriveJob(work_order_id=job.id))
        look_at(ask, job.id)
        ask.say(f"工单 {no} 已记上门。修好后发“换了2个6205轴承，修好了”。")


def finish_service(ask: Ask, understood: Understood) -> None:
    """``换了2个6205轴承，修好了``; said again with parts before the signature, it corrects them."""
    words = words_of(ask, understood)
    if _NEGATIVE.search(words):
        raise Invalid("备件数量不能是负数。记错了请重发正确的数量，例如：换了1个6205轴承，修好了。")
    parts = parts_of([each for each in understood.slots.get("part") or () if not _left_out(str(each["name"]), words)])
    ready = (JobState.ON_SITE, JobState.SIGNING) if parts else (JobState.ON_SITE,)
    jobs = ask.queries.service.jobs_of(ask.actor.person_id, ready)
    jobs = [job for job in jobs if f"workorder:{job.id}" == ask.in_hand] or jobs
    jobs = jobs or ask.queries.service.jobs_of(ask.actor.person_id, (*WITH_ENGINEER, JobState.SIGNING))
    job = which(ask, understood, jobs, NO_JOB)
    if job is None:
        return
    if parts and job.state is JobState.SIGNING and _ADDED.search(words):
        fitted(ask, job.id, ask.act(UseParts(work_order_id=job.id, parts=parts)), "备件已补记")
    elif parts and (job.state is JobState.SIGNING or _MISTAKEN.search(words)):
        fitted(ask, job.id, ask.act(CorrectParts(work_order_id=job.id, parts=parts)), "备件已改")
    elif job.state is JobState.ON_SITE and not _DONE.search(words):
        if not parts:
            raise Invalid(
                "修好了吗？修好了请连备件一起说，例如：换了2个6205轴承，修好了；还没修好请说：没修好，要等备件。"
            )
        used = ask.act(UseParts(work_order_id=job.id, parts=parts))
        fitted(ask, job.id, used, "备件已记，修好后发“修好了”")
    else:
        done = FinishJob(work_order_id=job.id, parts=parts, words=words, minutes=hours_in(words))
        result = ask.act(done)
        fitted(ask, job.id, result, "已完工，等客户签收" if result.signs else "已完工")


def _left_out(name: str, words: str) -> bool:
    """Whether the words say that just this part was not used: ``丝杠没换，是导轨滑块``."""
    return re.search(re.escape(name) + r"(?:轴承)?(?:没有?|不用|未)(?:换|用|动)", words) is not None


def correct_used(ask: Ask, job: JobLine, parts: tuple[SaidPart, ...], words: str) -> None:
    """``还有1个继电器``, ``6206是1个``, ``没用6206``: said of a job that waits for the signature, it stays as it is."""
    if _ADDED.search(words):
        fitted(ask, job.id, ask.act(UseParts(work_order_id=job.id, parts=parts)), "备件已补记")
        return
    if _NOT_USED.search(words):
        names = [each.name for each in parts]
        used = ask.queries.parts.used_by(f"workorder:{job.id}")
        parts = tuple(
            SaidPart(name=name, quantity=pieces)
            for name, pieces in used
            if not any(said in name or name in said for said in names)
        )
    fitted(ask, job.id, ask.act(CorrectParts(work_order_id=job.id, parts=parts)), "备件已改")


def not_mended(ask: Ask, understood: Understood) -> None:
    """``没修好，还是响``: a job that waits for the signature goes back; of any other it says how it stands."""
    jobs = ask.queries.service.jobs_of(ask.actor.person_id, (JobState.SIGNING,))
    jobs = jobs or ask.queries.service.jobs_of(ask.actor.person_id, WITH_ENGINEER)
    job = which(ask, understood, jobs, NO_JOB)
    if job is None:
        return
    if job.state is JobState.SIGNING:
        ask.act(ReopenJob(work_order_id=job.id, words=words_of(ask, understood)))
        ask.say(f"工单 {job.no} 已改回“上门”，不用客户签收了。缺件请发“等6205轴承”，修好后再发“修好了”。")
    else:
        ask.say(f"工单 {job.no} 现在是“{job.state.label}”，没有完工。缺件请发“等6205轴承”，修好后发“修好了”。")
    look_at(ask, job.id)


def take_back(ask: Ask, work_order_id: int) -> str:
    """``撤销`` after 到了 or 修好了: the step before."""
    view = ask.queries.service.job(work_order_id, ask.actor)
    if view.state is JobState.SIGNING:
        ask.act(ReopenJob(work_order_id=work_order_id, words="撤销完工"))
        return f"工单 {view.no} 的完工已撤销，改回“上门”；记下的备件还在单上，写错了请重发正确的。"
    if view.state is JobState.ON_SITE:
        ask.act(UndoArrival(work_order_id=work_order_id))
        return f"工单 {view.no} 的到场已撤销，改回“接单”。"
    if view.state is JobState.ACCEPTED:
        raise Invalid(f"工单 {view.no} 已经接了。不去了请发“拒单”加原因，例如：拒单 手上排不开。")
    raise Stale(f"工单 {view.no} 现在是“{view.state.label}”，没有可以撤销的步骤。", subject=f"workorder:{view.id}")


def report_fault(ask: Ask, understood: Understood) -> None:
    """Report for a customer: ``恒力的X200主轴异响，电话13812345678``; only what is lacking of it is asked."""
    slots = understood.slots
    said = words_of(ask, understood)
    machine = _machine_of(ask, slots, said)
    words = str(slots.get("fault") or "")
    if not words:
        raise Missing("fault", "哪里不对？说一句就行，例如：主轴异响。")
    phone = str(slots.get("phone") or "")
    windows, exclusions = windows_in(said, ask)
    report: Command
    if machine is None:
        customer = ask.queries.customers.id_of(str(slots["company"]))
        assert customer is not None, "asked for before"
        report = RequestService(
            type=ServiceType.REPAIR,
            customer_id=customer,
            words=words,
            product=_model(slots) if _model(slots).casefold() in said.casefold() else "",
            phone=phone,
            photos=pictures_of(ask),
            windows=windows,
            exclusions=exclusions,
        )
    else:
        report = ReportFault(
            equipment_id=machine.id,
            words=words,
            phone=phone,
            photos=pictures_of(ask),
            windows=windows,
            exclusions=exclusions,
        )
    done = ask.act(report)
    job = ask.queries.service.by_no(done.ticket_no)
    if job is not None:
        look_at(ask, job.id)
    called = f"{machine.model}（末四位 {machine.tail}）" if machine is not None else f"{slots['company']} "
    outcome = "已并入" if done.joined else "已报修，单号"
    again = f"和 {done.repeats} 是同一台，刚修过又坏，已标重复故障；客户要投诉请发“投诉”。" if done.repeats else ""
    unknown = "设备台账里没有这台，到现场请登记。" if machine is None else ""
    ask.say(f"{called}{outcome} {done.ticket_no}。{again}{unknown}")


def _machine_of(ask: Ask, slots: Mapping[str, Any], said: str) -> MachinePlate | None:
    """Return the machine that is out of order; None for one of this customer's that is not in the ledger."""
    company, model = str(slots.get("company") or ""), _model(slots)
    serial = str(slots.get("serial_no") or "")
    if company and ask.queries.customers.id_of(company) is None:
        raise Missing("company", f"没有找到“{company}”，是哪家客户？写全称或常用的简称。")
    machines = ask.queries.equipment.said(company=company, model=model, serial=serial)
    if not company and not machines:
        raise Missing("company", "哪家客户的设备？写简称就行。")
    if not machines and model.casefold() not in said.casefold():
        # 刀库 is also the alias of a product that we sell alone.
        machines = ask.queries.equipment.said(company=company, serial=serial)
    if len(machines) > 1:
        tails = tuple(f"{each.tail}" for each in machines) if len(machines) <= _ANSWERS else ()
        raise Missing("serial_no", "报修的是哪台设备（序列号末四位）？", tails)
    return machines[0] if machines else None


def press_accept(ask: Ask, action: Action) -> None:
    """接单."""
    ask.act(AcceptJob(work_order_id=job_id(action)))
    look_at(ask, job_id(action))


def press_decline(ask: Ask, action: Action) -> None:
    """拒单, with the reason that was chosen."""
    click = ask.envelope.click
    chosen = click.selections.get("reason", ()) if click is not None else ()
    reason = "、".join(DECLINE_REASONS[each] for each in chosen if each in DECLINE_REASONS)
    ask.say(ask.act(DeclineJob(work_order_id=job_id(action), reason=reason)))


def press_arrive(ask: Ask, action: Action) -> None:
    """到了."""
    ask.act(ArriveJob(work_order_id=job_id(action)))
    look_at(ask, job_id(action))


def press_finish(ask: Ask, action: Action) -> None:
    """没换件，修好了."""
    result = ask.act(FinishJob(work_order_id=job_id(action)))
    fitted(ask, job_id(action), result, "已完工，等客户签收" if result.signs else "已完工")


INTENTS: Mapping[str, IntentHandler] = {
    "accept_dispatch": accept_dispatch,
    "reject_dispatch": reject_dispatch,
    "arrive": arrive,
    "finish_service": finish_service,
    "not_mended": not_mended,
    "report_fault": report_fault,
}
BUTTONS: Mapping[str, ButtonHandler] = {
    "accept_job": press_accept,
    "decline_job": press_decline,
    "arrive_job": press_arrive,
    "finish_job": press_finish,
}


def _model(slots: Mapping[str, Any]) -> str:
    product = slots.get("product") or ""
    return str((product[0] if product else "") if isinstance(product, list) else product)


def _moment(said: Any) -> datetime | None:
    """Return the slot ``due`` when it names an hour, not just a day."""
    if isinstance(said, str) and "T" in said:
        said = datetime.fromisoformat(said)
    return said if isinstance(said, datetime) and said.tzinfo is not None else None
