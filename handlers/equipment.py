"""Machines in words: put into the ledger, given a new code, visited regularly, and what has been done to them."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from domain.equipment.relabelling import RelabelEquipment
from domain.equipment.retiring import RetireEquipment
from domain.errors import Invalid
from domain.money import said_percent
from domain.months import months_after
from domain.service.installing import RegisterMachine
from domain.service.states import WITH_ENGINEER, JobState
from domain.service.types import TYPES, ServiceType
from domain.upkeep.planning import PlanMaintenance, ReadCounter
from handlers.context import Confirm, Missing
from handlers.jobs_meant import words_of
from handlers.language.numbers import read_number
from handlers.moments import find_moments
from handlers.service_calls import serial_in

if TYPE_CHECKING:
    from collections.abc import Mapping

    from domain.equipment.views import MachinePlate
    from domain.service.report_views import ServiceReport
    from handlers.context import Ask, IntentHandler, Understood

_SERIAL = re.compile(r"(?:序列号|编号|SN|sn|号)[是:：\s]*([A-Za-z0-9][A-Za-z0-9\-_/]{3,40})")
_EVERY: Mapping[str, int] = {"月": 1, "个月": 1, "季度": 3, "季": 3, "半年": 6, "年": 12}
_OFTEN = re.compile(
    r"每(?P<count>[\d一二两三四五六七八九十]+)?(?:个)?(?P<unit>季度?|半年|年|月)|(?P<once>半年|季度|一年|一个月)一次"
)
_HOURS = re.compile(r"(?:每|满)?(?:运行)?(?:满)?(\d{2,6})(?:个)?小时")
_FIRST = re.compile(r"首次|第一次|从.{1,12}(?:开始|起)|下次")
"""With these words the day that is named is that of the first visit, not how often."""
_LINE = 6
_MONTH = re.compile(r"(?P<month>\d{1,2}|十?[一二三四五六七八九十])月份?")
_DECEMBER = 12


def register_equipment(ask: Ask, understood: Understood) -> None:
    """``登记设备 X300 序列号 X300-2026-0009``: of the installation in hand, or of the customer that is named."""
    words = words_of(ask, understood)
    slots = understood.slots
    found = _SERIAL.search(words)
    serial = str(slots.get("serial_no") or (found[1] if found else ""))
    if not serial:
        raise Missing("serial_no", "序列号是多少（看铭牌）？例如：X300-2026-0009。")
    company = str(slots.get("company") or "")
    customer = ask.queries.customers.id_of(company) if company else None
    jobs = ask.queries.service.jobs_of(ask.actor.person_id, (*WITH_ENGINEER, JobState.SIGNING))
    installs = [job for job in jobs if ask.queries.service.job(job.id, ask.actor).type is ServiceType.INSTALL]
    job = installs[0] if customer is None and len(installs) == 1 else None
    machine = ask.act(
        RegisterMachine(
            serial=serial,
            model=_model(slots),
            customer_id=customer,
            work_order_id=None if job is None else job.id,
            site=str(slots.get("place") or ""),
            warranty_until=_day(ask, words) if re.search(r"质保|保修", words) else None,
        )
    )
    ask.say(
        f"{machine.model}（{machine.serial}）已登记{f'到工单 {job.no}' if job else ''}。"
        f"二维码在“设备标签”页打印，客户扫码就能报修。"
    )


def relabel(ask: Ask, understood: Understood) -> None:
    """``换码 X200-2024-0317``: the old label is worth nothing afterwards, so it is confirmed first."""
    machine = _one(ask, understood)
    if not understood.tapped:
        raise Confirm(
            {**understood.slots, "serial_no": ask.queries.equipment.serial(machine.id)},
            (f"给 {machine.model}（末四位 {machine.tail}）换新码，旧标签会立刻失效，要重新打印贴上",),
        )
    serial = ask.act(RelabelEquipment(equipment_id=machine.id, reason=words_of(ask, understood)))
    ask.say(f"{serial} 换好新码了，旧标签已失效。请到“设备标签”页打印新的贴上。")


def retire(ask: Ask, understood: Understood) -> None:
    """``报废 X200-2024-0317``: nobody can report it by its code afterwards, so it is confirmed first."""
    machine = _one(ask, understood)
    if not understood.tapped:
        raise Confirm(
            {**understood.slots, "serial_no": ask.queries.equipment.serial(machine.id)},
            (f"{machine.model}（末四位 {machine.tail}）停用，二维码立刻失效，服务记录还在",),
        )
    serial = ask.act(RetireEquipment(equipment_id=machine.id, reason=words_of(ask, understood)))
    ask.say(f"{serial} 已停用，二维码已失效；以前的服务记录还能查。")


def print_labels(ask: Ask, understood: Understood) -> None:
    """``打印标签``: sheets of codes are a page of their own."""
    del understood
    ask.say("设备标签在网页上打：下面的工作台点“打开”，进“设备标签”，选客户后打印整页。换一张请发“换码 序列号”。")
    ask.show("desk.home", f"desk:{ask.actor.person_id}")


def query_warranty(ask: Ask, understood: Understood) -> None:
    """``恒力X200保修到什么时候``."""
    machine = _one(ask, understood)
    said = ask.queries.equipment.warranty(machine.id, ask.calendar.local(ask.now).date())
    ask.say(f"{machine.model}（末四位 {machine.tail}）：{said}。")


def equipment_history(ask: Ask, understood: Understood) -> None:
    """``X200修过几次``: services of a machine, what was fitted; by serial, customer and model, fault code or part."""
    machine = _one(ask, understood)
    history = ask.queries.equipment_history.of(machine.id)
    if not history.services:
        ask.say(f"{machine.model}（末四位 {machine.tail}）还没有服务记录。")
        return
    lines = [
        f"{ask.calendar.local(each.at):%Y-%m-%d} {each.no} {each.engineer}："
        f"{each.fault[:24]} → {each.words[:40] or '未写'}"
        for each in history.services[:_LINE]
    ]
    fitted = [f"{each.name}{f'（{each.serial}）' if each.serial else f' ×{each.quantity}'}" for each in history.fitted]
    parts = [f"装过：{'、'.join(fitted[:_LINE])}"] if fitted else []
    ask.say("\n".join([f"{machine.model}（末四位 {machine.tail}）一共服务 {history.count} 次：", *lines, *parts]))


def plan_maintenance(ask: Ask, understood: Understood) -> None:
    """``X200每季度保养一次``, ``X200每运行2000小时保养``."""
    words = words_of(ask, understood)
    machine = _one(ask, understood)
    often, hours = _OFTEN.search(words), _HOURS.search(words)
    months = 0
    if often is not None:
        unit = often["unit"] or {"一年": "年", "一个月": "月"}.get(often["once"], often["once"])
        months = int(read_number(often["count"] or "1") or 1) * _EVERY[unit]
    if not months and hours is None:
        raise Missing("repeat", "多久保养一次？例如：每季度。")
    kind = next((type_ for word, type_ in TYPES.items() if word in words and not type_.is_desk), None)
    plan = ask.act(
        PlanMaintenance(
            equipment_id=machine.id,
            months=months,
            hours=int(hours[1]) if hours is not None else 0,
            type=kind if kind in (ServiceType.MAINTENANCE, ServiceType.INSPECTION) else ServiceType.MAINTENANCE,
            first_on=_day(ask, words) if _FIRST.search(words) else None,
        )
    )
    ask.say(
        f"{machine.model}（末四位 {machine.tail}）{plan.said}，下次 {plan.due_on:%Y-%m-%d}。"
        "提前一周自动派工，前一天提醒工程师和销售。"
    )


def read_counter(ask: Ask, understood: Understood) -> None:
    """``X200运行到5200小时``."""
    machine = _one(ask, understood)
    hours = int(str(understood.slots["hours"]))
    plans = ask.act(ReadCounter(equipment_id=machine.id, hours=hours))
    due = "".join(f"{plan.said}，下次 {plan.due_on:%Y-%m-%d}。" for plan in plans)
    ask.say(f"{machine.model}（末四位 {machine.tail}）运行 {hours} 小时已记。{due or '这台还没有保养计划。'}")


def service_report(ask: Ask, understood: Understood) -> None:
    """``本月服务报表``, ``一次修好率多少``: the figures as a card, and as a picture; an engineer sees his own."""
    since, until = _period(ask, understood)
    said = {"since": since.isoformat(), "until": until.isoformat(), "zone": str(ask.calendar.zone)}
    view = ask.queries.service_reports.report(ask.actor, since, until, ask.calendar.zone)
    name = str(understood.slots.get("staff") or "")
    if name and name != ask.actor.name:
        ask.say(_of_one(view, name))
        return
    ask.show("service.report", "report:0", **said, **_before(ask))
    if len(view.scores) > 1:
        ask.show("pictures.service", "", **said)


def _before(ask: Ask) -> dict[str, int]:
    """Return the company's own figures of before, in minutes, where it has told them."""
    baseline = ask.policies.service.baseline
    told = {"complaint_before": baseline.complaint, "handled_before": baseline.handling}
    return {name: round(span.total_seconds() / 60) for name, span in told.items() if span is not None}


def _of_one(view: ServiceReport, name: str) -> str:
    """Return the figures of one engineer in a sentence, as far as the asker may see them."""
    score = next((each for each in view.scores if each.name == name), None)
    if score is None:
        return f"{name}这段时间没有完工的单，或不在您的范围内。"
    said = [f"完工 {score.jobs} 单"]
    said += [f"一次修好率 {said_percent(score.first_fix_ppm)}"] if score.first_fix_ppm is not None else []
    said += [f"准时到 {said_percent(score.on_time_ppm)}"] if score.on_time_ppm is not None else []
    said += [f"评分 {score.rating_hundredths / 100:.1f}"] if score.rating_hundredths is not None else ["还没有评分"]
    said += [f"返访 {score.revisits} 次"] if score.revisits else []
    return f"{name} {view.since:%m月%d日}到{view.until:%m月%d日}：{'，'.join(said)}。"


def _period(ask: Ask, understood: Understood) -> tuple[date, date]:
    today = ask.calendar.local(ask.now).date()
    said = understood.slots.get("period")
    if isinstance(said, dict) and said.get("start"):
        return date.fromisoformat(str(said["start"])), min(
            date.fromisoformat(str(said.get("end") or said["start"])), today
        )
    words = str(said or words_of(ask, understood))
    named = _MONTH.fullmatch(words)
    if named is not None and 1 <= (month := int(read_number(named["month"]) or 0)) <= _DECEMBER:
        first = today.replace(year=today.year - (month > today.month), month=month, day=1)
        return first, min(months_after(first, 1) - timedelta(days=1), today)
    if "上" in words and "月" in words:
        last = today.replace(day=1) - timedelta(days=1)
        return last.replace(day=1), last
    if "周" in words:
        monday = today - timedelta(days=today.weekday() + (7 if "上" in words else 0))
        return monday, min(monday + timedelta(days=6), today)
    if "季" in words:
        first = today.replace(month=(today.month - 1) // 3 * 3 + 1, day=1)
        if "上" in words:
            last = first - timedelta(days=1)
            return last.replace(month=(last.month - 1) // 3 * 3 + 1, day=1), last
        return first, today
    return (today.replace(month=1, day=1) if "年" in words else today.replace(day=1)), today


def _one(ask: Ask, understood: Understood) -> MachinePlate:
    """Return the machine that is meant: by serial, by customer and model, else that of the job in hand."""
    slots = understood.slots
    company, serial = str(slots.get("company") or ""), str(slots.get("serial_no") or "")
    words = words_of(ask, understood)
    found = _SERIAL.search(words)
    serial = serial or (found[1] if found else "") or serial_in(words, ask)
    machines = ask.queries.equipment.said(company=company, model=_model(slots), serial=serial)
    if not (company or serial or _model(slots)) and ask.in_hand.startswith("workorder:"):
        in_hand = ask.queries.equipment.of_job(int(ask.in_hand.partition(":")[2]))
        if in_hand is not None and ask.queries.equipment.may_see(in_hand.id, ask.actor):
            return in_hand
    if not company and not serial:
        machines = ask.queries.equipment.visible(ask.actor, _model(slots))
    machines = [each for each in machines if ask.queries.equipment.may_see(each.id, ask.actor)]
    machines = [each for each in machines if each.model in words] or machines
    if len(machines) == 1:
        return machines[0]
    if 1 < len(machines) <= 4:
        raise Missing(
            "serial_no", "是哪台设备（序列号）？", tuple(ask.queries.equipment.serial(each.id) for each in machines)
        )
    raise Invalid(
        "是哪台设备？请写序列号，或客户加型号，例如：苏州恒力的X200。"
        if machines or not (company or serial)
        else "没有找到这台设备，请核对客户、型号或序列号。"
    )


def _model(slots: Mapping[str, Any]) -> str:
    product = slots.get("product") or ""
    return str((product[0] if product else "") if isinstance(product, list) else product)


def _day(ask: Ask, words: str) -> date | None:
    found = find_moments(words, ask.now, ask.calendar)
    return ask.calendar.local(found[0].moment.due).date() if found else None


INTENTS: Mapping[str, IntentHandler] = {
    "register_equipment": register_equipment,
    "relabel_equipment": relabel,
    "retire_equipment": retire,
    "equipment_history": equipment_history,
    "print_labels": print_labels,
    "query_warranty": query_warranty,
    "plan_maintenance": plan_maintenance,
    "read_counter": read_counter,
    "service_report": service_report,
    "engineer_score": service_report,
}
