"""A product of the price list."""

from __future__ import annotations

import unicodedata
from typing import Any

from sqlalchemy import BigInteger, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from domain.record import Entity, Record

STANDARD_TAX_PPM = 130_000
"""13 % value-added tax on machinery."""


def code_key(code: str) -> str:
    """Return a model code as it is compared: ``RB-12``, ``rb 12`` and ``ＲＢ12`` are one."""
    plain = unicodedata.normalize("NFKC", code).casefold()
    return "".join(sign for sign in plain if sign.isalnum())


class Product(Entity, Record):
    """``price_fen`` and ``cost_fen`` both include the tax, so a margin compares like with like.

    ``key`` is the code's ``code_key``; ``aliases`` are other names people use for it.
    """

    __tablename__ = "products"

    code: Mapped[str] = mapped_column(String(64))
    key: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(128))
    price_fen: Mapped[int] = mapped_column(BigInteger)
    cost_fen: Mapped[int] = mapped_column(BigInteger)
    category: Mapped[str] = mapped_column(String(64), default="")
    unit: Mapped[str] = mapped_column(String(16), default="台")
    tax_ppm: Mapped[int] = mapped_column(Integer, default=STANDARD_TAX_PPM)
    aliases: Mapped[list[str]] = mapped_column(default_factory=list)
    active: Mapped[bool] = mapped_column(default=True)
    design: Mapped[str] = mapped_column(String(32), default="", server_default="")
    """The name of the design it is configured and priced by; empty: it has one price."""
    values: Mapped[dict[str, Any]] = mapped_column(default_factory=dict, server_default="{}")
    """Its own values of the design, as decimal text."""
    accessories: Mapped[list[str]] = mapped_column(default_factory=list, server_default="[]")
    """Codes of products it cannot do without."""

    @property
    def is_priced(self) -> bool:
        """Whether it can be quoted at all."""
        return bool(self.design) or self.price_fen > 0
