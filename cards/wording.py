"""Wording lives in ``templates/<noun>/<card>.j2``, one file per card, each phrase a macro.

    {% macro title(view) %}报价单 {{ view.no }} 等您审批{% endmacro %}

Only our own files are ever templates; user text is a value and comes out as it went in (R-80).
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from domain.money import said_discount, said_money, said_percent, said_roughly


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=False,  # noqa: S701 - plain text; each renderer escapes for its own platform
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(money=said_money, roughly=said_roughly, percent=said_percent, discount=said_discount)
    return environment


@cache
def _template(name: str) -> Template:
    return _environment().get_template(f"{name}.j2")


def phrase(name: str, macro: str, *values: Any) -> str:
    """Return the phrase ``macro`` of ``templates/<name>.j2`` filled with ``values``, without blank edges."""
    return str(getattr(_template(name).module, macro)(*values)).strip()
