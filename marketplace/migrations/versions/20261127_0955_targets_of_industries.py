"""what is to be reached in a year is set for industries as well as for places"""

import sqlalchemy as sa
from alembic import op

revision = "5b90c2e7d814"
down_revision = "d29b6f0c7e14"
branch_labels = None
depends_on = None

_COLUMNS = ("year", "region_path", "measure", "amount", "set_by")


def _made_anew(*, with_industry: bool) -> None:
    """Make the table anew with its rows, for no database of the two changes a primary key alike; it is small."""
    kept = sa.table("yearly_target", *(sa.column(name) for name in _COLUMNS))
    rows = op.get_bind().execute(sa.select(kept).where(kept.c.region_path != "")).mappings().all()
    op.drop_table("yearly_target")
    industry = [sa.Column("industry_path", sa.String(length=30), nullable=False)] if with_industry else []
    is_of_one = sa.CheckConstraint("(region_path = '') <> (industry_path = '')", name=op.f("ck_yearly_target_place"))
    table = op.create_table(
        "yearly_target",
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("region_path", sa.String(length=60), nullable=False),
        *industry,
        sa.Column("measure", sa.String(length=30), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("set_by", sa.String(length=120), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_yearly_target_amount")),
        *([is_of_one] if with_industry else []),
        sa.PrimaryKeyConstraint(
            "year", "region_path", *(it.name for it in industry), "measure", name=op.f("pk_yearly_target")
        ),
    )
    if rows:
        op.bulk_insert(table, [dict(it) | ({"industry_path": ""} if with_industry else {}) for it in rows])


def upgrade() -> None:
    _made_anew(with_industry=True)


def downgrade() -> None:
    _made_anew(with_industry=False)
