"""A member of staff, reachable on one platform or both."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from domain.actor import Actor, Role
from domain.record import Entity, Identity, Record


class Person(Entity, Record):
    """``wecom`` and ``dingtalk`` are the platforms' user ids; names are never keys.

    ``regions`` and ``skills`` are what this person serves; the highest ``seniority`` is asked first where a rule
    wants the most senior. ``latitude`` and ``longitude`` are where somebody sets out from in the morning.
    ``preferred`` is the platform to be told on when both are known: the one last written from. ``quiet`` are his own
    quiet hours (``20:00/08:00``), empty for the company's.
    """

    __tablename__ = "people"
    __table_args__ = (
        Index("uq_people_wecom", "wecom", unique=True),
        Index("uq_people_dingtalk", "dingtalk", unique=True),
    )

    name: Mapped[str] = mapped_column(String(64))
    roles: Mapped[list[str]] = mapped_column(default_factory=list)
    team: Mapped[str] = mapped_column(String(64), default="")
    regions: Mapped[list[str]] = mapped_column(default_factory=list)
    skills: Mapped[list[str]] = mapped_column(default_factory=list)
    nicknames: Mapped[list[str]] = mapped_column(default_factory=list)
    phone: Mapped[str] = mapped_column(String(32), default="")
    wecom: Mapped[str | None] = mapped_column(String(128), default=None)
    dingtalk: Mapped[str | None] = mapped_column(String(128), default=None)
    preferred: Mapped[str] = mapped_column(String(16), default="")
    quiet: Mapped[str] = mapped_column(String(11), default="", server_default="")
    latitude: Mapped[float | None] = mapped_column(default=None)
    longitude: Mapped[float | None] = mapped_column(default=None)
    seniority: Mapped[int] = mapped_column(default=0, server_default="0")
    leader_id: Mapped[int | None] = mapped_column(Identity, ForeignKey("people.id"), default=None)
    active: Mapped[bool] = mapped_column(default=True)

    def account(self, platform: str) -> str | None:
        """Return this person's user id on ``platform``."""
        return {"wecom": self.wecom, "dingtalk": self.dingtalk}.get(platform)

    def door(self) -> tuple[str, str] | None:
        """Return (platform, account) to tell this person on, None when nowhere."""
        for platform in (self.preferred, "wecom", "dingtalk"):
            account = self.account(platform)
            if account:
                return platform, account
        return None

    def actor(self, platform: str) -> Actor:
        """Return this person as the one who acts."""
        return Actor(
            name=self.name,
            roles=frozenset(Role(role) for role in self.roles),
            person_id=self.id,
            platform=platform,
            account=self.account(platform) or "",
            regions=frozenset(self.regions),
        )

    def has(self, *roles: Role) -> bool:
        """Return whether this person holds one of the roles."""
        return any(role in self.roles for role in roles)
