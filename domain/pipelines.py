"""Pipelines as configured: stages in order, what each asks for, what moves by itself, when a deal counts as stale.

A deal keeps the version of its pipeline it began with (``domain.opportunities.version``), so a Pipeline must go to
JSON and back without loss: days are plain integers here, conditions plain data.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, model_validator

from domain.condition import Condition, Fact, Facts, Measure
from domain.condition_words import said
from domain.condition_yaml import parse

OPPORTUNITY_FACTS: Mapping[str, Fact] = {
    "amount": Fact("商机金额", Measure.MONEY, ("金额",)),
    "approved_quotes": Fact("已同意的报价", Measure.NUMBER, unit="份"),
    "contract_no": Fact("合同号", Measure.WORD),
    "order_photos": Fact("订单照片", Measure.NUMBER, unit="张"),
    "contact": Fact("联系人", Measure.WORD),
    "expected_close": Fact("预计成交日", Measure.DAY),
    "products": Fact("产品", Measure.WORDS),
    "customer_level": Fact("客户级别", Measure.WORD, ("级别",)),
    "region": Fact("区域", Measure.WORD),
}

SIGNALS: Mapping[str, str] = {
    "ActivityLogged": "联系了客户",
    "InquiryContacted": "首次联系了客户",
    "QuoteSubmitted": "报价已提交审批",
    "QuoteApproved": "报价已获同意",
    "FilesAttached": "收到了附件",
    "OpportunityRevised": "商机资料已补充",
}
"""Events of the house that a stage or a step may wait for, and how they are said in ``moved because …``."""


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Guard(_Model):
    """What must be true before a deal enters the stage; ``coming_from`` narrows it to some transitions.

    ``missing`` names what is not there, ``supply`` says how to bring it.
    """

    needs: Any
    missing: str = Field(min_length=1)
    supply: str = Field(min_length=1)
    coming_from: tuple[str, ...] = ()
    _condition: Condition = PrivateAttr()

    @model_validator(mode="after")
    def _read(self) -> Self:
        self._condition = parse(self.needs, OPPORTUNITY_FACTS)
        return self

    @property
    def said(self) -> str:
        """The condition in words."""
        return said(self._condition)

    def holds(self, facts: Facts) -> bool:
        """Return whether the deal may come in."""
        return self._condition.holds(facts)


class Stage(_Model):
    """``entered_by`` are the events that bring a deal here by themselves; ``stale_days`` without contact mark it."""

    name: str = Field(min_length=1, max_length=32)
    kind: Literal["open", "won", "lost"] = "open"
    synonyms: tuple[str, ...] = ()
    guards: tuple[Guard, ...] = ()
    entered_by: tuple[str, ...] = ()
    stale_days: int = Field(default=30, ge=1, le=3650)

    @model_validator(mode="after")
    def _known(self) -> Self:
        unknown = [name for name in self.entered_by if name not in SIGNALS]
        if unknown:
            raise ValueError(f"没有“{unknown[0]}”这个事件，可用的有：{'、'.join(SIGNALS)}")
        if self.kind == "lost" and self.guards:
            raise ValueError("流失阶段不能设条件，它只要求原因")
        return self


class Pipeline(_Model):
    """``products`` are product codes and categories it is for; a pipeline without any is for all the rest.

    One such product among others is enough, unless it is ``exclusive``: then all of them must be its own.

    ``converts_to`` is where an inquiry begins that was made a deal. ``won_check`` asks the owner's leader before a
    deal counts as won.
    """

    name: str = Field(min_length=1, max_length=32)
    products: tuple[str, ...] = ()
    exclusive: bool = False
    stages: tuple[Stage, ...] = Field(min_length=3)
    converts_to: str = ""
    won_check: Literal["none", "leader"] = "none"

    @model_validator(mode="after")
    def _whole(self) -> Self:
        names = [stage.name for stage in self.stages]
        if len(set(names)) != len(names):
            raise ValueError("阶段名不能重复")
        if [stage.kind for stage in self.stages[-2:]] != ["won", "lost"] or any(
            stage.kind != "open" for stage in self.stages[:-2]
        ):
            raise ValueError("阶段要先写进行中的，最后两个依次是 kind: won 和 kind: lost")
        guards = [guard for stage in self.stages for guard in stage.guards]
        for name in (self.converts_to, *(each for guard in guards for each in guard.coming_from)):
            if name and name not in names:
                raise ValueError(f"没有“{name}”这个阶段，本流程的阶段有：{'、'.join(names)}")
        return self

    @property
    def won(self) -> Stage:
        """Where won deals end."""
        return self.stages[-2]

    @property
    def lost(self) -> Stage:
        """Where lost deals end."""
        return self.stages[-1]

    @property
    def fingerprint(self) -> str:
        """The version: eight hex digits of the content."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()[:8]

    def takes(self, wanted: Sequence[Iterable[str]]) -> bool:
        """Return whether it is for what is wanted."""
        own = [not set(self.products).isdisjoint(words) for words in wanted]
        return bool(own) and (all(own) if self.exclusive else any(own))

    def stage(self, name: str) -> Stage | None:
        """Return the stage of this name."""
        return next((stage for stage in self.stages if stage.name == name), None)

    def position(self, name: str) -> int:
        """Return where a stage stands, from 0."""
        return next(index for index, stage in enumerate(self.stages) if stage.name == name)

    def called(self, word: str) -> Stage | None:
        """Return the stage people mean by a word."""
        return next((stage for stage in self.stages if word == stage.name or word in stage.synonyms), None)


class PipelinePolicy(_Model):
    """The company's pipelines; the first that is for a deal's products has it, the last one has the rest.

    A stage's losses are worth a word from ``alarm_from`` deals on, when their share is ``alarm_over`` points of
    percent above what it usually is.
    """

    pipelines: tuple[Pipeline, ...] = Field(min_length=1)
    alarm_from: int = Field(default=5, ge=1)
    alarm_over: int = Field(default=15, ge=1, le=100)

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.pipelines[-1].products or any(not each.products for each in self.pipelines[:-1]):
            raise ValueError("只有最后一个流程不写 products，它接住其余所有产品")
        names = [each.name for each in self.pipelines]
        if len(set(names)) != len(names):
            raise ValueError("流程名不能重复")
        return self

    def for_products(self, wanted: Sequence[Iterable[str]]) -> Pipeline:
        """Return the pipeline for what is wanted, each thing by its code and its category."""
        return next((each for each in self.pipelines if each.takes(wanted)), self.pipelines[-1])

    def called(self, word: str) -> str:
        """Return the name of the stage that is meant by a word in any pipeline, empty for none."""
        found = (stage for each in reversed(self.pipelines) if (stage := each.called(word)) is not None)
        return next((stage.name for stage in found), "")


DEFAULT_PIPELINES = PipelinePolicy.model_validate(
    {
        "pipelines": [
            {
                "name": "标准销售",
                "converts_to": "意向明确",
                "stages": [
                    {"name": "新线索", "stale_days": 7},
                    {
                        "name": "已联系",
                        "synonyms": ["联系上", "联系过", "联系上客户", "加上微信"],
                        "entered_by": ["ActivityLogged", "InquiryContacted"],
                        "stale_days": 15,
                    },
                    {"name": "意向明确", "synonyms": ["有意向", "意向确定", "需求明确", "想要买"], "stale_days": 30},
                    {
                        "name": "方案报价",
                        "synonyms": ["出方案", "方案阶段", "报过价"],
                        "entered_by": ["QuoteApproved"],
                        "guards": [
                            {
                                "needs": {"approved_quotes": {"at_least": 1}},
                                "missing": "已同意的报价",
                                "supply": "请先发“报价”，提交审批，同意后会自动进入这个阶段。",
                            }
                        ],
                    },
                    {
                        "name": "商务谈判",
                        "synonyms": ["谈价格", "谈价", "在谈价格", "谈合同", "谈商务", "议价", "砍价", "谈付款"],
                    },
                    {
                        "name": "成交",
                        "kind": "won",
                        "synonyms": ["签合同", "下单", "签约"],
                        "guards": [
                            {
                                "needs": {
                                    "any": [{"contract_no": {"is_set": True}}, {"order_photos": {"at_least": 1}}]
                                },
                                "missing": "合同号或订单照片",
                                "supply": "请发合同号（例如：合同号 HT-001），或把订单拍照发来。",
                            }
                        ],
                    },
                    {"name": "流失", "kind": "lost", "synonyms": ["丢单", "输单"]},
                ],
            }
        ]
    }
)
"""The seven stages (S-064) and the two conditions (S-065) of a company that configures nothing."""
