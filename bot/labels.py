"""Sheets of labels for machines: the code that leads to the report page, the model and the serial beside it."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import segno

if TYPE_CHECKING:
    from bot.typesetting import Typesetter
    from domain.equipment.views import MachineCode

LABELS_MAX = 2400
"""A hundred sheets at once."""


async def label_sheets(papers: Typesetter, machines: Sequence[MachineCode], *, base: str, at: datetime) -> bytes:
    """Return A4 sheets of 24 labels as a PDF; ``base`` is the public address. Raise TypesettingError."""
    codes = {f"code{index}.svg": _code(f"{base}/r/{machine.slug}") for index, machine in enumerate(machines)}
    labels = [
        {"code": code, "model": machine.model, "serial": machine.serial, "customer": machine.customer}
        for code, machine in zip(codes, machines, strict=True)
    ]
    return await papers.pdf("labels", {"labels": labels}, pictures=codes, at=at)


def _code(address: str) -> bytes:
    """Return the QR code as SVG; with a quarter of it scratched off it can still be read."""
    out = io.BytesIO()
    segno.make_qr(address, error="q").save(out, kind="svg", border=2)
    return out.getvalue()
