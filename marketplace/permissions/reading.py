"""Who may read a record: the rule as a set of tokens and as an SQL condition."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from marketplace import vocabulary
from marketplace.models import (
    Achievement,
    Contributor,
    Demand,
    DemandCheck,
    Organisation,
    Proposal,
    ProposalAuthor,
    StudioApplication,
)
from marketplace.permissions.actors import Actor, Grant, territory, upwards, within
from marketplace.permissions.roles import PROVINCE, PUBLIC
from marketplace.vocabulary import CodeList

OPEN_DEMANDS = ("open", "in_talks", "solved")
# From being taken in on, a proposal is read by the workers of its unit, who may support it.
SEEN_BY_COLLEAGUES = (
    "screened", "unit_review", "adopted", "partly_adopted", "shelved", "implementing", "implemented",
    "benefit_verified", "nominated", "scored", "publicity", "objected", "awarded",
)  # fmt: skip

Record = Achievement | Demand | Proposal | StudioApplication


def readers_of(record: Record) -> frozenset[str]:
    """Return the tokens of those who may read a record; where anybody may, that says it all.

    A draft is read by those it belongs to and by the province, what was submitted also by the offices of its places.
    The draft of a proposal is its authors' alone, and that of an achievement is not yet its unit's. The broker who sees
    to a demand reads it in every state, for as long as he holds the role.
    """
    if is_public(record):
        return frozenset({PUBLIC})
    if isinstance(record, Proposal):
        return _readers_of_proposal(record)
    offices = _territories(record) if record.state != "draft" else frozenset()
    return frozenset({PROVINCE}) | owners_of(record) | offices | _brokers(record)


def owners_of(record: Record) -> frozenset[str]:
    """Return the tokens of those a record belongs to: who made it, and the organisations it is of."""
    if isinstance(record, StudioApplication):
        return frozenset({f"organisation:{record.organisation_id}"})
    held = [record.account_id]
    if isinstance(record, Achievement):
        owners = set() if is_own_draft(record) else {f"organisation:{unit.id}" for unit in record.units}
        held += [contributor.account_id for contributor in record.contributors]
    else:
        owners = {f"key:{record.access_key}"} if isinstance(record, Demand) else set()
        if record.organisation_id is not None and not is_own_draft(record):
            owners.add(f"organisation:{record.organisation_id}")
    if isinstance(record, Proposal):
        held += [author.account_id for author in record.authors]
    return frozenset(owners | {f"account:{account_id}" for account_id in held if account_id is not None})


def is_own_draft(record: Record) -> bool:
    """Say whether a record is still being written by a person, and none of the business of the unit it names."""
    is_a_persons = isinstance(record, Proposal) or (isinstance(record, Achievement) and record.account_id is not None)
    return is_a_persons and record.state == "draft"


def is_public(record: Record) -> bool:
    if isinstance(record, Achievement):
        return record.published_state == "published"
    if isinstance(record, Proposal):
        return record.state == "awarded"
    return isinstance(record, Demand) and record.state in OPEN_DEMANDS


def can_read(actor: Actor, record: Record) -> bool:
    """Say whether the actor may read a record: its readers and the actor's tokens meet."""
    return not readers_of(record).isdisjoint(actor.tokens)


def readable(model: type[Any], actor: Actor) -> sa.ColumnElement[bool]:
    """Return ``can_read`` as an SQL condition on Achievement, Demand, Proposal or StudioApplication."""
    if PROVINCE in actor.tokens and model is not Proposal:
        return sa.true()
    conditions = list(_CONDITIONS[model](actor))
    return sa.or_(*conditions)


def places_of(record: Record) -> set[tuple[str, str]]:
    """Return the (region path, industry path) of a record and of each organisation it is of."""
    if isinstance(record, StudioApplication):
        return {(record.organisation.region_path, record.organisation.industry_path)}
    units = record.units if isinstance(record, Achievement) else filter(None, [record.organisation])
    own = vocabulary.regions.bound(record.region), vocabulary.industries.bound(record.industry)
    return {own, *((unit.region_path, unit.industry_path) for unit in units)}


def _achievement(actor: Actor) -> Iterator[sa.ColumnElement[bool]]:
    yield Achievement.published_state == "published"
    if not actor.reads:
        return
    if actor.account_id is not None:
        yield Achievement.account_id == actor.account_id
        yield Achievement.contributors.any(Contributor.account_id == actor.account_id)
    if actor.organisation_ids:
        is_known = sa.or_(Achievement.state != "draft", Achievement.account_id.is_(None))
        yield sa.and_(is_known, Achievement.units.any(Organisation.id.in_(actor.organisation_ids)))
    for grant in actor.territories:
        lies_there = sa.or_(_in_territory(Achievement, grant), Achievement.units.any(_unit_in_territory(grant)))
        yield sa.and_(Achievement.state != "draft", lies_there)


def _demand(actor: Actor) -> Iterator[sa.ColumnElement[bool]]:
    yield Demand.state.in_(OPEN_DEMANDS)
    yield Demand.access_key.in_(actor.keys)
    if not actor.reads:
        return
    if actor.account_id is not None:
        yield Demand.account_id == actor.account_id
    if actor.organisation_ids:
        yield Demand.organisation_id.in_(actor.organisation_ids)
    if actor.account_id is not None and any(grant.role == "broker" for grant in actor.grants):
        his = sa.select(DemandCheck.demand_id).where(DemandCheck.broker_id == actor.account_id)
        yield sa.and_(Demand.id.in_(his), Demand.state.not_in(("draft", "submitted")))
    for grant in actor.territories:
        lies_there = sa.or_(_in_territory(Demand, grant), Demand.organisation.has(_unit_in_territory(grant)))
        yield sa.and_(Demand.state != "draft", lies_there)


def _proposal(actor: Actor) -> Iterator[sa.ColumnElement[bool]]:
    yield Proposal.state == "awarded"
    if not actor.reads:
        return
    if actor.account_id is not None:
        yield Proposal.account_id == actor.account_id
        yield Proposal.authors.any(ProposalAuthor.account_id == actor.account_id)
    if PROVINCE in actor.tokens:
        yield Proposal.state != "draft"
        return
    if actor.organisation_ids:
        yield sa.and_(Proposal.state != "draft", Proposal.organisation_id.in_(actor.organisation_ids))
    if actor.colleague_of:
        yield sa.and_(Proposal.state.in_(SEEN_BY_COLLEAGUES), Proposal.organisation_id.in_(actor.colleague_of))
    for grant in actor.territories:
        lies_there = sa.or_(_in_territory(Proposal, grant), Proposal.organisation.has(_unit_in_territory(grant)))
        yield sa.and_(Proposal.state != "draft", lies_there)


def _application(actor: Actor) -> Iterator[sa.ColumnElement[bool]]:
    yield sa.false()
    if not actor.reads:
        return
    if actor.organisation_ids:
        yield StudioApplication.organisation_id.in_(actor.organisation_ids)
    for grant in actor.territories:
        yield StudioApplication.organisation.has(_unit_in_territory(grant))


_CONDITIONS = {
    Achievement: _achievement, Demand: _demand, Proposal: _proposal, StudioApplication: _application,
}  # fmt: skip


def _readers_of_proposal(proposal: Proposal) -> frozenset[str]:
    owners = owners_of(proposal)
    if proposal.state == "draft":
        return owners
    colleagues = {f"colleague:{proposal.organisation_id}"} if proposal.state in SEEN_BY_COLLEAGUES else set()
    return frozenset({PROVINCE}) | owners | _territories(proposal) | colleagues


def _brokers(record: Record) -> frozenset[str]:
    is_checked = isinstance(record, Demand) and record.state not in ("draft", "submitted")
    check = record.check if is_checked else None
    return frozenset({f"broker:{check.broker_id}"}) if check is not None and check.broker_id else frozenset()


def sees_to(actor: Actor, demand: Demand) -> bool:
    """Say whether the actor is the broker whom the union asked to see to a demand, in a role still in force."""
    return not _brokers(demand).isdisjoint(actor.tokens)


def _territories(record: Record) -> frozenset[str]:
    """Return the tokens of every territory one of the record's places lies in, apart from the whole province."""
    found = {
        territory(region, industry)
        for region_path, industry_path in places_of(record)
        for region in upwards(region_path)
        for industry in upwards(industry_path)
    }
    return frozenset(found - {PROVINCE})


def _in_territory(model: type[Any], grant: Grant) -> sa.ColumnElement[bool]:
    bounds = (
        (model.region, vocabulary.regions, grant.region_path),
        (model.industry, vocabulary.industries, grant.industry_path),
    )
    return sa.and_(*(column.in_(_codes_under(codes, path)) for column, codes, path in bounds if path))


def _unit_in_territory(grant: Grant) -> sa.ColumnElement[bool]:
    bounds = ((Organisation.region_path, grant.region_path), (Organisation.industry_path, grant.industry_path))
    return sa.and_(*(path_within(column, path) for column, path in bounds if path))


def lying_in(model: type[Any], grant: Grant) -> sa.ColumnElement[bool]:
    """Return, as an SQL condition on a record that has units, whether it or a unit of it lies in a territory."""
    if not grant.region_path and not grant.industry_path:
        return sa.true()
    is_of_unit = Achievement.units.any if model is Achievement else model.organisation.has
    return sa.or_(_in_territory(model, grant), is_of_unit(_unit_in_territory(grant)))


def path_within(column: Any, bound: str) -> sa.ColumnElement[bool]:
    """Return ``within`` as an SQL condition on a column of paths."""
    found: sa.ColumnElement[bool] = sa.or_(column == bound, column.startswith(f"{bound}/", autoescape=True))
    return found


def _codes_under(codes: CodeList, bound: str) -> list[str]:
    return [code for code in codes if within(codes.path(code), bound)]
