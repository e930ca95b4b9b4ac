"""What inquiries and tasks are made of. A field without a column is kept among the field values."""

from __future__ import annotations

from dataclasses import replace

from domain.condition import Option
from domain.customers.customer import Customer
from domain.customers.fields import REGIONS
from domain.fields import Field, FieldClass, FieldType, RecordType, Required
from domain.inquiries.inquiry import Inquiry, InquiryState
from domain.people.person import Person
from domain.tasks.task import Task, TaskState

SOURCES = ("官网", "展会", "转介绍", "400电话", "抖音", "微信", "百度", "微博", "老客户", "电话", "阿里")

_REGIONS = tuple(Option(region) for region in REGIONS)
_OWNER = Field(name="owner", label="负责人", type=FieldType.PERSON, synonyms=("销售",), column=Person.name)

INQUIRY = RecordType(
    name="inquiry",
    label="询价",
    synonyms=("询单", "询盘", "询价单"),
    entity=Inquiry,
    owner=Inquiry.owner_id,
    card="inquiries.logged",
    page="inquiries",
    listed=("no", "customer", "budget", "state"),
    gone=lambda: Inquiry.state == InquiryState.UNDONE,
    fields=(
        Field(name="no", label="编号", synonyms=("单号",), column=Inquiry.no),
        Field(
            name="customer",
            label="客户",
            type=FieldType.REFERENCE,
            refers_to="customer",
            synonyms=("公司",),
            column=Customer.name,
            via=Inquiry.customer_id,
        ),
        Field(name="contact", label="联系人", column=Inquiry.contact),
        Field(name="phone", label="电话", type=FieldType.PHONE, audience=FieldClass.PHONE, column=Inquiry.phone),
        Field(name="requirement", label="需求", synonyms=("原话",), column=Inquiry.requirement),
        Field(name="budget", label="预算", type=FieldType.MONEY, synonyms=("金额",), column=Inquiry.budget_fen),
        Field(name="budget_max", label="最高预算", type=FieldType.MONEY, column=Inquiry.budget_max_fen),
        Field(
            name="source",
            label="来源",
            type=FieldType.CHOICE,
            synonyms=("渠道",),
            options=tuple(Option(source) for source in SOURCES),
            column=Inquiry.source,
        ),
        Field(
            name="expo",
            label="展会名称",
            synonyms=("展会名",),
            required=Required.WARN,
            shown_when={"source": "展会"},
            question="哪个展会",
            example="上海工博会",
            longest=60,
        ),
        Field(name="region", label="区域", type=FieldType.REGION, options=_REGIONS, column=Inquiry.region),
        Field(
            name="customer_region",
            label="客户区域",
            type=FieldType.REGION,
            options=_REGIONS,
            column=Customer.region,
            via=Inquiry.customer_id,
        ),
        Field(
            name="customer_level",
            label="客户级别",
            column=Customer.level,
            via=Inquiry.customer_id,
        ),
        Field(name="due", label="报价期限", type=FieldType.MOMENT, synonyms=("期限",), column=Inquiry.due),
        Field(
            name="created_at",
            label="创建时间",
            type=FieldType.MOMENT,
            synonyms=("创建", "记录时间"),
            column=Inquiry.created_at,
        ),
        Field(
            name="state",
            label="状态",
            type=FieldType.CHOICE,
            options=(
                Option("待报价", ("未报价", "没报价"), InquiryState.OPEN.value),
                Option("已报价", (), InquiryState.QUOTED.value),
                Option("已撤销", (), InquiryState.UNDONE.value),
            ),
            column=Inquiry.state,
        ),
        replace(_OWNER, via=Inquiry.owner_id),
    ),
)

TASK = RecordType(
    name="task",
    label="任务",
    synonyms=("待办",),
    entity=Task,
    owner=Task.owner_id,
    listed=("title", "due", "state"),
    fields=(
        Field(name="title", label="事项", synonyms=("标题",), column=Task.title),
        Field(name="due", label="期限", type=FieldType.MOMENT, synonyms=("到期",), column=Task.due),
        Field(name="created_at", label="创建时间", type=FieldType.MOMENT, column=Task.created_at),
        Field(
            name="state",
            label="状态",
            type=FieldType.CHOICE,
            options=(
                Option("未完成", ("没完成",), TaskState.OPEN.value),
                Option("已完成", ("完成",), TaskState.DONE.value),
                Option("已取消", (), TaskState.CANCELLED.value),
            ),
            column=Task.state,
        ),
        replace(_OWNER, via=Task.owner_id),
    ),
)
