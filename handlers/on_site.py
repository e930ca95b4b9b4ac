"""The engineer on his way and at the machine: setting out, a shut door, hours, serials, causes, another day."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from domain.actor import Role
from domain.assignment.leave import EndLeave, TakeLeave
from domain.errors import Invalid
from domain.service.accept import AcceptJob, DeclineJob
from domain.service.code_word import CodeKind
from domain.service.codes import SetCode
from domain.service.finishing import FinishJob, NoteHours
from domain.service.fitting import SwapSerial
from domain.service.states import AT_MACHINE, TO_VISIT, WITH_ENGINEER, JobState
from domain.service.transfer import HandJob, RefuseTransfer, TakeTransfer
from domain.service.visit import BlockVisit, DepartJob, ProposeVisit
from handlers.context import Missing
from handlers.jobs_meant import (
    NO_JOB,
    bound_for,
    fitted,
    job_id,
    look_at,
    parts_of,
    said_hour,
    said_when,
    which,
    words_of,
)
from handlers.moments import find_moments
from handlers.service_words import hours_in, hours_of, window_in

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cards.action import Action
    from domain.service.views import JobLine
    from handlers.context import Ask, ButtonHandler, IntentHandler, Understood


def depart(ask: Ask, understood: Understood) -> None:
    """``出发了 四点左右到``."""
    job = which(ask, understood, bound_for(ask) or _in_hand(ask), NO_JOB)
    if job is None:
        return
    eta, eta_end = window_in(words_of(ask, understood), ask.now, ask)
    no = ask.act(DepartJob(work_order_id=job.id, eta=eta, eta_end=eta_end))
    look_at(ask, job.id)
    known = ask.queries.service.job(job.id, ask.actor).eta
    if eta:
        hour = f"，预计 {_clock(ask, eta, eta_end)} 到，客户看得见"
    elif known:
        hour = f"，客户看到的是 {said_hour(ask, known)} 到；有变发“三点半到”"
    else:
        hour = "；几点能到发“三点半到”，客户看得见"
    ask.say(f"工单 {no} 已记出发{hour}。")


def be_late(ask: Ask, understood: Understood) -> None:
    """``堵车 晚半小时到``: the hour the customer sees moves by as much; without a span the new hour is asked for."""
    job = which(ask, understood, _awaited(ask), NO_JOB)
    if job is None:
        return
    view = ask.queries.service.job(job.id, ask.actor)
    minutes = hours_of(understood.slots) if "hours" in understood.slots else 0
    look_at(ask, job.id)
    if view.eta is None or view.state not in TO_VISIT or not minutes:
        ask.say(f"好，{view.customer} {view.model} 大概几点能到？发“四点半到”，客户看得见。")
        return
    late = timedelta(minutes=minutes)
    eta = max(view.eta, ask.now) + late
    ask.act(AcceptJob(work_order_id=job.id, eta=eta, eta_end=None if view.eta_end is None else view.eta_end + late))
    ask.say(f"工单 {job.no} 改为预计 {said_hour(ask, eta)} 到，客户的进度页已更新。")


def block_visit(ask: Ask, understood: Understood) -> None:
    """``到了 门卫不让进 客户电话打不通``: there, and yet not; those who can get the door opened are told."""
    job = _job(ask, understood, (*TO_VISIT, JobState.ON_SITE))
    if job is None:
        return
    no = ask.act(BlockVisit(work_order_id=job.id, words=words_of(ask, understood)))
    look_at(ask, job.id)
    ask.say(f"工单 {no} 已记到场被拦，调度和销售都收到了，正在帮您联系客户。进去了发“到了”，要改天发“明天上午再来”。")


def finish_unsigned(ask: Ask, understood: Understood) -> None:
    """``修好了 客户手上都是油 签字回头再签行不``: mended, and not done before the customer has signed."""
    job = _job(ask, understood, AT_MACHINE)
    if job is None:
        return
    words = words_of(ask, understood)
    if job.state is JobState.ON_SITE:
        done = FinishJob(
            work_order_id=job.id,
            parts=parts_of(understood.slots.get("part") or ()),
            words=words,
            minutes=hours_in(words),
            sign_later=_next_morning(ask, words),
        )
        result = ask.act(done)
        if not result.signs:
            fitted(ask, job.id, result, "已完工，这类工单不用客户签字")
            return
    look_at(ask, job.id)
    remind = ask.calendar.local(_next_morning(ask, words))
    ask.say(
        f"行，先不急着签。工单 {job.no} 记为“待签收”，还没算完工；把下面的签收页转给客户，"
        f"{remind:%m月%d日 %H:%M} 我再提醒您。"
    )
    ask.show("service.dispatch", f"workorder:{job.id}")


def propose_visit(ask: Ask, understood: Understood) -> None:
    """``今天修不完 下周二再来一趟``: the customer is asked, nothing is booked."""
    job = _job(ask, understood, (JobState.ON_SITE, JobState.WAITING_PARTS, JobState.REVISIT))
    if job is None:
        return
    words = words_of(ask, understood)
    today = ask.calendar.local(ask.now).date()
    found = [each.moment for each in find_moments(words, ask.now, ask.calendar)]
    # 今天搞不定了 明天继续: today is why, not when.
    found = [each for each in found if not each.whole_day or ask.calendar.local(each.due).date() != today] or found
    at = found[0].due if found and not found[0].whole_day else _begins(ask, found[0].due) if found else None
    no = ask.act(ProposeVisit(work_order_id=job.id, at=at, words=words))
    look_at(ask, job.id)
    if at is None:
        ask.say(f"工单 {no} 已记“待再访”。想哪天来？发“下周二上午再来”，客户在进度页上确认。")
    else:
        ask.say(
            f"工单 {no} 已记“待再访”，建议 {ask.calendar.local(at):%m月%d日 %H:%M}，等客户在进度页上确认。"
            "客户当面同意了，发“客户同意 下周二上午到”。"
        )


def reschedule_visit(ask: Ask, understood: Understood) -> None:
    """``客户让改到明天上午``: what the customer wants is agreed on; the hour he sees changes."""
    job = _job(ask, understood, (*TO_VISIT, JobState.ON_SITE))
    if job is None:
        return
    words = words_of(ask, understood)
    found = [each.moment for each in find_moments(words, ask.now, ask.calendar)]
    if not found:
        raise Missing("due", "改到什么时候？例如：明天上午。")
    at = found[0].due if not found[0].whole_day else _begins(ask, found[0].due, found[0].window)
    if job.state is JobState.ON_SITE:
        ask.act(ProposeVisit(work_order_id=job.id, at=at, words=words))
    no = ask.act(AcceptJob(work_order_id=job.id, eta=at))
    look_at(ask, job.id)
    ask.say(f"工单 {no} 改到 {ask.calendar.local(at):%m月%d日 %H:%M}，客户的进度页已更新。")


def transfer_job(ask: Ask, understood: Understood) -> None:
    """``这单转给林涛行不``: he is asked; until he says yes it stays. Of a job not taken yet he is only proposed."""
    name = str(understood.slots.get("staff") or "")
    if not name:
        raise Missing("staff", "转给谁？请写工程师的名字，例如：转给林涛。")
    other = ask.queries.service.engineer_called(name)
    if other is None:
        raise Invalid(f"没有找到工程师“{name}”，请写工程师的名字，例如：转给林涛。")
    offered = ask.queries.service.offered_to(ask.actor.person_id)
    held = ask.queries.service.jobs_of(ask.actor.person_id, WITH_ENGINEER)
    job = which(ask, understood, [*held, *offered], NO_JOB)
    if job is None:
        return
    words = words_of(ask, understood)
    if any(each.id == job.id for each in held):
        asked = ask.act(HandJob(work_order_id=job.id, to_id=other, reason=words))
        ask.say(f"已问{asked}，他点“接过来”之前工单 {job.no} 还是您的。")
    else:
        ask.say(ask.act(DeclineJob(work_order_id=job.id, reason=words, propose=other)))
    look_at(ask, job.id)


def note_hours(ask: Ask, understood: Understood) -> None:
    """``干了三个小时``."""
    job = _job(ask, understood, AT_MACHINE)
    if job is not None:
        minutes = hours_of(understood.slots)
        no = ask.act(NoteHours(work_order_id=job.id, minutes=minutes))
        look_at(ask, job.id)
        ask.say(f"工单 {no} 工时记为 {_hours(minutes)}。")


def swap_serial(ask: Ask, understood: Understood) -> None:
    """``旧驱动器 A1001 换成 B2002``."""
    job = _job(ask, understood, AT_MACHINE)
    if job is None:
        return
    slots = understood.slots
    name = ask.act(
        SwapSerial(
            work_order_id=job.id,
            old_serial=str(slots["old"]),
            new_serial=str(slots["new"]),
            part=str(slots.get("part") or ""),
        )
    )
    look_at(ask, job.id)
    old, new = str(slots["old"]).upper(), str(slots["new"]).upper()
    ask.say(f"已记：{name} {old} 换成 {new}，设备台账已更新。")


def note_cause(ask: Ask, understood: Understood) -> None:
    """``原因是轴承缺油``; unknown words are asked about once and learnt."""
    _note_code(ask, understood, CodeKind.CAUSE)


def note_action(ask: Ask, understood: Understood) -> None:
    """``处理方法：换轴承``."""
    _note_code(ask, understood, CodeKind.ACTION)


def set_duty(ask: Ask, understood: Understood) -> None:
    """``先别派单``: nothing new until tomorrow morning; ``可以派单了`` ends it. Jobs in hand stay."""
    del understood
    if Role.ENGINEER not in ask.actor.roles:
        raise Invalid("这句是工程师用的：先别派单、可以派单了。")
    text = ask.envelope.text
    if any(word in text for word in ("别", "不要", "暂停", "停止", "下线", "收工")):
        ends = _next_morning(ask, text)
        ask.act(TakeLeave(begins=ask.now, ends=ends))
        ask.say(
            f"好，到 {ask.calendar.local(ends):%m月%d日 %H:%M} 前不给您派新单；手上的单还是您的。"
            "早点回来发“可以派单了”。"
        )
    else:
        ask.act(EndLeave())
        ask.say("好，您又能接新单了。")


def press_take(ask: Ask, action: Action) -> None:
    """接过来."""
    job = ask.queries.service.by_no(ask.act(TakeTransfer(transfer_id=job_id(action))))
    if job is not None:
        look_at(ask, job.id)
        ask.say(f"工单 {job.no} 现在是您的了{said_when(ask, job)}。")


def press_refuse(ask: Ask, action: Action) -> None:
    """不接."""
    ask.act(RefuseTransfer(transfer_id=job_id(action)))


def press_depart(ask: Ask, action: Action) -> None:
    """出发."""
    ask.act(DepartJob(work_order_id=job_id(action)))
    look_at(ask, job_id(action))


def press_code(ask: Ask, action: Action) -> None:
    """One of the causes, chosen on the card; ``word`` is learnt where the question came from a word."""
    click = ask.envelope.click
    chosen = click.selections.get("cause", ()) if click is not None else ()
    if not chosen:
        raise Invalid("请先选一个原因再提交。", subject=action.subject)
    name = ask.act(SetCode(work_order_id=job_id(action), kind=CodeKind.CAUSE, code=chosen[0]))
    ask.say(f"原因记为“{name}”。")


def _note_code(ask: Ask, understood: Understood, kind: CodeKind) -> None:
    job = _job(ask, understood, AT_MACHINE)
    if job is None:
        return
    policy = ask.policies.service
    codes = policy.causes if kind is CodeKind.CAUSE else policy.actions
    said = str(understood.slots.get("words") or "").strip()
    chosen = str(understood.slots.get("code") or "")
    words = {word: each.code for each in codes for word in (each.name, *each.words)}
    words |= ask.queries.service.learnt(kind)
    names = {each.name: each.code for each in codes}
    code = names.get(chosen) or next((words[word] for word in sorted(words, key=len, reverse=True) if word in said), "")
    if not code:
        raise Missing("code", f"“{said}”归到哪一类？选一次以后我就认得。", tuple(names))
    name = ask.act(SetCode(work_order_id=job.id, kind=kind, code=code, word=said if chosen else ""))
    look_at(ask, job.id)
    what = "原因" if kind is CodeKind.CAUSE else "处理"
    ask.say(f"工单 {job.no} {what}记为“{name}”{f'，以后“{said}”都按这个记' if chosen else ''}。")


def _job(ask: Ask, understood: Understood, states: tuple[JobState, ...]) -> JobLine | None:
    """Return the job that is meant, of those in one of ``states``, else of all in hand: the deed says what is wrong."""
    jobs = ask.queries.service.jobs_of(ask.actor.person_id, states)
    return which(ask, understood, jobs or _in_hand(ask), NO_JOB)


def _in_hand(ask: Ask) -> list[JobLine]:
    return ask.queries.service.jobs_of(ask.actor.person_id, (*WITH_ENGINEER, JobState.SIGNING))


def _awaited(ask: Ask) -> list[JobLine]:
    """Return the jobs whose customer may be waiting: the one he is on his way to, else those with an hour, else any."""
    jobs = bound_for(ask)
    told = [job for job in jobs if ask.queries.service.job(job.id, ask.actor).eta is not None]
    return told or jobs


def _next_morning(ask: Ask, words: str) -> datetime:
    """Return the day that was named, else the next working day, when work begins."""
    for each in find_moments(words, ask.now, ask.calendar):
        return _begins(ask, each.moment.due) if each.moment.whole_day else each.moment.due
    tomorrow = ask.calendar.local(ask.now).date() + timedelta(days=1)
    midnight = datetime.combine(tomorrow, time(0, 0), ask.calendar.zone)
    return ask.calendar.add(midnight, timedelta())


def _begins(ask: Ask, due: datetime, window: str = "") -> datetime:
    """Return when somebody can be there on the day of ``due``: as the part of the day, or work, begins."""
    day = ask.calendar.local(due).date()
    begins = time.fromisoformat(window.partition("/")[0]) if window else ask.calendar.shifts[0][0]
    return max(datetime.combine(day, max(begins, ask.calendar.shifts[0][0]), ask.calendar.zone), ask.now)


def _clock(ask: Ask, eta: datetime, eta_end: datetime | None) -> str:
    first = said_hour(ask, eta)
    return f"{first} 到 {ask.calendar.local(eta_end):%H:%M}" if eta_end else first


def _hours(minutes: int) -> str:
    whole, rest = divmod(minutes, 60)
    return "".join([f"{whole} 小时" if whole else "", f"{' ' if whole else ''}{rest} 分钟" if rest else ""])


INTENTS: Mapping[str, IntentHandler] = {
    "depart": depart,
    "be_late": be_late,
    "block_visit": block_visit,
    "finish_unsigned": finish_unsigned,
    "propose_visit": propose_visit,
    "reschedule_visit": reschedule_visit,
    "transfer_job": transfer_job,
    "note_hours": note_hours,
    "swap_serial": swap_serial,
    "note_cause": note_cause,
    "note_action": note_action,
    "set_duty": set_duty,
}
BUTTONS: Mapping[str, ButtonHandler] = {
    "take_transfer": press_take,
    "refuse_transfer": press_refuse,
    "depart_job": press_depart,
    "set_cause": press_code,
}
