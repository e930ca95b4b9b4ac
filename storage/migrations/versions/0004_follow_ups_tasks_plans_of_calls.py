"""follow-ups, tasks, plans of calls

Revision ID: 0004
Revises: 0003
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql

import domain.record

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('call_plans',
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('created_at', domain.record.UtcDateTime(timezone=True), nullable=False),
    sa.Column('days', sa.Integer(), nullable=False),
    sa.Column('per_day', sa.Integer(), nullable=False),
    sa.Column('calls', sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql'), nullable=False),
    sa.Column('state', sa.Enum('seen', 'done', 'undone', name='planstate', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_call_plans_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_call_plans'))
    )
    with op.batch_alter_table('call_plans', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_call_plans_person_id'), ['person_id'], unique=False)

    op.create_table('day_lists',
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('listed', sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql'), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_day_lists_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_day_lists')),
    sa.UniqueConstraint('person_id', 'day', name=op.f('uq_day_lists_person_id_day'))
    )
    op.create_table('activities',
    sa.Column('author_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.Enum('call', 'visit', 'chat', 'exchange', 'demo', 'quote', 'bid', 'other', name='activitykind', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('outcome', sa.Enum('reached', 'missed', 'noted', name='outcome', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('at', domain.record.UtcDateTime(timezone=True), nullable=False),
    sa.Column('created_at', domain.record.UtcDateTime(timezone=True), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('at_whole_day', sa.Boolean(), nullable=False),
    sa.Column('customer_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('inquiry_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('company', sa.String(length=128), nullable=False),
    sa.Column('contact', sa.String(length=64), nullable=False),
    sa.Column('people', sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql'), nullable=False),
    sa.Column('place', sa.String(length=64), nullable=False),
    sa.Column('next_step', sa.String(length=200), nullable=False),
    sa.Column('next_at', domain.record.UtcDateTime(timezone=True), nullable=True),
    sa.Column('next_whole_day', sa.Boolean(), nullable=False),
    sa.Column('deposit_fen', sa.BigInteger(), nullable=True),
    sa.Column('bid_result', sa.Enum('open', 'won', 'lost', name='bidresult', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('told', sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), 'postgresql'), nullable=False),
    sa.Column('made_customer', sa.Boolean(), nullable=False),
    sa.Column('undone', sa.Boolean(), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['author_id'], ['people.id'], name=op.f('fk_activities_author_id')),
    sa.ForeignKeyConstraint(['customer_id'], ['customers.id'], name=op.f('fk_activities_customer_id')),
    sa.ForeignKeyConstraint(['inquiry_id'], ['inquiries.id'], name=op.f('fk_activities_inquiry_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_activities'))
    )
    with op.batch_alter_table('activities', schema=None) as batch_op:
        batch_op.create_index('ix_activities_author_id_at', ['author_id', 'at'], unique=False)
        batch_op.create_index('ix_activities_customer_id_at', ['customer_id', 'at'], unique=False)
        batch_op.create_index(batch_op.f('ix_activities_inquiry_id'), ['inquiry_id'], unique=False)

    with op.batch_alter_table('customers', schema=None) as batch_op:
        batch_op.add_column(sa.Column('last_contact_at', domain.record.UtcDateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('last_contact_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True))
        batch_op.create_index('ix_customers_owner_id_last_contact_at', ['owner_id', 'last_contact_at'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_customers_last_contact_by'), 'people', ['last_contact_by'], ['id'])

    with op.batch_alter_table('inquiries', schema=None) as batch_op:
        batch_op.add_column(sa.Column('contacted_at', domain.record.UtcDateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('last_contact_at', domain.record.UtcDateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('at_risk', sa.Boolean(), nullable=False, server_default=sa.false()))

    with op.batch_alter_table('tasks', schema=None) as batch_op:
        batch_op.add_column(sa.Column('customer_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True))
        batch_op.add_column(sa.Column('due_whole_day', sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column('window', sa.String(length=11), nullable=False, server_default=""))
        batch_op.add_column(sa.Column('first_due', domain.record.UtcDateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('repeat', sa.String(length=16), nullable=False, server_default=""))
        batch_op.add_column(sa.Column('kind', sa.Enum('quote', 'first_contact', 'contact', 'bid', 'other', name='taskkind', native_enum=False, create_constraint=True, length=32), nullable=False, server_default="quote"))
        batch_op.add_column(sa.Column('source', sa.Enum('promise', 'rule', 'stage', 'manual', name='tasksource', native_enum=False, create_constraint=True, length=32), nullable=False, server_default="stage"))
        batch_op.add_column(sa.Column('why', sa.String(length=200), nullable=False, server_default=""))
        batch_op.add_column(sa.Column('origin', sa.String(length=80), nullable=False, server_default=""))
        batch_op.add_column(sa.Column('closed_by', sa.String(length=80), nullable=False, server_default=""))
        batch_op.add_column(sa.Column('kept_at', domain.record.UtcDateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('reminded', sa.String(length=64), nullable=False, server_default=""))
        batch_op.create_index(batch_op.f('ix_tasks_closed_by'), ['closed_by'], unique=False)
        batch_op.create_index(batch_op.f('ix_tasks_customer_id'), ['customer_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_tasks_origin'), ['origin'], unique=False)
        batch_op.create_index('ix_tasks_owner_id_state_due', ['owner_id', 'state', 'due'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_tasks_customer_id'), 'customers', ['customer_id'], ['id'])
        batch_op.drop_column('card')

    for statement in _FROM_WHAT_IS_KNOWN:
        op.execute(statement)


_FROM_WHAT_IS_KNOWN = (
    "UPDATE inquiries SET last_contact_at = created_at",
    "UPDATE customers SET last_contact_at = (SELECT max(inquiries.created_at) FROM inquiries"
    " WHERE inquiries.customer_id = customers.id AND inquiries.state <> 'undone')",
    "UPDATE customers SET last_contact_by = owner_id WHERE last_contact_at IS NOT NULL",
    "UPDATE tasks SET first_due = due, kept_at = CASE WHEN state = 'done' THEN due END,"
    " source = CASE WHEN due IS NULL THEN 'stage' ELSE 'promise' END,"
    " customer_id = (SELECT inquiries.customer_id FROM inquiries"
    " WHERE 'inquiry:' || inquiries.id = tasks.about)",
)
"""Every task so far is the promise to quote for an inquiry; nobody wrote contacts down, but inquiries are some."""
