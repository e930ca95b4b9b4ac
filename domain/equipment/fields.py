"""What machines at customers are made of."""

from __future__ import annotations

from domain.actor import Role
from domain.customers.customer import Customer
from domain.equipment.equipment import Equipment
from domain.fields import Field, FieldType, RecordType

EQUIPMENT = RecordType(
    name="equipment",
    label="设备",
    synonyms=("机器",),
    entity=Equipment,
    owner=Customer.owner_id,
    owner_via=Equipment.customer_id,
    seen_by=frozenset({Role.DISPATCHER, Role.SERVICE, Role.ENGINEER}),
    listed=("serial", "model", "customer", "warranty_until"),
    gone=lambda: Equipment.retired,
    fields=(
        Field(name="serial", label="序列号", synonyms=("编号",), column=Equipment.serial),
        Field(name="model", label="型号", column=Equipment.model),
        Field(
            name="customer",
            label="客户",
            type=FieldType.REFERENCE,
            refers_to="customer",
            column=Customer.name,
            via=Equipment.customer_id,
        ),
        Field(name="site", label="安装地点", synonyms=("地点",), column=Equipment.site),
        Field(name="region", label="区域", type=FieldType.REGION, column=Equipment.region),
        Field(name="installed_on", label="安装日期", type=FieldType.DATE, column=Equipment.installed_on),
        Field(
            name="warranty_until",
            label="保修截止",
            type=FieldType.DATE,
            synonyms=("过保",),
            column=Equipment.warranty_until,
        ),
    ),
)
