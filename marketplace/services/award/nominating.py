"""Put proposals forward in a round: which may be, why another may not, and setting one aside again."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from marketplace import audit, rules
from marketplace.db import today
from marketplace.errors import N_, Conflict, Invalid, NotFound
from marketplace.models import (
    AwardRound,
    Benefit,
    Nomination,
    Organisation,
    Proposal,
)
from marketplace.models.proposals.award import LEVELS
from marketplace.permissions import (
    Actor,
    Grant,
    Permission,
    can,
    can_follow_award,
    can_read,
    lying_in,
    places_of,
    readable,
    require,
)
from marketplace.services.authoring import contributors
from marketplace.services.award import rounds, steps
from marketplace.services.benefit import blocks
from marketplace.services.benefit import steps as benefits

# Without signs that are taken for one another.
_ALIAS = "ACDEFGHJKLMNPQRTUVWXY34679"
# From here on the level of an award counts as the same or a higher one.
_HEIGHT = {"unit": 0, "county": 1, "city": 2, "industry": 2, "province": 3}
_MAY_BE_NOMINATED = ("benefit_verified", "awarded")
SAFETY = "B"

# Where a nomination stands in the list of its round: its rank and its number. What has no rank comes last.
Place = tuple[int, int]
_UNRANKED = 1_000_000


def nominate(session: Session, actor: Actor, award_id: int, data: Mapping[str, Any]) -> Nomination:
    """Put a proposal forward, as ``NominationSchema.load`` returned it; raise Conflict with the reason it may not be.

    NotFound for a proposal the actor may not read, NotAllowed where it lies outside of his office.
    """
    award = rounds.get(session, award_id)
    proposal = session.get(Proposal, data["proposal_id"])
    if proposal is None or not can_read(actor, proposal):
        raise NotFound("proposal", data["proposal_id"])
    require(actor, Permission.PROPOSAL_NOMINATE, proposal)
    _refuse_outside_window(award)
    for obstacle in obstacles(session, award, proposal, data["rubric"]):
        raise obstacle
    if award.bars_heads_of_unit and not data["first_author_checked"]:
        raise Invalid({"first_author_checked": [N_("请先核实第一作者不是单位负责人，没有高级职称和博士学位。")]})
    steps.take(session, actor, proposal, "nominate", None, {"award_round": award.id})
    nomination = Nomination(
        award_round=award, proposal=proposal, alias=_new_alias(award), rubric=data["rubric"],
        first_author_checked=data["first_author_checked"], recommended_by=_recommending(session, actor),
    )  # fmt: skip
    session.add(nomination)
    session.flush()
    audit.record(session, actor, "nominate", "nomination", nomination.id, payload=dict(data), is_first=True)
    return nomination


def set_aside(session: Session, actor: Actor, nomination_id: int, reason: str) -> Nomination:
    """Take a nomination out of a round before its ranking is decided, with a reason."""
    nomination = session.get(Nomination, nomination_id)
    if nomination is None:
        raise NotFound("nomination", nomination_id)
    award = rounds.run_by(session, actor, nomination.award_round_id)
    if award.state not in ("open", "scoring", "second_round") or nomination.outcome is not None:
        raise Conflict(N_("评分已经结束，或者这一项已不在评选之中。"))
    rounds.require_reason(reason)
    nomination.outcome = "not_selected"
    steps.pass_over(session, actor, nomination, reason)
    session.flush()
    audit.record(session, actor, "set_aside", "nomination", nomination.id, reason=reason)
    return nomination


@dataclass(frozen=True, slots=True)
class Candidate:
    """A proposal that may be put forward under some rubrics, or what stands against it, each as a sentence."""

    proposal: Proposal
    benefits: list[Benefit]
    rubrics: list[str]
    obstacles: list[Conflict]


def candidates(
    session: Session, actor: Actor, award: AwardRound, *, limit: int, after: int | None = None
) -> list[Candidate]:
    """Return the proposals of the actor's office that lie in the round, newest first, from below the id ``after``."""
    query = (
        sa.select(Proposal)
        .where(Proposal.state.in_(_MAY_BE_NOMINATED), readable(Proposal, actor), _lying_in(award))
        .options(selectinload(Proposal.organisation), selectinload(Proposal.authors))
        .order_by(Proposal.id.desc())
    )
    query = query if after is None else query.where(Proposal.id < after)
    found = session.scalars(query.execution_options(yield_per=100))
    own = (it for it in found if can(actor, Permission.PROPOSAL_NOMINATE, it))
    return [_candidate(session, award, it) for it in list(islice(own, limit))]


def _candidate(session: Session, award: AwardRound, proposal: Proposal) -> Candidate:
    counted, general = benefits_of(session, proposal), list(_general_obstacles(session, award, proposal))
    by_rubric = {it: list(_benefit_obstacles(session, award, counted, it)) for it in award.rubrics}
    possible = [] if general else [rubric for rubric, against in by_rubric.items() if not against]
    return Candidate(proposal, counted, possible, general or next(iter(by_rubric.values())))


def listed(
    session: Session, actor: Actor, award: AwardRound, *, limit: int, after: Place | None = None
) -> list[Nomination]:
    """Return what of a round's nominations the actor may see, by rank, from ``after`` a place.

    That is all of them, or those of proposals of his office.
    """
    order = (sa.func.coalesce(Nomination.rank, _UNRANKED), Nomination.id)
    query = _titled().where(Nomination.award_round_id == award.id).order_by(*order)
    if after is not None:
        query = query.where(sa.tuple_(*order) > sa.tuple_(*(sa.literal(it) for it in after)))
    if can_follow_award(actor, award):
        return list(session.scalars(query.limit(limit)))
    query = query.where(Nomination.proposal.has(readable(Proposal, actor)))
    authors = joinedload(Nomination.proposal).selectinload(Proposal.authors)
    with session.scalars(query.options(authors).execution_options(yield_per=100)) as found:
        return list(islice((it for it in found if can(actor, Permission.PROPOSAL_NOMINATE, it.proposal)), limit))


def place_of(nomination: Nomination) -> Place:
    """Return where a nomination stands in the list of its round."""
    return nomination.rank or _UNRANKED, nomination.id


def count(session: Session, award: AwardRound) -> int:
    """Return how many nominations a round has; how many there are tells nothing of what they are."""
    query = sa.select(sa.func.count()).select_from(Nomination).where(Nomination.award_round_id == award.id)
    return session.scalar(query) or 0


def named(session: Session, ids: Iterable[int]) -> list[Nomination]:
    """Return nominations by their ids, in the order of the list; the caller has checked who may see them."""
    wanted = list(ids)
    query = _titled().where(Nomination.id.in_(wanted)).order_by(Nomination.rank, Nomination.id)
    return list(session.scalars(query)) if wanted else []


def _titled() -> sa.Select[Nomination]:
    """Return the query of nominations with the titles and the units of their proposals, and none of their texts."""
    proposal = joinedload(Nomination.proposal)
    named = (Proposal.title, Proposal.account_id, Proposal.organisation_id, Proposal.region, Proposal.industry)
    return sa.select(Nomination).options(
        proposal.load_only(*named, Proposal.state), proposal.joinedload(Proposal.organisation)
    )


def obstacles(session: Session, award: AwardRound, proposal: Proposal, rubric: str) -> Iterator[Conflict]:
    """Yield what stands against a proposal in a round, each as a sentence of its own."""
    yield from _general_obstacles(session, award, proposal)
    if rubric not in award.rubrics:
        yield Conflict(N_("本次评选没有评分标准 %(rubric)s。"), rubric=rubric)
    yield from _benefit_obstacles(session, award, benefits_of(session, proposal), rubric)


def _general_obstacles(session: Session, award: AwardRound, proposal: Proposal) -> Iterator[Conflict]:
    if proposal.state not in _MAY_BE_NOMINATED:
        yield Conflict(N_("只有效益已经核验的建议才能提名。"))
    if not _lies_in(award, proposal):
        yield Conflict(N_("这条建议不在本次评选的范围之内。"))
    if (unanswered := contributors.obstacle(session, proposal)) is not None:
        yield unanswered
    yield from _block(session, proposal)
    if (other := _same_or_higher(session, award, proposal)) is not None:
        yield Conflict(N_("同一建议在同级只评一次，已获同级或更高一级的不再评：见“%(title)s”。"), title=other.title)


def benefits_of(session: Session, proposal: Proposal) -> list[Benefit]:
    """Return the verified benefits of a proposal that still count, each once however often it is referred to."""
    found = benefits.of(session, "proposal", proposal.id)
    return [it for it in found if it.verified_at is not None and it.revoked_at is None]


def _benefit_obstacles(session: Session, award: AwardRound, counted: list[Benefit], rubric: str) -> Iterator[Conflict]:
    has_safety_effect = any(benefit.safety_effect for benefit in counted)
    if rubric == SAFETY and not has_safety_effect:
        yield Conflict(N_("评分标准 B 只用于核验过安全或环保效果的建议。"))
    if award.level != "province" or (rubric == SAFETY and has_safety_effect):
        return
    needed = rules.value(session, "golden_idea_benefit", award.opens_on)
    verified = sum(benefit.verified or 0 for benefit in counted)
    if verified < needed:
        yield Conflict(
            N_("省级金点子核验的年效益应不少于 %(needed)s 元，现为 %(verified)s 元；凭安全或环保效果的用评分标准 B。"),
            needed=f"{needed / 100:,.0f}", verified=f"{verified / 100:,.0f}",
        )  # fmt: skip


def _same_or_higher(session: Session, award: AwardRound, proposal: Proposal) -> AwardRound | None:
    """Return a round in which the idea, or one merged into it, is being judged at this level or won at such a one."""
    ideas = sa.select(Proposal.id).where(sa.or_(Proposal.id == proposal.id, Proposal.merged_into_id == proposal.id))
    as_high = [level for level in LEVELS if _HEIGHT[level] >= _HEIGHT[award.level]]
    query = (
        sa.select(AwardRound)
        .join(Nomination, Nomination.award_round_id == AwardRound.id)
        .where(
            Nomination.proposal_id.in_(ideas),
            AwardRound.level.in_(as_high),
            sa.or_(
                AwardRound.id == award.id,
                Nomination.outcome == "awarded",
                sa.and_(
                    sa.or_(Nomination.outcome.is_(None), Nomination.outcome == "proposed"),
                    AwardRound.state.not_in(("awarded", "cancelled")),
                ),
            ),
        )
        .order_by(AwardRound.id)
        .limit(1)
    )
    return session.scalar(query)


def _block(session: Session, proposal: Proposal) -> Iterator[Conflict]:
    """Yield what keeps unit or authors from applying after false data (rule 37)."""
    persons = {proposal.account_id, *(author.account_id for author in proposal.authors)}
    try:
        blocks.refuse_blocked(session, persons, [proposal.organisation_id])
    except Conflict as blocked:
        yield blocked


def _refuse_outside_window(award: AwardRound) -> None:
    if award.state != "open":
        raise Conflict(N_("本次评选已经截止提名。"))
    if not award.opens_on <= today() <= award.closes_on:
        raise Conflict(N_("提名从 %(first)s 到 %(last)s。"), first=award.opens_on, last=award.closes_on)


def _lies_in(award: AwardRound, proposal: Proposal) -> bool:
    if award.level == "unit":
        return proposal.organisation_id == award.organisation_id
    scope = Grant("", award.region_path, award.industry_path)
    return any(scope.covers(*place) for place in places_of(proposal))


def _lying_in(award: AwardRound) -> sa.ColumnElement[bool]:
    if award.level == "unit":
        return Proposal.organisation_id == award.organisation_id
    return lying_in(Proposal, Grant("", award.region_path, award.industry_path))


def _new_alias(award: AwardRound) -> str:
    taken = {it.alias for it in award.nominations}
    while (alias := "".join(secrets.choice(_ALIAS) for _ in range(4))) in taken:
        pass
    return alias


def _recommending(session: Session, actor: Actor) -> str:
    """Return who puts forward: the unit an actor acts for, otherwise the role of his office."""
    if actor.organisation_ids:
        return session.get_one(Organisation, min(actor.organisation_ids)).name
    return actor.role
