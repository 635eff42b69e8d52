"""a target may be of one month, and of an industry in a place"""

import sqlalchemy as sa
from alembic import op

revision = "7c41d08ae35b"
down_revision = "b60e7d19c4f2"
branch_labels = None
depends_on = None

_COLUMNS = ("year", "region_path", "industry_path", "measure", "amount", "set_by")


def _made_anew(*, with_month: bool) -> None:
    """Make the table anew with its rows, for no database of the two changes a primary key alike; it is small."""
    kept = sa.table("yearly_target", *(sa.column(name) for name in ("month", *_COLUMNS)))
    rows = sa.select(*(kept.c[name] for name in _COLUMNS))
    if not with_month:
        # What the key of that time cannot hold is left out.
        rows = rows.where(kept.c.month == 0, (kept.c.region_path == "") | (kept.c.industry_path == ""))
    found = [dict(it) for it in op.get_bind().execute(rows).mappings()]
    op.drop_table("yearly_target")
    if with_month:
        month = [sa.Column("month", sa.Integer(), autoincrement=False, nullable=False)]
        bounds = [
            sa.CheckConstraint("month BETWEEN 0 AND 12", name=op.f("ck_yearly_target_month")),
            sa.CheckConstraint(
                "region_path <> '' OR industry_path <> '' OR month > 0", name=op.f("ck_yearly_target_place")
            ),
        ]
    else:
        month = []
        bounds = [
            sa.CheckConstraint("(region_path = '') <> (industry_path = '')", name=op.f("ck_yearly_target_place")),
        ]
    table = op.create_table(
        "yearly_target",
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        *month,
        sa.Column("region_path", sa.String(length=60), nullable=False),
        sa.Column("industry_path", sa.String(length=30), nullable=False),
        sa.Column("measure", sa.String(length=30), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("set_by", sa.String(length=120), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_yearly_target_amount")),
        *bounds,
        sa.PrimaryKeyConstraint(
            "year", *(it.name for it in month), "region_path", "industry_path", "measure", name=op.f("pk_yearly_target")
        ),
    )
    if found:
        op.bulk_insert(table, [it | {"month": 0} if with_month else it for it in found])


def upgrade() -> None:
    _made_anew(with_month=True)


def downgrade() -> None:
    _made_anew(with_month=False)
