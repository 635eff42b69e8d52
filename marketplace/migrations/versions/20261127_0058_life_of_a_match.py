"""The life of a match: who saw and wanted it, who introduced the two, their agreement on secrecy and what it opened."""

import sqlalchemy as sa
from alembic import op

revision = "e1b7a94c30d2"
down_revision = "7a3e9c51d8f2"
branch_labels = None
depends_on = None

_SIDES = ("enterprise", "owner")
_MUTUAL = (
    "mutual", "introduced", "nda", "disclosed", "negotiating", "letter_of_intent", "signed", "registered",
    "implemented", "verified",
)  # fmt: skip
_FACTS = {
    "seen": "state <> 'seen' OR seen_by_enterprise_at IS NOT NULL OR seen_by_owner_at IS NOT NULL",
    "wanted_by_enterprise": f"state NOT IN {('interest_e', *_MUTUAL)} OR wanted_by_enterprise_at IS NOT NULL",
    "wanted_by_owner": f"state NOT IN {('interest_o', *_MUTUAL)} OR wanted_by_owner_at IS NOT NULL",
    "introduced_by": "(introduced_at IS NULL) = (introduced_by IS NULL)",
    "introduced": f"state NOT IN {_MUTUAL[1:]} OR introduced_at IS NOT NULL",
    "nda": "state NOT IN ('nda', 'disclosed') OR nda_at IS NOT NULL",
    "disclosed_under_nda": "disclosed_at IS NULL OR nda_at IS NOT NULL",
    "disclosed": "state <> 'disclosed' OR disclosed_at IS NOT NULL",
}
_MOMENTS = (
    "seen_by_enterprise_at", "seen_by_owner_at", "wanted_by_enterprise_at", "wanted_by_owner_at", "introduced_at",
    "nda_at", "disclosed_at", "stirred_at",
)  # fmt: skip


def upgrade() -> None:
    moment = "DATETIME" if op.get_bind().dialect.name == "sqlite" else "TIMESTAMP WITH TIME ZONE"
    # Copying the table, as SQLite does for anything else, would take the answers along with the old one.
    for name in _MOMENTS:
        op.execute(f'ALTER TABLE "match" ADD COLUMN {name} {moment}')
    op.execute('ALTER TABLE "match" ADD COLUMN introduced_by VARCHAR(120)')
    op.execute(
        'ALTER TABLE "match" ADD COLUMN introduced_by_id INTEGER'
        " CONSTRAINT fk_match_introduced_by_id_account REFERENCES account (id)"
    )
    for side, state in zip(_SIDES, ("interest_e", "interest_o"), strict=True):
        answered = f"SELECT answered_at FROM outcome WHERE match_id = \"match\".id AND side = '{side}'"  # noqa: S608
        wanted = f"wanted_by_{side}_at = COALESCE(({answered}), updated_at)"
        op.execute(f"UPDATE \"match\" SET {wanted} WHERE state IN ('{state}', 'mutual')")  # noqa: S608
    op.execute("UPDATE \"match\" SET stirred_at = updated_at WHERE state <> 'suggested'")
    # The last column brings the constraints, once the rows hold what they ask for.
    checks = " ".join(f"CONSTRAINT ck_match_{name} CHECK ({said})" for name, said in _FACTS.items())
    op.execute(f'ALTER TABLE "match" ADD COLUMN warned_at {moment} {checks}')
    op.create_index("ix_match_silence", "match", ["state", "stirred_at"])
    op.create_table(
        "match_message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("match_id", sa.Integer(), nullable=False),
        sa.Column("side", sa.String(length=10), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("written_by", sa.String(length=120), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("side IN ('enterprise', 'owner', 'broker')", name=op.f("ck_match_message_side")),
        sa.CheckConstraint("text <> ''", name=op.f("ck_match_message_text")),
        sa.ForeignKeyConstraint(
            ["match_id"], ["match.id"], name=op.f("fk_match_message_match_id_match"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_match_message")),
    )
    op.create_index(op.f("ix_match_message_match_id"), "match_message", ["match_id"])
    op.create_table(
        "nda",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("match_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("text_hash", sa.String(length=64), nullable=False),
        sa.Column("enterprise_account_id", sa.Integer(), nullable=True),
        sa.Column("enterprise_name", sa.String(length=100), nullable=False),
        sa.Column("enterprise_signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("owner_account_id", sa.Integer(), nullable=True),
        sa.Column("owner_name", sa.String(length=100), nullable=False),
        sa.Column("owner_signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("in_force_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.String(length=10), nullable=True),
        sa.Column("ended_because", sa.Text(), nullable=False),
        sa.CheckConstraint("version >= 1", name=op.f("ck_nda_version")),
        *(
            sa.CheckConstraint(
                f"({side}_signed_at IS NULL) = ({side}_account_id IS NULL)"
                f" AND ({side}_signed_at IS NULL) = ({side}_name = '')",
                name=op.f(f"ck_nda_signed_by_{side}"),
            )
            for side in _SIDES
        ),
        sa.CheckConstraint(
            "(in_force_at IS NULL) = (enterprise_signed_at IS NULL OR owner_signed_at IS NULL)",
            name=op.f("ck_nda_in_force"),
        ),
        sa.CheckConstraint(
            "enterprise_account_id IS NULL OR enterprise_account_id <> owner_account_id", name=op.f("ck_nda_sides")
        ),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (ended_by IS NULL) AND (ended_at IS NULL) = (ended_because = '')",
            name=op.f("ck_nda_ended"),
        ),
        sa.CheckConstraint("ended_by IS NULL OR ended_by IN ('enterprise', 'owner')", name=op.f("ck_nda_ended_by")),
        sa.ForeignKeyConstraint(["match_id"], ["match.id"], name=op.f("fk_nda_match_id_match"), ondelete="CASCADE"),
        *(
            sa.ForeignKeyConstraint(
                [f"{side}_account_id"], ["account.id"], name=op.f(f"fk_nda_{side}_account_id_account")
            )
            for side in _SIDES
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nda")),
        sa.UniqueConstraint("match_id", name=op.f("uq_nda_match_id")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "disclosure_view",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("match_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("file_name", sa.String(length=255), nullable=True),
        sa.Column("file_hash", sa.String(length=64), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(file_name IS NULL) = (file_hash IS NULL)", name=op.f("ck_disclosure_view_file")),
        sa.ForeignKeyConstraint(["match_id"], ["match.id"], name=op.f("fk_disclosure_view_match_id_match")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_disclosure_view_account_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disclosure_view")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_disclosure_view_match_id"), "disclosure_view", ["match_id"])


def downgrade() -> None:
    op.drop_table("disclosure_view")
    op.drop_table("nda")
    op.drop_table("match_message")
    op.drop_index("ix_match_silence", "match")
    # With its column SQLite drops the constraints it brought; elsewhere they are the table's.
    if op.get_bind().dialect.name != "sqlite":
        for name in _FACTS:
            op.execute(f'ALTER TABLE "match" DROP CONSTRAINT ck_match_{name}')
    for name in ("warned_at", "introduced_by_id", "introduced_by", *_MOMENTS):
        op.execute(f'ALTER TABLE "match" DROP COLUMN {name}')
