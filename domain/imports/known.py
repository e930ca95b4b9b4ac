"""What must be known of what is there already: asked once for some hundred rows, kept up to date as they go."""

from __future__ import annotations

from dataclasses import dataclass, field

from domain.catalog.product import code_key


@dataclass(slots=True, kw_only=True)
class KnownCustomer:
    """As much of a customer as decides about a row; ``active`` is False for one that was taken back."""

    id: int
    name: str
    owner_id: int | None = None
    region: str = ""
    credit_code: str | None = None
    active: bool = True


@dataclass(slots=True, kw_only=True)
class Known:
    """What is known of the rows at hand; whoever brings records in adds them here."""

    rows: set[str] = field(default_factory=set)
    """Keys of rows that were brought in before."""
    customers: dict[str, KnownCustomer] = field(default_factory=dict)
    """By key of the name or alias, also those no longer active."""
    codes: dict[str, int] = field(default_factory=dict)
    """Credit code → customer."""
    phones: dict[str, int] = field(default_factory=dict)
    """Number of somebody we know → customer."""
    names: set[tuple[int, str]] = field(default_factory=set)
    """Customer and name of contacts there."""
    machines: dict[str, int] = field(default_factory=dict)
    """Serial → customer."""
    products: set[str] = field(default_factory=set)
    staff: frozenset[int] = frozenset()
    """Who works here."""

    def works_here(self, person_id: int) -> bool:
        """Return whether the person is one of the active staff."""
        return person_id in self.staff

    def knows_product(self, code: str) -> bool:
        """Return whether the price list has the product; one asked for counts as known from then on."""
        key = code_key(code)
        known = key in self.products
        self.products.add(key)
        return known
