"""The base of all records: typed declarative dataclasses with columns and verbs, no session.

Reading a relationship outside a unit of work raises, so nothing loads behind one's back. The
version column makes every change a conditional update: a row that moved meanwhile is a Conflict,
never a silent overwrite.
"""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, BigInteger, DateTime, Dialect, Enum, Integer, MetaData, String, TypeDecorator
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, MappedAsDataclass, declared_attr, mapped_column

Identity = BigInteger().with_variant(Integer, "sqlite")
"""Integer keys: 64 bits on both databases (SQLite's INTEGER PRIMARY KEY is its row id)."""

Json = JSON().with_variant(JSONB(), "postgresql")


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment: timestamptz on PostgreSQL, sortable UTC text on SQLite. Refuses naive values (R-116)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Write UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Read aware UTC."""
        del dialect
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def choice(kind: type[StrEnum]) -> Enum:
    """Return a column type for ``kind``: stored by value, VARCHAR with a CHECK on both databases."""
    return Enum(
        kind,
        native_enum=False,
        create_constraint=True,
        length=32,
        values_callable=lambda members: [member.value for member in members],
    )


class Record(MappedAsDataclass, DeclarativeBase, kw_only=True):
    """Base of everything kept."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_N_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy's own protocol
        datetime: UtcDateTime(),
        dict[str, Any]: Json,
        list[str]: Json,
        list[int]: Json,
        list[Any]: Json,
        str: String(),
    }


class Entity(MappedAsDataclass, kw_only=True):
    """A numbered, versioned record. ``version`` grows by one with each change and travels in buttons."""

    id: Mapped[int] = mapped_column(Identity, primary_key=True, autoincrement=True, init=False)
    version: Mapped[int] = mapped_column(Integer, init=False, default=1)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:  # noqa: N805 - a class-level hook of SQLAlchemy
        return {"version_id_col": cls.version}

    @property
    def subject(self) -> str:
        """Return how buttons, timers and the timeline name this record: ``quote:12``."""
        return f"{type(self).__name__.lower()}:{self.id}"
