"""A round keeps the meeting's decision, a nomination what its certificate states and why it was revoked."""

import sqlalchemy as sa
from alembic import op

revision = "3f7c9d20b1a6"
down_revision = "a91e5c60d7b4"
branch_labels = None
depends_on = None

_KEEP = {"sqlite_autoincrement": True}


def upgrade() -> None:
    with op.batch_alter_table("award_round", table_kwargs=_KEEP) as batch_op:
        batch_op.add_column(sa.Column("decision", sa.Text(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("decided_by", sa.String(length=120), nullable=True))
        batch_op.add_column(sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_check_constraint(op.f("ck_award_round_decided"), "(decided_by IS NULL) = (decided_at IS NULL)")
        batch_op.create_check_constraint(
            op.f("ck_award_round_decision"), "state NOT IN ('publicity', 'awarded') OR decided_at IS NOT NULL"
        )
    with op.batch_alter_table("award_round", table_kwargs=_KEEP) as batch_op:
        batch_op.alter_column("decision", server_default=None)

    with op.batch_alter_table("nomination", table_kwargs=_KEEP) as batch_op:
        batch_op.add_column(sa.Column("first_author_checked", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("stated", sa.JSON(none_as_null=True), nullable=True))
        batch_op.add_column(sa.Column("granted_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("revoked_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("revoked_because", sa.Text(), nullable=False, server_default=""))
        batch_op.create_check_constraint(
            op.f("ck_nomination_granted"),
            "(outcome IS NOT NULL AND outcome IN ('awarded', 'revoked')) = (certificate_number IS NOT NULL)"
            " AND (certificate_number IS NULL) = (granted_on IS NULL)",
        )
        batch_op.create_check_constraint(
            op.f("ck_nomination_revoked"),
            "(outcome IS NOT NULL AND outcome = 'revoked') = (revoked_on IS NOT NULL)",
        )
    with op.batch_alter_table("nomination", table_kwargs=_KEEP) as batch_op:
        for name in ("first_author_checked", "revoked_because"):
            batch_op.alter_column(name, server_default=None)

    with op.batch_alter_table("score_sheet") as batch_op:
        batch_op.create_check_constraint(
            op.f("ck_score_sheet_locked"), "locked_at IS NULL OR total IS NOT NULL OR recused_because IS NOT NULL"
        )


def downgrade() -> None:
    with op.batch_alter_table("score_sheet") as batch_op:
        batch_op.drop_constraint(op.f("ck_score_sheet_locked"), type_="check")
    with op.batch_alter_table("nomination", table_kwargs=_KEEP) as batch_op:
        batch_op.drop_constraint(op.f("ck_nomination_revoked"), type_="check")
        batch_op.drop_constraint(op.f("ck_nomination_granted"), type_="check")
        for name in ("revoked_because", "revoked_on", "granted_on", "stated", "first_author_checked"):
            batch_op.drop_column(name)
    with op.batch_alter_table("award_round", table_kwargs=_KEEP) as batch_op:
        batch_op.drop_constraint(op.f("ck_award_round_decision"), type_="check")
        batch_op.drop_constraint(op.f("ck_award_round_decided"), type_="check")
        for name in ("decided_at", "decided_by", "decision"):
            batch_op.drop_column(name)
