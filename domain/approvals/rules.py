"""Rules made in the chat: proposed with a dry run, published, taken back. They can only ask for more (see policy)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

from domain.actor import Actor
from domain.approvals.edition import EditionState, RuleEdition, policy_now
from domain.approvals.events import RuleProposed, RulePublished, RuleRolledBack
from domain.approvals.steps import said_decider, said_step
from domain.condition import ALWAYS, Facts
from domain.condition_words import said
from domain.errors import Invalid, NotAllowed, NotFound, Stale
from domain.messages import Command
from domain.policy_approvals import AlsoRule, Step
from domain.work import Work

TRIED = timedelta(days=30)
"""How far the dry run looks back."""
_NAME_MAX = 60
RULE_CARD = "approvals.rule"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposeRule(Command):
    """Whenever ``when`` (plain condition data) holds, ``sign`` decide as well and ``cc`` get it to read.

    ``sign`` and ``cc`` are deciders as policies write them (``person:周敏``, ``role:finance``), ``words`` what
    was said.
    """

    words: str
    when: dict[str, Any]
    sign: tuple[str, ...] = ()
    mode: Literal["any", "all", "sequential"] = "all"
    cc: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishRule(Command):
    """Let a proposed rule hold for everything that is asked from now on."""

    edition_id: int
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class DropRule(Command):
    """Do not want a proposed rule after all."""

    edition_id: int
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class RollBackRules(Command):
    """Put the rules of the chat back to what they were before the last publication.

    ``edition_id``: the one whose card was pressed; 0 when it was typed.
    """

    edition_id: int = 0


def propose_rule(command: ProposeRule, actor: Actor, work: Work) -> int:
    """Return the edition's id; nothing holds before it is published."""
    if actor.person_id is None:
        raise NotAllowed("只有公司人员才能改审批规则。")
    rule = _rule(command, work)
    if rule.condition == ALWAYS:
        raise Invalid("请说清楚什么情况下，例如：毛利低于15个点的报价都得我和周敏一起签。")
    base = work.find.approvals.edition()
    tried = [_facts(facts) for facts in work.find.approvals.facts_since(work.now - TRIED)]
    edition = work.add(
        RuleEdition(
            author_id=actor.person_id,
            at=work.now,
            name=rule.name,
            said=said_rule_added(rule),
            words=command.words[:500],
            rules=[*([] if base is None else base.rules), rule.model_dump(mode="json")],
            base_id=None if base is None else base.id,
            hits=sum(rule.holds(facts) for facts in tried),
            tried=len(tried),
        )
    )
    work.flush()
    work.record(RuleProposed(subject=edition.subject, name=edition.name, said=edition.said))
    return edition.id


def publish_rule(command: PublishRule, actor: Actor, work: Work) -> None:
    """Let it hold from now; running requests keep the rules they were asked with (R-111)."""
    edition = _edition(command.edition_id, command.version, work)
    held = work.find.approvals.edition()
    if edition.state is EditionState.DRAFT and (None if held is None else held.id) != edition.base_id:
        raise Stale("提出以后规则又改过，请把这条规则重新说一遍，再发布。", subject=edition.subject)
    edition.end(EditionState.PUBLISHED, actor.name, work.now)
    # Two publications at once both want this number: the second finds it taken, tries again and is told.
    edition.published_no = work.find.approvals.last_published_no() + 1
    work.flush()
    policy = policy_now(work)
    work.record(RulePublished(subject=edition.subject, name=edition.name, said=edition.said, policy=policy.fingerprint))
    for name in _people(policy.also[-1]):
        person = work.find.people.by_name(name)
        if person is not None and person.id != actor.person_id:
            work.say(person.id, f"{actor.name}发布了审批规则：{edition.said}。从现在起提交的报价生效。")
    work.redraw(edition.subject)


def drop_rule(command: DropRule, actor: Actor, work: Work) -> None:
    """Keep it for the record; it never held."""
    edition = _edition(command.edition_id, command.version, work)
    edition.end(EditionState.DROPPED, actor.name, work.now)
    work.flush()
    work.redraw(edition.subject)


def roll_back_rules(command: RollBackRules, actor: Actor, work: Work) -> str:
    """Return the rule that holds no more."""
    held = work.find.approvals.edition()
    if held is not None and command.edition_id not in (0, held.id):
        raise Stale(
            "之后又发布过别的规则，请先撤下后面那条，发“审批规则”看现在的规则。",
            subject=f"ruleedition:{command.edition_id}",
        )
    if held is None:
        raise NotFound("没有从聊天里发布的规则可以撤回。文件里的规则请管理员改。")
    edition = work.lock(RuleEdition, held.id)
    edition.end(EditionState.ROLLED_BACK, actor.name, work.now)
    work.flush()
    work.record(RuleRolledBack(subject=edition.subject, name=edition.name, policy=policy_now(work).fingerprint))
    work.redraw(edition.subject)
    return edition.said


def said_rule_added(rule: AlsoRule) -> str:
    """Return ``毛利率低于15%时，另需秦岚和周敏会签``: when, who signs, who gets it to read."""
    signs = "，再由".join(said_step(step) for step in rule.steps)
    copies = "、".join(said_decider(by) for by in rule.cc)
    parts = [*([f"另需{signs}审批" if not signs.endswith("签") else f"另需{signs}"] if signs else [])]
    parts += [f"批准后抄送{copies}"] if copies else []
    return f"{rule.said}时，{'，'.join(parts)}"


def _rule(command: ProposeRule, work: Work) -> AlsoRule:
    for by in (*command.sign, *command.cc):
        kind, _, name = by.partition(":")
        if kind == "person" and work.find.people.by_name(name) is None:
            raise NotFound(f"没有找到“{name}”，或有几位同名。请写全名。")
    if not (command.sign or command.cc):
        raise Invalid("请说清楚由谁签或抄送谁，例如：以后超过50万的报价抄送给我。")
    steps = (Step(by=command.sign, mode=command.mode),) if command.sign else ()
    draft = AlsoRule(name="-", when=command.when, steps=steps, cc=command.cc)
    return draft.model_copy(update={"name": _free_name(said(draft.condition), work)})


def _free_name(words: str, work: Work) -> str:
    policy = policy_now(work)
    taken = {rule.name for rule in (*policy.rules, *policy.also)}
    wanted = words[:_NAME_MAX]
    return next(name for number in range(1, len(taken) + 2) if (name := _numbered(wanted, number)) not in taken)


def _numbered(name: str, number: int) -> str:
    return name if number == 1 else f"{name}（{number}）"


def _edition(edition_id: int, version: int, work: Work) -> RuleEdition:
    edition = work.lock(RuleEdition, edition_id)
    if edition.state is EditionState.DRAFT and version not in (0, edition.version):
        raise Stale("这条规则刚刚有变化，请看最新的卡片。", subject=edition.subject)
    return edition


def _people(rule: AlsoRule) -> Iterable[str]:
    deciders = (*(by for step in rule.steps for by in step.by), *rule.cc)
    return dict.fromkeys(by.partition(":")[2] for by in deciders if by.startswith("person:"))


def _facts(kept: dict[str, Any]) -> Facts:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in kept.items()}
