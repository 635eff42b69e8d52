"""rows of persons follow from entries, which say already that there is such a campaign, item, unit and person"""

import sqlalchemy as sa
from alembic import op

revision = "a90f4c27e8b3"
down_revision = "e3b58d07c14f"
branch_labels = None
depends_on = None

_NAMED = {
    "campaign_id": "campaign",
    "item_id": "campaign_item",
    "organisation_id": "organisation",
    "person_id": "person",
}
_IS_LINKED = sa.text("object_id IS NOT NULL")


def upgrade() -> None:
    with op.batch_alter_table("participation_person") as table:
        for column, named in _NAMED.items():
            table.drop_constraint(f"fk_participation_person_{column}_{named}", type_="foreignkey")
    op.drop_index("ix_participation_entry_object", table_name="participation_entry")
    op.create_index(
        "ix_participation_entry_object", "participation_entry", ["noun", "object_id"],
        postgresql_where=_IS_LINKED, sqlite_where=_IS_LINKED,
    )  # fmt: skip


def downgrade() -> None:
    op.drop_index("ix_participation_entry_object", table_name="participation_entry")
    op.create_index("ix_participation_entry_object", "participation_entry", ["noun", "object_id"])
    with op.batch_alter_table("participation_person") as table:
        for column, named in _NAMED.items():
            table.create_foreign_key(f"fk_participation_person_{column}_{named}", named, [column], ["id"])
