"""What is asked about jobs: how they stand, whose they are, and what one has to know on the way to the machine."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from domain.actor import Role
from domain.errors import NotFound
from domain.service.states import WITH_ENGINEER, JobState
from domain.service.urge import UrgeEngineer
from handlers.jobs_meant import NO_JOB, list_jobs, look_at, said_hour, which, words_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from domain.service.views import JobLine, JobView
    from handlers.context import Ask, IntentHandler, Understood

_IN_HAND = (*WITH_ENGINEER, JobState.SIGNING)
_LINES = 8
_STATES: Mapping[str, JobState] = {
    "等备件": JobState.WAITING_PARTS,
    "待签收": JobState.SIGNING,
    "没签": JobState.SIGNING,
    "待再访": JobState.REVISIT,
    "没人接": JobState.OFFERED,
    "待接单": JobState.OFFERED,
    "在现场": JobState.ON_SITE,
}
_LATE = ("超时", "逾期", "过期", "超期")
_SHOW = {"intent": "show_record"}


def query_ticket(ask: Ask, understood: Understood) -> None:
    """``恒力的报修到哪了``: a customer's open jobs, else his last one; without a name one's own, or all open ones.

    What is not the asker's to see is not there for him.
    """
    no = str(understood.slots.get("ticket_no") or "")
    if no:
        line, _ = ask.queries.service.standing(no, ask.actor)
        _tell(ask, [line], NO_JOB)
        return
    company = str(understood.slots.get("company") or "")
    if not company:
        if Role.ENGINEER in ask.actor.roles:
            my_jobs(ask, understood)
        else:
            _of_all(ask, words_of(ask, understood))
        return
    jobs = ask.queries.service.open_of(company) or ask.queries.service.last_of(company)
    _tell(ask, jobs, f"没有找到{company}的工单，可能没报修过，或不在您的范围内。")


def _of_all(ask: Ask, words: str) -> None:
    """Tell of all open jobs those the words pick: ``等备件的工单有哪些``, ``超时的工单``."""
    jobs = ask.queries.service.open_jobs()
    states = [state for word, state in _STATES.items() if word in words]
    overdue = any(word in words for word in _LATE)
    if states:
        jobs = [job for job in jobs if job.state in states]
    elif overdue:
        board = ask.queries.service_board.board(ask.actor, ask.now, limit=len(jobs))
        late = {row.id for row in board.rows if row.late}
        jobs = [job for job in jobs if job.id in late]
    _tell(
        ask, jobs, "现在没有这样的工单。" if states or any(word in words for word in _LATE) else "现在没有在办的工单。"
    )


def my_jobs(ask: Ask, understood: Understood) -> None:
    """``我的工单``: what waits for his answer, then what he has in hand."""
    del understood
    offered = ask.queries.service.offered_to(ask.actor.person_id)
    _tell(ask, [*offered, *ask.queries.service.jobs_of(ask.actor.person_id, _IN_HAND)], NO_JOB)


def staff_jobs(ask: Ask, understood: Understood) -> None:
    """``何平手上几单``."""
    name = str(understood.slots.get("staff") or understood.slots.get("busy"))
    jobs = ask.queries.service.jobs_of(ask.queries.service.engineer_called(name), _IN_HAND)
    _tell(ask, jobs, f"{name}手上没有工单。")


def urge_engineer(ask: Ask, understood: Understood) -> None:
    """``催一下何平``: about what he was asked to take, else about what he has not begun."""
    name = str(understood.slots["staff"])
    engineer = ask.queries.service.engineer_called(name)
    jobs = ask.queries.service.offered_to(engineer) or ask.queries.service.jobs_of(engineer, WITH_ENGINEER)
    job = which(ask, understood, jobs, f"{name}手上没有可催的工单。")
    if job is not None and engineer is not None:
        no = ask.act(UrgeEngineer(work_order_id=job.id, engineer_id=engineer))
        look_at(ask, job.id)
        ask.say(f"已催{name}：工单 {no}（{job.customer} {job.model}，{job.state.label}）。")


def about_job(ask: Ask, understood: Understood) -> None:
    """``客户电话多少``, ``地址在哪``, ``这台在保吗``: of the job in hand."""
    jobs = ask.queries.service.jobs_of(ask.actor.person_id, _IN_HAND)
    jobs = jobs or ask.queries.service.offered_to(ask.actor.person_id)
    job = which(ask, understood, jobs, NO_JOB)
    if job is None:
        return
    look_at(ask, job.id)
    view = ask.queries.service.job(job.id, ask.actor)
    ask.say(f"{view.customer} {view.model}（{view.no}）：{_answer(view, understood.slots)}")


def find_services(ask: Ask, understood: Understood) -> None:
    """``换过6205的工单``, ``X200-2024-0317的工单``: the newest jobs by serial, alarm, part or words (S-144)."""
    about = str(understood.slots["about"]).strip()
    _tell(
        ask, ask.queries.service.searched(about), f"没有找到和“{about}”有关的工单。序列号、报警号、备件、故障都能搜。"
    )


def similar_faults(ask: Ask, understood: Understood) -> None:
    """``E07以前怎么修的``: what mended it, the newest first."""
    fault = str(understood.slots["fault"])
    found = ask.queries.service.mended(fault)
    if not found:
        ask.say(f"还没有“{fault}”的维修记录。")
        return
    ask.say("\n".join([f"“{fault}”以前这样修好：", *(f"{each.model}：{each.fault} → {each.words}" for each in found)]))


def _answer(view: JobView, slots: Mapping[str, object]) -> str:
    if "warranty" in slots:
        return f"{view.warranty or '没有登记设备，不知道保修期'}。"
    if "site" in slots:
        return f"{view.site or '没有登记地址，请打电话问客户'}。"
    people = "；".join(view.background.people)
    if "promises" in slots:
        return f"{'；'.join(view.background.promises) or '没有记着没兑现的承诺'}。"
    if "temper" in slots:
        return f"{people or '还没有登记联系人，问问负责的销售'}。"
    phone = view.phone or "客户没留电话，请问调度或销售"
    return f"电话 {phone}{f'；联系人 {people}' if people else ''}。"


def _tell(ask: Ask, jobs: Sequence[JobLine], nothing: str) -> None:
    """Say how each of ``jobs`` stands, as far as it is the asker's to know; one alone is shown as its card."""
    seen = [(job, view) for job in jobs if (view := _seen(ask, job)) is not None]
    if not seen:
        ask.say(nothing)
        return
    shown = seen[:_LINES]
    list_jobs(ask, [job for job, _ in shown], _SHOW)
    lines = [f"{place}. {_line(ask, view)}" for place, (_, view) in enumerate(shown, start=1)]
    more = f"\n还有 {len(seen) - len(shown)} 单，请写上客户再问。" if len(seen) > len(shown) else ""
    ask.say("\n".join(lines) + more + ("\n回复序号看卡片。" if len(seen) > 1 else "\n回复“1”看卡片。"))


def _seen(ask: Ask, job: JobLine) -> JobView | None:
    try:
        return ask.queries.service.job(job.id, ask.actor)
    except NotFound:
        return None


def _line(ask: Ask, view: JobView) -> str:
    parts = [f"{view.customer} {view.model}（{view.no}）：{view.state.label}"]
    if view.engineer:
        parts.append(view.engineer)
    elif view.asked:
        parts.append(f"在问{'、'.join(view.asked)}")
    if view.blocked:
        parts.append(f"被拦：{view.blocked}")
    if view.state in (JobState.ACCEPTED, JobState.REVISIT) and view.eta:
        parts.append(f"{said_hour(ask, view.eta)} 到")
    for line in view.requests:
        if line.state.is_open:
            day = f"，{ask.calendar.local(line.arrives_at):%m月%d日}到" if line.arrives_at else ""
            parts.append(f"{line.said} {line.stands}{day}")
    if view.ended_at:
        parts.append(f"{said_hour(ask, view.ended_at)} 结束{f'，客户打 {view.rating} 分' if view.rating else ''}")
    return "，".join(parts)


INTENTS: Mapping[str, IntentHandler] = {
    "query_ticket": query_ticket,
    "my_jobs": my_jobs,
    "staff_jobs": staff_jobs,
    "urge_engineer": urge_engineer,
    "about_job": about_job,
    "find_services": find_services,
    "similar_faults": similar_faults,
}
