"""In which layer each field of an achievement lies.

L0 is open to anyone, L1 to signed-in enterprises, L2 under a signed agreement, L3 in the room only. A record may set a
field stricter or looser, within what ``LEAST`` allows; what it does not say follows ``USUAL``. Two things close a field
to the public whatever the record says: while no patent is filed, what would enable others to carry the achievement
out, and while the opening is deferred, everything but the teaser and the catalogue's facts.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping

import marshmallow as ma
import sqlalchemy as sa

from marketplace import vocabulary
from marketplace.db import today
from marketplace.errors import N_
from marketplace.models import Achievement, Attachment
from marketplace.models.records.achievement import FILED
from marketplace.schemas.fields import Code, Day, DomainSchema, Whole

PUBLIC, ENTERPRISES, AGREED, IN_THE_ROOM = range(4)

# The layer of a field the record says nothing of, where it is not open to anyone.
USUAL: Mapping[str, int] = {
    "principle": 1, "trl_evidence": 1, "supporters": 1, "transfer_note": 1,
    "statements": 3, "contact_name": 3, "contact_phone": 3, "extra": 3,
}  # fmt: skip
# The layer a field is never taken out of: nobody's address is published by a tick in a form.
LEAST: Mapping[str, int] = {"statements": 3, "contact_name": 3, "contact_phone": 3, "extra": 3}

# What an owner may lay open or keep, in the order of the page. How an indicator was tested is a field of its own here.
SETTABLE = (
    "summary", "problem", "principle", "difference", "indicators", "indicator_tests", "economic_comparison",
    "trl_evidence", "sites", "contributors", "supporters", "transfer_note", "benefit_claimed",
)  # fmt: skip
ENABLING = frozenset({"principle", "difference", "indicator_tests"})
DEFERRABLE = frozenset(SETTABLE) - {"contributors", "supporters"}

_UNKNOWN = N_("没有这个栏目，或者它的公开范围不能设定。")
_TOO_OPEN = N_("这个栏目不能对公众公开。")
NOT_FILED = N_("还没有申请专利，能够据以实施的内容不能对公众公开：公开以后就丧失新颖性。请先申请，或者选择 L1 以上。")


def nothing_is_filed(achievement: Achievement) -> bool:
    """Say whether an enabling field must stay closed.

    An imported record nobody was asked about was shown by the register it comes from.
    """
    if achievement.protection is None:
        return achievement.account_id is not None
    return achievement.protection != FILED


def is_deferred(achievement: Achievement, on: dt.date | None = None) -> bool:
    return achievement.deferred_until is not None and achievement.deferred_until > (on or today())


def chosen_layer(achievement: Achievement, field: str) -> int:
    """Return the layer of a field once nothing closes it any more."""
    return max(achievement.disclosure.get(field, USUAL.get(field, PUBLIC)), LEAST.get(field, PUBLIC))


def layer_of(achievement: Achievement, field: str) -> int:
    """Return the layer from which a field of a record is seen."""
    chosen = chosen_layer(achievement, field)
    is_closed = (field in ENABLING and nothing_is_filed(achievement)) or (
        field in DEFERRABLE and is_deferred(achievement)
    )
    return max(chosen, ENTERPRISES) if is_closed else chosen


def layer_of_file(achievement: Achievement, file: Attachment) -> int:
    """Return the layer from which a file of a record is given out; drawings enable, whatever they are called."""
    is_closed = nothing_is_filed(achievement) or is_deferred(achievement)
    return max(file.disclosure, ENTERPRISES) if is_closed else file.disclosure


def is_open(field: str) -> sa.ColumnElement[bool]:
    """Return, as an SQL condition on Achievement, whether anyone may read a field."""
    chosen = sa.func.coalesce(Achievement.disclosure[field].as_integer(), USUAL.get(field, PUBLIC)) == PUBLIC
    conditions = [chosen if LEAST.get(field, PUBLIC) == PUBLIC else sa.false()]
    if field in ENABLING:
        is_imported = sa.and_(Achievement.protection.is_(None), Achievement.account_id.is_(None))
        conditions.append(sa.or_(Achievement.protection == FILED, is_imported))
    if field in DEFERRABLE:
        conditions.append(sa.or_(Achievement.deferred_until.is_(None), Achievement.deferred_until <= today()))
    return sa.and_(*conditions)


def refusals(layers: Mapping[str, int], *, is_filed: bool) -> Iterator[tuple[str, str]]:
    """Yield (field, sentence) for each layer that may not be set so."""
    for field, layer in layers.items():
        if field not in (*SETTABLE, *LEAST):
            yield field, _UNKNOWN
        elif layer < LEAST.get(field, PUBLIC):
            yield field, _TOO_OPEN
        elif layer == PUBLIC and field in ENABLING and not is_filed:
            yield field, NOT_FILED


class DisclosureSchema(DomainSchema):
    """Who may see what: layers by field, layers of files by their id, 0 to 3."""

    protection = Code(vocabulary.protections, load_default=None)
    layers = ma.fields.Dict(keys=ma.fields.String(), values=Whole(PUBLIC, IN_THE_ROOM), load_default=dict)
    files = ma.fields.Dict(keys=ma.fields.Integer(), values=Whole(PUBLIC, IN_THE_ROOM), load_default=dict)
    deferred_until = Day(load_default=None)
