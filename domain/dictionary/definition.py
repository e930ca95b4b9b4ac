"""A field that an administrator added while the program ran, and the values it has on records.

Values lie in one typed table and not in a JSON column: text and 64-bit integers are indexed alike on both
databases without a change of the schema for each new field (docs/decisions/0007-field-values.md).
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from domain.condition import Option
from domain.errors import Stale
from domain.fields import DECIMALS, Field, FieldClass, FieldType, Required
from domain.record import Entity, Identity, Record, choice

TEXT_MAX = 400
"""Characters of a text that is kept as a value: what an index of both databases takes."""


class FieldState(StrEnum):
    """``proposed → live → retired``; ``proposed → retired`` when it was not wanted."""

    PROPOSED = "proposed"
    LIVE = "live"
    RETIRED = "retired"


class FieldDefinition(Entity, Record):
    """See ``domain.fields.Field`` for each column. ``options`` are ``{"name": …, "synonyms": […]}``.

    A retired field keeps its values; taken up again under its name, they are there.
    """

    __tablename__ = "field_definitions"
    __table_args__ = (UniqueConstraint("record", "name"),)

    record: Mapped[str] = mapped_column(String(32))
    name: Mapped[str] = mapped_column(String(32))
    label: Mapped[str] = mapped_column(String(32))
    type: Mapped[FieldType] = mapped_column(choice(FieldType))
    proposed_at: Mapped[datetime] = mapped_column()
    proposed_by: Mapped[int | None] = mapped_column(Identity, ForeignKey("people.id"), default=None)
    synonyms: Mapped[list[str]] = mapped_column(default_factory=list)
    options: Mapped[list[Any]] = mapped_column(default_factory=list)
    unit: Mapped[str] = mapped_column(String(16), default="")
    required: Mapped[Required] = mapped_column(choice(Required), default=Required.NO)
    shown_when: Mapped[dict[str, Any]] = mapped_column(default_factory=dict)
    audience: Mapped[FieldClass] = mapped_column(choice(FieldClass), default=FieldClass.PUBLIC)
    question: Mapped[str] = mapped_column(String(64), default="")
    pattern: Mapped[str] = mapped_column(String(200), default="")
    least: Mapped[int | None] = mapped_column(BigInteger, default=None)
    most: Mapped[int | None] = mapped_column(BigInteger, default=None)
    longest: Mapped[int] = mapped_column(default=200)
    check: Mapped[str] = mapped_column("check_name", String(32), default="")
    refers_to: Mapped[str] = mapped_column(String(32), default="")
    state: Mapped[FieldState] = mapped_column(choice(FieldState), default=FieldState.PROPOSED)

    @property
    def field(self) -> Field:
        """The definition as the registry knows it."""
        return Field(
            name=self.name,
            label=self.label,
            type=self.type,
            synonyms=tuple(self.synonyms),
            options=tuple(Option(each["name"], tuple(each.get("synonyms", ()))) for each in self.options),
            unit=self.unit,
            decimals=DECIMALS if self.type is FieldType.NUMBER else 0,
            required=self.required,
            shown_when=self.shown_when or None,
            audience=self.audience,
            question=self.question,
            pattern=self.pattern,
            least=self.least,
            most=self.most,
            longest=self.longest,
            check=self.check,
            refers_to=self.refers_to,
            custom=True,
        )

    def check_version(self, version: int) -> None:
        """Raise Stale when the card shows an earlier state; 0 stands for what was typed without a card."""
        if version not in (0, self.version):
            raise Stale(f"字段“{self.label}”刚刚改过，请看最新的卡片再操作。", subject=self.subject)

    def go_live(self) -> None:
        """Put it to use."""
        if self.state is FieldState.RETIRED:
            raise Stale(f"字段“{self.label}”已停用，需要时请重新发一次。", subject=self.subject)
        self.state = FieldState.LIVE

    def retire(self) -> None:
        """Take it out of use; what was filled in stays."""
        if self.state is FieldState.RETIRED:
            raise Stale(f"字段“{self.label}”已经停用了。", subject=self.subject)
        self.state = FieldState.RETIRED


class FieldValue(Entity, Record):
    """One value of one record's field; several rows when the field has several.

    ``text`` holds words, ``number`` whatever has an order (fen, ppm, scaled numbers, days since year one,
    microseconds since 1970, yes/no, or a record's id beside its name). Neither: it was left empty on purpose.
    """

    __tablename__ = "field_values"
    __table_args__ = (
        Index("ix_field_values_record_id", "record", "record_id"),
        Index("ix_field_values_text", "record", "field", "text", "record_id"),
        Index("ix_field_values_number", "record", "field", "number", "record_id"),
    )

    record: Mapped[str] = mapped_column(String(32))
    record_id: Mapped[int] = mapped_column(Identity)
    field: Mapped[str] = mapped_column(String(32))
    position: Mapped[int] = mapped_column(default=0)
    text: Mapped[str | None] = mapped_column(String(TEXT_MAX), default=None)
    number: Mapped[int | None] = mapped_column(BigInteger, default=None)
