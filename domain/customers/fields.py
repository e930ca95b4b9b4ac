"""What customers and contacts are made of."""

from __future__ import annotations

from domain.condition import Option
from domain.customers.customer import Contact, Customer
from domain.customers.words import TEMPERAMENTS
from domain.fields import Field, FieldClass, FieldType, RecordType
from domain.levels import LEVELS
from domain.people.person import Person

REGIONS = ("华东", "华南", "华北", "华中", "东北", "西北", "西南")

CUSTOMER = RecordType(
    name="customer",
    label="客户",
    synonyms=("公司",),
    entity=Customer,
    owner=Customer.owner_id,
    card="customers.customer",
    page="customers",
    listed=("name", "region", "level"),
    gone=lambda: ~Customer.active,
    fields=(
        Field(name="name", label="名称", synonyms=("公司名", "客户名称"), column=Customer.name),
        Field(
            name="region",
            label="区域",
            type=FieldType.REGION,
            synonyms=("地区", "大区"),
            options=tuple(Option(region) for region in REGIONS),
            settable=True,
            longest=32,
            column=Customer.region,
        ),
        Field(
            name="level",
            label="级别",
            type=FieldType.CHOICE,
            synonyms=("等级", "客户级别"),
            options=LEVELS,
            settable=True,
            column=Customer.level,
        ),
        Field(
            name="legal_name",
            label="工商全称",
            synonyms=("全称", "企业全称"),
            check="company_name",
            settable=True,
            longest=128,
            column=Customer.legal_name,
        ),
        Field(
            name="credit_code",
            label="信用代码",
            synonyms=("统一社会信用代码", "税号", "纳税人识别号"),
            column=Customer.credit_code,
        ),
        Field(
            name="industry", label="行业", synonyms=("所属行业",), settable=True, longest=32, column=Customer.industry
        ),
        Field(name="tags", label="标签", type=FieldType.CHOICES, synonyms=("客户标签",), longest=20),
        Field(
            name="owner",
            label="负责人",
            type=FieldType.PERSON,
            synonyms=("销售",),
            column=Person.name,
            via=Customer.owner_id,
        ),
    ),
)

CONTACT = RecordType(
    name="contact",
    label="联系人",
    entity=Contact,
    owner=Customer.owner_id,
    owner_via=Contact.customer_id,
    listed=("name", "customer", "title"),
    gone=lambda: ~(Contact.active & Contact.main_id.is_(None)),
    fields=(
        Field(name="name", label="姓名", synonyms=("名字",), column=Contact.name),
        Field(name="title", label="职务", synonyms=("职位",), settable=True, longest=64, column=Contact.title),
        Field(
            name="temperament",
            label="性格",
            type=FieldType.CHOICE,
            synonyms=("性格特征", "脾气"),
            options=TEMPERAMENTS,
            settable=True,
            column=Contact.temperament,
        ),
        Field(name="phone", label="电话", type=FieldType.PHONE, audience=FieldClass.PHONE, column=Contact.phone),
        Field(
            name="customer",
            label="客户",
            type=FieldType.REFERENCE,
            refers_to="customer",
            column=Customer.name,
            via=Contact.customer_id,
        ),
        Field(
            name="region",
            label="区域",
            type=FieldType.REGION,
            options=tuple(Option(region) for region in REGIONS),
            column=Customer.region,
            via=Contact.customer_id,
        ),
    ),
)
