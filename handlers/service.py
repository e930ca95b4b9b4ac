"""Field service: what engineers and dispatchers type and press, and what customers fill in.

With several jobs that fit, a bare ``到了`` is answered with a numbered list: the subjects go to
``focus.listed`` and the intent with its slots to ``focus.question``, so that a plain ``2`` repeats
the intent with ``slots["subject"]``.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING, Any

from domain.actor import Role
from domain.errors import Invalid, NotAllowed, NotFound
from domain.service.accept import DECLINE_REASONS, AcceptJob, DeclineJob
from domain.service.dispatch import AssignJob
from domain.service.report import ReportFault
from domain.service.sign import SignOff
from domain.service.states import WITH_ENGINEER, JobState
from domain.service.tell import KEEPERS
from domain.service.urge import UrgeJob
from domain.service.visit import ArriveJob, CorrectParts, FinishJob, RequestPart, SaidPart

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cards.action import Action
    from domain.service.views import JobLine
    from domain.service.visit import Fitted
    from handlers.context import Ask, ButtonHandler, FormHandler, IntentHandler, Understood

NO_JOB = "您手上没有在办的工单。派给您的单子会发卡片过来，先点“接单”，到现场再发“到了”。"
NO_OFFER = "现在没有等您答复的工单。有新单会发卡片给您。"


_NEGATIVE = re.compile(r"[-－—负]\s*[0-9一二两三四五六七八九十]+\s*[个只根条套块台米]")
_DONE = re.compile(
    r"修好|好了|搞定|完工|完成|修完|弄好|装好|正常|合格|签字|签单|签收|验收|OK|ok|解决|恢复|没问题|结束|收工"
)
"""A job is closed by words that say it is mended, never by the parts alone."""


def accept_dispatch(ask: Ask, understood: Understood) -> None:
    """``接了 三点半到``; for a job already taken only the hour is new."""
    eta = _moment(understood.slots.get("due"))
    jobs = ask.queries.service.offered_to(ask.actor.person_id)
    if not jobs and eta is not None:
        jobs = ask.queries.service.jobs_of(ask.actor.person_id, (JobState.ACCEPTED,))
    job = _which(ask, understood, jobs, NO_OFFER)
    if job is None:
        return
    no = ask.act(AcceptJob(work_order_id=job.id, eta=eta))
    _look_at(ask, job.id)
    hour = f"，预计 {ask.calendar.local(eta):%H:%M} 到" if eta else "；几点能到发“三点半到”，客户看得见"
    ask.say(f"工单 {no} 是您的了{hour}。")


def reject_dispatch(ask: Ask, understood: Understood) -> None:
    """``手上排不开，拒单``; also after having accepted."""
    jobs = ask.queries.service.offered_to(ask.actor.person_id) or ask.queries.service.jobs_of(
        ask.actor.person_id, (JobState.ACCEPTED,)
    )
    job = _which(ask, understood, jobs, NO_OFFER)
    if job is not None:
        reason = str(understood.slots.get("reason") or _words(ask, understood))
        ask.say(ask.act(DeclineJob(work_order_id=job.id, reason=reason)))


def arrive(ask: Ask, understood: Understood) -> None:
    """``到了``."""
    jobs = ask.queries.service.jobs_of(ask.actor.person_id, (JobState.ACCEPTED, JobState.WAITING_PARTS))
    jobs = jobs or ask.queries.service.jobs_of(ask.actor.person_id, (JobState.ON_SITE,))
    job = _which(ask, understood, jobs, NO_JOB)
    if job is not None:
        no = ask.act(ArriveJob(work_order_id=job.id))
        _look_at(ask, job.id)
        ask.say(f"工单 {no} 已记上门。修好后发“换了2个6205轴承，修好了”。")


def finish_service(ask: Ask, understood: Understood) -> None:
    """``换了2个6205轴承，修好了``; said again with parts before the signature, it corrects them."""
    words = _words(ask, understood)
    if _NEGATIVE.search(words):
        raise Invalid("备件数量不能是负数。记错了请重发正确的数量，例如：换了1个6205轴承，修好了。")
    parts = _parts(understood.slots.get("part") or ())
    ready = (JobState.ON_SITE, JobState.SIGNING) if parts else (JobState.ON_SITE,)
    jobs = ask.queries.service.jobs_of(ask.actor.person_id, ready)
    jobs = jobs or ask.queries.service.jobs_of(ask.actor.person_id, (*WITH_ENGINEER, JobState.SIGNING))
    job = _which(ask, understood, jobs, NO_JOB)
    if job is None:
        return
    if job.state is not JobState.SIGNING and not _DONE.search(words):
        raise Invalid("修好了吗？修好了请连备件一起说，例如：换了2个6205轴承，修好了；还没修好请说：没修好，要等备件。")
    if job.state is JobState.SIGNING and parts:
        _fitted(ask, job.id, ask.act(CorrectParts(work_order_id=job.id, parts=parts)), "备件已改")
    else:
        done = FinishJob(work_order_id=job.id, parts=parts, words=_words(ask, understood))
        _fitted(ask, job.id, ask.act(done), "已完工，等客户签收")


def request_part(ask: Ask, understood: Understood) -> None:
    """``没修好，要等丝杠到货``."""
    jobs = ask.queries.service.jobs_of(ask.actor.person_id, (JobState.ON_SITE,))
    jobs = jobs or ask.queries.service.jobs_of(ask.actor.person_id, WITH_ENGINEER)
    job = _which(ask, understood, jobs, NO_JOB)
    if job is not None:
        no = ask.act(RequestPart(work_order_id=job.id, words=_words(ask, understood)))
        _look_at(ask, job.id)
        ask.say(f"备件申请已转给仓库，工单 {no}。件到后再去现场，发“到了”。")


def report_fault(ask: Ask, understood: Understood) -> None:
    """Report for a customer: ``恒力的X200主轴异响，电话13812345678``."""
    slots = understood.slots
    product = slots.get("product") or ""
    machines = ask.queries.equipment.said(
        company=str(slots.get("company") or ""),
        model=str(product[0] if isinstance(product, list) else product),
        serial=str(slots.get("serial_no") or ""),
    )
    if len(machines) != 1:
        known = "、".join(f"{machine.model}（末四位 {machine.tail}）" for machine in machines[:5])
        hint = f"这家有 {known}，请写清是哪台。" if known else "请写上客户全称或设备序列号。"
        raise Invalid(f"要先知道是哪台设备：{hint}")
    words = str(slots.get("fault") or ask.envelope.text)
    phone = str(slots.get("phone") or "")
    done = ask.act(ReportFault(equipment_id=machines[0].id, words=words, phone=phone, photos=_files(ask)))
    outcome = "已并入" if done.joined else "已报修，单号"
    ask.say(f"{machines[0].model}（末四位 {machines[0].tail}）{outcome} {done.ticket_no}。")


def dispatch(ask: Ask, understood: Understood) -> None:
    """``这单派给老何``."""
    name = str(understood.slots.get("staff") or "")
    engineer = ask.queries.service.engineer_called(name) if name else None
    if engineer is None:
        raise Invalid(f"{f'没有找到工程师“{name}”' if name else '要派给谁'}？请写工程师的名字，例如“派给老何”。")
    jobs = ask.queries.service.without_engineer()
    looked_at = ask.focus.subject if ask.focus is not None and ask.focus.fresh(ask.now) else ""
    job = _which(
        ask, understood, [each for each in jobs if f"workorder:{each.id}" == looked_at] or jobs, "现在没有待派的工单。"
    )
    if job is not None:
        called = ask.act(AssignJob(work_order_id=job.id, engineer_id=engineer))
        _look_at(ask, job.id)
        ask.say(f"工单 {job.no} 已派给{called}，等他答复。")


def list_unassigned(ask: Ask, understood: Understood) -> None:
    """``待派工``: the jobs nobody has taken; one of them, or the one chosen, as a card."""
    if not ask.actor.has(*KEEPERS, Role.MANAGEMENT):
        raise NotAllowed("待派工的单子由调度查看。")
    jobs = ask.queries.service.without_engineer()
    chosen = [job for job in jobs if f"workorder:{job.id}" == understood.slots.get("subject")] or jobs
    if len(chosen) == 1:
        _look_at(ask, chosen[0].id)
        ask.show("service.unassigned", f"workorder:{chosen[0].id}")
        return
    if not chosen:
        ask.say("没有待派的工单。")
        return
    _list(ask, chosen, {"intent": understood.intent})
    ask.say(f"待派工 {len(chosen)} 单，回复序号看卡片：\n{_numbered(chosen)}")


def press_accept(ask: Ask, action: Action) -> None:
    """接单."""
    ask.act(AcceptJob(work_order_id=_id(action)))
    _look_at(ask, _id(action))


def press_decline(ask: Ask, action: Action) -> None:
    """拒单, with the reason that was chosen."""
    click = ask.envelope.click
    chosen = click.selections.get("reason", ()) if click is not None else ()
    reason = "、".join(DECLINE_REASONS[each] for each in chosen if each in DECLINE_REASONS)
    ask.say(ask.act(DeclineJob(work_order_id=_id(action), reason=reason)))


def press_arrive(ask: Ask, action: Action) -> None:
    """到了."""
    ask.act(ArriveJob(work_order_id=_id(action)))
    _look_at(ask, _id(action))


def press_finish(ask: Ask, action: Action) -> None:
    """没换件，修好了."""
    _fitted(ask, _id(action), ask.act(FinishJob(work_order_id=_id(action))), "已完工，等客户签收")


def press_assign(ask: Ask, action: Action) -> None:
    """派给何平."""
    engineer = int(action.args["to"])
    name = ask.act(AssignJob(work_order_id=_id(action), engineer_id=engineer, version=action.version))
    _look_at(ask, _id(action))
    ask.say(f"已派给{name}，等他答复。")


def form_report(ask: Ask, values: Mapping[str, str]) -> None:
    """Take in the page behind the QR code."""
    machine = ask.queries.equipment.plate(values["slug"])
    if machine is None:
        raise NotFound("没有找到这台设备，请核对二维码或联系厂家。")
    done = ask.act(
        ReportFault(
            equipment_id=machine.id,
            words=values["words"],
            urgent=values.get("urgent") == "1",
            phone=values.get("phone", ""),
            photos=_files(ask),
            token=values["token"],
            consent=values.get("consent", ""),
        )
    )
    ask.result.update(ticket_no=done.ticket_no, token=done.token)


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


INTENTS: Mapping[str, IntentHandler] = {
    "accept_dispatch": accept_dispatch,
    "reject_dispatch": reject_dispatch,
    "arrive": arrive,
    "finish_service": finish_service,
    "request_part": request_part,
    "report_fault": report_fault,
    "dispatch": dispatch,
    "list_unassigned": list_unassigned,
}
BUTTONS: Mapping[str, ButtonHandler] = {
    "accept_job": press_accept,
    "decline_job": press_decline,
    "arrive_job": press_arrive,
    "finish_job": press_finish,
    "assign_job": press_assign,
}
FORMS: Mapping[str, FormHandler] = {"report_fault": form_report, "sign_off": form_sign, "urge": form_urge}


def _which(ask: Ask, understood: Understood, jobs: Sequence[JobLine], nothing: str) -> JobLine | None:
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
    if len(chosen) == 1:
        return chosen[0]
    _list(ask, chosen, {"intent": understood.intent, "slots": {"words": ask.envelope.text, **_plain(understood.slots)}})
    ask.say(f"您说的是哪一单？回复序号：\n{_numbered(chosen)}")
    return None


def _list(ask: Ask, jobs: Sequence[JobLine], question: dict[str, Any]) -> None:
    if ask.focus is not None:
        ask.focus.show(ask.now, [f"workorder:{job.id}" for job in jobs])
        ask.focus.ask(ask.now, question)


def _numbered(jobs: Sequence[JobLine]) -> str:
    return "\n".join(
        f"{index}. {job.no} {job.customer} {job.model}（{job.state.label}）" for index, job in enumerate(jobs, start=1)
    )


def _words(ask: Ask, understood: Understood) -> str:
    """Return the sentence itself, also when an ordinal has repeated it."""
    return str(understood.slots.get("words") or ask.envelope.text)


def _fitted(ask: Ask, job_id: int, fitted: Fitted, deed: str) -> None:
    _look_at(ask, job_id)
    used = f"用了 {'、'.join(fitted.used)}，已扣库存。" if fitted.used else ""
    outside = f"目录里没有 {'、'.join(fitted.outside)}，只记在工单上，没有扣库存。" if fitted.outside else ""
    ask.say(f"工单 {fitted.no} {deed}。{used}{outside}")
    ask.show("service.dispatch", f"workorder:{job_id}")


def _look_at(ask: Ask, job_id: int) -> None:
    if ask.focus is not None:
        ask.focus.turn(ask.now, subject=f"workorder:{job_id}")


def _id(action: Action) -> int:
    return int(action.subject.partition(":")[2])


def _files(ask: Ask) -> tuple[str, ...]:
    return tuple(each.file_id for each in ask.envelope.attachments if each.file_id)


def _parts(said: Sequence[Mapping[str, Any]]) -> tuple[SaidPart, ...]:
    """Return the parts of the slot ``part``; pieces are whole."""
    for each in said:
        if float(each.get("quantity") or 1) % 1:
            raise Invalid(f"{each['name']}的数量要是整数，请改成整数再发一次。")
    return tuple(SaidPart(name=str(each["name"]), quantity=int(each.get("quantity") or 1)) for each in said)


def _moment(said: Any) -> datetime | None:
    """Return the slot ``due`` when it names an hour, not just a day."""
    if isinstance(said, str) and "T" in said:
        said = datetime.fromisoformat(said)
    return said if isinstance(said, datetime) and said.tzinfo is not None else None


def _plain(slots: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in slots.items()}
