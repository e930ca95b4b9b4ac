"""What tickets are made of."""

from __future__ import annotations

from domain.actor import Role
from domain.customers.customer import Customer
from domain.equipment.equipment import Equipment
from domain.fields import Field, FieldClass, FieldType, RecordType
from domain.service.ticket import Ticket

TICKET = RecordType(
    name="ticket",
    label="工单",
    synonyms=("报修单", "报修"),
    entity=Ticket,
    owner=Customer.owner_id,
    owner_via=Ticket.customer_id,
    seen_by=frozenset({Role.DISPATCHER, Role.SERVICE}),
    listed=("no", "customer", "model", "fault"),
    fields=(
        Field(name="no", label="编号", synonyms=("单号",), column=Ticket.no),
        Field(
            name="customer",
            label="客户",
            type=FieldType.REFERENCE,
            refers_to="customer",
            column=Customer.name,
            via=Ticket.customer_id,
        ),
        Field(
            name="model",
            label="型号",
            column=Equipment.model,
            via=Ticket.equipment_id,
        ),
        Field(name="fault", label="故障", synonyms=("现象",), column=Ticket.fault),
        Field(name="fault_code", label="故障代码", synonyms=("报警号",), column=Ticket.fault_code),
        Field(name="urgent", label="停机", type=FieldType.YES_NO, synonyms=("紧急",), column=Ticket.urgent),
        Field(name="phone", label="电话", type=FieldType.PHONE, audience=FieldClass.PHONE, column=Ticket.phone),
        Field(name="opened_at", label="报修时间", type=FieldType.MOMENT, synonyms=("报修",), column=Ticket.opened_at),
        Field(name="closed_at", label="完成时间", type=FieldType.MOMENT, column=Ticket.closed_at),
    ),
)
