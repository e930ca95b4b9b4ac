"""A company that buys from us, the names it goes by, and the people we know there."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from domain.record import Entity, Identity, Record


class Customer(Entity, Record):
    """``key`` (``customers.keys.name_key``) makes it unique; ``owner_id`` is the member of staff who looks after it.

    ``active`` is False when the act that created it was undone and nothing else refers to it. When and by whom it
    was last in contact is kept here, not derived: lists of thousands are ordered by it.
    """

    __tablename__ = "customers"
    __table_args__ = (Index("ix_customers_owner_id_last_contact_at", "owner_id", "last_contact_at"),)

    name: Mapped[str] = mapped_column(String(128))
    key: Mapped[str] = mapped_column(String(128), unique=True)
    owner_id: Mapped[int | None] = mapped_column(Identity, ForeignKey("people.id"), default=None, index=True)
    aliases: Mapped[list[str]] = mapped_column(default_factory=list)
    region: Mapped[str] = mapped_column(String(32), default="")
    level: Mapped[str] = mapped_column(String(16), default="")
    active: Mapped[bool] = mapped_column(default=True)
    last_contact_at: Mapped[datetime | None] = mapped_column(default=None)
    last_contact_by: Mapped[int | None] = mapped_column(Identity, ForeignKey("people.id"), default=None)


class CustomerAlias(Entity, Record):
    """Another name a customer goes by, by its key; a name two customers share finds neither."""

    __tablename__ = "customer_aliases"
    __table_args__ = (UniqueConstraint("key", "customer_id"),)

    key: Mapped[str] = mapped_column(String(128))
    customer_id: Mapped[int] = mapped_column(Identity, ForeignKey("customers.id"), index=True)


class Contact(Entity, Record):
    """Somebody at a customer's. ``phone`` is a ``phone_key`` and belongs to one person in the whole database."""

    __tablename__ = "contacts"
    __table_args__ = (Index("uq_contacts_phone", "phone", unique=True),)

    customer_id: Mapped[int] = mapped_column(Identity, ForeignKey("customers.id"), index=True)
    name: Mapped[str] = mapped_column(String(64), default="")
    title: Mapped[str] = mapped_column(String(64), default="")
    phone: Mapped[str | None] = mapped_column(String(32), default=None)
    active: Mapped[bool] = mapped_column(default=True)
