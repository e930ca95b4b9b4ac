"""Designs as they are kept: one row per version, never changed, so that a quote can be worked out again at any time."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from domain.actor import Actor
from domain.catalog.design import Design, kept_design
from domain.errors import Invalid
from domain.messages import Command, Event
from domain.record import Entity, Record
from domain.work import Work


class ProductDesign(Entity, Record):
    """One version of a design; ``body`` is its canonical JSON, ``edition`` counts from 1."""

    __tablename__ = "product_designs"
    __table_args__ = (Index("ix_product_designs_name_edition", "name", "edition", unique=True),)

    name: Mapped[str] = mapped_column(String(32))
    edition: Mapped[int] = mapped_column()
    body: Mapped[str] = mapped_column(Text)
    fingerprint: Mapped[str] = mapped_column(String(16))
    since: Mapped[datetime] = mapped_column()

    @property
    def design(self) -> Design:
        """Return what is kept."""
        return kept_design(self.body)


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrolDesign(Command):
    """Bring a design up to date; ``body`` is a ``Design`` as data. New quotes follow it, old ones keep theirs."""

    body: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class DesignEnrolled(Event):
    """A design was added or changed."""

    name: str
    edition: int
    fingerprint: str


def enrol_design(command: EnrolDesign, actor: Actor, work: Work) -> int:
    """Return the id of the version in force; the same design again changes nothing."""
    del actor
    design = Design.model_validate(command.body)
    for _, sentence in design.mistakes():
        raise Invalid(f"产品结构“{design.name}”：{sentence}。")
    body = json.dumps(design.body(), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    fingerprint = hashlib.sha256(body.encode()).hexdigest()[:16]
    known = work.find.catalog.design(design.name)
    if known is not None and known.fingerprint == fingerprint:
        return known.id
    edition = 1 if known is None else known.edition + 1
    kept = work.add(
        ProductDesign(name=design.name, edition=edition, body=body, fingerprint=fingerprint, since=work.now)
    )
    work.flush()
    work.record(DesignEnrolled(subject=kept.subject, name=kept.name, edition=edition, fingerprint=fingerprint))
    return kept.id
