"""the story of a deal is told in English as well"""

import sqlalchemy as sa
from alembic import op

revision = "c86f20d5b9a1"
down_revision = "94e3c1a7f5d2"
branch_labels = None
depends_on = None

_KEY, _ONE = "fk_deal_story_english_id_story", "uq_deal_story_english_id"


def upgrade() -> None:
    with op.batch_alter_table("deal_story") as table:
        table.add_column(sa.Column("english_id", sa.Integer()))
        table.add_column(sa.Column("own_words_english", sa.Text(), nullable=False, server_default=""))
        table.create_foreign_key(op.f(_KEY), "story", ["english_id"], ["id"], ondelete="SET NULL")
        table.create_unique_constraint(op.f(_ONE), ["english_id"])
    with op.batch_alter_table("deal_story") as table:
        table.alter_column("own_words_english", existing_type=sa.Text(), server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("deal_story") as table:
        table.drop_constraint(op.f(_ONE), type_="unique")
        table.drop_constraint(op.f(_KEY), type_="foreignkey")
        table.drop_column("own_words_english")
        table.drop_column("english_id")
