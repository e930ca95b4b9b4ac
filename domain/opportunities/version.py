"""A pipeline as it was when deals began in it: a running deal keeps its stages and conditions."""

from __future__ import annotations

from typing import Any

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from domain.pipelines import Pipeline
from domain.record import Entity, Record


class PipelineVersion(Entity, Record):
    """``fingerprint`` names the content, ``body`` is it."""

    __tablename__ = "pipeline_versions"

    name: Mapped[str] = mapped_column(String(32))
    fingerprint: Mapped[str] = mapped_column(String(8), unique=True)
    body: Mapped[dict[str, Any]] = mapped_column()

    @property
    def pipeline(self) -> Pipeline:
        """The stages as they were."""
        return Pipeline.model_validate(self.body)
