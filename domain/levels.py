"""How much a customer matters (S-041): one scale for records, rules and lists."""

from __future__ import annotations

from domain.condition import Option

LEVELS = (
    Option("战略", synonyms=("战略客户", "大客户", "VIP", "vip", "A类", "A级", "A", "a")),
    Option("重点", synonyms=("重点客户", "B类", "B级", "B", "b")),
    Option("普通", synonyms=("普通客户", "一般客户", "C类", "C级", "C", "c")),
)
"""The most important first, with what people call them: a rule written for A holds for 战略."""
