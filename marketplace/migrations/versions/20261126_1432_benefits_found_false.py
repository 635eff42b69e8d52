"""Who was to attest a benefit, benefits found false, and who submits nothing for a while because of one."""

import sqlalchemy as sa
from alembic import op

revision = "5d0b7c3e91fa"
down_revision = "b7c1e94a20d3"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "application_block",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("noun", sa.String(length=20), nullable=False),
        sa.Column("object_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("blocked_from", sa.Date(), nullable=False),
        sa.Column("blocked_until", sa.Date(), nullable=False),
        sa.Column("set_by", sa.String(length=120), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(account_id IS NULL) <> (organisation_id IS NULL)", name=op.f("ck_application_block_one_is_blocked")
        ),
        sa.CheckConstraint("blocked_until > blocked_from", name=op.f("ck_application_block_blocked_until")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_application_block_account_id_account")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_application_block_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application_block")),
    )
    with op.batch_alter_table("application_block", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_application_block_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_application_block_organisation_id"), ["organisation_id"], unique=False)

    with op.batch_alter_table("benefit", schema=None, table_kwargs={"sqlite_autoincrement": True}) as batch_op:
        batch_op.add_column(sa.Column("planned_attestor", sa.String(length=10), nullable=True))
        batch_op.add_column(sa.Column("revoked_by", sa.String(length=120), nullable=True))
        batch_op.add_column(sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("revoked_because", sa.Text(), nullable=False, server_default=""))
        batch_op.create_check_constraint(
            batch_op.f("ck_benefit_planned_attestor"),
            "planned_attestor IS NULL OR planned_attestor IN ('finance', 'outside')",
        )
        batch_op.create_check_constraint(
            batch_op.f("ck_benefit_revoked"),
            "(revoked_by IS NULL) = (revoked_at IS NULL) AND (revoked_by IS NULL) = (revoked_because = '')",
        )
    with op.batch_alter_table("benefit", schema=None, table_kwargs={"sqlite_autoincrement": True}) as batch_op:
        batch_op.alter_column("revoked_because", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("benefit", schema=None, table_kwargs={"sqlite_autoincrement": True}) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_benefit_revoked"), type_="check")
        batch_op.drop_constraint(batch_op.f("ck_benefit_planned_attestor"), type_="check")
        batch_op.drop_column("revoked_because")
        batch_op.drop_column("revoked_at")
        batch_op.drop_column("revoked_by")
        batch_op.drop_column("planned_attestor")
    op.drop_table("application_block")
