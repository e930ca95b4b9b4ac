"""The pool: looking at it, taking a customer, giving one back. Taking and giving back need one tap on its card."""

from __future__ import annotations

import re
from collections.abc import Mapping

from cards.action import Action
from domain.errors import Invalid, NotFound
from domain.pool.claiming import ClaimCustomer
from domain.pool.entering import LIST
from domain.pool.releasing import ConfirmRelease, ProposeRelease
from handlers.context import Ask, ButtonHandler, IntentHandler, Understood

_PLACE = re.compile(r"第([1-9])个?|([1-9])[。. ]*$")


def list_pool(ask: Ask, understood: Understood) -> None:
    """``公海有什么``."""
    del understood
    view = ask.queries.pool.all(ask.actor)
    if ask.focus is not None:
        ask.focus.show(ask.now, [each.subject for each in view.customers])
        ask.focus.ask(ask.now, {"intent": "claim_from_pool"})
    ask.show("pool.listing", LIST)


def claim(ask: Ask, understood: Understood) -> None:
    """``领取 恒力``: its card, to be tapped."""
    subject = str(understood.slots.get("subject") or "") or _listed(ask)
    if not subject:
        name = str(understood.slots.get("company") or "")
        if not name:
            raise Invalid("要领取哪个客户？请发“公海有什么”，或写上名字，例如：领取 恒力。")
        found = ask.queries.pool.called(name)
        if found is None:
            said = next((each.quote for each in understood.reasons if each.slot == "company" and each.quote), name)
            raise NotFound(f"公海里没有“{said}”。发“公海有什么”看现在的公海。")
        subject = f"customer:{found}"
    ask.show("pool.customer", subject)


def release(ask: Ask, understood: Understood) -> None:
    """``退回公海 恒力 没有预算``: its card, to be tapped."""
    company, reason = (str(understood.slots.get(name) or "") for name in ("company", "reason"))
    if not company:
        raise Invalid("要退回哪个客户？请写上名字和原因，例如：退回公海 恒力 没有预算。")
    stay_id = ask.act(ProposeRelease(company=company, reason=reason))
    ask.show("pool.release", f"poolstay:{stay_id}")


def _listed(ask: Ask) -> str:
    """Return the customer that ``领取第2个`` means of the list shown last."""
    place = _PLACE.search(ask.envelope.text)
    listed = ask.focus.listed if place is not None and ask.focus is not None and ask.focus.fresh(ask.now) else []
    number = int(place[1] or place[2]) if place is not None else 0
    if not 1 <= number <= len(listed) or not listed[0].startswith("customer:"):
        return ""
    return str(listed[number - 1])


def _press_claim(ask: Ask, action: Action) -> None:
    name = ask.act(ClaimCustomer(customer_id=int(action.subject.partition(":")[2])))
    ask.say(f"{name}归您了，请尽快联系。")
    ask.show("customers.customer", action.subject)


def _press_release(ask: Ask, action: Action) -> None:
    ask.act(ConfirmRelease(stay_id=int(action.subject.partition(":")[2]), version=action.version))


INTENTS: Mapping[str, IntentHandler] = {
    "list_pool": list_pool,
    "claim_from_pool": claim,
    "release_to_pool": release,
}
BUTTONS: Mapping[str, ButtonHandler] = {"claim_customer": _press_claim, "confirm_release": _press_release}
