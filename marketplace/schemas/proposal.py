"""A rationalisation proposal as it is written and given out, and what a unit answers with."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from functools import cache
from typing import Any

import marshmallow as ma
from flask_babel import gettext

from marketplace import vocabulary
from marketplace.models import Proposal, ProposalAuthor
from marketplace.schemas.achievement import UnitSchema
from marketplace.schemas.fields import Code, Day, DomainSchema, Flag, Line, Many, Nested, Share, Text, Whole

_WHOLE = Decimal(100)


class ProposalAuthorSchema(DomainSchema):
    """An author in his place of the order; ``email`` finds his account and is never given out."""

    name = Line(100, required=True)
    share = Share(load_default=None)
    part = Text(2000, load_default="")
    email = Line(254, load_default="", load_only=True)


class AuthorsSchema(DomainSchema):
    """The authors in their order. Shares sum to 100 where every one is stated; otherwise none is."""

    authors = Many(Nested(ProposalAuthorSchema))

    @ma.validates_schema(skip_on_field_errors=True)
    def check_shares(self, data: dict[str, Any], **_options: Any) -> None:
        shares = [author["share"] for author in data.get("authors", ()) if author["share"] is not None]
        if not shares:
            return
        if len(shares) < len(data["authors"]):
            raise ma.ValidationError(gettext("请给每位作者都填上份额，或者都不填。"), "authors")
        if sum(shares) != _WHOLE:
            message = gettext("各作者的份额合计应为 100%%，现为 %(sum)s%%。", sum=sum(shares))
            raise ma.ValidationError(message, "authors")


class ProposalSchema(AuthorsSchema):
    """Every field of a proposal. Without a title it is called by the beginning of its measure."""

    id = ma.fields.Integer(dump_only=True)
    revision = ma.fields.Integer(dump_only=True)
    state = ma.fields.String(dump_only=True)
    title = Line(300, load_default="")
    present_state = Text(5000, load_default="")
    measure = Text(5000, load_default="")
    expected_effect = Text(5000, load_default="")
    benefit_metric = Text(2000, load_default="")
    category = Code(vocabulary.proposal_categories, load_default=None)
    crew = Line(120, load_default="")
    is_pseudonymous = Flag(load_default=False)
    organisation_id = Whole(1, 2**31 - 1, load_default=None, load_only=True)
    organisation = ma.fields.Nested(UnitSchema, dump_only=True, allow_none=True)
    submitted_at = ma.fields.DateTime(dump_only=True, allow_none=True)
    decided_at = ma.fields.DateTime(dump_only=True, allow_none=True)
    reply = ma.fields.String(dump_only=True)
    adopted_part = ma.fields.String(dump_only=True)
    implementation = ma.fields.String(dump_only=True)
    begun_on = ma.fields.Date(dump_only=True, allow_none=True)
    first_used_on = ma.fields.Date(dump_only=True, allow_none=True)
    merged_into_id = ma.fields.Integer(dump_only=True, allow_none=True)


class PartlyAdoptedSchema(DomainSchema):
    """Which part of a proposal is adopted, and why not the rest."""

    adopted_part = Text(2000, required=True)
    reason = Text(2000, required=True)


class CompletionSchema(DomainSchema):
    """What was carried out, and the first day it was used."""

    implementation = Text(5000, required=True)
    first_used_on = Day(required=True)


class StatedReasonSchema(DomainSchema):
    """Why something is done."""

    reason = Text(2000, required=True)


class MergeSchema(DomainSchema):
    """The proposal that another one goes into, and why."""

    into_id = Whole(1, 2**31 - 1, required=True, data_key="into")
    reason = Text(2000, required=True)


def disclosed(proposal: Proposal, *, sees_authors: bool) -> dict[str, Any]:
    """Return what a reader may see of a proposal, as plain data; ``authors`` is empty for whoever may not know them."""
    plain: dict[str, Any] = _schema().dump(proposal)
    return plain if sees_authors else {**plain, "authors": []}


@cache
def _schema() -> ProposalSchema:
    """Return the schema; kept, because making one takes longer than showing proposals by it."""
    return ProposalSchema()


def shares_of(authors: Sequence[ProposalAuthor]) -> Decimal | None:
    """Return the sum of the shares in per cent, None while not every one is stated."""
    shares = [author.share for author in authors]
    return None if None in shares or not shares else sum((it for it in shares if it is not None), Decimal(0))
