"""Cards of follow-ups: what was understood of one, and a plan of calls."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from functools import partial

from cards.action import Action
from cards.card import Button, Card, Field, Style, Tone
from cards.glance import Glance
from cards.tasks import of_customer, said_due
from cards.wording import phrase
from domain.activities.views import (
    ActivityView,
    BoardRow,
    PlanView,
    SilenceView,
)
from domain.clock import said_ago
from domain.money import said_money
from domain.tasks.views import KeepingView

_FORM = re.compile(r"(?:集团)?(?:股份)?(?:有限)?(?:责任)?公司$")
_say = partial(phrase, "activities/logged")
_plan = partial(phrase, "activities/plan")
_line = partial(phrase, "activities/lists")


def logged(view: ActivityView, glance: Glance) -> Card:
    """Draw what was understood of a follow-up; while nobody knows the customer, ask once with buttons."""
    asks = not (view.customer or view.undone)
    return Card(
        kind="activities.logged",
        subject=view.subject,
        version=view.version,
        title=_say("title", view),
        status=_say("status", view),
        tone=Tone.MUTED if view.undone else Tone.WARN if asks or view.outcome == "missed" else Tone.GOOD,
        headline=_say("unknown", view) if asks else "",
        fields=_fields(view, glance),
        quote=view.text,
        notes=_notes(view, glance),
        buttons=() if view.undone else _buttons(view),
        outcome=_say("undone") if view.undone else "",
        url=glance.page(f"/m/activities/{view.id}"),
    )


def plan(view: PlanView, glance: Glance) -> Card:
    """Draw a plan of calls, day by day."""
    action = partial(Action, subject=view.subject, version=view.version)
    buttons = {
        "seen": (Button(text="确认", action=action(verb="confirm_calls"), style=Style.PRIMARY, typed="确认排跟进"),),
        "done": (Button(text="撤销", action=action(verb="undo_calls"), style=Style.DANGER, typed="撤销"),),
    }
    return Card(
        kind="activities.plan",
        subject=view.subject,
        version=view.version,
        title=_plan("title", view, sum(len(names) for _, names in view.calls)),
        tone={"seen": Tone.WARN, "done": Tone.GOOD, "undone": Tone.MUTED}[view.state],
        fields=tuple(Field(label=f"{day.month}/{day.day}", value=_plan("names", names)) for day, names in view.calls),
        notes=(_plan("rule", view), *((_plan("seen"),) if view.state == "seen" else ())),
        buttons=buttons.get(view.state, ()),
        outcome=_plan("undone") if view.state == "undone" else "",
        url=glance.page(f"/m/calls/{view.id}"),
    )


def silence(view: SilenceView, over: int, glance: Glance) -> str:
    """Return the list of silent customers, numbered, with the share of each threshold."""
    if not view.longest:
        return _line("nobody", over)
    lines = [
        _line("silence", view, over),
        *(
            f"{number}. "
            + _line("silent", each, ago(each.last_at, glance), glance.day(each.planned) if each.planned else "")
            for number, each in enumerate(view.longest, 1)
        ),
        "，".join(_line("share", days, count, view.total) for days, count in view.counts),
        _line("how_to_plan"),
    ]
    return "\n".join(lines)


def board(rows: Sequence[BoardRow]) -> str:
    """Return a leader's people, numbered."""
    return "\n".join(f"{number}. {_line('board', row)}" for number, row in enumerate(rows, 1))


def keeping(view: KeepingView, glance: Glance) -> str:
    """Return how promises were kept, in a sentence."""
    return _line("keeping", view, glance.day(view.since))


def ago(at: datetime | None, glance: Glance) -> str:
    """Return ``12 天前``; empty for never."""
    return "" if at is None else said_ago(at, glance.zone, now=glance.now)


def _fields(view: ActivityView, glance: Glance) -> tuple[Field, ...]:
    next_at = said_due(view.next_at, glance, whole_day=view.next_whole_day)
    rows = (
        Field(label="联系人", value=view.contact),
        Field(label="时间", value=glance.day(view.at) if view.at_whole_day else glance.moment(view.at)),
        Field(label="同去", value="、".join(view.people)),
        Field(label="地点", value=view.place),
        # What is to be done is the next step; only one that nobody has to do any more stands for itself.
        Field(label="下一步", value="" if view.tasks else _say("next", view, next_at)),
        *(
            Field(label="待办", value=_task(view, title, said_due(due, glance, whole_day=whole), promised))
            for title, due, whole, promised in view.tasks
        ),
        Field(label="保证金", value="" if view.deposit_fen is None else said_money(view.deposit_fen)),
        Field(label="询价", value=view.inquiry),
        Field(label="记录人", value=view.author if view.author != glance.viewer.name else ""),
    )
    return tuple(each for each in rows if each.value)


def _task(view: ActivityView, title: str, due: str, promised: bool) -> str:
    return _say("task", of_customer(title, view.customer), due, promised)


def _notes(view: ActivityView, glance: Glance) -> tuple[str, ...]:
    del glance
    done = (_say("done", view.done),) if view.done else ()
    bare = not (view.tasks or view.next_at or view.undone) and view.outcome == "reached"
    return (*done, *((_say("no_next"),) if bare else ()))


def _short(name: str) -> str:
    """Return a company's name as a button has room for it: without its legal form, at most nine signs."""
    return _FORM.sub("", name)[:9]


def _buttons(view: ActivityView) -> tuple[Button, ...]:
    def action(verb: str, **args: str) -> Action:
        return Action(verb=verb, subject=view.subject, version=view.version, args=args)

    who = [
        Button(text=f"是{_short(near.name)}", action=action("name_activity", to=str(near.id)), typed=near.name)
        for near in view.near
    ]
    if view.company and not view.customer:
        who.append(Button(text="新建客户", action=action("create_for_activity"), style=Style.PRIMARY, typed="新建客户"))
    bid = (
        (
            Button(text="中标", action=action("settle_bid", won="1"), typed="中标了"),
            Button(text="未中标", action=action("settle_bid", won="0"), typed="没中标"),
        )
        if view.kind == "投标" and view.bid_result == "open"
        else ()
    )
    return (
        *who,
        *bid,
        Button(text="修改", action=action("revise_activity"), typed="不对，是昨天去的"),
        Button(text="撤销", action=action("undo_activity"), style=Style.DANGER, typed="撤销"),
    )
