"""Rules made in the chat, where approvals wait, and their record as a table."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, time, timedelta

from cards.action import Action
from cards.approval_times import SUBJECT
from domain.actor import Role
from domain.approvals.edition import with_edition
from domain.approvals.log import ExportApprovals
from domain.approvals.rules import (
    RULE_CARD,
    DropRule,
    ProposeRule,
    PublishRule,
    RollBackRules,
    said_rule_added,
)
from domain.approvals.steps import said_rule
from domain.errors import Invalid, NotAllowed
from handlers.approval_conditions import read_when
from handlers.approval_titles import TITLES
from handlers.context import Ask, ButtonHandler, IntentHandler, Understood
from handlers.inquiries import number

_TIMES_CARD = "approvals.times"
_EXAMPLE = "例如：毛利低于15个点的报价都得我和周敏一起签；以后超过50万的报价抄送给我。"
_AND = re.compile(r"和|跟|与|、|还有|，|,")
_TURNS = re.compile(r"先(?:由|经|让)?(?P<first>.+?)(?:审批|批|签)?[，,]?(?:再|然后)(?:由|让)?(?P<then>.+)")
"""One after the other: 先给周敏批再给我批."""


def change(ask: Ask, understood: Understood) -> None:
    """``毛利低于15个点的报价都得我和老孙一块签``: a card with a dry run; nothing holds yet."""
    slots = understood.slots
    if not ask.actor.has(Role.MANAGEMENT, Role.ADMIN):
        raise NotAllowed("审批规则由总经理或管理员来定，请把这句话发给他们。")
    if "when" not in slots:
        raise Invalid(f"请说清楚什么情况、由谁签或抄送谁，{_EXAMPLE}")
    who, how = str(slots["who"]), str(slots.get("how") or "")
    turns = _TURNS.fullmatch(who)
    named = turns.groups() if turns is not None else _AND.split(who)
    people = tuple(dict.fromkeys(_decider(each, ask) for each in named if each.strip()))
    condition = read_when(str(slots["when"]), _EXAMPLE)
    edition_id = ask.act(
        ProposeRule(
            words=str(slots["words"]),
            when=condition,
            sign=() if slots["copies"] else people,
            mode="sequential" if turns is not None else "any" if how == "或签" or len(people) == 1 else "all",
            cc=people if slots["copies"] else (),
        )
    )
    ask.show(RULE_CARD, f"ruleedition:{edition_id}")


def publish(ask: Ask, understood: Understood) -> None:
    """``发布规则 3``: as its card asks to have it typed."""
    edition_id = _rule_meant(understood)
    ask.act(PublishRule(edition_id=edition_id))
    ask.show(RULE_CARD, f"ruleedition:{edition_id}")


def drop(ask: Ask, understood: Understood) -> None:
    """``不要规则 3``."""
    ask.act(DropRule(edition_id=_rule_meant(understood)))
    ask.say("好的，这条规则不发布了。")


def roll_back(ask: Ask, understood: Understood) -> None:
    """``撤回审批规则``: the last one published holds no more."""
    del understood
    ask.say(f"已撤下：{ask.act(RollBackRules())}。之后提交的按原来的规则走，在途的不变。")


def list_rules(ask: Ask, understood: Understood) -> None:
    """``审批规则``: all of them in words, with their borders."""
    del understood
    policy = with_edition(ask.policies.approvals, ask.queries.approvals.edition())
    lines = [f"{index}. {rule.said}：{said_rule(rule)}" for index, rule in enumerate(policy.rules, 1)]
    also = [f"· {said_rule_added(rule)}" for rule in policy.also]
    title = f"审批规则（版本 {policy.fingerprint}），从上往下第一条符合的生效："
    ask.say("\n".join([title, *lines, *(["另外："] if also else []), *also]))


def times(ask: Ask, understood: Understood) -> None:
    """``审批时效``, ``哪个环节最慢``: the last 30 days, or since the first of last month."""
    today = ask.calendar.local(ask.now).date()
    since = (today.replace(day=1) - timedelta(days=1)).replace(day=1)
    since = since if understood.slots.get("last") else today - timedelta(days=30)
    ask.show(
        _TIMES_CARD,
        SUBJECT,
        since=since.isoformat(),
        at=ask.now.isoformat(),
        zone=ask.calendar.zone.key,
        target=ask.policies.approvals.sla.total_seconds(),
        baseline=ask.policies.approvals.solution_baseline.total_seconds(),
    )


def export(ask: Ask, understood: Understood) -> None:
    """``导出审批记录``: this month, last month, else the last 30 days, as a table."""
    today = ask.calendar.local(ask.now).date()
    first, until = today.replace(day=1), ask.now
    since = first if understood.slots.get("this") else today - timedelta(days=30)
    if understood.slots.get("last"):
        since = (first - timedelta(days=1)).replace(day=1)
        until = datetime.combine(first, time(), ask.calendar.zone)
    ask.act(ExportApprovals(since=datetime.combine(since, time(), ask.calendar.zone), until=until))
    ask.say("正在导出审批记录，做好就发给您。导出都有记录。")


def _rule_meant(understood: Understood) -> int:
    if "rule" not in understood.slots:
        raise Invalid("请带上规则的编号，例如：发布规则 3。也可以直接点卡片上的按钮。")
    return int(understood.slots["rule"])


def _decider(said: str, ask: Ask) -> str:
    name = said.strip().removeprefix("给").removesuffix("一下")
    if name in ("我", "我本人", "我自己"):
        return f"person:{ask.actor.name}"
    titled = TITLES.get(name.lower())
    if titled is not None:
        return titled
    return f"person:{ask.queries.people.called(name) or name}"


def _press_publish(ask: Ask, action: Action) -> None:
    ask.act(PublishRule(edition_id=number(action.subject), version=action.version))


def _press_drop(ask: Ask, action: Action) -> None:
    ask.act(DropRule(edition_id=number(action.subject), version=action.version))


def _press_roll_back(ask: Ask, action: Action) -> None:
    ask.say(f"已撤下：{ask.act(RollBackRules(edition_id=number(action.subject)))}。")


INTENTS: Mapping[str, IntentHandler] = {
    "change_rule": change,
    "publish_rule": publish,
    "drop_rule": drop,
    "roll_back_rules": roll_back,
    "list_rules": list_rules,
    "approval_times": times,
    "export_approvals": export,
}
BUTTONS: Mapping[str, ButtonHandler] = {
    "publish_rule": _press_publish,
    "drop_rule": _press_drop,
    "roll_back_rules": _press_roll_back,
}
