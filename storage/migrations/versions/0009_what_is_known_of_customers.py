"""what is known of customers: names, codes, levels, tags, temperaments

Revision ID: 0009
Revises: 0008
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

import domain.record

from domain.customers.search import keys_of  # what is derived may be derived by today's rule

revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None

_IDENTITY = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
_JSON = sa.JSON().with_variant(postgresql.JSONB(), 'postgresql')
_LEGAL = ('公司', '厂', '店', '合作社', '事务所', '研究院', '研究所', '医院', '学校', '集团')


def upgrade() -> None:
    # Columns are added one by one, with a default for the rows there are: a rebuilt table would lose nothing, but
    # other tables point to these two, and SQLite would follow their rows.
    op.add_column('customers', sa.Column('legal_name', sa.String(length=128), nullable=False, server_default=''))
    op.add_column('customers', sa.Column('credit_code', sa.String(length=18), nullable=True))
    op.add_column('customers', sa.Column('industry', sa.String(length=32), nullable=False, server_default=''))
    op.add_column('customers', sa.Column('history_summary', sa.Text(), nullable=False, server_default=''))
    op.create_index('uq_customers_credit_code', 'customers', ['credit_code'], unique=True)
    op.add_column('contacts', sa.Column('temperament', sa.String(length=16), nullable=False, server_default=''))
    op.drop_index('uq_contacts_phone', 'contacts')
    op.create_index(
        'uq_contacts_phone',
        'contacts',
        ['phone'],
        unique=True,
        sqlite_where=sa.text('active'),
        postgresql_where=sa.text('active'),
    )
    op.create_table(
        'tags',
        sa.Column('name', sa.String(length=20), nullable=False),
        sa.Column('group', sa.String(length=20), nullable=False),
        sa.Column('id', _IDENTITY, autoincrement=True, nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_tags')),
        sa.UniqueConstraint('name', name=op.f('uq_tags_name')),
    )
    op.add_column('customers', sa.Column('merged_into_id', _IDENTITY, nullable=True))
    op.create_table(
        'customer_merges',
        sa.Column('left_id', _IDENTITY, nullable=False),
        sa.Column('right_id', _IDENTITY, nullable=False),
        sa.Column('proposed_by', _IDENTITY, nullable=False),
        sa.Column('proposed_at', domain.record.UtcDateTime(timezone=True), nullable=False),
        sa.Column(
            'state',
            sa.Enum(
                'proposed',
                'merged',
                'undone',
                'dropped',
                name='mergestate',
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column('merged_at', domain.record.UtcDateTime(timezone=True), nullable=True),
        sa.Column('before', _JSON, nullable=False),
        sa.Column('taken', _JSON, nullable=False),
        sa.Column('moved', _JSON, nullable=False),
        sa.Column('names', _JSON, nullable=False),
        sa.Column('id', _IDENTITY, autoincrement=True, nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(['left_id'], ['customers.id'], name=op.f('fk_customer_merges_left_id')),
        sa.ForeignKeyConstraint(['right_id'], ['customers.id'], name=op.f('fk_customer_merges_right_id')),
        sa.ForeignKeyConstraint(['proposed_by'], ['people.id'], name=op.f('fk_customer_merges_proposed_by')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_customer_merges')),
    )
    op.create_index('ix_customer_merges_left_id', 'customer_merges', ['left_id'])
    op.create_index('ix_customer_merges_right_id', 'customer_merges', ['right_id'])
    op.create_table(
        'registrations',
        sa.Column('customer_id', _IDENTITY, nullable=False),
        sa.Column('owner_id', _IDENTITY, nullable=False),
        sa.Column('registered_at', domain.record.UtcDateTime(timezone=True), nullable=False),
        sa.Column('until', domain.record.UtcDateTime(timezone=True), nullable=False),
        sa.Column('project', sa.String(length=128), nullable=False),
        sa.Column('id', _IDENTITY, autoincrement=True, nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(['customer_id'], ['customers.id'], name=op.f('fk_registrations_customer_id')),
        sa.ForeignKeyConstraint(['owner_id'], ['people.id'], name=op.f('fk_registrations_owner_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_registrations')),
        sa.UniqueConstraint('customer_id', name=op.f('uq_registrations_customer_id')),
    )
    op.create_index('ix_registrations_owner_id', 'registrations', ['owner_id'])
    op.create_table(
        'handovers',
        sa.Column('from_id', _IDENTITY, nullable=False),
        sa.Column('to_id', _IDENTITY, nullable=False),
        sa.Column('proposed_by', _IDENTITY, nullable=False),
        sa.Column('proposed_at', domain.record.UtcDateTime(timezone=True), nullable=False),
        sa.Column(
            'state',
            sa.Enum(
                'proposed', 'done', 'dropped', name='handoverstate', native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column('done_at', domain.record.UtcDateTime(timezone=True), nullable=True),
        sa.Column('moved', _JSON, nullable=False),
        sa.Column('id', _IDENTITY, autoincrement=True, nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(['from_id'], ['people.id'], name=op.f('fk_handovers_from_id')),
        sa.ForeignKeyConstraint(['to_id'], ['people.id'], name=op.f('fk_handovers_to_id')),
        sa.ForeignKeyConstraint(['proposed_by'], ['people.id'], name=op.f('fk_handovers_proposed_by')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_handovers')),
    )
    op.create_index('ix_handovers_from_id', 'handovers', ['from_id'])
    op.create_table(
        'search_keys',
        sa.Column(
            'key',
            sa.String(length=32).with_variant(sa.String(length=32, collation='C'), 'postgresql'),
            nullable=False,
        ),
        sa.Column('kind', sa.String(length=1), nullable=False),
        sa.Column('customer_id', _IDENTITY, nullable=False),
        sa.ForeignKeyConstraint(
            ['customer_id'], ['customers.id'], name=op.f('fk_search_keys_customer_id'), ondelete='CASCADE'
        ),
        sa.PrimaryKeyConstraint('key', 'kind', 'customer_id', name='pk_search_keys'),
    )
    op.create_index('ix_search_keys_customer_id', 'search_keys', ['customer_id'])
    _fill()
    _index()


def _fill() -> None:
    """Names that look registered are; levels were letters until now."""
    for ending in _LEGAL:
        op.execute(f"UPDATE customers SET legal_name = name WHERE legal_name = '' AND name LIKE '%{ending}'")
    for letter, level in (('A', '战略'), ('B', '重点'), ('C', '普通')):
        op.execute(f"UPDATE customers SET level = '{level}' WHERE level IN ('{letter}', '{letter}类', '{letter}级')")


def _index() -> None:
    """Customers there are already can be found from the first moment."""
    connection = op.get_bind()
    aliases: dict[int, list[str]] = {}
    phones: dict[int, list[str]] = {}
    serials: dict[int, list[str]] = {}
    for into, query in (
        (aliases, 'SELECT customer_id, key FROM customer_aliases'),
        (phones, 'SELECT customer_id, phone FROM contacts WHERE active AND phone IS NOT NULL'),
        (serials, 'SELECT customer_id, serial FROM equipment WHERE NOT retired'),
    ):
        for customer_id, word in connection.execute(sa.text(query)):
            into.setdefault(customer_id, []).append(word)
    into_keys = sa.text('INSERT INTO search_keys (key, kind, customer_id) VALUES (:key, :kind, :customer_id)')
    for id_, name in connection.execute(sa.text('SELECT id, name FROM customers WHERE active')).all():
        keys = keys_of([name, *aliases.get(id_, ())], phones=phones.get(id_, ()), serials=serials.get(id_, ()))
        rows = [{'key': key, 'kind': kind.value, 'customer_id': id_} for kind, key in keys]
        if rows:
            connection.execute(into_keys, rows)
