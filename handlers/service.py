"""Field service: what engineers and dispatchers type and press, and what customers fill in.

With several jobs that fit, a bare ``到了`` is answered with a numbered list: the subjects go to
``focus.listed`` and the intent with its slots to ``focus.question``, so that a plain ``2`` repeats
the intent with ``slots["subject"]``.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING, Any

from domain.errors import Invalid, NotFound, Stale
from domain.files.commands import AttachFiles, Sent
from domain.money import said_money
from domain.service.accept import DECLINE_REASONS, AcceptJob, DeclineJob
from domain.service.again import ReportAgain
from domain.service.complain import Complain
from domain.service.finishing import CorrectParts, FinishJob, SaidPart, UseParts
from domain.service.held import HoldReport
from domain.service.reopen import ReopenJob, ReportUnmended, UndoArrival
from domain.service.report import ReportFault
from domain.service.requesting import RequestService
from domain.service.sign import CancelVisit, SignOff
from domain.service.states import TO_VISIT, WITH_ENGINEER, JobState
from domain.service.transfer import RefuseTransfer, TakeTransfer
from domain.service.types import ServiceType
from domain.service.urge import UrgeJob
from domain.service.visit import AgreeVisit, ArriveJob
from domain.spares.agreeing import AnswerPrice
from handlers.context import Missing
from handlers.service_words import hours_in, ticked_windows, window_in, windows_in

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cards.action import Action
    from domain.equipment.views import MachinePlate
    from domain.messages import Command
    from domain.service.finishing import Fitted
    from domain.service.views import JobLine
    from handlers.context import Ask, ButtonHandler, FormHandler, IntentHandler, Understood

_ANSWERS = 4
"""Machines offered as buttons; of more of them the sentence asks."""
NO_JOB = "您手上没有在办的工单。派给您的单子会发卡片过来，先点“接单”，到现场再发“到了”。"
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
            photos=_files(ask),
            windows=windows,
            exclusions=exclusions,
        )
    else:
        report = ReportFault(
            equipment_id=machine.id,
            words=words,
            phone=phone,
            photos=_files(ask),
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


def form_report(ask: Ask, values: Mapping[str, str]) -> None:
    """Take in the page behind the QR code."""
    machine = ask.queries.equipment.plate(values["slug"])
    if machine is None:
        raise NotFound("没有找到这台设备，请核对二维码或联系厂家。")
    said, exclusions = windows_in(values["words"], ask)
    done = ask.act(
        ReportFault(
            equipment_id=machine.id,
            words=values["words"],
            urgent=values.get("urgent") == "1",
            phone=values.get("phone", ""),
            photos=_files(ask),
            token=values["token"],
            consent=values.get("consent", ""),
            windows=(*ticked_windows(values.get("windows", "")), *said),
            exclusions=exclusions,
        )
    )
    _keep_voice(ask, done.ticket_no)
    ask.result.update(ticket_no=done.ticket_no, token=done.token)


def form_hold(ask: Ask, values: Mapping[str, str]) -> None:
    """Take in the page behind the QR code when more reports come than anybody can read at once."""
    machine = ask.queries.equipment.plate(values["slug"])
    if machine is None:
        raise NotFound("没有找到这台设备，请核对二维码或联系厂家。")
    ask.act(
        HoldReport(
            equipment_id=machine.id,
            words=values["words"],
            token=values["token"],
            urgent=values.get("urgent") == "1",
            phone=values.get("phone", ""),
            consent=values.get("consent", ""),
            windows=ticked_windows(values.get("windows", "")),
        )
    )
    ask.result.update(held=True)


def form_again(ask: Ask, values: Mapping[str, str]) -> None:
    """Take in 又坏了 from the progress page of a service that was done."""
    done = ask.act(ReportAgain(before=values["before"], words=values.get("words", ""), token=values["token"]))
    ask.result.update(ticket_no=done.ticket_no, token=done.token)


def form_complain(ask: Ask, values: Mapping[str, str]) -> None:
    """Take in 投诉 from the progress page."""
    ask.result.update(ticket_no=ask.act(Complain(token=values["token"], words=values.get("words", ""))))


def form_unmended(ask: Ask, values: Mapping[str, str]) -> None:
    """Take in 没修好 from the progress page."""
    ask.result.update(ticket_no=ask.act(ReportUnmended(token=values["token"], words=values.get("words", ""))))


def form_sign(ask: Ask, values: Mapping[str, str]) -> None:
    """Take in the signature at the end of the progress page."""
    signature = next(iter(_files(ask)), "")
    no = ask.act(
        SignOff(
            token=values["token"],
            rating=int(values["rating"]),
            words=values.get("words", ""),
            signature=signature,
            signer=values.get("signer", ""),
        )
    )
    ask.result.update(ticket_no=no)


def form_urge(ask: Ask, values: Mapping[str, str]) -> None:
    """Take in the wish for haste from the progress page."""
    ask.result.update(ticket_no=ask.act(UrgeJob(token=values["token"])))


def form_cancel(ask: Ask, values: Mapping[str, str]) -> None:
    """Take in 不用来了 from the progress page."""
    done = ask.act(CancelVisit(token=values["token"], words=values.get("words", "")))
    ask.result.update(ticket_no=done.ticket_no, cancelled=done.cancelled)


def form_agree_visit(ask: Ask, values: Mapping[str, str]) -> None:
    """Take in the yes to the visit that was proposed."""
    ask.result.update(ticket_no=ask.act(AgreeVisit(token=values["token"])))


def form_price(ask: Ask, values: Mapping[str, str]) -> None:
    """Take in whether the customer pays for parts."""
    no = ask.act(AnswerPrice(token=values["token"], agrees=values.get("agrees") == "1"))
    ask.result.update(ticket_no=no)


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
FORMS: Mapping[str, FormHandler] = {
    "report_fault": form_report,
    "hold_report": form_hold,
    "report_again": form_again,
    "complain": form_complain,
    "sign_off": form_sign,
    "unmended": form_unmended,
    "urge": form_urge,
    "cancel_visit": form_cancel,
    "agree_visit": form_agree_visit,
    "answer_price": form_price,
}


def which(ask: Ask, understood: Understood, jobs: Sequence[JobLine], nothing: str) -> JobLine | None:
    """Return the job that is meant; None when that had to be asked or there is nothing."""
    no = str(understood.slots.get("ticket_no") or "")
    if no:
        named = ask.queries.service.by_no(no)
        if named is None:
            raise NotFound(f"没有找到工单 {no}，请核对单号。")
        return named
    subject = understood.slots.get("subject")
    chosen = [job for job in jobs if f"workorder:{job.id}" == subject] or list(jobs)
    if not chosen:
        ask.say(nothing)
        return None
    if len(chosen) > 1:
        words = words_of(ask, understood)
        chosen = [job for job in chosen if job.model and job.model in words] or chosen
    if len(chosen) == 1:
        return chosen[0]
    list_jobs(
        ask, chosen, {"intent": understood.intent, "slots": {"words": ask.envelope.text, **_plain(understood.slots)}}
    )
    ask.say(f"您说的是哪一单？回复序号：\n{numbered(chosen)}")
    return None


def list_jobs(ask: Ask, jobs: Sequence[JobLine], question: dict[str, Any]) -> None:
    """Remember the list and what it was shown for, so that a plain ordinal answers it."""
    if ask.focus is not None:
        ask.focus.show(ask.now, [f"workorder:{job.id}" for job in jobs])
        ask.focus.ask(ask.now, question)


def numbered(jobs: Sequence[JobLine]) -> str:
    """Return the jobs as a numbered list."""
    return "\n".join(
        f"{index}. {job.no} {job.customer} {job.model}（{job.state.label}）" for index, job in enumerate(jobs, start=1)
    )


def words_of(ask: Ask, understood: Understood) -> str:
    """Return the sentence itself, also when an ordinal has repeated it."""
    return str(understood.slots.get("words") or ask.envelope.text)


def fitted(ask: Ask, job_id: int, done: Fitted, deed: str) -> None:
    """Say what became of the parts, and show the job."""
    look_at(ask, job_id)
    used = f"用了 {'、'.join(done.used)}，已扣库存。" if done.used else ""
    near = f"是不是 {'、'.join(done.nearest)}？写错了重发一次正确的。" if done.nearest else ""
    outside = f"目录里没有 {'、'.join(done.outside)}，只记在工单上，没有扣库存。{near}" if done.outside else ""
    price = f"已过保，要收费 {said_money(done.charged_fen)}，签收页上写着，请先和客户说好。" if done.charged_fen else ""
    ask.say(f"工单 {done.no} {deed}。{used}{price}{outside}")
    ask.show("service.dispatch", f"workorder:{job_id}")


def said_hour(ask: Ask, at: datetime) -> str:
    """Return ``15:30`` for today, with the day for other days."""
    local = ask.calendar.local(at)
    return f"{local:%H:%M}" if local.date() == ask.calendar.local(ask.now).date() else f"{local:%m月%d日 %H:%M}"


def bound_for(ask: Ask) -> list[JobLine]:
    """Return where the sender may be going: the job he has set out to, else all but those that wait for parts."""
    jobs = ask.queries.service.jobs_of(ask.actor.person_id, TO_VISIT)
    views = [(job, ask.queries.service.job(job.id, ask.actor)) for job in jobs]
    going = [
        job
        for job, view in views
        if view.departed_at is not None and (view.arrived_at is None or view.departed_at > view.arrived_at)
    ]
    return going or [job for job in jobs if job.state is not JobState.WAITING_PARTS] or jobs


def said_when(ask: Ask, job: JobLine, eta: datetime | None = None, eta_end: datetime | None = None) -> str:
    """Return what is to be said about the hour of a job that was just taken."""
    if job.is_desk:
        return "；联系上客户发“已联系客户”，处理好发“答复 怎么解决的”"
    if eta is not None:
        latest = f"，最晚 {ask.calendar.local(eta_end):%H:%M}" if eta_end else ""
        return f"，预计 {said_hour(ask, eta)} 到{latest}"
    booked = ask.queries.service.job(job.id, ask.actor).eta
    if booked is not None and booked > ask.now:
        return f"，和客户约好 {said_hour(ask, booked)} 到；有变发“三点半到”"
    return "；几点能到发“三点半到”，客户看得见"


def look_at(ask: Ask, work_order_id: int) -> None:
    """Remember which job the sender is talking about."""
    if ask.focus is not None:
        ask.focus.turn(ask.now, subject=f"workorder:{work_order_id}")


def job_id(action: Action) -> int:
    """Return the job a button is about."""
    return int(action.subject.partition(":")[2])


def _files(ask: Ask) -> tuple[str, ...]:
    return tuple(each.file_id for each in ask.envelope.attachments if each.file_id and each.kind != "voice")


def _keep_voice(ask: Ask, ticket_no: str) -> None:
    """Put what was spoken to the job, where the engineer listens to it."""
    voices = tuple(
        Sent(file_id=each.file_id, kind=each.kind, name=each.name, mime=each.mime)
        for each in ask.envelope.attachments
        if each.file_id and each.kind == "voice"
    )
    job = ask.queries.service.by_no(ticket_no) if voices else None
    if job is not None:
        ask.act(AttachFiles(files=voices, subject=f"workorder:{job.id}"))


def parts_of(said: Sequence[Mapping[str, Any]]) -> tuple[SaidPart, ...]:
    """Return the parts of the slot ``part``; pieces are whole."""
    for each in said:
        if float(each.get("quantity") or 1) % 1:
            raise Invalid(f"{each['name']}的数量要是整数，请改成整数再发一次。")
    return tuple(
        SaidPart(name=str(each["name"]), quantity=int(each["quantity"]) if each.get("quantity") else None)
        for each in said
    )


def _model(slots: Mapping[str, Any]) -> str:
    product = slots.get("product") or ""
    return str((product[0] if product else "") if isinstance(product, list) else product)


def _moment(said: Any) -> datetime | None:
    """Return the slot ``due`` when it names an hour, not just a day."""
    if isinstance(said, str) and "T" in said:
        said = datetime.fromisoformat(said)
    return said if isinstance(said, datetime) and said.tzinfo is not None else None


def _plain(slots: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in slots.items()}
