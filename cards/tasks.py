"""Cards of tasks: one that is due, and the numbered list of a day."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from cards.action import Action
from cards.card import Button, Card, Choice, Field, Option, Style, Tone
from cards.glance import Glance
from cards.wording import phrase
from domain.tasks.views import TaskView, TodayView

_say = partial(phrase, "tasks/task")
_list = partial(phrase, "tasks/today")
_TONES = {"open": Tone.INFO, "done": Tone.GOOD, "cancelled": Tone.MUTED}


def task(view: TaskView, glance: Glance) -> Card:
    """Draw a task for whoever has to do it, or leads him."""
    open_, over = view.state == "open", is_over(view, glance)
    return Card(
        kind="tasks.task",
        subject=view.subject,
        version=view.version,
        title=_say("title", view),
        status=_say("status", view, over),
        tone=Tone.WARN if open_ and over else _TONES[view.state],
        headline=_say("headline", due(view, glance), over) if open_ else "",
        fields=_fields(view, glance),
        quote=view.why,
        notes=(_say("postpone"),) if open_ else (),
        buttons=_buttons(view) if open_ else (),
        outcome="" if open_ else _say("outcome", view, glance.clock(view.kept_at) if view.kept_at else ""),
        url=glance.page(f"/m/tasks/{view.id}"),
    )


def today(view: TodayView, glance: Glance) -> Card:
    """Draw somebody's day; its numbers stay while he works through it."""
    open_ = view.open
    over = sum(1 for _, each in open_ if is_over(each, glance))
    promised = sum(1 for _, each in open_ if each.source == "promise")
    return Card(
        kind="tasks.today",
        subject=view.subject,
        version=view.version,
        title=_list("title", f"{view.day.month}月{view.day.day}日"),
        tone=Tone.WARN if over else Tone.INFO,
        headline=_list("headline", len(open_), over, promised),
        fields=tuple(
            Field(
                label=str(number),
                value=_list("line", each, _short_due(each, glance), each.state == "open" and is_over(each, glance)),
                tone=Tone.WARN if each.state == "open" and is_over(each, glance) else Tone.PLAIN,
            )
            for number, each in enumerate(view.tasks, 1)
        ),
        notes=tuple(
            note
            for note in (
                _list("waiting", view) if view.waiting else "",
                _list("more", view, "" if view.later is None else due(view.later, glance)) if view.more else "",
                _list("typed") if open_ else "",
            )
            if note
        ),
        choices=(_which(view),) if open_ else (),
        submit=_listed(view, "完成", "done_listed", Style.PRIMARY, "第1个做完了") if open_ else None,
        buttons=(
            _listed(view, "稍后提醒", "snooze_listed", Style.PLAIN, "第1个晚点提醒"),
            _listed(view, "改期", "move_listed", Style.PLAIN, "第1个推到明天上午"),
        )
        if open_
        else (),
        outcome="" if open_ or view.waiting or not view.tasks else _list("done"),
        url=glance.page(f"/m/today/{view.id}"),
    )


def row(view: TaskView, glance: Glance) -> str:
    """Return one line of a list of tasks."""
    return _say("row", view, due(view, glance), is_over(view, glance))


def due(view: TaskView, glance: Glance) -> str:
    """Return ``11月26日（周三）`` with the hour or the part of the day that was named; empty for no day."""
    return said_due(view.due, glance, whole_day=view.due_whole_day, window=view.window)


def said_due(at: datetime | None, glance: Glance, *, whole_day: bool, window: str = "") -> str:
    """Return a due moment in words; empty for None."""
    if at is None:
        return ""
    if not whole_day:
        return glance.moment(at)
    return f"{glance.day(at)}{window.replace('/', '～')}"


def of_customer(title: str, customer: str) -> str:
    """Return a task's title as it reads where the customer's name stands already: 给恒力报价 → 报价."""
    if not customer:
        return title
    for said in (f"给{customer}", f"{customer}：", customer):
        title = title.replace(said, "", 1)
    return title.replace("： ", "：").strip(" ：") or title


def is_over(view: TaskView, glance: Glance) -> bool:
    """Return whether its moment has passed."""
    return view.due is not None and view.due <= glance.now


def _fields(view: TaskView, glance: Glance) -> tuple[Field, ...]:
    rows = (
        Field(label="客户", value=view.customer),
        Field(label="来自", value=_say("source", view)),
        Field(label="重复", value=_say("repeat", view) if view.repeat else ""),
        Field(label="负责人", value=view.owner if view.owner != glance.viewer.name else ""),
    )
    return tuple(each for each in rows if each.value)


def _buttons(view: TaskView) -> tuple[Button, ...]:
    def action(verb: str) -> Action:
        return Action(verb=verb, subject=view.subject, version=view.version)

    own = (
        Button(text="完成", action=action("complete_task"), style=Style.PRIMARY, typed="做完了"),
        Button(text="稍后提醒", action=action("snooze_task"), typed="晚点提醒"),
        Button(text="改期", action=action("move_task"), typed="推到明天上午"),
        Button(text="不用了", action=action("cancel_task"), style=Style.DANGER, typed="不用做了"),
    )
    if view.kind == "quote" and view.about.startswith("inquiry:"):
        quote = Button(
            text="报价", action=Action(verb="quote_inquiry", subject=view.about), style=Style.PRIMARY, typed="报价"
        )
        return (quote, *own)
    return own


def _which(view: TodayView) -> Choice:
    return Choice(
        key="task",
        title=_list("choose"),
        options=tuple(Option(id=str(each.id), text=_list("option", number, each)) for number, each in view.open),
        selected=(str(view.open[0][1].id),),
    )


def _listed(view: TodayView, text: str, verb: str, style: Style, typed: str) -> Button:
    action = Action(verb=verb, subject=view.subject, version=view.version)
    return Button(text=text, action=action, style=style, typed=typed)


def _short_due(view: TaskView, glance: Glance) -> str:
    """Return the hour for today, the day for others: a row has room for thirty signs."""
    if view.due is None:
        return ""
    local = view.due.astimezone(glance.zone)
    if local.date() != glance.now.astimezone(glance.zone).date():
        return f"{local.month}/{local.day}"
    return "" if view.due_whole_day else f"{local:%H:%M}"
