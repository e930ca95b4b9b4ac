"""What ``service.yaml`` says beyond faults and ladders: times promised, dispatch, spare parts, words for causes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, ClassVar, Self

from pydantic import BeforeValidator, Field, model_validator

from domain.condition import Fact, Measure
from domain.policy_ladder import Duration, Model
from domain.policy_rule import Rule
from domain.service.types import ServiceType
from domain.units import parse_money

SERVICE_FACTS: Mapping[str, Fact] = {
    "type": Fact("类型", Measure.WORD, ("服务类型",)),
    "level": Fact("客户级别", Measure.WORD, ("级别",)),
    "urgent": Fact("停机", Measure.YES_NO, ("紧急",)),
    "region": Fact("区域", Measure.WORD),
    "model": Fact("型号", Measure.WORD),
    "warranty": Fact("保修期内", Measure.YES_NO, ("在保",)),
}
PART_FACTS: Mapping[str, Fact] = {
    "amount": Fact("备件金额", Measure.MONEY, ("金额",)),
    "quantity": Fact("数量", Measure.NUMBER),
    "warranty": Fact("保修期内", Measure.YES_NO, ("在保",)),
    "part": Fact("备件", Measure.WORD),
}

_Money = Annotated[int, BeforeValidator(lambda raw: raw if isinstance(raw, int) else parse_money(str(raw)))]


class SlaRule(Rule):
    """``when`` it holds, somebody must have answered within ``respond`` and be done within ``resolve``.

    Both are working time by the company's calendar; ``resolve`` stands still while parts or the customer are
    waited for.
    """

    FACTS: ClassVar = SERVICE_FACTS

    respond: Duration
    resolve: Duration

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.resolve < self.respond:
            raise ValueError(f"“{self.name}”的 resolve（修好）不能短于 respond（响应）")
        return self


class PartRule(Rule):
    """``when`` it holds, a request for spare parts waits for the approver's word before the warehouse sees it."""

    FACTS: ClassVar = PART_FACTS

    approve: bool = True


class PartsPolicy(Model):
    """The step 备件申请→出库: ``on`` switches it; rules say which requests somebody has to approve first."""

    on: bool = True
    rules: tuple[PartRule, ...] = ()
    consent_from: _Money = 0
    """Out of warranty, parts worth at least this need the customer's yes on his progress page."""


class Code(Model):
    """A cause or an action with the words that point to it."""

    code: str = Field(pattern=r"[A-Z0-9-]{1,16}")
    name: str = Field(min_length=1, max_length=32)
    words: tuple[str, ...] = ()


class VisitRule(Model):
    """What a kind of job asks of whoever does it; ``sign``: it is not done before the customer has signed."""

    sign: bool = True
    checklist: tuple[str, ...] = ()


DEFAULT_SLA = (
    SlaRule(name="投诉", when={"type": {"is": "投诉"}}, respond=timedelta(hours=1), resolve=timedelta(hours=24)),
    SlaRule(name="战略客户", when={"level": {"is": "战略"}}, respond=timedelta(minutes=30), resolve=timedelta(hours=8)),
    SlaRule(name="停机", when={"urgent": {"is": True}}, respond=timedelta(hours=1), resolve=timedelta(hours=16)),
    SlaRule(name="常规", respond=timedelta(hours=4), resolve=timedelta(hours=40)),
)
DEFAULT_CAUSES = (
    Code(code="LUBE", name="润滑不良", words=("缺油", "没油", "润滑", "干磨")),
    Code(code="WEAR", name="磨损老化", words=("磨损", "老化", "松动", "断了", "裂")),
    Code(code="ELEC", name="电气故障", words=("烧了", "短路", "跳闸", "接触不良", "驱动器坏", "线断")),
    Code(code="SET", name="参数或程序", words=("参数", "程序", "设置", "原点")),
    Code(code="USE", name="操作不当", words=("误操作", "撞机", "撞刀", "操作", "没按")),
    Code(code="DIRT", name="脏堵进水", words=("铁屑", "堵", "进水", "脏", "切削液")),
)
DEFAULT_ACTIONS = (
    Code(code="SWAP", name="更换", words=("换了", "更换", "换上", "换新")),
    Code(code="ADJ", name="调整", words=("调整", "调了", "校准", "对中", "紧固", "拧紧")),
    Code(code="CLEAN", name="清理润滑", words=("清理", "清洗", "加油", "润滑", "疏通")),
    Code(code="PARAM", name="改参数", words=("改参数", "重设", "重启", "复位", "刷程序")),
    Code(code="FIX", name="修复", words=("修好", "焊", "修复", "接好")),
)
DEFAULT_VISITS: Mapping[ServiceType, VisitRule] = {
    ServiceType.INSTALL: VisitRule(checklist=("开箱清点", "水平校准", "通电试车", "操作培训", "安全交底")),
    ServiceType.REPAIR: VisitRule(checklist=("断电挂牌", "故障复现", "修后试车")),
    ServiceType.MAINTENANCE: VisitRule(checklist=("清洁", "润滑", "紧固", "精度检查", "试车")),
    ServiceType.INSPECTION: VisitRule(checklist=("外观", "异响振动", "电气柜", "安全装置"), sign=False),
    ServiceType.COMPLAINT: VisitRule(),
    ServiceType.CONSULT: VisitRule(sign=False),
}


class RatingPolicy(Model):
    """How customers rate a service: 1 to ``scale`` stars; up to ``poor`` those who answer for service call back."""

    scale: int = Field(default=5, ge=2, le=10)
    poor: int = Field(default=2, ge=1)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.poor >= self.scale:
            raise ValueError("rating 的 poor（差评）要小于 scale（满分）")
        return self


class Baseline(Model):
    """How long it took before: what the report is compared with. Left out: the period before, of the same length."""

    complaint: Duration | None = None
    """From a complaint to its first answer (S-147)."""
    handling: Duration | None = None
    """From a request to the customer's signature (S-148)."""


class UpkeepPolicy(Model):
    """Planned work: how long ahead a job is made and announced, what is asked after, when a warranty's end is told."""

    ahead: Duration = timedelta(days=7)
    remind: Duration = timedelta(days=1)
    survey_after: Duration = timedelta(days=3)
    warranty_months: int = Field(default=12, ge=1, le=240)
    """How long a new machine is under warranty when nothing else was agreed."""
    warranty_ahead: Duration = timedelta(days=60)
    repeat_within: Duration = timedelta(days=30)
    """Another report of one machine within this time after a repair is a repeated fault."""
    reopen_within: Duration = timedelta(days=7)
    """How long the customer may say on his progress page that it is broken again."""
    capacity_words: tuple[str, ...] = ("产能", "不够用", "做不过来", "太慢", "忙不过来", "加班赶")
    """What a customer says who needs another machine."""
