"""Cards of the pool: the list, one customer to take, one to give back. Each button names its customer."""

from __future__ import annotations

from functools import partial

from cards.action import Action
from cards.card import Button, Card, Field, Style, Tone
from cards.glance import Glance
from cards.wording import phrase
from domain.pool.views import PooledView, PoolView, ReleaseView

_say = partial(phrase, "pool/pool")


def listing(view: PoolView, glance: Glance) -> Card:
    """Draw who may be taken, numbered."""
    rows = tuple(
        Field(label=f"{number}. {each.name}", value=_say("row", each, glance.day(each.since) if each.since else ""))
        for number, each in enumerate(view.customers, 1)
    )
    return Card(
        kind="pool.listing",
        subject="pool:0",
        version=0,
        title=_say("title", len(rows) + view.more),
        fields=rows,
        notes=(_say("how", view),) if rows else (),
        buttons=tuple(_claim(each, f"领取 {number}. {each.name}") for number, each in enumerate(view.customers, 1)),
        outcome="" if rows else _say("empty"),
    )


def customer(view: PooledView, glance: Glance) -> Card:
    """Draw one customer to be taken with one tap."""
    rows = (
        Field(label="区域", value=view.region),
        Field(label="级别", value=view.level),
        Field(label="在公海", value=_say("since", glance.day(view.since)) if view.since and not view.owner else ""),
        Field(label="原因", value=view.reason),
        Field(label="未报询价", value=f"{view.inquiries} 条" if view.inquiries else ""),
    )
    return Card(
        kind="pool.customer",
        subject=view.subject,
        version=view.version,
        title=_say("one", view),
        tone=Tone.MUTED if view.owner else Tone.INFO,
        fields=tuple(row for row in rows if row.value),
        buttons=() if view.owner else (_claim(view, "领取", Style.PRIMARY),),
        outcome=_say("taken", view) if view.owner else "",
    )


def release(view: ReleaseView, glance: Glance) -> Card:
    """Draw a customer about to be given back."""
    del glance
    proposed = view.state == "proposed"
    action = Action(verb="confirm_release", subject=view.subject, version=view.version)
    return Card(
        kind="pool.release",
        subject=view.subject,
        version=view.version,
        title=_say("release", view),
        tone=Tone.WARN if proposed else Tone.MUTED,
        fields=(Field(label="负责人", value=view.keeper), Field(label="原因", value=view.reason)),
        notes=(_say("loses"),) if proposed else (),
        buttons=(Button(text="退回公海", action=action, style=Style.DANGER, typed="确认退回"),) if proposed else (),
        outcome="" if proposed else _say("released"),
    )


def _claim(view: PooledView, text: str, style: Style = Style.PLAIN) -> Button:
    action = Action(verb="claim_customer", subject=view.subject, version=view.version)
    return Button(text=text, action=action, style=style, typed=f"领取 {view.name}")
