"""Playbooks as configured: what is done at each stage, by whom, and what ticks it off by itself (S-067, S-068)."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from domain.actor import Role
from domain.pipelines import SIGNALS


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def _holder(by: str) -> str:
    kind, _, name = by.partition(":")
    if by in ("owner", "leader") or (kind == "person" and name):
        return by
    if kind == "role" and name in {role.value for role in Role if role is not Role.CUSTOMER}:
        return by
    raise ValueError(f"负责人“{by}”写法不对：owner（商机负责人）、leader（他的上级）、role:角色 或 person:姓名")


class PlaybookStep(_Model):
    """One thing to do; ``ticks_on`` are the events that do it by themselves."""

    step: str = Field(min_length=2, max_length=40)
    by: Annotated[str, AfterValidator(_holder)] = "owner"
    ticks_on: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _known(self) -> Self:
        unknown = [name for name in self.ticks_on if name not in SIGNALS]
        if unknown:
            raise ValueError(f"没有“{unknown[0]}”这个事件，可用的有：{'、'.join(SIGNALS)}")
        return self


class Playbook(_Model):
    """A version of a pipeline's checklists, in force from ``effective`` on; ``owner`` keeps it."""

    pipeline: str
    version: int = Field(ge=1)
    effective: date
    owner: str
    stages: dict[str, tuple[PlaybookStep, ...]]

    @property
    def said(self) -> str:
        """How steps name where they come from."""
        return f"{self.pipeline} 第{self.version}版"


class PlaybookPolicy(_Model):
    """All versions; a deal follows the one that was in force on the day it began."""

    playbooks: tuple[Playbook, ...] = ()

    @model_validator(mode="after")
    def _unique(self) -> Self:
        for key in ("version", "effective"):
            seen = [(each.pipeline, getattr(each, key)) for each in self.playbooks]
            if len(set(seen)) != len(seen):
                raise ValueError(f"同一流程的两版打法不能有相同的 {key}")
        return self

    def in_force(self, pipeline: str, day: date) -> Playbook | None:
        """Return the newest version of a pipeline's playbook that is in force on ``day``."""
        known = [each for each in self.playbooks if each.pipeline == pipeline and each.effective <= day]
        return max(known, key=lambda each: each.effective, default=None)
