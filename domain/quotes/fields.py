"""What quotations are made of."""

from __future__ import annotations

from domain.condition import Option
from domain.customers.customer import Customer
from domain.fields import Field, FieldClass, FieldType, RecordType
from domain.people.person import Person
from domain.quotes.quote import Quote, QuoteState

QUOTE = RecordType(
    name="quote",
    label="报价",
    synonyms=("报价单",),
    entity=Quote,
    owner=Quote.owner_id,
    card="quotes.draft",
    page="quotes",
    listed=("no", "customer", "amount", "state"),
    gone=lambda: Quote.state == QuoteState.VOID,
    fields=(
        Field(name="no", label="编号", synonyms=("单号",), column=Quote.no),
        Field(
            name="customer",
            label="客户",
            type=FieldType.REFERENCE,
            refers_to="customer",
            column=Customer.name,
            via=Quote.customer_id,
        ),
        Field(name="amount", label="报价金额", type=FieldType.MONEY, synonyms=("金额", "总价"), column=Quote.total_fen),
        Field(name="list_amount", label="原价", type=FieldType.MONEY, column=Quote.list_fen),
        Field(name="cost", label="成本", type=FieldType.MONEY, audience=FieldClass.COST, column=Quote.cost_fen),
        Field(name="valid_days", label="有效期", type=FieldType.NUMBER, unit="天", column=Quote.valid_days),
        Field(name="revision", label="版次", type=FieldType.NUMBER, column=Quote.revision),
        Field(name="created_at", label="创建时间", type=FieldType.MOMENT, column=Quote.created_at),
        Field(
            name="state",
            label="状态",
            type=FieldType.CHOICE,
            options=(
                Option("草稿", (), QuoteState.DRAFT.value),
                Option("审批中", ("待审批",), QuoteState.SUBMITTED.value),
                Option("已同意", ("已批准", "通过"), QuoteState.APPROVED.value),
                Option("已驳回", (), QuoteState.REJECTED.value),
                Option("已作废", (), QuoteState.VOID.value),
            ),
            column=Quote.state,
        ),
        Field(
            name="customer_region",
            label="客户区域",
            synonyms=("区域",),
            column=Customer.region,
            via=Quote.customer_id,
        ),
        Field(
            name="owner",
            label="负责人",
            type=FieldType.PERSON,
            column=Person.name,
            via=Quote.owner_id,
        ),
    ),
)
