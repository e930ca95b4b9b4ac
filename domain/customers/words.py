"""What people call a customer's level, and how somebody there takes things."""

from __future__ import annotations

from domain.condition import Option
from domain.errors import Invalid
from domain.levels import LEVELS

TEMPERAMENTS = (
    Option("严谨型", synonyms=("严谨", "谨慎", "较真", "挑剔")),
    Option("急躁型", synonyms=("急躁", "急性子", "性子急", "脾气急", "脾气大")),
    Option("爽快型", synonyms=("爽快", "直爽", "干脆")),
    Option("随和型", synonyms=("随和", "温和", "脾气好")),
    Option("慢热型", synonyms=("慢热", "慢性子", "磨叽")),
    Option("强势型", synonyms=("强势", "固执")),
    Option("精明型", synonyms=("精明", "会砍价")),
)
"""S-043: printed for staff before they call or visit, never for the customer."""


def level_of(said: str) -> str:
    """Return the level that ``said`` names; Invalid lists those there are."""
    return _option(LEVELS, "级别", said)


def temperament_of(said: str) -> str:
    """Return the temperament that ``said`` names; Invalid lists those there are."""
    return _option(TEMPERAMENTS, "性格", said)


def _option(options: tuple[Option, ...], label: str, said: str) -> str:
    for option in options:
        if said in (option.name, *option.synonyms):
            return option.name
    raise Invalid(f"{label}里没有“{said[:20]}”，可以选：{'、'.join(each.name for each in options)}。")
