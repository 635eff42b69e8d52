"""Who works on the first line, the notices that name studios, why one was not chosen, and namings that were revoked."""

import sqlalchemy as sa
from alembic import op

revision = "5b0c6f1d92e4"
down_revision = "d2b8f6a41c07"
branch_labels = None
depends_on = None

_KEEP = {"sqlite_autoincrement": True}
_STATES = (
    "'applied', 'returned', 'withdrawn', 'not_recommended', 'recommended', 'not_selected', 'proposed', 'publicity', "
    "'objected', 'named', 'struck'"
)
_NAMED = "(state = 'named') = (plaque IS NOT NULL) AND (plaque IS NULL) = (named_on IS NULL)"
_NAMED_OR_REVOKED = (
    "(state IN ('named', 'revoked')) = (plaque IS NOT NULL) AND (plaque IS NULL) = (named_on IS NULL)"
    " AND (plaque IS NULL) = (notice_id IS NULL)"
)
_REVOKED = "(state = 'revoked') = (revoked_on IS NOT NULL) AND (revoked_on IS NULL) = (revoked_because = '')"
_NOT_CHOSEN = "not_chosen_for IS NULL OR not_chosen_for IN ('below_line', 'city_full', 'quota_full', 'tie', 'meeting')"


def upgrade() -> None:
    op.add_column("studio_member", sa.Column("on_first_line", sa.Boolean(), nullable=True))
    op.create_table(
        "naming_notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("naming_batch_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=120), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("named", sa.JSON(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.Column("issued_by", sa.String(length=120), nullable=True),
        sa.CheckConstraint(
            "(issued_on IS NULL) = (issued_by IS NULL) AND (issued_on IS NULL OR (number <> '' AND text <> ''))",
            name=op.f("ck_naming_notice_issued"),
        ),
        sa.ForeignKeyConstraint(
            ["naming_batch_id"], ["naming_batch.id"], name=op.f("fk_naming_notice_naming_batch_id_naming_batch")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_naming_notice")),
    )
    op.create_index(op.f("ix_naming_notice_naming_batch_id"), "naming_notice", ["naming_batch_id"])
    with op.batch_alter_table("naming_batch", table_kwargs=_KEEP) as batch_op:
        batch_op.drop_column("notice")
        batch_op.drop_column("notice_number")
    with op.batch_alter_table("studio_application", table_kwargs=_KEEP) as batch_op:
        batch_op.add_column(sa.Column("not_chosen_for", sa.String(length=20), nullable=True))
        batch_op.add_column(sa.Column("notice_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("revoked_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("revoked_because", sa.Text(), nullable=False, server_default=""))
        batch_op.create_foreign_key(
            op.f("fk_studio_application_notice_id_naming_notice"), "naming_notice", ["notice_id"], ["id"]
        )
        _replace(batch_op, "state", f"state IN ({_STATES}, 'revoked')")
        _replace(batch_op, "named", _NAMED_OR_REVOKED)
        batch_op.create_check_constraint(op.f("ck_studio_application_revoked"), _REVOKED)
        batch_op.create_check_constraint(op.f("ck_studio_application_not_chosen"), _NOT_CHOSEN)
    with op.batch_alter_table("studio_application", table_kwargs=_KEEP) as batch_op:
        batch_op.alter_column("revoked_because", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("studio_application", table_kwargs=_KEEP) as batch_op:
        for name in ("not_chosen", "revoked"):
            batch_op.drop_constraint(op.f(f"ck_studio_application_{name}"), type_="check")
        _replace(batch_op, "named", _NAMED)
        _replace(batch_op, "state", f"state IN ({_STATES})")
        batch_op.drop_constraint(op.f("fk_studio_application_notice_id_naming_notice"), type_="foreignkey")
        for name in ("revoked_because", "revoked_on", "notice_id", "not_chosen_for"):
            batch_op.drop_column(name)
    with op.batch_alter_table("naming_batch", table_kwargs=_KEEP) as batch_op:
        batch_op.add_column(sa.Column("notice_number", sa.String(length=120), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("notice", sa.Text(), nullable=False, server_default=""))
    op.drop_table("naming_notice")
    op.drop_column("studio_member", "on_first_line")


def _replace(batch_op, name: str, condition: str) -> None:
    batch_op.drop_constraint(op.f(f"ck_studio_application_{name}"), type_="check")
    batch_op.create_check_constraint(op.f(f"ck_studio_application_{name}"), condition)
