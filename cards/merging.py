"""The card that puts two customers side by side, and the weekly one that shows which records need care."""

from __future__ import annotations

from functools import partial

from cards.action import Action
from cards.card import Button, Card, Choice, Field, Option, Style, Tone
from cards.glance import Glance
from cards.wording import phrase
from domain.actor import Role
from domain.customers.cleaning import Dirt, Fix
from domain.customers.views import DifferenceView, MergeView
from domain.scope import SEE_ALL

_say = partial(phrase, "customers/merge")
_clean = partial(phrase, "customers/cleaning")
_ASKED = 3
"""Choices one card can hold on either platform; further differences follow the rule in the note."""
_TONES = {"proposed": Tone.WARN, "merged": Tone.GOOD, "undone": Tone.MUTED, "dropped": Tone.MUTED}


def merge(view: MergeView, glance: Glance) -> Card:
    """Draw what the two differ in, with a choice for the first of them."""
    open_ = view.state == "proposed"

    def button(text: str, verb: str, style: Style = Style.PLAIN) -> Button:
        action = Action(verb=verb, subject=view.subject, version=view.version if open_ else 0)
        return Button(text=text, action=action, style=style, typed=text)

    choices = tuple(_choice(each) for each in view.differences[:_ASKED]) if open_ else ()
    go = button("合并", "merge_customers", Style.PRIMARY)
    return Card(
        kind="customers.merge",
        subject=view.subject,
        version=view.version,
        title=_say("title", view),
        status=_say("status", view),
        tone=_TONES[view.state],
        fields=(
            Field(label="保留", value=view.left),
            Field(label="并入", value=view.right),
            *(Field(label=each.label, value=_say("difference", each, open_)) for each in view.differences),
        ),
        notes=(_say("note", view),),
        choices=choices,
        submit=go if choices else None,
        buttons=(
            *((go,) if open_ and not choices else ()),
            *((button("不是一家", "drop_merge"),) if open_ else ()),
            *((button("撤销合并", "undo_merge", Style.DANGER),) if view.may_undo else ()),
        ),
        url=glance.page(f"/m/merges/{view.id}"),
    )


def cleaning(dirt: Dirt, glance: Glance) -> Card:
    """Draw what is wrong with the viewer's own customers, worst first, with what one tap puts right."""
    subject = f"person:{glance.viewer.person_id}"
    names = "、".join(dirt.without_phone_names)
    rows = (
        Field(label="读音一样", value=_count("pair", dirt.alike, dirt.pair), tone=Tone.WARN),
        Field(label="没有电话", value=_count("phones", dirt.without_phone, names)),
        Field(label="信用代码不对", value=_count("codes", dirt.invalid_codes, ""), tone=Tone.BAD),
        Field(label="没有全称", value=_count("legal", dirt.without_legal_name, "")),
        Field(label="负责人已离职", value=_count("left", dirt.kept_by_nobody, ""), tone=Tone.WARN),
    )
    leads = glance.viewer.has(Role.MANAGER, *SEE_ALL)
    fixes = (
        *((_propose(subject, dirt.pair[0][0], dirt.pair[1][0]),) if dirt.pair else ()),
        *((_fix(subject, "补电话", "clean_phone"),) if dirt.unreachable is not None else ()),
        *((_fix(subject, "清掉错的代码", "clean_records", Fix.CODES),) if dirt.invalid_codes else ()),
        *((_fix(subject, "客户名就是全称", "clean_records", Fix.NAMES),) if dirt.nameable else ()),
        *((_fix(subject, f"交接{dirt.leavers[0]}的客户", "clean_leaver"),) if dirt.leavers and leads else ()),
    )
    return Card(
        kind="customers.cleaning",
        subject=subject,
        version=0,
        title="本周客户资料整理",
        fields=tuple(row for row in rows if row.value),
        notes=(_clean("how"),),
        buttons=fixes,
    )


def _count(macro: str, number: int, more: object) -> str:
    return _clean(macro, number, more) if number else ""


def _propose(subject: str, left: int, right: int) -> Button:
    action = Action(verb="propose_merge", subject=subject, args={"l": str(left), "r": str(right)})
    return Button(text="看看是不是一家", action=action, style=Style.PRIMARY)


def _fix(subject: str, text: str, verb: str, fix: Fix | None = None) -> Button:
    args = {} if fix is None else {"fix": fix.value}
    return Button(text=text, action=Action(verb=verb, subject=subject, args=args))


def _choice(each: DifferenceView) -> Choice:
    options = (Option(id="left", text=each.left[:20]), Option(id="right", text=each.right[:20]))
    return Choice(key=each.name, title=each.label, options=options, selected=(each.side,))
