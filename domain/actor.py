"""Who acts, with which roles, from which account."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """The roles of the contract, and ``customer`` for people outside the company."""

    SALES = "sales"
    MANAGER = "manager"
    ENGINEER = "engineer"
    DISPATCHER = "dispatcher"
    SERVICE = "service"
    FINANCE = "finance"
    TECHNICAL = "technical"
    PRODUCTION = "production"
    WAREHOUSE = "warehouse"
    MANAGEMENT = "management"
    ADMIN = "admin"
    CUSTOMER = "customer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """``person_id`` is None for the system and for customers without a login.

    ``platform`` and ``account`` say where the wish came from (``wecom``, ``dingtalk``, ``web``, ``system``).
    """

    name: str
    roles: frozenset[Role] = frozenset()
    person_id: int | None = None
    platform: str = ""
    account: str = ""
    regions: frozenset[str] = frozenset()

    def has(self, *roles: Role) -> bool:
        """Return whether the actor holds one of the roles; the system holds them all."""
        return self is SYSTEM or not self.roles.isdisjoint(roles)

    @property
    def is_system(self) -> bool:
        """Whether no person but the system itself acts."""
        return self is SYSTEM


SYSTEM = Actor(name="系统", platform="system")
"""Acts for timers and rules."""


def visitor(*, account: str = "", name: str = "客户") -> Actor:
    """Return the actor behind a public page: somebody outside, known by nothing but a link."""
    return Actor(name=name, roles=frozenset({Role.CUSTOMER}), platform="web", account=account)
