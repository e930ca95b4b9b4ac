"""What technical solutions are made of."""

from __future__ import annotations

from domain.condition import Option
from domain.customers.customer import Customer
from domain.fields import Field, FieldType, RecordType
from domain.people.person import Person
from domain.solutions.solution import CARD, Solution, SolutionState

SOLUTION = RecordType(
    name="solution",
    label="技术方案",
    synonyms=("方案",),
    entity=Solution,
    owner=Solution.owner_id,
    card=CARD,
    listed=("no", "customer", "title", "state"),
    gone=lambda: Solution.state == SolutionState.VOID,
    fields=(
        Field(name="no", label="编号", synonyms=("单号",), column=Solution.no),
        Field(
            name="customer",
            label="客户",
            type=FieldType.REFERENCE,
            refers_to="customer",
            column=Customer.name,
            via=Solution.customer_id,
        ),
        Field(name="title", label="标题", column=Solution.title),
        Field(name="words", label="内容", column=Solution.words),
        Field(name="revision", label="版次", type=FieldType.NUMBER, column=Solution.revision),
        Field(name="created_at", label="创建时间", type=FieldType.MOMENT, column=Solution.created_at),
        Field(
            name="state",
            label="状态",
            type=FieldType.CHOICE,
            options=(
                Option("草稿", (), SolutionState.DRAFT.value),
                Option("审批中", ("待审批",), SolutionState.SUBMITTED.value),
                Option("已同意", ("已批准", "通过"), SolutionState.APPROVED.value),
                Option("已驳回", (), SolutionState.REJECTED.value),
                Option("已作废", (), SolutionState.VOID.value),
            ),
            column=Solution.state,
        ),
        Field(
            name="customer_region",
            label="客户区域",
            synonyms=("区域",),
            column=Customer.region,
            via=Solution.customer_id,
        ),
        Field(name="owner", label="负责人", type=FieldType.PERSON, column=Person.name, via=Solution.owner_id),
    ),
)
