"""Who leaves, and whose a customer is: ``离职交接 张伟 给 李娜``, ``报备 苏州科锐 二期``, ``恒力转给魏巍``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from cards.action import Action
from domain.customers.registration import RegisterCustomer
from domain.errors import Invalid
from domain.handover.commands import CARD, HandOver, ProposeHandover
from domain.handover.handover import How
from domain.handover.transferring import TransferCustomer
from handlers.context import Ask, ButtonHandler, Confirm, IntentHandler, Missing, Route, Understood
from handlers.language.meaning import Draft
from handlers.naming import look_at, named, number_of, quoted

_HAND_OVER = re.compile(
    r"(?:离职|调岗|转岗|工作)?交接[\s:：]*(?P<leaver>[^\s给]{2,20})(?:\s*(?:给|交给|→)\s*(?P<taker>\S{2,20}))?"
)
_REGISTER = re.compile(r"(?:客户|项目)?报备(?:客户)?[\s:：]+(?P<company>\S{2,60})(?:[\s,，]+(?P<project>.{1,100}))?")

_REGISTERING = re.compile(r"(?:想|要|先)?(?:做|报|登记)?(?:一?个)?(?:客户|项目)?(?:报备|备案)(?:一?下)?")


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
    company = str(slots["company"])
    if not company:
        raise Invalid("要报备哪家客户？请写上名字，例如：报备 苏州恒力机械 二期。")
    until = ask.act(RegisterCustomer(company=company, project=str(slots["project"])))
    ask.say(f"{company} 报备成功，保护期到 {ask.calendar.local(until):%Y-%m-%d}。")


def check_conflict(ask: Ask, understood: Understood) -> None:
    """``恒力有没有人报备``, ``撞单 恒力``: by whom and until when, and nothing else of it."""
    company = str(understood.slots.get("said") or "")
    if not company:
        raise Invalid("要查哪家客户？请写上名字，例如：撞单 苏州恒力机械。")
    holders = ask.queries.customers.holders(company, ask.now)
    if not holders:
        ask.say(f"没有人在跟“{company}”，可以报备，请发：报备 {company}。")
        return
    if len(holders) > 1:
        ask.say(f"名字里有“{company}”的客户不止一家，请写全称再查，例如：撞单 苏州恒力机械有限公司。")
        return
    holder = holders[0]
    until = "" if holder.until is None else f"，报备保护期到 {ask.calendar.local(holder.until):%Y-%m-%d}"
    if holder.person_id is None:
        ask.say(f"“{company}”在公海里，可以领取，请发：领取 {company}。")
    elif holder.person_id == ask.actor.person_id:
        ask.say(f"“{company}”是您的客户{until}。")
    else:
        ask.say(f"撞单：“{company}”由{holder.name}负责{until}，请直接联系{holder.name}。")


def transfer_customer(ask: Ask, understood: Understood) -> None:
    """``恒力转给魏巍``: named on a card first, because all that is going on there goes along."""
    slots = understood.slots
    to = str(slots.get("staff") or "")
    customer_id = named(ask, replace(understood, slots={**slots, "said": slots.get("company")}))
    if customer_id is None:
        return
    if not to:
        raise Missing("staff", "转给哪位同事？请直接回复姓名。")
    view = ask.queries.customers.card(customer_id, ask.actor)
    if not understood.tapped:
        whose = f"现在由{view.owner}负责，" if view.owner else ""
        raise Confirm(
            {"company": view.name, "staff": to, "subject": view.subject},
            (f"{whose}询价、商机、报价和待办一起转给{to}",),
        )
    taker = ask.act(TransferCustomer(customer_id=customer_id, to=to))
    look_at(ask, customer_id)
    ask.say(f"{view.name} 已转给{taker}，已通知。")


def _registered(draft: Draft, text: str, ask: Ask) -> Understood:
    """``报备一下海源的环保二期``: what follows the name is the project."""
    del ask
    company = quoted(draft)
    project = _REGISTERING.sub("", text.partition(company)[2]).strip(" 的，,。：:") if company else ""
    return Understood(intent="register_customer", slots={"company": company, "project": project})


def _checked(draft: Draft, text: str, ask: Ask) -> Understood:
    del text, ask
    return Understood(intent=draft.deed, slots={"said": quoted(draft)})


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


ROUTES: Mapping[str, Route] = {"register_project": _registered, "check_conflict": _checked}
INTENTS: Mapping[str, IntentHandler] = {
    "hand_over": hand_over,
    "register_customer": register_customer,
    "check_conflict": check_conflict,
    "transfer_customer": transfer_customer,
}
BUTTONS: Mapping[str, ButtonHandler] = {"hand_over": _press_hand_over, "clean_leaver": _press_leaver}
