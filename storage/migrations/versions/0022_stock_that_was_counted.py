"""stock that was counted

Revision ID: 0022
Revises: 0021
"""

from __future__ import annotations

from alembic import op


revision = '0022'
down_revision = '0021'
branch_labels = None
depends_on = None

_CONSTRAINT = "ck_stock_moves_movereason"
_REASONS = ("opening", "used", "returned", "issued", "moved", "received", "counted")


def upgrade() -> None:
    """Allow a new reason: its CHECK is written anew. On SQLite the copied table has lost the old one."""
    listed = ", ".join(f"'{reason}'" for reason in _REASONS)
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint(op.f(_CONSTRAINT), "stock_moves", type_="check")
    with op.batch_alter_table("stock_moves", recreate="auto") as batch_op:
        batch_op.create_check_constraint(op.f(_CONSTRAINT), f"reason IN ({listed})")
