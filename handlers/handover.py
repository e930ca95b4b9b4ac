"""Who leaves, and whose a customer is: ``离职交接 张伟 给 李娜``, ``报备 苏州科锐 二期``."""

from __future__ import annotations

import re
from collections.abc import Mapping

from cards.action import Action
from domain.customers.registration import RegisterCustomer
from domain.errors import Invalid
from domain.handover.commands import CARD, HandOver, ProposeHandover
from domain.handover.handover import How
from handlers.context import Ask, ButtonHandler, IntentHandler, Understood
from handlers.naming import number_of

_HAND_OVER = re.compile(
    r"(?:离职|调岗|转岗|工作)?交接[\s:：]*(?P<leaver>[^\s给]{2,20})(?:\s*(?:给|交给|→)\s*(?P<taker>\S{2,20}))?"
)
_REGISTER = re.compile(r"(?:客户|项目)?报备(?:客户)?[\s:：]+(?P<company>\S{2,60})(?:[\s,，]+(?P<project>.{1,100}))?")


def read(text: str) -> Understood | None:
    """Return the hand-over or registration a sentence asks for; None for any other sentence."""
    plain = text.strip().rstrip("。.!！")
    for intent, pattern in (("hand_over", _HAND_OVER), ("register_customer", _REGISTER)):
        match = pattern.fullmatch(plain)
        if match is not None:
            return Understood(intent=intent, slots={name: value or "" for name, value in match.groupdict().items()})
    return None


def hand_over(ask: Ask, understood: Understood) -> None:
    """Show what there is; it goes when one of the three ways is pressed."""
    slots = understood.slots
    handover_id = ask.act(ProposeHandover(leaver=str(slots["leaver"]), taker=str(slots["taker"])))
    ask.show(CARD, f"handover:{handover_id}")


def register_customer(ask: Ask, understood: Understood) -> None:
    """Claim a customer; a clash is refused with whose it is and until when."""
    slots = understood.slots
    until = ask.act(RegisterCustomer(company=str(slots["company"]), project=str(slots["project"])))
    ask.say(f"报备成功，保护期到 {ask.calendar.local(until):%Y-%m-%d}。")


def _press_hand_over(ask: Ask, action: Action) -> None:
    how = action.args.get("how", "")
    if how not in set(How):
        raise Invalid("请点卡片上的一种交接方式。", subject=action.subject)
    ask.act(HandOver(handover_id=number_of(action.subject), how=How(how), version=action.version))


def _press_leaver(ask: Ask, action: Action) -> None:
    """From the weekly clean-up card: the first who left and still owns customers."""
    dirt = ask.queries.customers.cleaning(number_of(action.subject), ask.actor)
    if not dirt.leavers:
        ask.say("离职同事的客户都交接完了。")
        return
    ask.show(CARD, f"handover:{ask.act(ProposeHandover(leaver=dirt.leavers[0]))}")


INTENTS: Mapping[str, IntentHandler] = {"hand_over": hand_over, "register_customer": register_customer}
BUTTONS: Mapping[str, ButtonHandler] = {"hand_over": _press_hand_over, "clean_leaver": _press_leaver}
