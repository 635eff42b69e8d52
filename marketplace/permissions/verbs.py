"""One function a verb: may this actor do this, to this record, to this person?"""

from __future__ import annotations

from marketplace.errors import NotAllowed
from marketplace.models import Achievement, Demand, Organisation, Proposal
from marketplace.permissions.actors import SYSTEM, Actor, Grant
from marketplace.permissions.reading import Record, can_read, owners_of, places_of
from marketplace.permissions.roles import (
    DEPUTIES,
    GRANTABLE,
    OF_ANYBODY,
    OF_ITS_AUTHOR,
    PERMISSIONS,
    PROVINCE_STAFF,
    Permission,
)

CLOSED_DEMANDS = ("solved", "closed_unsolved", "expired")
# The states in which an achievement or a proposal is written on.
EDITABLE = ("draft", "returned")


def can(actor: Actor, permission: Permission, record: Record | None = None) -> bool:
    """Say whether the actor holds a permission; with a record, by a role whose scope covers it."""
    if actor.limits is not None and permission not in actor.limits:
        return False
    if permission in OF_ANYBODY:
        return True
    held = [grant for grant in actor.grants if permission in PERMISSIONS[grant.role]]
    if record is None or any(grant.role in PROVINCE_STAFF for grant in held):
        return bool(held)
    # A submission is its author's, wherever it lies.
    if permission in OF_ITS_AUTHOR:
        return bool(held) and owns(actor, record)
    return any(_covers(grant, record) for grant in held)


def require(actor: Actor, permission: Permission, record: Record | None = None) -> None:
    """Raise NotAllowed unless the actor holds the permission."""
    if not can(actor, permission, record):
        noun, verb = permission.value.split(":")
        raise NotAllowed(verb, noun)


def can_edit_demand(actor: Actor, demand: Demand) -> bool:
    """Say whether the actor may change a demand: who it belongs to, while it is not yet closed, or the province."""
    return demand.state not in CLOSED_DEMANDS and (
        can(actor, Permission.DEMAND_EDIT, demand) or (can(actor, Permission.DEMAND_POST) and owns(actor, demand))
    )


def can_edit_achievement(actor: Actor, achievement: Achievement) -> bool:
    """Say whether the actor may write on an achievement: its author and completers, and nobody else.

    One that no person submitted is its unit's to write on. The province corrects nothing; it returns.
    """
    persons = {achievement.account_id, *(it.account_id for it in achievement.contributors)} - {None}
    is_of = owns(actor, achievement) if achievement.account_id is None else actor.account_id in persons
    return can(actor, Permission.ACHIEVEMENT_SUBMIT) and is_of


def can_answer_for(actor: Actor, record: Record) -> bool:
    """Say whether the actor may answer a match for the side of a record: who owns it, or the province."""
    is_for_all = can(actor, Permission.MATCH_RUN, record)
    return can(actor, Permission.MATCH_ANSWER) and (is_for_all or owns(actor, record))


def can_read_history(actor: Actor, record: Record) -> bool:
    """Say whether the actor may see what was done with a record: who owns it, and the offices whose scope covers it."""
    in_office = can(actor, Permission.CURATION_ENTER, record)
    return can_read(actor, record) and (in_office or owns(actor, record))


def can_take_proof(actor: Actor, record: Record) -> bool:
    """Say whether the actor may take away the whole text of a submission: who owns it, or who reviews it.

    That of a proposal names its authors: it is for them, and for an office that answers it and may know them.
    """
    if isinstance(record, Proposal):
        # Whoever operates the server compares the hashes of two proofs and keeps none.
        may_know = actor == SYSTEM or can_see_authors(actor, record)
        return is_author(actor, record) or (can(actor, Permission.PROPOSAL_ANSWER, record) and may_know)
    return can(actor, Permission.ACHIEVEMENT_REVIEW, record) or owns(actor, record)


def is_author(actor: Actor, proposal: Proposal) -> bool:
    """Say whether the actor is a person who made a proposal; its unit, which owns it too, is not."""
    persons = {proposal.account_id, *(author.account_id for author in proposal.authors)}
    return actor.account_id is not None and actor.account_id in persons


def can_see_authors(actor: Actor, proposal: Proposal) -> bool:
    """Say whether the actor may know who made a proposal.

    Under a pseudonym it is known to the authors and the unit's own union alone, whatever becomes of it. Otherwise also
    to whoever owns it, the offices whose scope covers it and, once awarded, to everybody; colleagues are not told.
    """
    if is_author(actor, proposal):
        return True
    if proposal.is_pseudonymous:
        return any(
            grant.role == "unit_union" and grant.organisation_id == proposal.organisation_id for grant in actor.grants
        )
    return proposal.state == "awarded" or can_read_history(actor, proposal)


def can_support(actor: Actor, proposal: Proposal) -> bool:
    """Say whether the actor may support a proposal: a colleague from its unit who is not an author."""
    is_colleague = proposal.organisation_id in actor.colleague_of
    return is_colleague and can(actor, Permission.PROPOSAL_SUBMIT) and not is_author(actor, proposal)


def admitted_to(actor: Actor, achievement: Achievement) -> int:
    """Return up to which layer of disclosure the actor sees an achievement.

    All of it who owns it or has it in his office, L1 a signed-in enterprise, L0 anybody. Nobody is admitted to L2
    without a signed agreement.
    """
    if owns(actor, achievement) or can(actor, Permission.CURATION_ENTER, achievement):
        return 3
    return 1 if actor.reads and any(grant.role == "enterprise" for grant in actor.grants) else 0


def can_enter_curation(actor: Actor) -> bool:
    """Say whether the actor has an office of the union: its pages are not for others."""
    return can(actor, Permission.CURATION_ENTER)


def can_grant(
    actor: Actor, role: str, region_path: str = "", industry_path: str = "", organisation: Organisation | None = None
) -> bool:
    """Say whether the actor may give, or take back, a role with this scope.

    The scope must lie within that of a grant of the actor's own; an organisation lies where its paths say.
    """
    if not can(actor, Permission.ACCOUNT_MANAGE):
        return False
    if organisation is not None:
        region_path, industry_path = organisation.region_path, organisation.industry_path
    return any(
        role in GRANTABLE.get(grant.role, ())
        and grant.covers(region_path, industry_path)
        and (grant.organisation_id is None or (organisation is not None and organisation.id == grant.organisation_id))
        for grant in actor.grants
    )


def can_see_to(deputy: Actor, desk: Grant) -> bool:
    """Say whether somebody may be named to see to a desk: one of the same office, or of one above it."""
    return any(
        grant.role in DEPUTIES.get(desk.role, ())
        and grant.covers(desk.region_path, desk.industry_path)
        and (grant.role != "unit_union" or grant.organisation_id == desk.organisation_id)
        for grant in deputy.grants
    )


def _covers(grant: Grant, record: Record) -> bool:
    if grant.organisation_id is not None:
        return f"organisation:{grant.organisation_id}" in owners_of(record)
    return any(grant.covers(*place) for place in places_of(record))


def owns(actor: Actor, record: Record) -> bool:
    """Say whether a record belongs to the actor, in person or for an organisation."""
    return not owners_of(record).isdisjoint(actor.tokens)
