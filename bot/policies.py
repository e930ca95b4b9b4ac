"""The ``policies`` directory: one YAML file per subject, checked and tried on its own examples."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from bot.config_file import SettingsError, Source, explain, read_yaml
from domain.approvals.rules import said_rule_added
from domain.approvals.steps import said_decider, said_step
from domain.condition import Fact, Measure, Value
from domain.condition_words import said
from domain.condition_yaml import read_value
from domain.money import said_percent
from domain.pipelines import SIGNALS, Pipeline, PipelinePolicy
from domain.playbooks import PlaybookPolicy
from domain.policy import DEFAULT_POLICIES, Policies, ServicePolicy, TaskPolicy
from domain.policy_approvals import QUOTE_FACTS, ApprovalPolicy, Step
from domain.policy_assignment import AssignmentPolicy, read_facts, said_receiver
from domain.policy_ladder import Ladder
from domain.policy_pool import PoolPolicy
from domain.policy_quoting import QuotingPolicy
from domain.policy_service import SERVICE_FACTS

SUBJECTS: dict[str, type[BaseModel]] = {
    "approvals": ApprovalPolicy,
    "service": ServicePolicy,
    "tasks": TaskPolicy,
    "assignment": AssignmentPolicy,
    "pool": PoolPolicy,
    "pipelines": PipelinePolicy,
    "playbooks": PlaybookPolicy,
    "quoting": QuotingPolicy,
}
_DEPTH = 16


def load_policies(directory: Path) -> Policies:
    """Return the policies of every ``<subject>.yaml`` in the directory; defaults where there is no file.

    Raises SettingsError of one line with file and line: a key that does not exist, a condition that
    cannot be read, an example that another rule answers.
    """
    found: dict[str, Any] = {}
    if not directory.is_dir():
        raise SettingsError(f"{directory}: 没有这个策略目录")
    for path in sorted(directory.glob("*.yaml")):
        if path.stem not in SUBJECTS:
            raise SettingsError(
                f"{path}: 不认识这类策略，可用的文件名：{'、'.join(f'{name}.yaml' for name in SUBJECTS)}"
            )
        found[path.stem] = _load(path, SUBJECTS[path.stem])
    return DEFAULT_POLICIES.model_copy(update=found)


def _load(path: Path, model: type[BaseModel]) -> BaseModel:
    source = Source()
    tree = read_yaml(path, source, depth=_DEPTH)
    try:
        policy = model.model_validate(tree)
    except ValidationError as error:
        raise SettingsError(explain(error, model, source)) from None
    if isinstance(policy, ApprovalPolicy):
        _run_examples(policy, source)
    if isinstance(policy, AssignmentPolicy):
        _run_assignments(policy, source)
    if isinstance(policy, ServicePolicy):
        _run_promises(policy, source)
    return policy


def _run_promises(policy: ServicePolicy, source: Source) -> None:
    for index, example in enumerate(policy.examples):
        place = source.where(("examples", str(index)))
        try:
            facts = {name: _fact(name, raw, SERVICE_FACTS) for name, raw in example.given.items()}
        except ValueError as error:
            raise SettingsError(f"{place}: {error}") from None
        answered = policy.promised(facts).name
        if answered != example.rule:
            raise SettingsError(f"{place}: 例子应由“{example.rule}”回答，实际由“{answered}”回答")


def _run_examples(policy: ApprovalPolicy, source: Source) -> None:
    for index, example in enumerate(policy.examples):
        place = source.where(("examples", str(index)))
        try:
            facts = {name: _fact(name, raw, QUOTE_FACTS) for name, raw in example.given.items()}
        except ValueError as error:
            raise SettingsError(f"{place}: {error}") from None
        route = policy.route(facts)
        if route.rule.name != example.rule:
            raise SettingsError(f"{place}: 例子应由“{example.rule}”回答，实际由“{route.rule.name}”回答")
        added = tuple(each.name for each in route.also)
        if example.also is not None and set(added) != set(example.also):
            wanted, found = "、".join(example.also) or "没有", "、".join(added) or "没有"
            raise SettingsError(f"{place}: 例子应另加“{wanted}”，实际另加“{found}”")


def _run_assignments(policy: AssignmentPolicy, source: Source) -> None:
    for index, example in enumerate(policy.examples):
        place = source.where(("examples", str(index)))
        try:
            rule = policy.rule(read_facts(example.given))
        except ValueError as error:
            raise SettingsError(f"{place}: {error}") from None
        answered = "没有规则" if rule is None else rule.name
        if answered != example.rule:
            raise SettingsError(f"{place}: 例子应由“{example.rule}”回答，实际由“{answered}”回答")


def _fact(name: str, raw: Any, known: Mapping[str, Fact]) -> Value | tuple[str, ...]:
    if name not in known:
        raise ValueError(f"没有“{name}”这个事实，可用的有：{'、'.join(known)}")
    if known[name].measure is Measure.WORDS:
        return tuple(str(each) for each in (raw if isinstance(raw, list) else [raw]))
    return read_value(name, raw, known[name])


def sentences(policies: Policies) -> Iterator[str]:
    """Yield every policy in words, for ``gendan check-config``."""
    yield f"报价审批（版本 {policies.approvals.fingerprint}）："
    yield from _approvals(policies.approvals)
    service = policies.service
    yield f"报修接单：{_ladder(service.accept)}；签字：{_ladder(service.sign)}"
    for kind in service.kinds:
        yield f"  故障“{kind.name}”找会“{kind.skill}”的人，看到这些词：{'、'.join(kind.words)}"
    for promised in service.sla:
        times = f"{_hours(promised.respond)}内响应、{_hours(promised.resolve)}内解决"
        yield f"  时限“{promised.name}”：{promised.said}，工作时间 {times}"
    for asked in service.parts.rules:
        yield f"  备件“{asked.name}”：{asked.said}，{'先审批再出库' if asked.approve else '不用审批'}"
    tasks = policies.tasks
    yield f"报价任务：{_ladder(tasks.quote)}"
    yield f"对客户的承诺、首次联系：{_ladder(tasks.promise)}"
    quiet = tasks.quiet
    off = "和休息日" if quiet.workdays else ""
    yield f"免打扰：{quiet.begins:%H:%M} 到次日 {quiet.ends:%H:%M}{off}不提醒（自己定了钟点的除外）"
    tries = "、".join(str(days) for days in tasks.cadence)
    yield f"没联系上：隔 {tries} 天各再试一次，都没联系上就建议放回公海"
    owner, leader, risk = tasks.untouched
    yield f"询价没人联系：{owner} 天提醒本人，{leader} 天告知上级，{risk} 天标为高风险"
    for kept in policies.pool.rules:
        goes = "告诉负责人和上级，不进公海" if kept.keep else "放回公海"
        yield f"公海：{kept.name}：{kept.said}，{kept.after_days} 天没有联系就{goes}"
    yield "线索分配："
    for index, given in enumerate(policies.assignment.rules, start=1):
        yield f"  {index}. {given.name}：{given.said}，分给{said_receiver(given.to)}"
    for pipeline in policies.pipelines.pipelines:
        yield from _stages(pipeline)
    yield from _clauses(policies.quoting)
    for playbook in policies.playbooks.playbooks:
        steps = "；".join(
            f"{stage}：{'、'.join(step.step for step in steps)}" for stage, steps in playbook.stages.items()
        )
        yield f"打法“{playbook.said}”（{playbook.effective} 起，{playbook.owner}维护）：{steps}"


def _clauses(quoting: QuotingPolicy) -> Iterator[str]:
    band = said_percent(quoting.price_band)
    yield f"报价提醒：单价偏离最近 {quoting.history} 次成交的中位数超过 {band} 时要先确认"
    for clause in quoting.clauses:
        names = "、".join(variant.name for variant in clause.variants)
        yield f"  {clause.kind}条款的标准写法：{names}；默认“{clause.variants[0].name}”，别的写法算非标条款"


def _approvals(policy: ApprovalPolicy) -> Iterator[str]:
    for index, rule in enumerate(policy.rules, start=1):
        who = "，再由".join(_said_step(step) for step in rule.steps)
        copies = "、".join(said_decider(by) for by in rule.cc)
        yield (
            f"  {index}. {rule.name}：{rule.said}，{f'由{who}审批' if who else '不用审批'}"
            f"{f'，批准后抄送{copies}' if copies else ''}；{_ladder(rule.ladder)}"
        )
    for added in policy.also:
        yield f"  另加：{added.name}：{said_rule_added(added)}"
    for index, rule in enumerate(policy.solutions, start=1):
        who = "，再由".join(_said_step(step) for step in rule.steps)
        asked = f"由{who}审批" if who else "不用审批"
        yield f"  技术方案 {index}. {rule.name}：{rule.said}，{asked}；{_ladder(rule.ladder)}"
    split = f"同一客户 {policy.split_days} 天内的报价合计看" if policy.split_days else "每份报价单独看"
    critical = "、".join(policy.critical) or "没有什么"
    within, target = _span(policy.critical_after), _span(policy.sla)
    yield f"  金额按{split}；{critical}算重大，{within}没有处理就找部门负责人；目标 {target}内办完"


def _said_step(step: Step) -> str:
    when = said(step.condition)
    return said_step(step) + ("" if step.when in (None, {}, "always") else f"（{when}时）")


def _stages(pipeline: Pipeline) -> Iterator[str]:
    goods = "、".join(pipeline.products) or "其余产品"
    path = " → ".join(stage.name for stage in pipeline.stages)
    yield f"商机流程“{pipeline.name}”（版本 {pipeline.fingerprint}），用于{goods}：{path}"
    for stage in pipeline.stages:
        for guard in stage.guards:
            yield f"  进入“{stage.name}”要满足：{guard.said}；缺{guard.missing}时提示：{guard.supply}"
        for name in stage.entered_by:
            yield f"  {SIGNALS[name]}后自动进入“{stage.name}”"


def _ladder(ladder: Ladder) -> str:
    hours = "工作时间" if ladder.working else ""
    return f"{hours}{_span(ladder.remind_after)}没有处理就提醒，{hours}{_span(ladder.escalate_after)}上报"


def _hours(span: Any) -> str:
    """Working time is said in hours: a day of it is not a day on the wall."""
    minutes = int(span.total_seconds()) // 60
    return f"{minutes // 60} 小时" if minutes % 60 == 0 else f"{minutes} 分钟"


def _span(span: Any) -> str:
    seconds = int(span.total_seconds())
    for size, unit in ((86400, "天"), (3600, "小时"), (60, "分钟")):
        if seconds >= size and seconds % size == 0:
            return f"{seconds // size}{unit}"
    return f"{seconds}秒"
