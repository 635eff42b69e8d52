"""Headcounts, the lists of enterprises above designated size, and targets of places."""

import sqlalchemy as sa
from alembic import op

revision = "3b8e51c7d92f"
down_revision = "5d0c2b7e91af"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "headcount",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=120), nullable=False),
        sa.Column("recorded_by", sa.String(length=120), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("number > 0", name=op.f("ck_headcount_number")),
        sa.CheckConstraint("source <> ''", name=op.f("ck_headcount_source")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_headcount_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_headcount")),
        sa.UniqueConstraint("organisation_id", "day", name=op.f("uq_headcount_organisation_id_day")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "designated_size",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("credit_code", sa.String(length=18), nullable=True),
        sa.Column("threshold", sa.String(length=20), nullable=False),
        sa.Column("file_hash", sa.String(length=64), nullable=False),
        sa.Column("imported_by", sa.String(length=120), nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("year BETWEEN 2000 AND 2100", name=op.f("ck_designated_size_year")),
        sa.CheckConstraint("length(file_hash) = 64", name=op.f("ck_designated_size_file_hash")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_designated_size_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_designated_size")),
        sa.UniqueConstraint("year", "organisation_id", name=op.f("uq_designated_size_year_organisation_id")),
    )
    op.create_index(op.f("ix_designated_size_organisation_id"), "designated_size", ["organisation_id"], unique=False)
    op.create_table(
        "yearly_target",
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("region_path", sa.String(length=60), nullable=False),
        sa.Column("measure", sa.String(length=30), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("set_by", sa.String(length=120), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_yearly_target_amount")),
        sa.PrimaryKeyConstraint("year", "region_path", "measure", name=op.f("pk_yearly_target")),
    )


def downgrade() -> None:
    op.drop_table("yearly_target")
    op.drop_index(op.f("ix_designated_size_organisation_id"), table_name="designated_size")
    op.drop_table("designated_size")
    op.drop_table("headcount")
