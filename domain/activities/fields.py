"""What follow-ups are made of."""

from __future__ import annotations

from sqlalchemy import true

from domain.activities.activity import Activity, ActivityKind, Outcome
from domain.condition import Option
from domain.customers.customer import Customer
from domain.fields import Field, FieldType, RecordType
from domain.people.person import Person

ACTIVITY = RecordType(
    name="activity",
    label="跟进",
    synonyms=("跟进记录", "联系记录", "拜访记录", "沟通记录"),
    entity=Activity,
    owner=Activity.author_id,
    card="activities.logged",
    listed=("at", "kind", "customer", "text"),
    gone=lambda: Activity.undone == true(),
    fields=(
        Field(name="at", label="时间", type=FieldType.MOMENT, synonyms=("日期",), column=Activity.at),
        Field(
            name="kind",
            label="方式",
            type=FieldType.CHOICE,
            options=tuple(Option(kind.label, (), kind.value) for kind in ActivityKind),
            column=Activity.kind,
        ),
        Field(
            name="customer",
            label="客户",
            type=FieldType.REFERENCE,
            refers_to="customer",
            synonyms=("公司",),
            column=Customer.name,
            via=Activity.customer_id,
        ),
        Field(name="contact", label="联系人", column=Activity.contact),
        Field(
            name="outcome",
            label="联系上没有",
            type=FieldType.CHOICE,
            options=(
                Option("联系上了", (), Outcome.REACHED.value),
                Option("没联系上", (), Outcome.MISSED.value),
                Option("系统记的", (), Outcome.NOTED.value),
            ),
            column=Activity.outcome,
        ),
        Field(name="text", label="内容", synonyms=("原话",), column=Activity.text),
        Field(name="next_step", label="下一步", column=Activity.next_step),
        Field(
            name="owner",
            label="记录人",
            type=FieldType.PERSON,
            synonyms=("负责人", "销售"),
            column=Person.name,
            via=Activity.author_id,
        ),
    ),
)
