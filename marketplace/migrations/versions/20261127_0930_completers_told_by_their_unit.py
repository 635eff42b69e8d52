"""completers without an account are told of first refusal by their unit, and have days of their own from then on"""

import sqlalchemy as sa
from alembic import op

revision = "a7c40e2d95b8"
down_revision = "f3d6b1804a9e"
branch_labels = None
depends_on = None

_TABLE = "first_refusal_answer"
_BEFORE = "answer IS NULL OR answer IN ('waived', 'exercised')"
_CHECKS = {
    "answer": "answer IS NULL OR answer IN ('waived', 'wanted', 'exercised')",
    "told_how": "told_how IS NULL OR told_how IN ('platform', 'in_person', 'letter', 'phone', 'message')",
    "told": "(told_on IS NULL) = (told_how IS NULL) AND (told_on IS NULL) = (ends_on IS NULL)",
    "told_by": "(told_by = '') = (told_how IS NULL OR told_how = 'platform')",
    "answered_as_told": "answer IS NULL OR told_on IS NOT NULL",
    "exercised": "answer IS NULL OR answer <> 'exercised' OR account_id IS NOT NULL",
}
_ASKED = "(SELECT {} FROM first_refusal WHERE first_refusal.id = first_refusal_answer.first_refusal_id)"


def upgrade() -> None:
    with op.batch_alter_table(_TABLE) as table:
        table.add_column(sa.Column("name", sa.String(100), nullable=False, server_default=""))
        table.add_column(sa.Column("told_on", sa.Date()))
        table.add_column(sa.Column("told_how", sa.String(10)))
        table.add_column(sa.Column("told_by", sa.String(100), nullable=False, server_default=""))
        table.add_column(sa.Column("ends_on", sa.Date()))
        table.alter_column("account_id", existing_type=sa.Integer(), nullable=True)
        table.drop_constraint(op.f("ck_first_refusal_answer_answer"), type_="check")
    op.execute(
        f"UPDATE {_TABLE} SET told_how = 'platform', told_on = {_ASKED.format('starts_on')},"
        f" ends_on = {_ASKED.format('ends_on')},"
        " name = (SELECT account.name FROM account WHERE account.id = first_refusal_answer.account_id)"
    )
    # Whoever could not be asked here is to be told still, where it is not over.
    op.execute(
        f"INSERT INTO {_TABLE} (first_refusal_id, name, told_by)"
        " SELECT first_refusal.id, contributor.name, '' FROM first_refusal"
        " JOIN deal ON deal.id = first_refusal.deal_id"
        " JOIN contributor ON contributor.achievement_id = deal.achievement_id AND contributor.account_id IS NULL"
        " WHERE first_refusal.state = 'open' AND deal.state IN ('negotiating', 'letter_of_intent')"
    )
    with op.batch_alter_table(_TABLE) as table:
        table.alter_column("name", existing_type=sa.String(100), server_default=None)
        table.alter_column("told_by", existing_type=sa.String(100), server_default=None)
        for name, said in _CHECKS.items():
            table.create_check_constraint(op.f(f"ck_{_TABLE}_{name}"), said)


def downgrade() -> None:
    op.execute(f"DELETE FROM {_TABLE} WHERE account_id IS NULL OR answer = 'wanted'")
    with op.batch_alter_table(_TABLE) as table:
        for name in _CHECKS:
            table.drop_constraint(op.f(f"ck_{_TABLE}_{name}"), type_="check")
        table.create_check_constraint(op.f(f"ck_{_TABLE}_answer"), _BEFORE)
        for name in ("ends_on", "told_by", "told_how", "told_on", "name"):
            table.drop_column(name)
        table.alter_column("account_id", existing_type=sa.Integer(), nullable=False)
