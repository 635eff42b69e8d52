"""Proposals, benefits, awards, publicity, the desks records lie on, and the rules staff set."""

import sqlalchemy as sa
from alembic import op

revision = "ad6c0f389dfd"
down_revision = "8c1f5b7a2e94"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "benefit",
        sa.Column("metric", sa.Text(), nullable=False),
        sa.Column("baseline", sa.Text(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("period_from", sa.Date(), nullable=True),
        sa.Column("period_to", sa.Date(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("tax_basis", sa.String(length=20), nullable=False),
        sa.Column("price_year", sa.Integer(), nullable=True),
        sa.Column("unit_of_output", sa.String(length=40), nullable=False),
        sa.Column("unit_cost_before", sa.BigInteger(), nullable=True),
        sa.Column("unit_cost_after", sa.BigInteger(), nullable=True),
        sa.Column("yearly_output", sa.Numeric(precision=18, scale=4), nullable=True),
        sa.Column("implementation_cost", sa.BigInteger(), nullable=True),
        sa.Column("safety_effect", sa.Text(), nullable=False),
        sa.Column("claimed", sa.BigInteger(), nullable=True),
        sa.Column("claimed_by", sa.String(length=120), nullable=True),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attested", sa.BigInteger(), nullable=True),
        sa.Column("attestor", sa.String(length=10), nullable=True),
        sa.Column("attested_by", sa.String(length=120), nullable=True),
        sa.Column("attested_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attestation_note", sa.Text(), nullable=False),
        sa.Column("verified", sa.BigInteger(), nullable=True),
        sa.Column("verified_by", sa.String(length=120), nullable=True),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("verification_note", sa.Text(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("attestor IS NULL OR attestor IN ('finance', 'outside')", name=op.f("ck_benefit_attestor")),
        sa.CheckConstraint("tax_basis IN ('excluded', 'included')", name=op.f("ck_benefit_tax_basis")),
        sa.CheckConstraint(
            "(attested_by IS NULL) = (attested_at IS NULL) AND (attested_by IS NULL) = (attestor IS NULL)",
            name=op.f("ck_benefit_attested"),
        ),
        sa.CheckConstraint("(claimed_by IS NULL) = (claimed_at IS NULL)", name=op.f("ck_benefit_claimed")),
        sa.CheckConstraint("(verified_by IS NULL) = (verified_at IS NULL)", name=op.f("ck_benefit_verified")),
        sa.CheckConstraint("period_from IS NULL OR period_to > period_from", name=op.f("ck_benefit_period")),
        sa.CheckConstraint(
            "verified_at IS NULL OR claimed_at IS NOT NULL", name=op.f("ck_benefit_verified_after_claim")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_benefit")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "rule_value",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("set_by", sa.String(length=120), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule_value")),
    )
    with op.batch_alter_table("rule_value", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_rule_value_name"), ["name"], unique=False)

    op.create_table(
        "award_round",
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("level", sa.String(length=10), nullable=False),
        sa.Column("region_path", sa.String(length=60), nullable=False),
        sa.Column("industry_path", sa.String(length=30), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("opens_on", sa.Date(), nullable=False),
        sa.Column("closes_on", sa.Date(), nullable=False),
        sa.Column("rubrics", sa.JSON(), nullable=False),
        sa.Column("quotas", sa.JSON(), nullable=False),
        sa.Column("line", sa.Numeric(precision=5, scale=2), nullable=False),
        sa.Column("spread", sa.Numeric(precision=5, scale=2), nullable=False),
        sa.Column("judges_needed", sa.Integer(), nullable=False),
        sa.Column("publicity_days", sa.Integer(), nullable=False),
        sa.Column("bars_heads_of_unit", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "level IN ('unit', 'county', 'city', 'industry', 'province')", name=op.f("ck_award_round_level")
        ),
        sa.CheckConstraint(
            "state IN ('open', 'scoring', 'second_round', 'scored', 'publicity', 'awarded', 'cancelled')",
            name=op.f("ck_award_round_state"),
        ),
        sa.CheckConstraint("closes_on >= opens_on", name=op.f("ck_award_round_closes_on")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_award_round_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_award_round")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("award_round", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_award_round_state"), ["state"], unique=False)

    op.create_table(
        "benefit_reference",
        sa.Column("benefit_id", sa.Integer(), nullable=False),
        sa.Column("noun", sa.String(length=20), nullable=False),
        sa.Column("object_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["benefit_id"], ["benefit.id"], name=op.f("fk_benefit_reference_benefit_id_benefit"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("benefit_id", "noun", "object_id", name=op.f("pk_benefit_reference")),
    )
    with op.batch_alter_table("benefit_reference", schema=None) as batch_op:
        batch_op.create_index("ix_benefit_reference_object", ["noun", "object_id"], unique=False)

    op.create_table(
        "task",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("noun", sa.String(length=20), nullable=False),
        sa.Column("object_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("stands_in_for", sa.String(length=20), nullable=True),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("region_path", sa.String(length=60), nullable=False),
        sa.Column("industry_path", sa.String(length=30), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("reminded_on", sa.Date(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.String(length=120), nullable=True),
        sa.CheckConstraint(
            "role IN ('author', 'unit_union', 'county', 'city', 'industry_union', 'province_curator')",
            name=op.f("ck_task_role"),
        ),
        sa.CheckConstraint("(closed_at IS NULL) = (closed_by IS NULL)", name=op.f("ck_task_closed")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_task_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task")),
    )
    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.create_index(
            "ix_task_queue",
            ["role", "due_on", "id"],
            unique=False,
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )
        batch_op.create_index(
            "ix_task_unit_queue",
            ["organisation_id", "due_on", "id"],
            unique=False,
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )
        batch_op.create_index(
            "ux_task_open",
            ["noun", "object_id"],
            unique=True,
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )

    op.create_table(
        "panel_member",
        sa.Column("award_round_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("invited_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_panel_member_account_id_account")),
        sa.ForeignKeyConstraint(
            ["award_round_id"],
            ["award_round.id"],
            name=op.f("fk_panel_member_award_round_id_award_round"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("award_round_id", "account_id", name=op.f("pk_panel_member")),
    )
    op.create_table(
        "publicity",
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("award_round_id", sa.Integer(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("counts_working_days", sa.Boolean(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=200), nullable=False),
        sa.Column("snapshot_hash", sa.String(length=64), nullable=False),
        sa.Column("started_by", sa.String(length=120), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("replaced_by_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_publicity_ends_on")),
        sa.CheckConstraint("replaced_by_id IS NULL OR closed_at IS NOT NULL", name=op.f("ck_publicity_replaced")),
        sa.ForeignKeyConstraint(
            ["award_round_id"], ["award_round.id"], name=op.f("fk_publicity_award_round_id_award_round")
        ),
        sa.ForeignKeyConstraint(
            ["replaced_by_id"], ["publicity.id"], name=op.f("fk_publicity_replaced_by_id_publicity")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publicity")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("publicity", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_publicity_award_round_id"), ["award_round_id"], unique=False)

    op.create_table(
        "recusal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_recusal_account_id_account")),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_recusal_task_id_task"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recusal")),
        sa.UniqueConstraint("task_id", "account_id", name=op.f("uq_recusal_task_id_account_id")),
    )
    with op.batch_alter_table("recusal", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_recusal_task_id"), ["task_id"], unique=False)

    op.create_table(
        "amendment",
        sa.Column("achievement_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.String(length=120), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(state = 'open') = (settled_at IS NULL)", name=op.f("ck_amendment_settled")),
        sa.CheckConstraint("state IN ('open', 'applied', 'refused')", name=op.f("ck_amendment_state")),
        sa.ForeignKeyConstraint(
            ["achievement_id"],
            ["achievement.id"],
            name=op.f("fk_amendment_achievement_id_achievement"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_amendment")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("amendment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_amendment_achievement_id"), ["achievement_id"], unique=False)
        batch_op.create_index(
            "ux_amendment_open",
            ["achievement_id"],
            unique=True,
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        )

    op.create_table(
        "objection",
        sa.Column("publicity_id", sa.Integer(), nullable=False),
        sa.Column("noun", sa.String(length=20), nullable=False),
        sa.Column("object_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("contact", sa.String(length=120), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("handler", sa.String(length=120), nullable=True),
        sa.Column("finding", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(state = 'open') = (decided_at IS NULL) AND (state = 'open' OR (finding <> '' AND handler IS NOT NULL))",
            name=op.f("ck_objection_decided"),
        ),
        sa.CheckConstraint("name <> '' OR evidence <> ''", name=op.f("ck_objection_named_or_with_evidence")),
        sa.CheckConstraint("state IN ('open', 'upheld', 'dismissed')", name=op.f("ck_objection_state")),
        sa.CheckConstraint("text <> ''", name=op.f("ck_objection_text")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_objection_account_id_account")),
        sa.ForeignKeyConstraint(["publicity_id"], ["publicity.id"], name=op.f("fk_objection_publicity_id_publicity")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_objection")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("objection", schema=None) as batch_op:
        batch_op.create_index("ix_objection_object", ["noun", "object_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_objection_publicity_id"), ["publicity_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_objection_state"), ["state"], unique=False)

    op.create_table(
        "proposal",
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("number", sa.String(length=60), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("present_state", sa.Text(), nullable=False),
        sa.Column("measure", sa.Text(), nullable=False),
        sa.Column("expected_effect", sa.Text(), nullable=False),
        sa.Column("benefit_metric", sa.Text(), nullable=False),
        sa.Column("category", sa.String(length=30), nullable=True),
        sa.Column("is_pseudonymous", sa.Boolean(), nullable=False),
        sa.Column("crew", sa.String(length=120), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("region", sa.String(length=12), nullable=True),
        sa.Column("industry", sa.String(length=8), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.String(length=120), nullable=True),
        sa.Column("reply", sa.Text(), nullable=False),
        sa.Column("adopted_part", sa.Text(), nullable=False),
        sa.Column("reoffered_on", sa.Date(), nullable=True),
        sa.Column("implementation", sa.Text(), nullable=False),
        sa.Column("begun_on", sa.Date(), nullable=True),
        sa.Column("first_used_on", sa.Date(), nullable=True),
        sa.Column("merged_into_id", sa.Integer(), nullable=True),
        sa.Column("merged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state_before_merge", sa.String(length=20), nullable=True),
        sa.Column("achievement_id", sa.Integer(), nullable=True),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("source_id", sa.String(length=120), nullable=True),
        sa.Column("source_hash", sa.String(length=64), nullable=True),
        sa.Column("extra", sa.JSON(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(state = 'merged') = (merged_into_id IS NOT NULL) AND (merged_into_id IS NULL) = (merged_at IS NULL) AND (merged_into_id IS NULL) = (state_before_merge IS NULL)",
            name=op.f("ck_proposal_merged"),
        ),
        sa.CheckConstraint("state <> 'not_adopted' OR reply <> ''", name=op.f("ck_proposal_reply")),
        sa.CheckConstraint(
            "state IN ('draft', 'submitted', 'screened', 'unit_review', 'adopted', 'partly_adopted', 'shelved', 'not_adopted', 'implementing', 'implemented', 'benefit_verified', 'nominated', 'scored', 'publicity', 'awarded', 'returned', 'rejected', 'withdrawn', 'merged', 'objected', 'revoked')",
            name=op.f("ck_proposal_state"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('adopted', 'partly_adopted', 'shelved', 'not_adopted') OR decided_at IS NOT NULL",
            name=op.f("ck_proposal_decision"),
        ),
        sa.CheckConstraint("title <> ''", name=op.f("ck_proposal_title")),
        sa.CheckConstraint("(decided_by IS NULL) = (decided_at IS NULL)", name=op.f("ck_proposal_decided")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_proposal_account_id_account")),
        sa.ForeignKeyConstraint(
            ["achievement_id"], ["achievement.id"], name=op.f("fk_proposal_achievement_id_achievement")
        ),
        sa.ForeignKeyConstraint(["merged_into_id"], ["proposal.id"], name=op.f("fk_proposal_merged_into_id_proposal")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_proposal_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal")),
        sa.UniqueConstraint("source", "source_id", name=op.f("uq_proposal_source_source_id")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("proposal", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_proposal_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_proposal_achievement_id"), ["achievement_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_proposal_merged_into_id"), ["merged_into_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_proposal_organisation_id"), ["organisation_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_proposal_state"), ["state"], unique=False)

    op.create_table(
        "publicity_entry",
        sa.Column("publicity_id", sa.Integer(), nullable=False),
        sa.Column("noun", sa.String(length=20), nullable=False),
        sa.Column("object_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("text", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["publicity_id"],
            ["publicity.id"],
            name=op.f("fk_publicity_entry_publicity_id_publicity"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("publicity_id", "noun", "object_id", name=op.f("pk_publicity_entry")),
    )
    with op.batch_alter_table("publicity_entry", schema=None) as batch_op:
        batch_op.create_index("ix_publicity_entry_object", ["noun", "object_id"], unique=False)

    op.create_table(
        "nomination",
        sa.Column("award_round_id", sa.Integer(), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("alias", sa.String(length=12), nullable=False),
        sa.Column("rubric", sa.String(length=4), nullable=False),
        sa.Column("recommended_by", sa.String(length=200), nullable=False),
        sa.Column("score", sa.Numeric(precision=5, scale=2), nullable=True),
        sa.Column("rank", sa.Integer(), nullable=True),
        sa.Column("grade", sa.String(length=30), nullable=True),
        sa.Column("outcome", sa.String(length=20), nullable=True),
        sa.Column("certificate_number", sa.String(length=40), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "outcome IS NULL OR outcome IN ('proposed', 'not_selected', 'awarded', 'struck', 'revoked')",
            name=op.f("ck_nomination_outcome"),
        ),
        sa.ForeignKeyConstraint(
            ["award_round_id"], ["award_round.id"], name=op.f("fk_nomination_award_round_id_award_round")
        ),
        sa.ForeignKeyConstraint(["proposal_id"], ["proposal.id"], name=op.f("fk_nomination_proposal_id_proposal")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nomination")),
        sa.UniqueConstraint("award_round_id", "alias", name=op.f("uq_nomination_award_round_id_alias")),
        sa.UniqueConstraint("award_round_id", "proposal_id", name=op.f("uq_nomination_award_round_id_proposal_id")),
        sa.UniqueConstraint("certificate_number", name=op.f("uq_nomination_certificate_number")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("nomination", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_nomination_award_round_id"), ["award_round_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_nomination_proposal_id"), ["proposal_id"], unique=False)

    op.create_table(
        "proposal_author",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("share", sa.Numeric(precision=5, scale=2), nullable=True),
        sa.Column("part", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("merged_from_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("position >= 1", name=op.f("ck_proposal_author_position")),
        sa.CheckConstraint("share IS NULL OR (share > 0 AND share <= 100)", name=op.f("ck_proposal_author_share")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_proposal_author_account_id_account")),
        sa.ForeignKeyConstraint(
            ["merged_from_id"], ["proposal.id"], name=op.f("fk_proposal_author_merged_from_id_proposal")
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposal.id"], name=op.f("fk_proposal_author_proposal_id_proposal"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal_author")),
    )
    with op.batch_alter_table("proposal_author", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_proposal_author_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_proposal_author_proposal_id"), ["proposal_id"], unique=False)

    op.create_table(
        "proposal_vote",
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_proposal_vote_account_id_account")),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposal.id"], name=op.f("fk_proposal_vote_proposal_id_proposal"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("proposal_id", "account_id", name=op.f("pk_proposal_vote")),
    )
    op.create_table(
        "score_sheet",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("nomination_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("scoring", sa.Integer(), nullable=False),
        sa.Column("scores", sa.JSON(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=True),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("recused_because", sa.Text(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("locked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("recused_because IS NULL OR total IS NULL", name=op.f("ck_score_sheet_recused")),
        sa.CheckConstraint("total IS NULL OR total BETWEEN 0 AND 100", name=op.f("ck_score_sheet_total")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_score_sheet_account_id_account")),
        sa.ForeignKeyConstraint(
            ["nomination_id"],
            ["nomination.id"],
            name=op.f("fk_score_sheet_nomination_id_nomination"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_score_sheet")),
        sa.UniqueConstraint(
            "nomination_id", "account_id", "scoring", name=op.f("uq_score_sheet_nomination_id_account_id_scoring")
        ),
    )
    with op.batch_alter_table("score_sheet", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_score_sheet_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_score_sheet_nomination_id"), ["nomination_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("score_sheet", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_score_sheet_nomination_id"))
        batch_op.drop_index(batch_op.f("ix_score_sheet_account_id"))

    op.drop_table("score_sheet")
    op.drop_table("proposal_vote")
    with op.batch_alter_table("proposal_author", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_proposal_author_proposal_id"))
        batch_op.drop_index(batch_op.f("ix_proposal_author_account_id"))

    op.drop_table("proposal_author")
    with op.batch_alter_table("nomination", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_nomination_proposal_id"))
        batch_op.drop_index(batch_op.f("ix_nomination_award_round_id"))

    op.drop_table("nomination")
    with op.batch_alter_table("publicity_entry", schema=None) as batch_op:
        batch_op.drop_index("ix_publicity_entry_object")

    op.drop_table("publicity_entry")
    with op.batch_alter_table("proposal", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_proposal_state"))
        batch_op.drop_index(batch_op.f("ix_proposal_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_proposal_merged_into_id"))
        batch_op.drop_index(batch_op.f("ix_proposal_achievement_id"))
        batch_op.drop_index(batch_op.f("ix_proposal_account_id"))

    op.drop_table("proposal")
    with op.batch_alter_table("objection", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_objection_state"))
        batch_op.drop_index(batch_op.f("ix_objection_publicity_id"))
        batch_op.drop_index("ix_objection_object")

    op.drop_table("objection")
    with op.batch_alter_table("amendment", schema=None) as batch_op:
        batch_op.drop_index(
            "ux_amendment_open", sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'")
        )
        batch_op.drop_index(batch_op.f("ix_amendment_achievement_id"))

    op.drop_table("amendment")
    with op.batch_alter_table("recusal", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_recusal_task_id"))

    op.drop_table("recusal")
    with op.batch_alter_table("publicity", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_publicity_award_round_id"))

    op.drop_table("publicity")
    op.drop_table("panel_member")
    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.drop_index(
            "ux_task_open", sqlite_where=sa.text("closed_at IS NULL"), postgresql_where=sa.text("closed_at IS NULL")
        )
        batch_op.drop_index(
            "ix_task_unit_queue",
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )
        batch_op.drop_index(
            "ix_task_queue", sqlite_where=sa.text("closed_at IS NULL"), postgresql_where=sa.text("closed_at IS NULL")
        )

    op.drop_table("task")
    with op.batch_alter_table("benefit_reference", schema=None) as batch_op:
        batch_op.drop_index("ix_benefit_reference_object")

    op.drop_table("benefit_reference")
    with op.batch_alter_table("award_round", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_award_round_state"))

    op.drop_table("award_round")
    with op.batch_alter_table("rule_value", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_rule_value_name"))

    op.drop_table("rule_value")
    op.drop_table("benefit")
