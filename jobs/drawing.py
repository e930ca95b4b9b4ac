"""Every card there is: its name, the view it is drawn from, the builder that draws it.

    DRAWINGS["quotes.approval"] = Drawing(view, build)

``view(queries, subject_id, viewer, **args)`` reads what this viewer may see (NotFound when nothing);
``build(view, glance)`` makes the Card.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from cards import (
    activities,
    approval_rules,
    approval_times,
    approvals,
    assignment,
    bulk,
    channels,
    closing,
    customers,
    desk,
    dialogue,
    dictionary,
    funnel,
    handover,
    imports,
    inquiries,
    merging,
    notes,
    offers,
    opportunities,
    pool,
    quotes,
    service,
    service_calls,
    service_report,
    solutions,
    spares,
    tasks,
    vocabulary,
)
from cards.card import Card, Picture, Text
from cards.glance import Glance
from cards.heat_map import heat_map
from domain.actor import Actor
from storage.queries import Queries


@dataclass(frozen=True, slots=True)
class Drawing:
    """How one kind of card comes about."""

    view: Callable[..., Any]
    build: Callable[[Any, Glance], Card]


DRAWINGS: Mapping[str, Drawing] = {
    "dialogue.draft": Drawing(lambda queries, id_, viewer: queries.dialogue.draft(id_, viewer), dialogue.draft),
    "inquiries.logged": Drawing(lambda queries, id_, viewer: queries.inquiries.card(id_, viewer), inquiries.logged),
    "channels.links": Drawing(lambda queries, _, viewer: queries.channels.links(viewer), channels.links),
    "customers.customer": Drawing(lambda queries, id_, viewer: queries.overview.card(id_, viewer), customers.customer),
    "customers.page": Drawing(
        lambda queries, id_, viewer: queries.overview.card(id_, viewer, whole=True), customers.page
    ),
    "customers.section": Drawing(
        lambda queries, id_, viewer, section, before="": queries.overview.section(
            id_, viewer, section=section, before=before
        ),
        customers.section,
    ),
    "customers.cleaning": Drawing(
        lambda queries, id_, viewer: queries.customers.cleaning(id_, viewer), merging.cleaning
    ),
    "customers.merge": Drawing(lambda queries, id_, viewer: queries.merging.card(id_, viewer), merging.merge),
    "handover.card": Drawing(lambda queries, id_, viewer: queries.handover.card(id_, viewer), handover.card),
    "dictionary.field": Drawing(lambda queries, id_, viewer: queries.fields.definition(id_, viewer), dictionary.field),
    "dictionary.listing": Drawing(lambda queries, id_, viewer: queries.listing.page(id_, viewer), dictionary.listing),
    "desk.home": Drawing(lambda queries, id_, viewer: queries.desk.home(id_, viewer), desk.home),
    "bulk.card": Drawing(lambda queries, id_, viewer: queries.bulk.card(id_, viewer), bulk.card),
    "imports.run": Drawing(lambda queries, id_, viewer: queries.imports.card(id_, viewer), imports.run),
    "imports.mapping": Drawing(lambda queries, id_, viewer: queries.imports.card(id_, viewer), imports.mapping),
    "tasks.task": Drawing(lambda queries, id_, viewer: queries.tasks.card(id_, viewer), tasks.task),
    "tasks.today": Drawing(lambda queries, id_, viewer: queries.tasks.today(id_, viewer), tasks.today),
    "activities.logged": Drawing(lambda queries, id_, viewer: queries.activities.card(id_, viewer), activities.logged),
    "activities.plan": Drawing(lambda queries, id_, viewer: queries.activities.plan(id_, viewer), activities.plan),
    "opportunities.deal": Drawing(
        lambda queries, id_, viewer: queries.opportunities.card(id_, viewer), opportunities.deal
    ),
    "opportunities.steps": Drawing(
        lambda queries, id_, viewer: queries.opportunities.card(id_, viewer), opportunities.steps
    ),
    "opportunities.closing": Drawing(
        lambda queries, id_, viewer: queries.opportunities.card(id_, viewer), closing.closing
    ),
    "opportunities.funnel": Drawing(
        lambda queries, _, viewer, **said: queries.funnel.funnel(viewer, **_moments(said)), funnel.funnel
    ),
    "opportunities.losses": Drawing(
        lambda queries, _, viewer, **said: queries.funnel.losses(viewer, **_moments(said)), funnel.losses
    ),
    "notes.kept": Drawing(lambda queries, id_, viewer: queries.notes.card(id_, viewer), notes.kept),
    "notes.mine": Drawing(lambda queries, id_, viewer, **args: queries.notes.mine(id_, viewer, **args), notes.mine),
    "vocabulary.learnt": Drawing(lambda queries, id_, viewer: queries.aliases.card(id_, viewer), vocabulary.learnt),
    "vocabulary.listed": Drawing(
        lambda queries, id_, viewer, **args: queries.aliases.listed(id_, viewer, **args), vocabulary.listed
    ),
    "assignment.fairness": Drawing(
        lambda queries, _, viewer, since, now: queries.assignment.fairness(
            viewer, datetime.fromisoformat(since), datetime.fromisoformat(now)
        ),
        assignment.fairness,
    ),
    "assignment.overdue": Drawing(
        lambda queries, id_, viewer: queries.assignment.overdue(id_, viewer), assignment.overdue
    ),
    "quotes.versions": Drawing(lambda queries, id_, viewer: queries.quotes.card(id_, viewer), quotes.versions),
    "approvals.decide": Drawing(lambda queries, id_, viewer: queries.approvals.card(id_, viewer), approvals.decide),
    "approvals.whole": Drawing(lambda queries, id_, viewer: queries.approvals.page(id_, viewer), approvals.whole),
    "approvals.copy": Drawing(lambda queries, id_, viewer: queries.approvals.card(id_, viewer), approvals.copy),
    "solutions.solution": Drawing(lambda queries, id_, viewer: queries.solutions.card(id_, viewer), solutions.solution),
    "approvals.rule": Drawing(lambda queries, id_, viewer: queries.approvals.rule(id_, viewer), approval_rules.rule),
    "approvals.times": Drawing(
        lambda queries, _, viewer, **said: queries.approval_times.report(viewer, **_moments(said)), approval_times.times
    ),
    "pool.listing": Drawing(lambda queries, _, viewer: queries.pool.all(viewer), pool.listing),
    "pool.customer": Drawing(lambda queries, id_, viewer: queries.pool.card(id_, viewer), pool.customer),
    "pool.release": Drawing(lambda queries, id_, viewer: queries.pool.release(id_, viewer), pool.release),
    "quotes.draft": Drawing(lambda queries, id_, viewer: queries.quotes.card(id_, viewer), quotes.draft),
    "service.dispatch": Drawing(lambda queries, id_, viewer: queries.service.job(id_, viewer), service.dispatch),
    "service.blocked": Drawing(lambda queries, id_, viewer: queries.service.job(id_, viewer), service_calls.blocked),
    "service.transfer": Drawing(
        lambda queries, id_, viewer: queries.service.transfer(id_, viewer), service_calls.transfer
    ),
    "service.report": Drawing(
        lambda queries, _, viewer, since, until, zone, **before: queries.service_reports.report(
            viewer, date.fromisoformat(since), date.fromisoformat(until), ZoneInfo(zone), **before
        ),
        service_report.report,
    ),
    "service.board": Drawing(
        lambda queries, _, viewer, at, strategic: queries.service_board.board(
            viewer, datetime.fromisoformat(at), strategic=strategic, limit=8
        ),
        service_calls.board,
    ),
    "spares.request": Drawing(lambda queries, id_, viewer: queries.spares.request(id_, viewer), spares.request),
    "service.unassigned": Drawing(
        lambda queries, id_, viewer: queries.service.unassigned(id_, viewer), service.unassigned
    ),
}


PICTURES: Mapping[str, Callable[[Queries, Actor, datetime, ZoneInfo, Mapping[str, Any]], Any]] = {
    "pictures.heat": lambda queries, viewer, now, zone, _: queries.activities.heat(viewer, now, zone),
    "pictures.team_heat": lambda queries, viewer, now, zone, _: queries.activities.team_heat(viewer, now, zone),
    "pictures.heat_of": lambda queries, viewer, now, zone, args: queries.activities.heat_of(
        args["name"], viewer, now, zone
    ),
    "pictures.service": lambda queries, viewer, _, zone, args: queries.service_reports.report(
        viewer, date.fromisoformat(args["since"]), date.fromisoformat(args["until"]), zone
    ),
}
"""What is sent as a picture, once, and never drawn anew: its name → the view it is drawn from."""
_PAINTERS: Mapping[str, Callable[[Any, Glance], Picture | Text]] = {"pictures.service": service_report.chart}
"""Pictures that are no heat map."""

LETTERS: Mapping[str, Callable[[Queries, int, Actor, Glance], Text]] = {
    "letters.offer": lambda queries, id_, viewer, glance: offers.letter(*queries.offers.link(id_, viewer), glance),
}
"""What is sent as a sentence with an address in it, so that it can be copied and passed on."""


def _moments(said: Mapping[str, Any]) -> dict[str, Any]:
    """Return a promise's plain data with its days, moment and zone as such."""
    read: dict[str, Callable[[str], Any]] = {
        "since": date.fromisoformat,
        "until": date.fromisoformat,
        "at": datetime.fromisoformat,
        "zone": ZoneInfo,
    }
    return {name: read[name](value) if name in read else value for name, value in said.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawer:
    """Draws cards as they are now, for one viewer at a time."""

    zone: ZoneInfo
    base: str
    drawings: Mapping[str, Drawing] = field(default_factory=lambda: DRAWINGS)

    def draw(
        self, queries: Queries, kind: str, subject: str, args: Mapping[str, Any], viewer: Actor, now: datetime
    ) -> Card:
        """Return the card ``kind`` about ``subject`` as ``viewer`` may see it; NotFound when he may not."""
        drawing = self.drawings[kind]
        view = drawing.view(queries, int(subject.partition(":")[2]), viewer, **args)
        return drawing.build(view, Glance(viewer=viewer, now=now, zone=self.zone, base=self.base))

    def picture(
        self, queries: Queries, kind: str, args: Mapping[str, Any], viewer: Actor, now: datetime
    ) -> Picture | Text:
        """Return the picture ``kind`` as ``viewer`` may see it."""
        view = PICTURES[kind](queries, viewer, now, self.zone, args)
        paint = _PAINTERS.get(kind, heat_map)
        return paint(view, Glance(viewer=viewer, now=now, zone=self.zone, base=self.base))

    def letter(self, queries: Queries, kind: str, subject: str, viewer: Actor, now: datetime) -> Text:
        """Return the letter ``kind`` about ``subject``; NotFound when the viewer may not see it."""
        glance = Glance(viewer=viewer, now=now, zone=self.zone, base=self.base)
        return LETTERS[kind](queries, int(subject.partition(":")[2]), viewer, glance)


def fingerprint(card: Card) -> str:
    """Return a hash of how the card looks, to leave out redrawings that would change nothing.

    The version by itself is not seen; where it matters it stands in the buttons.
    """
    return hashlib.sha256(repr(replace(card, version=0)).encode()).hexdigest()


def stands(card: Card) -> str:
    """Return what the card says of the state and lets press: ``审批中 approve_step hand_step_on reject_step``.

    Unlike its fingerprint it is the same tomorrow, when 10:00 has become a day.
    """
    buttons = (*card.buttons, *([card.submit] if card.submit is not None else []))
    verbs = sorted({button.action.verb for button in buttons if button.action is not None})
    return " ".join([card.status, *verbs])[:200]
