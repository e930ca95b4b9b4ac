"""Sentences about who gets what: leave, one's own share of the week, and how fair it was. Whole messages only."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta

from cards.action import Action
from domain.assignment.handing import HandOn, UrgeContact
from domain.assignment.leave import EndLeave, TakeLeave
from domain.assignment.receiving import ReceiveInquiry
from domain.clock import WorkCalendar, said_moment
from domain.errors import Invalid
from domain.inquiries.commands import LogInquiry
from handlers.context import Ask, ButtonHandler, IntentHandler, Route, Understood
from handlers.language.calendar import ChineseCalendar
from handlers.language.meaning import Draft
from handlers.language.time import When, find_times

CARD = "assignment.fairness"
_LEAVE = re.compile(r"(?P<who>我|.{2,4}?)?(?P<when>[^,，。]{0,16}?)(?:要|想)?(?:请|休)(?:事|病|年)?假(?P<rest>.{0,12})")
_LAST_WEEK = re.compile(r"上(?:周|个?星期|个?礼拜)")
_CALENDAR = ChineseCalendar()
_NAME = 4
"""Signs of a person's name, at most."""


def _leave(draft: Draft, text: str, ask: Ask) -> Understood | None:
    """``我明天请假``, ``陈静下周二到周四请假``: who and when."""
    del draft
    plain = text.strip().strip("。.!！?？~ ")
    match = _LEAVE.fullmatch(plain)
    if match is None:
        return None
    found = [span for span in find_times(plain, ask.calendar.local(ask.now), _CALENDAR) if isinstance(span.value, When)]
    if not found:
        return Understood(intent="take_leave", slots={}) if match["who"] in (None, "我") and not match["when"] else None
    longest = max(found, key=lambda span: span.end - span.start)
    who = plain[: longest.start]
    if len(who) > _NAME:
        return None
    return Understood(intent="take_leave", slots={"when": longest.value, "who": _who(who)})


def _back(draft: Draft, text: str, ask: Ask) -> Understood:
    del text, ask
    return Understood(intent="end_leave", slots={"who": _who(str(draft.deed_slots.get("who") or ""))})


def _fairness(draft: Draft, text: str, ask: Ask) -> Understood:
    del draft, ask
    return Understood(intent="show_fairness", slots={"last": bool(_LAST_WEEK.search(text))})


def take_leave(ask: Ask, understood: Understood) -> None:
    """``我明天请假``, ``陈静下周二到周四请假``."""
    when = understood.slots.get("when")
    if not isinstance(when, When):
        raise Invalid("请假哪几天？请写上日子，例如：我明天请假、我下周二到周四请假。")
    begins, ends = _span(when, ask.calendar)
    name = ask.act(TakeLeave(begins=begins, ends=ends, who=understood.slots["who"]))
    today = ask.calendar.local(ask.now).date()
    until = said_moment(ends, ask.calendar.zone, today=today)
    ask.say(f"{name}的请假记下了：{until} 前不再分新询价，之后自动恢复。不请了就发“取消请假”。")


def end_leave(ask: Ask, understood: Understood) -> None:
    """``取消请假``, ``我回来上班了``."""
    ask.say(f"{ask.act(EndLeave(who=understood.slots['who']))}已在岗，新询价照常分。")


def my_share(ask: Ask, understood: Understood) -> None:
    """``我这周分了几条``."""
    del understood
    view = ask.queries.assignment.fairness(ask.actor, week_of(ask.now, ask.calendar), ask.now)
    own = next((share for share in view.shares if share.name == ask.actor.name), None)
    team = [share.count for share in view.shares]
    if own is None or not own.count:
        ask.say(f"您这周还没有分到询价{f'，上周 {own.before} 条' if own is not None else ''}。")
        return
    ways = "、".join(f"{name} {count}" for name, count in own.methods.items())
    channels = "、".join(f"{name} {count}" for name, count in own.channels.items())
    beside = f"；看得到的 {len(team)} 人里最多 {max(team)} 条、最少 {min(team)} 条" if len(team) > 1 else ""
    ask.say(f"您这周分到 {own.count} 条（上周 {own.before} 条）：{ways}；来源：{channels}{beside}。")


def show_fairness(ask: Ask, understood: Understood) -> None:
    """``线索分配``: the week's card."""
    since = week_of(ask.now, ask.calendar) - timedelta(days=7 if understood.slots["last"] else 0)
    ask.show(CARD, f"person:{ask.actor.person_id}", since=since.isoformat(), now=ask.now.isoformat())


def receive(ask: Ask, said: LogInquiry) -> None:
    """Give what a colleague who does not sell has heard to whom the rules name."""
    done = ask.act(ReceiveInquiry(said=said))
    if done.joined:
        ask.say(f"这个号码已有询价 {done.no}（{done.owner}在跟），已并入，没有另记一条。")
    else:
        ask.say(f"已记录询价 {done.no}，{done.because} → {done.owner}，已通知。")


def week_of(now: datetime, calendar: WorkCalendar) -> datetime:
    """Return Monday's midnight of the company's week (UTC)."""
    local = calendar.local(now)
    monday = local.date() - timedelta(days=local.weekday())
    return datetime.combine(monday, time(), calendar.zone).astimezone(UTC)


def _span(when: When, calendar: WorkCalendar) -> tuple[datetime, datetime]:
    """Return the moments; days without an hour are whole days."""
    begin, end = (when.window or (time(), None)) if when.first == when.last else (time(), None)
    begins = datetime.combine(when.first, begin or time(), calendar.zone)
    after = datetime.combine(when.last + timedelta(days=1), time(), calendar.zone)
    ends = after if end is None else datetime.combine(when.last, end, calendar.zone)
    return begins.astimezone(UTC), ends.astimezone(UTC)


def _who(said: str | None) -> str:
    return "" if said in (None, "", "我", "我的") else said.removesuffix("的")


def _press_urge(ask: Ask, action: Action) -> None:
    ask.say(f"已催{ask.act(UrgeContact(first_id=_id(action)))}。")


def _press_take(ask: Ask, action: Action) -> None:
    ask.act(HandOn(first_id=_id(action)))


def _press_hand(ask: Ask, action: Action) -> None:
    click = ask.envelope.click
    chosen = click.selections.get("to", ()) if click is not None else ()
    if len(chosen) != 1 or not chosen[0].isdigit():
        raise Invalid("请先选改派给谁，再点“改派”。", subject=action.subject)
    ask.say(f"已改派给{ask.act(HandOn(first_id=_id(action), person_id=int(chosen[0])))}。")


def _id(action: Action) -> int:
    return int(action.subject.partition(":")[2])


ROUTES: Mapping[str, Route] = {"request_leave": _leave, "end_leave": _back, "show_fairness": _fairness}
BUTTONS: Mapping[str, ButtonHandler] = {
    "urge_contact": _press_urge,
    "take_contact": _press_take,
    "hand_contact": _press_hand,
}
INTENTS: Mapping[str, IntentHandler] = {
    "take_leave": take_leave,
    "end_leave": end_leave,
    "my_share": my_share,
    "show_fairness": show_fairness,
}
