"""Reports of the ledger, frozen editions of them that are never changed, and files of reports among the exports."""

import sqlalchemy as sa
from alembic import op

revision = "c2f49a71e0d8"
down_revision = "5d2e8f71c0a4"
branch_labels = None
depends_on = None

# The two kinds of database each say it in their own way.
_SQLITE = tuple(
    f"CREATE TRIGGER frozen_report_never_{verb}d BEFORE {verb.upper()} ON frozen_report "
    "BEGIN SELECT RAISE(ABORT, 'frozen reports are never changed or removed'); END"
    for verb in ("update", "delete")
)
_POSTGRESQL = (
    "CREATE FUNCTION refuse_to_change_frozen_reports() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION "
    "'frozen reports are never changed or removed' USING ERRCODE = 'integrity_constraint_violation'; END $$",
    "CREATE TRIGGER frozen_report_never_changed BEFORE UPDATE OR DELETE ON frozen_report "
    "FOR EACH ROW EXECUTE FUNCTION refuse_to_change_frozen_reports()",
    "CREATE TRIGGER frozen_report_never_emptied BEFORE TRUNCATE ON frozen_report "
    "FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_change_frozen_reports()",
)


def upgrade() -> None:
    op.create_table(
        "report",
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("table_number", sa.String(length=40), nullable=False),
        sa.Column("issued_by", sa.String(length=200), nullable=False),
        sa.Column("body", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=True),
        sa.Column("rows", sa.String(length=10), nullable=False),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column("host_role", sa.String(length=20), nullable=False),
        sa.Column("region_path", sa.String(length=60), nullable=False),
        sa.Column("industry_path", sa.String(length=30), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("scope_region_path", sa.String(length=60), nullable=False),
        sa.Column("scope_industry_path", sa.String(length=30), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("title <> '' AND body <> ''", name=op.f("ck_report_title")),
        sa.CheckConstraint(
            "kind IN ('six_ones', 'two_millions', 'labour_competition', 'skills', 'campaign')",
            name=op.f("ck_report_kind"),
        ),
        sa.CheckConstraint("(kind = 'campaign') = (campaign_id IS NOT NULL)", name=op.f("ck_report_campaign")),
        sa.CheckConstraint("rows IN ('city', 'county', 'unit', 'industry', 'month')", name=op.f("ck_report_rows")),
        sa.CheckConstraint(
            "host_role IN ('province_curator', 'city', 'industry_union', 'county', 'unit_union')",
            name=op.f("ck_report_host_role"),
        ),
        sa.CheckConstraint("(host_role = 'unit_union') = (organisation_id IS NOT NULL)", name=op.f("ck_report_host")),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_report_campaign_id_campaign")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_report_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report")),
    )
    op.create_table(
        "frozen_report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("period", sa.String(length=10), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("replaces_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("last_erratum_id", sa.Integer(), nullable=False),
        sa.Column("frozen_by", sa.String(length=120), nullable=False),
        sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("edition >= 1", name=op.f("ck_frozen_report_edition")),
        sa.CheckConstraint("(edition = 1) = (replaces_id IS NULL)", name=op.f("ck_frozen_report_replaces")),
        sa.CheckConstraint("edition = 1 OR reason <> ''", name=op.f("ck_frozen_report_reason")),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name=op.f("fk_frozen_report_report_id_report")),
        sa.ForeignKeyConstraint(
            ["replaces_id"], ["frozen_report.id"], name=op.f("fk_frozen_report_replaces_id_frozen_report")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_frozen_report")),
        sa.UniqueConstraint("replaces_id", name=op.f("uq_frozen_report_replaces_id")),
        sa.UniqueConstraint("report_id", "period", "edition", name=op.f("uq_frozen_report_report_id_period_edition")),
    )
    op.create_index(op.f("ix_frozen_report_report_id"), "frozen_report", ["report_id"], unique=False)
    for statement in _SQLITE if _is_sqlite() else _POSTGRESQL:
        op.execute(statement)
    with op.batch_alter_table("export", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_export_form"), type_="check")
        batch_op.create_check_constraint(op.f("ck_export_form"), "form IN ('csv', 'xlsx', 'pdf')")


def downgrade() -> None:
    op.execute("DELETE FROM export WHERE form = 'pdf'")
    with op.batch_alter_table("export", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_export_form"), type_="check")
        batch_op.create_check_constraint(op.f("ck_export_form"), "form IN ('csv', 'xlsx')")
    op.drop_table("frozen_report")
    if not _is_sqlite():
        op.execute("DROP FUNCTION refuse_to_change_frozen_reports()")
    op.drop_table("report")


def _is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"
