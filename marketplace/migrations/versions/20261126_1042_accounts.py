"""Accounts with their roles, sign-ins, tokens and links; mail that waits to be sent; who made a record.

The table of accounts had no rows before: nothing could be signed in to.
"""

import sqlalchemy as sa
from alembic import op

revision = 'f0c3b5a35894'
down_revision = '3b1f6a0c92de'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('mail',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('recipient', sa.String(length=254), nullable=False),
    sa.Column('language', sa.String(length=8), nullable=False),
    sa.Column('kind', sa.String(length=30), nullable=False),
    sa.Column('values', sa.JSON(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('failed_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('(due_at IS NULL) = (sent_at IS NOT NULL OR failed_at IS NOT NULL)', name=op.f('ck_mail_due')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mail'))
    )
    with op.batch_alter_table('mail', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_mail_due_at'), ['due_at'], unique=False)

    op.create_table('api_token',
    sa.Column('name', sa.String(length=100), nullable=False),
    sa.Column('scopes', sa.JSON(), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('secret_hash', sa.String(length=64), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_api_token_account_id_account'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_api_token')),
    sa.UniqueConstraint('secret_hash', name=op.f('uq_api_token_secret_hash'))
    )
    with op.batch_alter_table('api_token', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_api_token_account_id'), ['account_id'], unique=False)

    op.create_table('one_time_link',
    sa.Column('purpose', sa.String(length=10), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('secret_hash', sa.String(length=64), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.CheckConstraint("purpose IN ('confirm', 'reset', 'invite')", name=op.f('ck_one_time_link_purpose')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_one_time_link_account_id_account'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_one_time_link')),
    sa.UniqueConstraint('secret_hash', name=op.f('uq_one_time_link_secret_hash'))
    )
    with op.batch_alter_table('one_time_link', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_one_time_link_account_id'), ['account_id'], unique=False)

    op.create_table('role_grant',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('role', sa.String(length=20), nullable=False),
    sa.Column('region_path', sa.String(length=60), nullable=False),
    sa.Column('industry_path', sa.String(length=30), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=True),
    sa.Column('valid_from', sa.DateTime(timezone=True), nullable=False),
    sa.Column('valid_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('granted_by', sa.String(length=120), nullable=False),
    sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('revoked_by', sa.String(length=120), nullable=True),
    sa.Column('reason', sa.Text(), nullable=True),
    sa.CheckConstraint("role IN ('admin', 'province_curator', 'auditor', 'city', 'industry_union', 'county', 'unit_union', 'enterprise', 'broker', 'judge', 'finance_attestor', 'studio_leader', 'worker')", name=op.f('ck_role_grant_role')),
    sa.CheckConstraint('(revoked_at IS NULL) = (revoked_by IS NULL) AND (revoked_at IS NULL) = (reason IS NULL)', name=op.f('ck_role_grant_revoked')),
    sa.CheckConstraint('valid_until IS NULL OR valid_until > valid_from', name=op.f('ck_role_grant_valid_until')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_role_grant_account_id_account'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_role_grant_organisation_id_organisation')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_role_grant'))
    )
    with op.batch_alter_table('role_grant', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_role_grant_account_id'), ['account_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_role_grant_industry_path'), ['industry_path'], unique=False)
        batch_op.create_index(batch_op.f('ix_role_grant_organisation_id'), ['organisation_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_role_grant_region_path'), ['region_path'], unique=False)

    op.create_table('sign_in',
    sa.Column('seen_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('has_second_factor', sa.Boolean(), nullable=False),
    sa.Column('address', sa.String(length=45), nullable=False),
    sa.Column('agent', sa.String(length=200), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('secret_hash', sa.String(length=64), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_sign_in_account_id_account'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sign_in')),
    sa.UniqueConstraint('secret_hash', name=op.f('uq_sign_in_secret_hash'))
    )
    with op.batch_alter_table('sign_in', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_sign_in_account_id'), ['account_id'], unique=False)

    with op.batch_alter_table("account", schema=None, table_kwargs={"sqlite_autoincrement": True}) as batch_op:
        batch_op.add_column(sa.Column('language', sa.String(length=8), nullable=False))
        batch_op.add_column(sa.Column('password_hash', sa.String(length=200), nullable=True))
        batch_op.add_column(sa.Column('confirmed_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('claimed_organisation_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('failed_sign_ins', sa.Integer(), nullable=False))
        batch_op.add_column(sa.Column('locked_until', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('totp_secret', sa.String(length=32), nullable=True))
        batch_op.add_column(sa.Column('totp_confirmed_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('totp_step', sa.Integer(), nullable=True))
        batch_op.drop_index(batch_op.f('ix_account_organisation_id'))
        batch_op.create_index(batch_op.f('ix_account_claimed_organisation_id'), ['claimed_organisation_id'], unique=False)
        batch_op.drop_constraint(batch_op.f('fk_account_organisation_id_organisation'), type_='foreignkey')
        batch_op.create_foreign_key(batch_op.f('fk_account_claimed_organisation_id_organisation'), 'organisation', ['claimed_organisation_id'], ['id'])
        batch_op.drop_column('region_path')
        batch_op.drop_column('organisation_id')
        batch_op.drop_column('role')
        batch_op.drop_column('industry_path')
        batch_op.create_check_constraint(op.f('ck_account_named'), "email <> '' AND name <> ''")
        batch_op.create_check_constraint(op.f('ck_account_totp'), 'totp_confirmed_at IS NULL OR totp_secret IS NOT NULL')

    # Copying these tables, as SQLite does for anything else, would take their parts along with the old ones.
    for table in ("achievement", "demand"):
        op.execute(
            f"ALTER TABLE {table} ADD COLUMN account_id INTEGER "
            f"CONSTRAINT fk_{table}_account_id_account REFERENCES account (id)"
        )
        op.create_index(op.f(f"ix_{table}_account_id"), table, ["account_id"], unique=False)
    # Demands that wait are read by the offices of their place from now on, which the index must hear of.
    op.execute(
        "INSERT INTO outbox_entry (kind, object_id, created_at, attempts, reason) "
        "SELECT 'demand', id, CURRENT_TIMESTAMP, 0, '' FROM demand WHERE state IN ('submitted', 'verified')"
    )


def downgrade() -> None:
    for table in ("demand", "achievement"):
        op.drop_index(op.f(f"ix_{table}_account_id"), table)
        op.execute(f"ALTER TABLE {table} DROP COLUMN account_id")

    with op.batch_alter_table('account', schema=None) as batch_op:
        batch_op.add_column(sa.Column('industry_path', sa.VARCHAR(length=30), nullable=False))
        batch_op.add_column(sa.Column('role', sa.VARCHAR(length=20), nullable=False))
        batch_op.add_column(sa.Column('organisation_id', sa.INTEGER(), nullable=True))
        batch_op.add_column(sa.Column('region_path', sa.VARCHAR(length=60), nullable=False))
        batch_op.drop_constraint(batch_op.f('fk_account_claimed_organisation_id_organisation'), type_='foreignkey')
        batch_op.create_foreign_key(batch_op.f('fk_account_organisation_id_organisation'), 'organisation', ['organisation_id'], ['id'])
        batch_op.drop_index(batch_op.f('ix_account_claimed_organisation_id'))
        batch_op.create_index(batch_op.f('ix_account_organisation_id'), ['organisation_id'], unique=False)
        batch_op.drop_constraint(op.f('ck_account_named'), type_='check')
        batch_op.drop_constraint(op.f('ck_account_totp'), type_='check')
        batch_op.drop_column('totp_step')
        batch_op.drop_column('totp_confirmed_at')
        batch_op.drop_column('totp_secret')
        batch_op.drop_column('locked_until')
        batch_op.drop_column('failed_sign_ins')
        batch_op.drop_column('claimed_organisation_id')
        batch_op.drop_column('confirmed_at')
        batch_op.drop_column('password_hash')
        batch_op.drop_column('language')

    with op.batch_alter_table('sign_in', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_sign_in_account_id'))

    op.drop_table('sign_in')
    with op.batch_alter_table('role_grant', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_role_grant_region_path'))
        batch_op.drop_index(batch_op.f('ix_role_grant_organisation_id'))
        batch_op.drop_index(batch_op.f('ix_role_grant_industry_path'))
        batch_op.drop_index(batch_op.f('ix_role_grant_account_id'))

    op.drop_table('role_grant')
    with op.batch_alter_table('one_time_link', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_one_time_link_account_id'))

    op.drop_table('one_time_link')
    with op.batch_alter_table('api_token', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_api_token_account_id'))

    op.drop_table('api_token')
    with op.batch_alter_table('mail', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_mail_due_at'))

    op.drop_table('mail')
