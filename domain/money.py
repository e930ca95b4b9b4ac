"""Money is integer fen with one rounding function; rates are parts per million (R-113, R-114)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

PPM = 1_000_000
"""A rate of 1 (100 %)."""


def round_fen(amount: Decimal) -> int:
    """Return ``amount`` (in fen) rounded half up, away from zero: the only place money is rounded."""
    return int(amount.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def times(fen: int, factor: Decimal | int) -> int:
    """Return ``fen`` × ``factor``, rounded."""
    return round_fen(Decimal(fen) * factor)


def at_rate(fen: int, ppm: int) -> int:
    """Return the part of ``fen`` that ``ppm`` parts per million make (a tax, a discounted price)."""
    return round_fen(Decimal(fen) * ppm / PPM)


def ratio_ppm(part: int, whole: int) -> int:
    """Return ``part`` / ``whole`` in ppm, rounded half up; 0 when there is no whole."""
    if whole == 0:
        return 0
    return round_fen(Decimal(part) * PPM / whole)


def tax_inside(gross_fen: int, ppm: int) -> int:
    """Return the tax contained in a gross amount at ``ppm``."""
    return gross_fen - round_fen(Decimal(gross_fen) * PPM / (PPM + ppm))


def allocate(whole: int, shares: Sequence[Decimal | int]) -> list[int]:
    """Split ``whole`` fen in proportion to ``shares``, by largest remainder: the parts sum to the whole (R-115).

    Without any share but zeros the first takes all of it.
    """
    total = sum(shares, Decimal(0))
    if not total:
        return [whole if index == 0 else 0 for index in range(len(shares))]
    parts, remainders = [], []
    for share in shares:
        part, remainder = divmod(whole * Decimal(share), total)
        if remainder and (remainder < 0) is not (total < 0):
            part, remainder = part - 1, remainder + total  # divmod of decimals goes towards zero
        parts.append(int(part))
        remainders.append(abs(remainder))
    left = whole - sum(parts)
    if left:
        for index in sorted(range(len(parts)), key=lambda index: (-remainders[index], index))[:left]:
            parts[index] += 1
    return parts


def said_money(fen: int) -> str:
    """Return ``¥120,000.00`` for people."""
    sign = "-" if fen < 0 else ""
    yuan, rest = divmod(abs(fen), 100)
    return f"{sign}¥{yuan:,}.{rest:02d}"


def said_roughly(fen: int, *, approximate: bool = False) -> str:
    """Return ``30万元左右``, ``1.25万元``, ``800元``: the way a budget is said."""
    yuan = Decimal(fen) / 100
    number, unit = (yuan / 10_000, "万元") if yuan >= 10_000 else (yuan, "元")
    text = f"{number:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return f"{text}{unit}{'左右' if approximate else ''}"


def said_percent(ppm: int) -> str:
    """Return ``12.5%``."""
    text = f"{Decimal(ppm) * 100 / PPM:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return f"{text}%"


def said_discount(ppm: int) -> str:
    """Return it as people say it, in tenths: 950,000 → ``9.5折``, 947,368 → ``约9.47折``, 1,000,000 → ``不打折``."""
    if ppm == PPM:
        return "不打折"
    exact = Decimal(ppm) * 10 / PPM
    short = exact.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
    about = short != exact and 0 < short < 10
    text = f"{short if about else exact:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return f"{'约' if about else ''}{text}折"
