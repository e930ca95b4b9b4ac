"""``让小陈明天联系恒力``, ``催一下小陈``: something for one of the sender's people to do, or to be quick about."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from domain.errors import Invalid
from domain.tasks.assigning import AssignTask
from domain.tasks.task import TaskKind
from domain.tasks.timers import CARD
from domain.tasks.urging import UrgePerson
from handlers.activity_words import promised_kind
from handlers.context import Ask, IntentHandler, Route, Understood
from handlers.inquiries import look_at
from handlers.language.meaning import Draft
from handlers.moments import Moment, find_moments
from handlers.naming import quoted

_AROUND: Final = " ，,。.!！：:"
_SHORTEST: Final = 2
_LINK: Final = re.compile(r"^(?:你|他|她|去|来|也|在|之前|以前|前|内|把|(?:一定|务必|记得)?要?)+(?=\S{2})")


def _assigned(draft: Draft, text: str, ask: Ask) -> Understood | None:
    """Return who is to do what, and by when; what is to be done is what follows the name, without the day."""
    who = quoted(draft, "staff")
    _, name, rest = text.partition(who)
    if not (who and name):
        return None
    moments = find_moments(rest, ask.now, ask.calendar)
    words = rest if not moments else f"{rest[: moments[0].start]}{rest[moments[0].end :]}"
    slots = {
        "staff": str(draft.deed_slots.get("staff") or who),
        "title": _LINK.sub("", words.strip(_AROUND)).strip(_AROUND),
        "company": str(draft.deed_slots.get("company") or ""),
        "moment": moments[0].moment if moments else None,
    }
    return Understood(intent=draft.deed, slots=slots)


def assign_task(ask: Ask, understood: Understood) -> None:
    """Give it to him at once; the card takes it back."""
    slots = understood.slots
    title, company = str(slots["title"]), str(slots["company"])
    moment: Moment | None = slots["moment"]
    if len(title) < _SHORTEST:
        raise Invalid(f"请说让{slots['staff']}做什么，例如：让{slots['staff']}明天联系恒力。")
    hits = ask.queries.customers.hits(company, ask.actor) if company else ()
    customer_id = hits[0].id if len(hits) == 1 else None
    kind = promised_kind(title)
    task = ask.act(
        AssignTask(
            to=str(slots["staff"]),
            title=title,
            customer_id=customer_id,
            # A quotation is done by quoting an inquiry; what a leader asks for is done when he is told so.
            kind=kind if customer_id is not None and kind is TaskKind.CONTACT else TaskKind.OTHER,
            why=ask.envelope.text,
            **({} if moment is None else moment.fields),
        )
    )
    look_at(ask, task.subject)
    ask.say("已安排并通知，做完会告诉您。")
    ask.show(CARD, task.subject)


def urge_person(ask: Ask, understood: Understood) -> None:
    """``催一下陈静``, ``催下小陈 恒力的报价``: he hears what is open; the sender reads what that was."""
    name, company = str(understood.slots["staff"]), str(understood.slots.get("company") or "")
    hits = ask.queries.customers.hits(company, ask.actor) if company else ()
    titles = ask.act(UrgePerson(to=name, customer_id=hits[0].id if len(hits) == 1 else None))
    ask.say(f"已催{name}：{'；'.join(titles)}。")


ROUTES: Final[Mapping[str, Route]] = {"assign_task": _assigned}
INTENTS: Final[Mapping[str, IntentHandler]] = {"assign_task": assign_task, "urge_person": urge_person}
