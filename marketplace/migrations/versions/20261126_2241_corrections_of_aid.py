"""What a record of aid corrects."""

import sqlalchemy as sa
from alembic import op

revision = "8a5e2d0c6b17"
down_revision = "3f1c7b90ad46"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("aid_record", schema=None) as batch_op:
        batch_op.add_column(sa.Column("corrects_id", sa.Integer(), nullable=True))
        batch_op.create_unique_constraint(batch_op.f("uq_aid_record_corrects_id"), ["corrects_id"])
        batch_op.create_foreign_key(
            batch_op.f("fk_aid_record_corrects_id_aid_record"), "aid_record", ["corrects_id"], ["id"],
            ondelete="CASCADE",
        )  # fmt: skip


def downgrade() -> None:
    # A record that was corrected would count beside its correction.
    op.execute("DELETE FROM aid_record WHERE id IN (SELECT corrects_id FROM aid_record)")
    with op.batch_alter_table("aid_record", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_aid_record_corrects_id_aid_record"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("uq_aid_record_corrects_id"), type_="unique")
        batch_op.drop_column("corrects_id")
