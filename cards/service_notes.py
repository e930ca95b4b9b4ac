"""The small print of a job's card: what to do next, and what to know before the visit."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from cards.wording import phrase
from domain.service.states import JobState
from domain.service.views import Stand

if TYPE_CHECKING:
    from cards.glance import Glance
    from domain.service.views import JobView

_say = partial(phrase, "service/dispatch")


def notes(view: JobView, glance: Glance, eta: str) -> tuple[str, ...]:
    """Return what stands under a job for this viewer."""
    lines = [_say("repeated", view)] if view.repeats and view.state.is_open else []
    if view.stand is Stand.ASKED:
        others = "、".join(name for name in view.asked if name != glance.viewer.name)
        lines += [_say("why", view), *([_say("also", others)] if others else []), _say("next_asked", view)]
    elif view.stand is Stand.OWNER:
        lines += _next(view, glance, eta)
    lines += [
        _say("part", line, glance.day(line.arrives_at) if line.arrives_at else "")
        for line in view.requests
        if line.state.is_open
    ]
    if view.comment:
        lines.append(_say("comment", view))
    return (*lines, *_background(view, glance))


def _next(view: JobView, glance: Glance, eta: str) -> list[str]:
    match view.state:
        case JobState.ACCEPTED:
            return [_say("next_accepted", view, eta)]
        case JobState.ON_SITE:
            return [_say("next_on_site", view)]
        case JobState.WAITING_PARTS:
            return [_say("next_waiting")]
        case JobState.REVISIT:
            if view.eta and not view.proposed_at:
                return [_say("next_agreed", glance.moment(view.eta))]
            return [_say("next_revisit", glance.moment(view.proposed_at) if view.proposed_at else "")]
        case JobState.SIGNING:
            return [_say("next_signing", view)]
    return []


def _background(view: JobView, glance: Glance) -> list[str]:
    if not view.state.is_open:
        return []
    known = view.background
    lines = [_say("past", glance.day(past.at), past.words) for past in view.history]
    lines += [_say("similar", each) for each in known.similar]
    lines += [_say("bought", known)] if known.bought else []
    lines += [_say("promised", title) for title in known.promises]
    return lines + ([_say("met", known.people)] if known.people else [])
