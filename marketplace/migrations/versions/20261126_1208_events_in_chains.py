"""Events are numbered within their record, chained by a hash that says exactly what it is of, and never changed."""

import datetime as dt
import hashlib
import json

import sqlalchemy as sa
from alembic import op

revision = "5d2a81c3f7e0"
down_revision = "c27c98199335"
branch_labels = None
depends_on = None

_PAGE = 1000
_HASHED = ("actor", "role", "verb", "noun", "object_id", "from_state", "to_state", "reason", "payload_hash")

_EVENTS = sa.table(
    "audit_entry",
    sa.column("id", sa.Integer()),
    sa.column("at", sa.DateTime(timezone=True)),
    sa.column("sequence", sa.Integer()),
    sa.column("previous_hash", sa.String()),
    sa.column("hash", sa.String()),
    *(sa.column(name) for name in _HASHED),
)

# The two kinds of database each say it in their own way.
_SQLITE = tuple(
    f"CREATE TRIGGER audit_entry_never_{verb}d BEFORE {verb.upper()} ON audit_entry "
    "BEGIN SELECT RAISE(ABORT, 'events are never changed or removed'); END"
    for verb in ("update", "delete")
)
_POSTGRESQL = (
    "CREATE FUNCTION refuse_to_change_events() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION "
    "'events are never changed or removed' USING ERRCODE = 'integrity_constraint_violation'; END $$",
    "CREATE TRIGGER audit_entry_never_changed BEFORE UPDATE OR DELETE ON audit_entry "
    "FOR EACH ROW EXECUTE FUNCTION refuse_to_change_events()",
    "CREATE TRIGGER audit_entry_never_emptied BEFORE TRUNCATE ON audit_entry "
    "FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_change_events()",
)


def upgrade() -> None:
    op.add_column("audit_entry", sa.Column("sequence", sa.Integer(), nullable=True))
    _chain(_hash)
    _let_go()
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.drop_index("ix_audit_entry_object")
        batch_op.alter_column("sequence", existing_type=sa.Integer(), nullable=False)
        batch_op.create_unique_constraint(
            op.f("uq_audit_entry_noun_object_id_sequence"), ["noun", "object_id", "sequence"]
        )
    _hold()
    op.create_table(
        "submitted_text",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["audit_entry.id"], name=op.f("fk_submitted_text_event_id_audit_entry")),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_submitted_text")),
    )
    for statement in _SQLITE if _is_sqlite() else _POSTGRESQL:
        op.execute(statement)


def downgrade() -> None:
    if _is_sqlite():
        op.execute("DROP TRIGGER audit_entry_never_updated")
        op.execute("DROP TRIGGER audit_entry_never_deleted")
    else:
        op.execute("DROP TRIGGER audit_entry_never_emptied ON audit_entry")
        op.execute("DROP TRIGGER audit_entry_never_changed ON audit_entry")
        op.execute("DROP FUNCTION refuse_to_change_events()")
    op.drop_table("submitted_text")
    _let_go()
    _chain(_former_hash)
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("uq_audit_entry_noun_object_id_sequence"), type_="unique")
        batch_op.drop_column("sequence")
        batch_op.create_index("ix_audit_entry_object", ["noun", "object_id", "id"], unique=False)
    _hold()


def _is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def _let_go() -> None:
    # SQLite copies the table of events, and drops the old one only where nothing refers to it.
    with op.batch_alter_table("thesaurus_version", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("fk_thesaurus_version_event_id_audit_entry"), type_="foreignkey")


def _hold() -> None:
    with op.batch_alter_table("thesaurus_version", schema=None) as batch_op:
        batch_op.create_foreign_key(
            op.f("fk_thesaurus_version_event_id_audit_entry"), "audit_entry", ["event_id"], ["id"]
        )


def _chain(hash_of) -> None:
    """Number the events of each record and hash them anew, a page at a time."""
    connection, place = op.get_bind(), sa.tuple_(_EVENTS.c.noun, _EVENTS.c.object_id, _EVENTS.c.id)
    change = sa.update(_EVENTS).where(_EVENTS.c.id == sa.bindparam("its_id"))
    change = change.values({name: sa.bindparam(f"its_{name}") for name in ("sequence", "previous_hash", "hash")})
    page, record, sequence, last = sa.select(_EVENTS).order_by(*place.clauses).limit(_PAGE), None, 0, None
    while rows := connection.execute(page).mappings().all():
        changes = []
        for row in rows:
            if (row["noun"], row["object_id"]) != record:
                record, sequence, last = (row["noun"], row["object_id"]), 0, None
            sequence += 1
            moment = row["at"].replace(tzinfo=dt.UTC) if row["at"].tzinfo is None else row["at"].astimezone(dt.UTC)
            event = dict(row) | {"at": moment, "sequence": sequence, "previous_hash": last}
            last = hash_of(event)
            changes.append(
                {
                    "its_id": row["id"],
                    "its_sequence": sequence,
                    "its_previous_hash": event["previous_hash"],
                    "its_hash": last,
                }
            )
        connection.execute(change, changes)
        page = page.where(place > sa.tuple_(row["noun"], row["object_id"], row["id"]))


def _hash(event) -> str:
    hashed = {name: event[name] for name in (*_HASHED, "sequence", "previous_hash")}
    hashed["at"] = event["at"].strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return hashlib.sha256(json.dumps(hashed, ensure_ascii=False, sort_keys=True, indent=2).encode()).hexdigest()


def _former_hash(event) -> str:
    fields = [event["previous_hash"] or "", event["at"].isoformat(), *(str(event[name]) for name in _HASHED)]
    return hashlib.sha256("\x1f".join(fields).encode()).hexdigest()
