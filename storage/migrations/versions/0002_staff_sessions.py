"""Sessions of the staff pages, and logins that were used up."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from domain.record import Identity, UtcDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "sessions",
        sa.Column("token", sa.String(64), nullable=False, comment="SHA-256 of the cookie"),
        sa.Column("person_id", Identity, nullable=False),
        sa.Column("platform", sa.String(16), nullable=False),
        sa.Column("account", sa.String(128), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("seen_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_sessions")),
        comment="Who is logged in to the staff pages; ended by deleting the row",
    )
    op.create_table(
        "spent_logins",
        sa.Column("state", sa.String(64), nullable=False, comment="SHA-256 of the state a platform sent back"),
        sa.Column("spent_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("state", name=op.f("pk_spent_logins")),
        comment="Logins that came back once already: a state works a single time",
    )


def downgrade() -> None:
    """Go back."""
    op.drop_table("spent_logins")
    op.drop_table("sessions")
