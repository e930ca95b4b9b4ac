"""The card of an inquiry: what was understood, and what to do next."""

from __future__ import annotations

from functools import partial

from cards.action import Action
from cards.card import Button, Card, Field, Style, Tone
from cards.dictionary import filled_fields, question_choice, question_note, question_skip, question_submit
from cards.glance import Glance
from cards.wording import phrase
from domain.clock import said_ago
from domain.inquiries.views import InquiryView

_say = partial(phrase, "inquiries/logged")
_TONES = {"open": Tone.INFO, "quoted": Tone.GOOD, "undone": Tone.MUTED}


def logged(view: InquiryView, glance: Glance) -> Card:
    """Draw what was understood of an inquiry."""
    open_ = view.state == "open"
    question = view.filled.question if open_ else None
    return Card(
        kind="inquiries.logged",
        subject=view.subject,
        version=view.version,
        title=_say("title", view),
        status=_say("status", view),
        tone=Tone.BAD if view.contact_late and not view.contacted and open_ else _TONES[view.state],
        headline=_say("promised", _due(view, glance)) if open_ and view.due is not None else "",
        fields=_fields(view, glance),
        quote=view.requirement,
        notes=(*_why(view, glance), *_contact(view, glance), *question_note(question), *view.notes),
        choices=question_choice(question),
        submit=question_submit(question, view.subject, view.version),
        buttons=(*_buttons(view), *question_skip(question, view.subject, view.version)) if open_ else _restore(view),
        outcome=(_say("invalid", view) if view.invalid else _say("undone")) if view.state == "undone" else "",
        url=glance.page(f"/m/inquiries/{view.id}"),
    )


def row(view: InquiryView, glance: Glance) -> str:
    """Return one line of a list of inquiries."""
    ago = said_ago(view.last_contact_at, glance.zone, now=glance.now) if view.last_contact_at is not None else ""
    return _say("row", view, glance.day(view.due) if view.due is not None else "", ago)


def _fields(view: InquiryView, glance: Glance) -> tuple[Field, ...]:
    budget = view.budget_fen is not None or view.budget_max_fen is not None
    rows = (
        Field(label="客户", value=view.customer or _say("unknown"), tone=Tone.PLAIN if view.customer else Tone.WARN),
        Field(label="联系人", value=view.contact),
        Field(label="电话", value=view.phone, url=f"tel:{view.phone}" if view.phone else ""),
        *(Field(label="产品", value=_say("wanted", line)) for line in view.wanted),
        Field(label="预算", value=_say("budget", view) if budget else ""),
        Field(label="来源", value=view.source),
        Field(label="活动", value=view.campaign),
        *filled_fields(view.filled),
        Field(label="区域", value=view.region),
        Field(label="报价期限", value="" if view.state == "open" else _due(view, glance)),
        Field(label="负责人", value=view.owner if view.owner != glance.viewer.name else ""),
    )
    return tuple(each for each in rows if each.value)


def _why(view: InquiryView, glance: Glance) -> tuple[str, ...]:
    if view.assigned is None:
        return ()
    to = "你" if view.assigned.to == glance.viewer.name else view.assigned.to
    return (_say("why", view.assigned, to),)


def _contact(view: InquiryView, glance: Glance) -> tuple[str, ...]:
    if view.contact_due is None or view.contacted or view.state != "open":
        return ()
    minutes = int((view.contact_due - glance.now).total_seconds() // 60)
    return (
        _say("contact", glance.moment(view.contact_due), minutes // 60, minutes % 60, view.contact_late or minutes < 0),
    )


def _due(view: InquiryView, glance: Glance) -> str:
    if view.due is None:
        return ""
    return glance.day(view.due) if view.due_whole_day else glance.moment(view.due)


def _restore(view: InquiryView) -> tuple[Button, ...]:
    if not view.invalid:
        return ()
    action = Action(verb="restore_inquiry", subject=view.subject, version=view.version)
    return (Button(text="恢复", action=action, typed="恢复"),)


def _buttons(view: InquiryView) -> tuple[Button, ...]:
    def action(verb: str) -> Action:
        return Action(verb=verb, subject=view.subject, version=view.version)

    return (
        Button(text="报价", action=action("quote_inquiry"), style=Style.PRIMARY, typed="报价"),
        Button(text="修改", action=action("revise_inquiry"), typed="数量改成3台"),
        Button(text="撤销", action=action("undo_inquiry"), style=Style.DANGER, typed="撤销"),
    )
