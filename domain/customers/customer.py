"""A company that buys from us, the names it goes by, and the people we know there."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from domain.record import Entity, Identity, Record


class Customer(Entity, Record):
    """``key`` (``customers.keys.name_key``) makes it unique; ``owner_id`` is the member of staff who looks after it.

    ``name`` is what it is called; ``legal_name`` its registered name (S-004), empty until somebody says it.
    ``credit_code`` is a checked 统一社会信用代码. ``history_summary`` is somebody's own account of the past; empty
    stands for the one made from what happened. ``active`` is False when the act that created it was undone and
    nothing else refers to it, or when it was merged into another. When and by whom it was last in contact is kept
    here, not derived: lists of thousands are ordered by it.
    """

    __tablename__ = "customers"
    __table_args__ = (
        Index("ix_customers_owner_id_last_contact_at", "owner_id", "last_contact_at"),
        Index("uq_customers_credit_code", "credit_code", unique=True),
    )

    name: Mapped[str] = mapped_column(String(128))
    key: Mapped[str] = mapped_column(String(128), unique=True)
    owner_id: Mapped[int | None] = mapped_column(Identity, ForeignKey("people.id"), default=None, index=True)
    aliases: Mapped[list[str]] = mapped_column(default_factory=list)
    region: Mapped[str] = mapped_column(String(32), default="")
    level: Mapped[str] = mapped_column(String(16), default="")
    active: Mapped[bool] = mapped_column(default=True)
    last_contact_at: Mapped[datetime | None] = mapped_column(default=None)
    last_contact_by: Mapped[int | None] = mapped_column(Identity, ForeignKey("people.id"), default=None)
    legal_name: Mapped[str] = mapped_column(String(128), default="")
    credit_code: Mapped[str | None] = mapped_column(String(18), default=None)
    industry: Mapped[str] = mapped_column(String(32), default="")
    history_summary: Mapped[str] = mapped_column(Text, default="")
    merged_into_id: Mapped[int | None] = mapped_column(Identity, default=None)


class CustomerAlias(Entity, Record):
    """Another name a customer goes by, by its key; a name two customers share finds neither."""

    __tablename__ = "customer_aliases"
    __table_args__ = (UniqueConstraint("key", "customer_id"),)

    key: Mapped[str] = mapped_column(String(128))
    customer_id: Mapped[int] = mapped_column(Identity, ForeignKey("customers.id"), index=True)


class Contact(Entity, Record):
    """Somebody at a customer's. ``phone`` is a ``phone_key`` and belongs to one active contact in the whole database.

    ``temperament`` (one of ``customers.words.TEMPERAMENTS``) is for staff only. A further number of the same person
    is a row of its own with the first one in ``main_id``, so that every number is unique in one place.
    """

    __tablename__ = "contacts"
    __table_args__ = (
        Index("uq_contacts_phone", "phone", unique=True, sqlite_where=text("active"), postgresql_where=text("active")),
    )

    customer_id: Mapped[int] = mapped_column(Identity, ForeignKey("customers.id"), index=True)
    name: Mapped[str] = mapped_column(String(64), default="")
    title: Mapped[str] = mapped_column(String(64), default="")
    phone: Mapped[str | None] = mapped_column(String(32), default=None)
    active: Mapped[bool] = mapped_column(default=True)
    temperament: Mapped[str] = mapped_column(String(16), default="")
    main_id: Mapped[int | None] = mapped_column(Identity, default=None, index=True)
