"""Group chats that belong to a customer: what is reported there is that customer's trouble (S-013)."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from domain.actor import Actor, Role
from domain.customers.scope import within
from domain.errors import NotFound
from domain.messages import Command, Event
from domain.record import Entity, Identity, Record
from domain.work import Work

KEEPERS = (Role.SERVICE, Role.DISPATCHER)
"""Whoever looks after every customer's machines, whoever's customer it is."""


class CustomerGroup(Entity, Record):
    """One group chat of ``platform``, by its id there, and the customer it is about."""

    __tablename__ = "customer_groups"
    __table_args__ = (UniqueConstraint("platform", "chat"),)

    platform: Mapped[str] = mapped_column(String(16))
    chat: Mapped[str] = mapped_column(String(128))
    customer_id: Mapped[int] = mapped_column(Identity, ForeignKey("customers.id"), index=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class BindGroup(Command):
    """This group is about the customer called ``customer`` from now on; an earlier binding gives way."""

    platform: str
    chat: str
    customer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupBound(Event):
    """A group chat belongs to the customer from now on."""

    platform: str
    chat: str


def bind_group(command: BindGroup, actor: Actor, work: Work) -> str:
    """Return the customer's full name; who is unknown and who is out of scope are told alike."""
    customer = work.find.customers.by_name(command.customer)
    known = customer is not None and (
        actor.has(*KEEPERS) or within(actor, customer.owner_id, work.find.people.leader_of)
    )
    if customer is None or not known:
        raise NotFound(f"没有找到客户“{command.customer}”，或不在您的范围内。请写客户全称，例如：绑定客户 苏州恒力。")
    group = work.find.customers.group(command.platform, command.chat)
    if group is None:
        group = work.add(CustomerGroup(platform=command.platform, chat=command.chat, customer_id=customer.id))
    group.customer_id = customer.id
    work.flush()
    work.record(GroupBound(subject=customer.subject, platform=command.platform, chat=command.chat))
    return customer.name
