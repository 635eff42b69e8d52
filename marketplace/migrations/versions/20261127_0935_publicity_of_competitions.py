"""grades of competitions and showcases go through publicity; those already told stay announced"""

import sqlalchemy as sa
from alembic import op

revision = "c3f81d6e2a70"
down_revision = "7d2c9a41e6b8"
branch_labels = None
depends_on = None

_REGISTRATION, _SHOWCASE = "competition_registration", "competition_showcase"
_OF_REGISTRATION = {
    "state": "state IN ('registered', 'graded', 'publicity', 'objected', 'struck', 'announced', 'revoked')",
    "graded_state": "(state = 'registered') = (grade IS NULL)",
    "taken_back": "(state IN ('struck', 'revoked')) = (taken_back_because <> '')",
}
_REVOKED = "(revoked_on IS NULL) = (revoked_because = '')"
_OF_SHOWCASE = {
    "state": "state IN ('proposed', 'publicity', 'objected', 'struck', 'named', 'revoked')",
    "revoked": f"(state IN ('struck', 'revoked')) = (revoked_on IS NOT NULL) AND {_REVOKED}",
}


def _widen(before: int, after: int) -> None:
    for name in ("publicity_entry", "objection"):
        with op.batch_alter_table(name) as table:
            table.alter_column(
                "noun", existing_type=sa.String(before), type_=sa.String(after), existing_nullable=False
            )  # fmt: skip


def upgrade() -> None:
    _widen(20, 30)
    with op.batch_alter_table(_REGISTRATION) as table:
        table.add_column(sa.Column("state", sa.String(20), nullable=False, server_default="registered"))
        table.add_column(sa.Column("taken_back_because", sa.String(500), nullable=False, server_default=""))
    op.execute(f"UPDATE {_REGISTRATION} SET state = 'announced' WHERE grade IS NOT NULL")
    with op.batch_alter_table(_REGISTRATION) as table:
        table.alter_column("state", existing_type=sa.String(20), server_default=None)
        table.alter_column("taken_back_because", existing_type=sa.String(500), server_default=None)
        for name, said in _OF_REGISTRATION.items():
            table.create_check_constraint(op.f(f"ck_{_REGISTRATION}_{name}"), said)
    with op.batch_alter_table(_SHOWCASE) as table:
        table.add_column(sa.Column("state", sa.String(20), nullable=False, server_default="named"))
    op.execute(f"UPDATE {_SHOWCASE} SET state = 'revoked' WHERE revoked_on IS NOT NULL")
    with op.batch_alter_table(_SHOWCASE) as table:
        table.alter_column("state", existing_type=sa.String(20), server_default=None)
        table.drop_constraint(op.f(f"ck_{_SHOWCASE}_revoked"), type_="check")
        for name, said in _OF_SHOWCASE.items():
            table.create_check_constraint(op.f(f"ck_{_SHOWCASE}_{name}"), said)
        table.create_index(op.f(f"ix_{_SHOWCASE}_state"), ["state"])


def downgrade() -> None:
    # What was not told yet would be told at once: its grade is given anew, and what was proposed is proposed anew.
    for name in ("objection", "publicity_entry"):
        op.execute(f"DELETE FROM {name} WHERE noun IN ('{_REGISTRATION}', '{_SHOWCASE}')")
    op.execute(f"DELETE FROM {_SHOWCASE} WHERE state NOT IN ('named', 'revoked')")
    op.execute(
        f"UPDATE {_REGISTRATION} SET state = 'registered', grade = NULL, graded_because = '', graded_by = NULL,"
        " graded_at = NULL, taken_back_because = '' WHERE state <> 'announced'"
    )
    with op.batch_alter_table(_SHOWCASE) as table:
        table.drop_index(op.f(f"ix_{_SHOWCASE}_state"))
        for name in _OF_SHOWCASE:
            table.drop_constraint(op.f(f"ck_{_SHOWCASE}_{name}"), type_="check")
        table.create_check_constraint(op.f(f"ck_{_SHOWCASE}_revoked"), _REVOKED)
        table.drop_column("state")
    with op.batch_alter_table(_REGISTRATION) as table:
        for name in _OF_REGISTRATION:
            table.drop_constraint(op.f(f"ck_{_REGISTRATION}_{name}"), type_="check")
        table.drop_column("taken_back_because")
        table.drop_column("state")
    _widen(30, 20)
