"""The room of a deal, what it brought in and the story told of it."""

import sqlalchemy as sa
from alembic import op

revision = "7a3e9c51d8f2"
down_revision = "fdaba3d99230"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "calendar_feed",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_calendar_feed_account_id_account"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_calendar_feed")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_calendar_feed_secret_hash")),
    )
    op.create_table(
        "deal_message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("deal_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("seat", sa.String(length=10), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("seat IN ('enterprise', 'owner', 'broker')", name=op.f("ck_deal_message_seat")),
        sa.CheckConstraint("text <> ''", name=op.f("ck_deal_message_text")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_deal_message_account_id_account")),
        sa.ForeignKeyConstraint(["deal_id"], ["deal.id"], name=op.f("fk_deal_message_deal_id_deal")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deal_message")),
    )
    with op.batch_alter_table("deal_message", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_deal_message_deal_id"), ["deal_id"], unique=False)

    op.create_table(
        "deal_payment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("deal_id", sa.Integer(), nullable=False),
        sa.Column("paid_on", sa.Date(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("costs", sa.BigInteger(), nullable=False),
        sa.Column("reward_share", sa.Numeric(precision=5, scale=2), nullable=False),
        sa.Column("least_share", sa.Numeric(precision=5, scale=2), nullable=True),
        sa.Column("reward", sa.BigInteger(), nullable=False),
        sa.Column("reward_due_on", sa.Date(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("recorded_by", sa.String(length=120), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_deal_payment_amount")),
        sa.CheckConstraint("costs BETWEEN 0 AND amount", name=op.f("ck_deal_payment_costs")),
        sa.CheckConstraint("reward BETWEEN 0 AND amount - costs", name=op.f("ck_deal_payment_reward")),
        sa.CheckConstraint("reward_share BETWEEN 0 AND 100", name=op.f("ck_deal_payment_reward_share")),
        sa.ForeignKeyConstraint(["deal_id"], ["deal.id"], name=op.f("fk_deal_payment_deal_id_deal")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deal_payment")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("deal_payment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_deal_payment_deal_id"), ["deal_id"], unique=False)

    op.create_table(
        "deal_reading",
        sa.Column("deal_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_deal_reading_account_id_account")),
        sa.ForeignKeyConstraint(["deal_id"], ["deal.id"], name=op.f("fk_deal_reading_deal_id_deal")),
        sa.PrimaryKeyConstraint("deal_id", "account_id", name=op.f("pk_deal_reading")),
    )
    op.create_table(
        "deal_story",
        sa.Column("deal_id", sa.Integer(), nullable=False),
        sa.Column("story_id", sa.Integer(), nullable=False),
        sa.Column("own_words", sa.Text(), nullable=False),
        sa.Column("wording", sa.String(length=64), nullable=False),
        sa.Column("enterprise_agreed_by", sa.String(length=120), nullable=True),
        sa.Column("owner_agreed_by", sa.String(length=120), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["deal_id"], ["deal.id"], name=op.f("fk_deal_story_deal_id_deal")),
        sa.ForeignKeyConstraint(
            ["story_id"], ["story.id"], name=op.f("fk_deal_story_story_id_story"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("deal_id", name=op.f("pk_deal_story")),
        sa.UniqueConstraint("story_id", name=op.f("uq_deal_story_story_id")),
    )
    op.create_table(
        "deal_task",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("deal_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("seat", sa.String(length=10), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("done_by", sa.String(length=120), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("reminded_on", sa.Date(), nullable=True),
        sa.Column("missed_on", sa.Date(), nullable=True),
        sa.CheckConstraint("(kind = 'task') = (title <> '')", name=op.f("ck_deal_task_title")),
        sa.CheckConstraint(
            "kind IN ('task', 'delivery', 'trial', 'acceptance', 'six_months', 'twelve_months')",
            name=op.f("ck_deal_task_kind"),
        ),
        sa.CheckConstraint("seat IN ('enterprise', 'owner', 'broker')", name=op.f("ck_deal_task_seat")),
        sa.CheckConstraint("(done_on IS NULL) = (done_by IS NULL)", name=op.f("ck_deal_task_done")),
        sa.ForeignKeyConstraint(["deal_id"], ["deal.id"], name=op.f("fk_deal_task_deal_id_deal")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deal_task")),
    )
    with op.batch_alter_table("deal_task", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_deal_task_deal_id"), ["deal_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_deal_task_due_on"), ["due_on"], unique=False)
        batch_op.create_index(
            "ux_deal_task_milestone",
            ["deal_id", "kind"],
            unique=True,
            sqlite_where=sa.text("kind <> 'task'"),
            postgresql_where=sa.text("kind <> 'task'"),
        )

    op.create_table(
        "term_sheet",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("deal_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("side", sa.String(length=10), nullable=False),
        sa.Column("terms", sa.JSON(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("proposed_by", sa.String(length=120), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accepted_by", sa.String(length=120), nullable=True),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("declined_by", sa.String(length=120), nullable=True),
        sa.Column("declined_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("declined_because", sa.Text(), nullable=False),
        sa.CheckConstraint("side IN ('enterprise', 'owner')", name=op.f("ck_term_sheet_side")),
        sa.CheckConstraint("(accepted_by IS NULL) = (accepted_at IS NULL)", name=op.f("ck_term_sheet_accepted")),
        sa.CheckConstraint("(declined_by IS NULL) = (declined_at IS NULL)", name=op.f("ck_term_sheet_declined")),
        sa.CheckConstraint("number >= 1", name=op.f("ck_term_sheet_number")),
        sa.ForeignKeyConstraint(["deal_id"], ["deal.id"], name=op.f("fk_term_sheet_deal_id_deal")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_term_sheet")),
        sa.UniqueConstraint("deal_id", "number", name=op.f("uq_term_sheet_deal_id_number")),
    )
    op.create_table(
        "income_share",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("payment_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("share", sa.Numeric(precision=5, scale=2), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount >= 0", name=op.f("ck_income_share_amount")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_income_share_account_id_account")),
        sa.ForeignKeyConstraint(
            ["payment_id"],
            ["deal_payment.id"],
            name=op.f("fk_income_share_payment_id_deal_payment"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_income_share")),
        sa.UniqueConstraint("payment_id", "position", name=op.f("uq_income_share_payment_id_position")),
    )
    with op.batch_alter_table("income_share", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_income_share_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_income_share_payment_id"), ["payment_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("income_share", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_income_share_payment_id"))
        batch_op.drop_index(batch_op.f("ix_income_share_account_id"))

    op.drop_table("income_share")
    op.drop_table("term_sheet")
    with op.batch_alter_table("deal_task", schema=None) as batch_op:
        batch_op.drop_index(
            "ux_deal_task_milestone", sqlite_where=sa.text("kind <> 'task'"), postgresql_where=sa.text("kind <> 'task'")
        )
        batch_op.drop_index(batch_op.f("ix_deal_task_due_on"))
        batch_op.drop_index(batch_op.f("ix_deal_task_deal_id"))

    op.drop_table("deal_task")
    op.drop_table("deal_story")
    op.drop_table("deal_reading")
    with op.batch_alter_table("deal_payment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_deal_payment_deal_id"))

    op.drop_table("deal_payment")
    with op.batch_alter_table("deal_message", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_deal_message_deal_id"))

    op.drop_table("deal_message")
    op.drop_table("calendar_feed")
