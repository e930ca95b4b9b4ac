"""Cards of field service: one job in one card from the offer to the signature, and the call for an engineer."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from cards.action import Action
from cards.card import Button, Card, Choice, Field, Option, Style, Tone
from cards.service_notes import notes
from cards.wording import phrase
from domain.policy_service import DEFAULT_CAUSES
from domain.service.accept import DECLINE_REASONS
from domain.service.states import JobState
from domain.service.views import Stand

if TYPE_CHECKING:
    from cards.glance import Glance
    from domain.service.views import JobView, UnassignedView

_say = partial(phrase, "service/dispatch")
_call = partial(phrase, "service/unassigned")

_TONES = {
    JobState.WAITING_PARTS: Tone.WARN,
    JobState.REVISIT: Tone.WARN,
    JobState.SIGNING: Tone.WARN,
    JobState.CONFIRMED: Tone.GOOD,
    JobState.CANCELLED: Tone.MUTED,
}


def dispatch(view: JobView, glance: Glance) -> Card:
    """Draw a job for whoever was asked, has it, or looks after it."""
    if view.stand is Stand.OUT:
        return _out(view, glance)
    asks = view.stand is Stand.ASKED and view.state is JobState.OFFERED
    eta = glance.clock(view.eta) if view.eta else ""
    latest = f"{view.eta_end.astimezone(glance.zone):%H:%M}" if view.eta_end else ""
    return Card(
        kind="service.dispatch",
        subject=f"workorder:{view.id}",
        version=view.version,
        title=_say("title", view),
        subtitle=view.no,
        status=_say("status", view),
        tone=Tone.BAD if (asks and view.urgent) or view.blocked else _TONES.get(view.state, Tone.INFO),
        headline=_say("headline", view, eta, latest),
        fields=_fields(view, glance),
        quote=view.fault,
        notes=notes(view, glance, eta),
        choices=(_reasons(),) if asks else (_causes(),) if view.asks_cause else (),
        submit=_decline(view) if asks else _set_cause(view) if view.asks_cause else None,
        buttons=_buttons(view, glance),
        outcome=_outcome(view),
        url=glance.page(f"/m/jobs/{view.id}"),
    )


def _out(view: JobView, glance: Glance) -> Card:
    """Draw a job for whoever was asked and does not have it. Nothing here moves with the job.

    A card that has once been closed cannot be redrawn on every platform: each change would reach him
    as another card about a job that is not his.
    """
    return Card(
        kind="service.dispatch",
        subject=f"workorder:{view.id}",
        version=view.version,
        title=_say("title", view),
        subtitle=view.no,
        status=_say("out"),
        tone=Tone.MUTED,
        fields=(Field(label="设备", value=_say("machine", view)),),
        quote=view.fault,
        outcome=_why_out(view),
        url=glance.page(f"/m/jobs/{view.id}"),
    )


def _why_out(view: JobView) -> str:
    if view.said_no:
        return _say("said_no")
    if view.engineer:
        return _say("taken", view)
    return _say("cancelled" if view.state is JobState.CANCELLED else "passed_on")


def unassigned(view: UnassignedView, glance: Glance) -> Card:
    """Draw a job that nobody has, with the engineers it could go to; once somebody has it, only that."""
    job = view.job
    needed = job.state in (JobState.REPORTED, JobState.OFFERED)
    if not needed:
        return _assigned(job, glance)
    return Card(
        kind="service.unassigned",
        subject=f"workorder:{job.id}",
        version=job.version,
        title=_call("title", job),
        subtitle=job.no,
        status=_say("status", job),
        tone=Tone.BAD,
        headline=_say("headline", job, "", ""),
        fields=_fields(job, glance),
        quote=job.fault,
        notes=_call_notes(view),
        buttons=(
            *(
                Button(
                    text=f"派给{pick.name}",
                    action=Action(
                        verb="assign_job",
                        subject=f"workorder:{job.id}",
                        version=job.version,
                        args={"to": str(pick.person_id)},
                    ),
                    style=Style.PRIMARY if index == 0 else Style.PLAIN,
                    typed=f"派给{pick.name}",
                )
                for index, pick in enumerate(view.picks)
            ),
            _cancel(job),
        ),
        url=glance.page(f"/m/dispatch/{job.id}"),
    )


def _assigned(job: JobView, glance: Glance) -> Card:
    """Draw a job that nobody has to be found for any more. Nothing here moves with the job, as in ``_out``."""
    cancelled = job.state is JobState.CANCELLED
    return Card(
        kind="service.unassigned",
        subject=f"workorder:{job.id}",
        version=job.version,
        title=_call("title", job),
        subtitle=job.no,
        status=_call("found") if not cancelled else _call("cancelled"),
        tone=Tone.MUTED,
        fields=(Field(label="设备", value=_say("machine", job)),),
        quote=job.fault,
        outcome=_call("cancelled") if cancelled else _call("taken", job),
        url=glance.page(f"/m/dispatch/{job.id}"),
    )


def _cancel(view: JobView) -> Button:
    action = Action(verb="cancel_job", subject=f"workorder:{view.id}", version=view.version)
    return Button(text="取消工单", action=action, style=Style.DANGER, typed=f"取消 {view.no} 客户自己修好了")


def _fields(view: JobView, glance: Glance) -> tuple[Field, ...]:
    rows = (
        Field(label="设备", value=_say("machine", view)),
        Field(label="报警", value=view.fault_code, tone=Tone.BAD),
        Field(label="地点", value=view.site),
        Field(label="电话", value=view.phone, url=f"tel:{view.phone}" if view.phone else ""),
        Field(label="保修", value=view.warranty),
        Field(label="计划", value=_planned(view, glance)),
        Field(label="客户时间", value=_say("windows", view)),
        Field(label="被拦", value=_say("blocked", view), tone=Tone.BAD),
        Field(label="备件", value=_say("used", view) if view.parts else ""),
        Field(label="工时", value=_say("hours", view) if view.minutes else ""),
        Field(label="照片", value=_say("photos", view) if view.photos else ""),
    )
    return tuple(row for row in rows if row.value)


def _planned(view: JobView, glance: Glance) -> str:
    """Return the day it was asked for, until somebody has said when he comes."""
    waits = view.state in (JobState.REPORTED, JobState.OFFERED, JobState.ACCEPTED)
    return glance.day(view.proposed_at) if waits and view.proposed_at and not view.eta else ""


def _call_notes(view: UnassignedView) -> tuple[str, ...]:
    job = view.job
    return (
        _call("waiting" if job.asked else "nobody", job),
        *(_call("declined", name, reason) for name, reason in job.declined),
        *(_call("pick", pick.name, pick.note) for pick in view.picks),
        _call("typed"),
    )


def _reasons() -> Choice:
    options = tuple(Option(id=key, text=words) for key, words in DECLINE_REASONS.items())
    return Choice(key="reason", title=_say("reason"), options=options)


def _causes() -> Choice:
    """Return the causes to choose from; the standard ones (a company's own are said in words: 原因是…)."""
    options = tuple(Option(id=each.code, text=each.name) for each in DEFAULT_CAUSES)
    return Choice(key="cause", title=_say("cause"), options=options)


def _set_cause(view: JobView) -> Button:
    action = Action(verb="set_cause", subject=f"workorder:{view.id}", version=view.version)
    return Button(text="记原因", action=action, typed="原因是 轴承缺油")


def _decline(view: JobView) -> Button:
    """Return the button that sends the reason: on DingTalk choices are drawn only with one."""
    action = Action(verb="decline_job", subject=f"workorder:{view.id}", version=view.version)
    return Button(text="拒单", action=action, style=Style.DANGER, typed="拒单 手上排不开")


def _buttons(view: JobView, glance: Glance) -> tuple[Button, ...]:
    def press(text: str, verb: str, style: Style, typed: str) -> Button:
        action = Action(verb=verb, subject=f"workorder:{view.id}", version=view.version)
        return Button(text=text, action=action, style=style, typed=typed)

    match view.stand, view.state:
        case Stand.ASKED, JobState.OFFERED:
            return (press("接单", "accept_job", Style.PRIMARY, "接了"),)
        case Stand.OWNER, JobState.ACCEPTED if view.type.is_desk:
            return ()
        case Stand.OWNER, JobState.ACCEPTED | JobState.WAITING_PARTS | JobState.REVISIT if not view.departed_at:
            return (
                press("到了", "arrive_job", Style.PRIMARY, "到了"),
                press("出发", "depart_job", Style.PLAIN, "出发了"),
            )
        case Stand.OWNER, JobState.ACCEPTED | JobState.WAITING_PARTS | JobState.REVISIT:
            return (press("到了", "arrive_job", Style.PRIMARY, "到了"),)
        case Stand.OWNER, JobState.ON_SITE if view.blocked:
            return (press("进去了", "arrive_job", Style.PRIMARY, "到了"),)
        case Stand.OWNER, JobState.ON_SITE:
            return (press("没换件，修好了", "finish_job", Style.PRIMARY, "修好了"),)
        case ((Stand.OWNER | Stand.KEEPER), JobState.SIGNING):
            return (Button(text="给客户签收", url=glance.page(f"/t/{view.token}"), style=Style.PRIMARY),)
    return ()


def _outcome(view: JobView) -> str:
    if view.state is JobState.CONFIRMED:
        return _say("signed", view)
    if view.state is JobState.CANCELLED:
        return _say("cancelled")
    return ""
