"""What a customer owes beyond its day, from where a company keeps it: a field of money of its own (S-093).

There is no ledger in the house. A company that wants rules and approvers to see it adds the customer field 逾期应收 and
fills it by hand or by table; until then nothing is known, and no rule about it holds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.fields import Field, FieldType, RecordType
from domain.policy_approvals import QUOTE_FACTS

if TYPE_CHECKING:
    from domain.work import Work

RECORD = "customer"
_CALLED = frozenset({QUOTE_FACTS["overdue"].label, *QUOTE_FACTS["overdue"].synonyms})


def overdue_field(kind: RecordType) -> Field | None:
    """Return the field of money that a company calls so, None when it keeps none."""
    money = (field for field in kind.fields if field.type is FieldType.MONEY)
    return next((field for field in money if _CALLED & {field.label, *field.synonyms}), None)


def overdue_fen(customer_id: int | None, work: Work) -> int | None:
    """Return what he owes beyond its day in fen, None when that is not known."""
    kind = work.find.fields.record(RECORD)
    field = overdue_field(kind)
    if customer_id is None or field is None:
        return None
    kept = work.find.fields.facts_kept(kind, customer_id).get(field.name)
    return kept if isinstance(kept, int) else None
