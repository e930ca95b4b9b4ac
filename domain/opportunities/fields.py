"""What deals are made of."""

from __future__ import annotations

from domain.condition import Option
from domain.customers.customer import Customer
from domain.customers.fields import REGIONS
from domain.fields import Field, FieldType, RecordType
from domain.opportunities.loss import LossReason
from domain.opportunities.opportunity import Opportunity, OpportunityState
from domain.people.person import Person

OPPORTUNITY = RecordType(
    name="opportunity",
    label="商机",
    synonyms=("销售机会", "机会"),
    entity=Opportunity,
    owner=Opportunity.owner_id,
    card="opportunities.deal",
    listed=("no", "customer", "stage", "amount"),
    gone=lambda: Opportunity.state == OpportunityState.UNDONE,
    fields=(
        Field(name="no", label="编号", synonyms=("单号",), column=Opportunity.no),
        Field(
            name="customer",
            label="客户",
            type=FieldType.REFERENCE,
            refers_to="customer",
            synonyms=("公司",),
            column=Customer.name,
            via=Opportunity.customer_id,
        ),
        Field(name="contact", label="联系人", column=Opportunity.contact),
        Field(name="stage", label="阶段", synonyms=("商机阶段",), column=Opportunity.stage),
        Field(name="amount", label="金额", type=FieldType.MONEY, synonyms=("商机金额",), column=Opportunity.amount_fen),
        Field(
            name="expected_close",
            label="预计成交日",
            type=FieldType.DATE,
            synonyms=("预计成交",),
            column=Opportunity.expected_close,
        ),
        Field(
            name="state",
            label="状态",
            type=FieldType.CHOICE,
            options=(
                Option("进行中", ("在跟", "在谈"), OpportunityState.OPEN.value),
                Option("休眠", ("休眠中",), OpportunityState.DORMANT.value),
                Option("已成交", ("成交", "赢单"), OpportunityState.WON.value),
                Option("已流失", ("流失", "输单"), OpportunityState.LOST.value),
                Option("已撤销", (), OpportunityState.UNDONE.value),
            ),
            column=Opportunity.state,
        ),
        Field(
            name="loss_reason",
            label="流失原因",
            type=FieldType.CHOICE,
            synonyms=("丢单原因", "输单原因"),
            options=tuple(Option(reason.label, (), reason.value) for reason in LossReason),
            column=Opportunity.loss_reason,
        ),
        Field(name="competitor", label="竞争对手", column=Opportunity.competitor),
        Field(name="contract_no", label="合同号", column=Opportunity.contract_no),
        Field(name="source", label="来源", synonyms=("渠道",), column=Opportunity.source),
        Field(
            name="region",
            label="区域",
            type=FieldType.REGION,
            options=tuple(Option(region) for region in REGIONS),
            column=Opportunity.region,
        ),
        Field(
            name="touched_at",
            label="最后跟进",
            type=FieldType.MOMENT,
            synonyms=("最近联系",),
            column=Opportunity.touched_at,
        ),
        Field(
            name="stage_since",
            label="进入阶段时间",
            type=FieldType.MOMENT,
            column=Opportunity.stage_since,
        ),
        Field(
            name="created_at",
            label="创建时间",
            type=FieldType.MOMENT,
            synonyms=("创建",),
            column=Opportunity.created_at,
        ),
        Field(name="owner", label="负责人", type=FieldType.PERSON, column=Person.name, via=Opportunity.owner_id),
    ),
)
