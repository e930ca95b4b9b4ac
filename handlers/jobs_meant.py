"""Which job a sentence means, and how what became of it is told.

With several jobs that fit, a bare ``到了`` is answered with a numbered list: the subjects go to
``focus.listed`` and the intent with its slots to ``focus.question``, so that a plain ``2`` repeats
the intent with ``slots["subject"]``.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from domain.errors import Invalid, NotFound
from domain.money import said_money
from domain.service.finishing import SaidPart
from domain.service.states import TO_VISIT, JobState

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cards.action import Action
    from domain.service.finishing import Fitted
    from domain.service.views import JobLine
    from handlers.context import Ask, Understood

NO_JOB = "您手上没有在办的工单。派给您的单子会发卡片过来，先点“接单”，到现场再发“到了”。"


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


def pictures_of(ask: Ask) -> tuple[str, ...]:
    """Return the files that came along, without what was spoken."""
    return tuple(each.file_id for each in ask.envelope.attachments if each.file_id and each.kind != "voice")


def job_id(action: Action) -> int:
    """Return the job a button is about."""
    return int(action.subject.partition(":")[2])


def parts_of(said: Sequence[Mapping[str, Any]]) -> tuple[SaidPart, ...]:
    """Return the parts of the slot ``part``; pieces are whole."""
    for each in said:
        if float(each.get("quantity") or 1) % 1:
            raise Invalid(f"{each['name']}的数量要是整数，请改成整数再发一次。")
    return tuple(
        SaidPart(name=str(each["name"]), quantity=int(each["quantity"]) if each.get("quantity") else None)
        for each in said
    )


def _plain(slots: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in slots.items()}
