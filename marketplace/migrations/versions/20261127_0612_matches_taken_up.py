"""when a match that silence had ended was begun again, and by which side"""

from alembic import op

revision = "e19c47d05ab3"
down_revision = "b15d8e60f2a7"
branch_labels = None
depends_on = None

_FACTS = {
    "taken_up": "(taken_up_at IS NULL) = (taken_up_by IS NULL)",
    "taken_up_by": "taken_up_by IN ('enterprise', 'owner')",
}


def upgrade() -> None:
    moment = "DATETIME" if op.get_bind().dialect.name == "sqlite" else "TIMESTAMP WITH TIME ZONE"
    # Copying the table, as SQLite does for anything else, would take the answers along with the old one.
    op.execute(f'ALTER TABLE "match" ADD COLUMN taken_up_at {moment}')
    checks = " ".join(f"CONSTRAINT ck_match_{name} CHECK ({said})" for name, said in _FACTS.items())
    op.execute(f'ALTER TABLE "match" ADD COLUMN taken_up_by VARCHAR(10) {checks}')


def downgrade() -> None:
    # With its column SQLite drops the constraints it brought; elsewhere they are the table's.
    if op.get_bind().dialect.name != "sqlite":
        for name in _FACTS:
            op.execute(f'ALTER TABLE "match" DROP CONSTRAINT ck_match_{name}')
    for name in ("taken_up_by", "taken_up_at"):
        op.execute(f'ALTER TABLE "match" DROP COLUMN {name}')
