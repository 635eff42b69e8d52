"""Authors of proposals, and completers whom an amendment touches, agree in person or the unit says why not."""

import sqlalchemy as sa
from alembic import op

revision = "e6b40f92a7c3"
down_revision = "3ef099318794"
branch_labels = None
depends_on = None

BY_THE_REGISTER = "由单位的登记册导入，作者以登记册为准。"
_EXCUSED = "(excused_at IS NULL) = (excused_by IS NULL) AND (excused_at IS NULL) = (excuse = '')"


def upgrade() -> None:
    with op.batch_alter_table("proposal_author", schema=None) as batch_op:
        batch_op.add_column(sa.Column("email", sa.String(254), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("secret_hash", sa.String(64), nullable=True))
        batch_op.add_column(sa.Column("declined_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("decline_reason", sa.Text(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("excused_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("excused_by", sa.String(120), nullable=True))
        batch_op.add_column(sa.Column("excuse", sa.Text(), nullable=False, server_default=""))
    # What came from a register keeps what the register says.
    op.execute(
        sa.text(
            "UPDATE proposal_author SET excused_at = CURRENT_TIMESTAMP, excused_by = 'command line', excuse = :reason"
            " WHERE confirmed_at IS NULL AND proposal_id IN (SELECT id FROM proposal WHERE source_id IS NOT NULL)"
        ).bindparams(reason=BY_THE_REGISTER)
    )
    with op.batch_alter_table("proposal_author", schema=None) as batch_op:
        for name in ("email", "decline_reason", "excuse"):
            batch_op.alter_column(name, server_default=None)
        batch_op.create_index(batch_op.f("ix_proposal_author_email"), ["email"], unique=False)
        batch_op.create_unique_constraint(batch_op.f("uq_proposal_author_secret_hash"), ["secret_hash"])
        batch_op.create_check_constraint(
            op.f("ck_proposal_author_one_answer"), "confirmed_at IS NULL OR declined_at IS NULL"
        )
        batch_op.create_check_constraint(
            op.f("ck_proposal_author_declined"), "(declined_at IS NULL) = (decline_reason = '')"
        )
        batch_op.create_check_constraint(op.f("ck_proposal_author_excused"), _EXCUSED)
    op.create_table(
        "amended_contributor",
        sa.Column("amendment_id", sa.Integer(), nullable=False),
        sa.Column("leaves", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("share", sa.Numeric(5, 2), nullable=True),
        sa.Column("part", sa.Text(), nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("secret_hash", sa.String(64), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("declined_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decline_reason", sa.Text(), nullable=False),
        sa.Column("excused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("excused_by", sa.String(120), nullable=True),
        sa.Column("excuse", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("share IS NULL OR (share > 0 AND share <= 100)", name=op.f("ck_amended_contributor_share")),
        sa.CheckConstraint("position >= 1", name=op.f("ck_amended_contributor_position")),
        sa.CheckConstraint(
            "confirmed_at IS NULL OR declined_at IS NULL", name=op.f("ck_amended_contributor_one_answer")
        ),
        sa.CheckConstraint(
            "(declined_at IS NULL) = (decline_reason = '')", name=op.f("ck_amended_contributor_declined")
        ),
        sa.CheckConstraint(_EXCUSED, name=op.f("ck_amended_contributor_excused")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_amended_contributor_account_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["amendment_id"], ["amendment.id"],
            name=op.f("fk_amended_contributor_amendment_id_amendment"), ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_amended_contributor")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_amended_contributor_secret_hash")),
    )  # fmt: skip
    for name in ("account_id", "amendment_id", "email"):
        op.create_index(op.f(f"ix_amended_contributor_{name}"), "amended_contributor", [name], unique=False)


def downgrade() -> None:
    op.drop_table("amended_contributor")
    with op.batch_alter_table("proposal_author", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_proposal_author_excused"), type_="check")
        batch_op.drop_constraint(op.f("ck_proposal_author_declined"), type_="check")
        batch_op.drop_constraint(op.f("ck_proposal_author_one_answer"), type_="check")
        batch_op.drop_constraint(batch_op.f("uq_proposal_author_secret_hash"), type_="unique")
        batch_op.drop_index(batch_op.f("ix_proposal_author_email"))
        for name in (
            "excuse", "excused_by", "excused_at", "decline_reason", "declined_at", "secret_hash", "asked_at", "email",
        ):  # fmt: skip
            batch_op.drop_column(name)
