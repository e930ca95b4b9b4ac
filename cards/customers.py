"""The card of a customer: who they are, whom we know there, and what the company wants to know of them."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from cards.action import Action
from cards.activities import ago
from cards.card import Button, Card, Field, Tone
from cards.dictionary import filled_fields, question_choice, question_note, question_skip, question_submit
from cards.glance import Glance
from cards.tasks import of_customer
from cards.wording import phrase
from domain.customers.overview import LineView, OverviewView, PromiseView, Section, SectionView
from domain.customers.views import CustomerView

_say = partial(phrase, "customers/customer")


def customer(view: OverviewView, glance: Glance) -> Card:
    """Draw a customer for somebody who may see it, its sections folded into counts."""
    known, question = view.customer, view.customer.filled.question if view.customer.active else None
    return Card(
        kind="customers.customer",
        subject=known.subject,
        version=known.version,
        title=known.name,
        status=_say("status", known),
        tone=Tone.INFO if known.active else Tone.MUTED,
        headline=_say("next", _bare(view.promises[0], known), _due(view.promises[0], glance)) if view.promises else "",
        fields=_filled((*_standing(view, glance), *_who(known, glance))),
        quote=view.summary or _say("made_summary", view, glance),
        notes=question_note(question),
        choices=question_choice(question),
        submit=question_submit(question, known.subject, known.version),
        buttons=(*_folds(view), *question_skip(question, known.subject, known.version)),
        url=glance.page(f"/m/customers/{known.id}"),
    )


def page(view: OverviewView, glance: Glance) -> Card:
    """Draw the same with every section unfolded, for a page that has room for it."""
    unfolded = tuple(
        Field(label=section.label if first else "", value=_say("line", line, glance), tone=_tone(line))
        for section, lines in view.sections.items()
        for first, line in zip([True] + [False] * len(lines), lines, strict=False)
    )
    promised = tuple(
        Field(label="承诺", value=_say("promise", _bare(each, view.customer), _due(each, glance)), tone=Tone.WARN)
        for each in view.promises
    )
    card = customer(view, glance)
    return replace(card, kind="customers.page", fields=(*card.fields, *promised, *unfolded), buttons=(), url="")


def section(view: SectionView, glance: Glance) -> Card:
    """Draw one section unfolded, a page at a time."""
    more = () if not view.next_before else (_unfold(view.customer, view.section, "下一页", view.next_before),)
    others = tuple(
        _unfold(view.customer, each, each.label) for each in Section if each is not view.section and each in _FOLDS
    )
    return Card(
        kind="customers.section",
        subject=view.customer.subject,
        version=view.customer.version,
        title=_say("section", view),
        subtitle=view.customer.name,
        tone=Tone.INFO,
        fields=tuple(
            Field(label=line.kind.label, value=_say("line", line, glance), tone=_tone(line)) for line in view.lines
        ),
        notes=() if view.lines else (_say("nothing"),),
        buttons=(*more, *others)[:_BUTTONS],
        url=glance.page(f"/m/customers/{view.customer.id}"),
    )


def summary(view: OverviewView, glance: Glance) -> str:
    """Return what happened so far, in somebody's own words or, without any, in those made of the records."""
    bare = replace(view, promises=tuple(_bare(each, view.customer) for each in view.promises))
    return _say("summary", bare, glance)


def _standing(view: OverviewView, glance: Glance) -> tuple[Field, ...]:
    """Return what is open now: what somebody wants to know before he calls."""
    still = view.open_counts
    newest = view.latest[0].at if view.latest else None
    tickets = still[Section.TICKETS]
    return (
        Field(label="最近联系", value=_contacted(view.customer, glance)),
        Field(label="最近往来", value="" if newest is None else _say("latest", view.latest[0], glance.day(newest))),
        Field(label="在修", value=f"{tickets} 单" if tickets else "", tone=Tone.BAD),
        Field(label="商机", value=f"{still[Section.DEALS]} 个进行中" if still[Section.DEALS] else ""),
        Field(label="待报价", value=f"{still[Section.INQUIRIES]} 条" if still[Section.INQUIRIES] else ""),
        Field(label="报价", value=_say("quotes", view) if view.counts[Section.QUOTES] else ""),
        Field(label="设备", value=f"{view.counts[Section.MACHINES]} 台" if view.counts[Section.MACHINES] else ""),
    )


def _who(view: CustomerView, glance: Glance) -> tuple[Field, ...]:
    return (
        Field(label="级别", value=view.level),
        *(Field(label=group or "标签", value=tags) for group, tags in view.tags),
        Field(label="工商全称", value=_say("legal", view), tone=Tone.PLAIN if view.legal_name else Tone.WARN),
        Field(label="信用代码", value=view.credit_code),
        Field(label="行业", value=view.industry),
        Field(label="区域", value=view.region),
        Field(label="也叫", value="、".join(view.aliases)),
        *filled_fields(view.filled),
        *(
            Field(label="联系人", value=_say("contact", each), url=f"tel:{each.phone}" if each.phone else "")
            for each in view.contacts
        ),
        Field(label="负责人", value=view.owner if view.owner != glance.viewer.name else ""),
    )


def _folds(view: OverviewView) -> tuple[Button, ...]:
    """Return a button for each section that has something in it."""
    touched = any(count for count in view.counts.values())
    return tuple(
        _unfold(view.customer, each, each.label)
        for each in _FOLDS
        if (touched if each is Section.TOUCHES else view.counts[each])
    )[:_BUTTONS]


def _unfold(view: CustomerView, which: Section, text: str, before: str = "") -> Button:
    args = {"s": which.value} | ({"b": before} if before else {})
    return Button(text=text, action=Action(verb="customer_section", subject=view.subject, args=args))


def _contacted(view: CustomerView, glance: Glance) -> str:
    if view.last_contact_at is None:
        return "从没联系过"
    return f"{ago(view.last_contact_at, glance)} {view.last_contact_by}".rstrip()


def _bare(promise: PromiseView, known: CustomerView) -> PromiseView:
    return replace(promise, title=of_customer(promise.title, known.name))


def _due(promise: PromiseView, glance: Glance) -> str:
    return "" if promise.due is None else glance.day(promise.due)


def _tone(line: LineView) -> Tone:
    return Tone.WARN if line.open and line.kind is Section.TICKETS else Tone.PLAIN


def _filled(rows: tuple[Field, ...]) -> tuple[Field, ...]:
    return tuple(row for row in rows if row.value)


_FOLDS = (
    Section.TOUCHES,
    Section.DEALS,
    Section.QUOTES,
    Section.MACHINES,
    Section.TICKETS,
    Section.INQUIRIES,
)
"""By what is asked for most: where there is no room for the last ones, the touches have them too."""
_BUTTONS = 5
