"""Who may do what: the one place where it is decided.

Reading is one rule in three forms: a record has ``readers``, an actor has ``tokens``, and the record may be read when
the two meet. ``readers_of`` gives the set, ``readable`` the same rule as an SQL condition, and the index stores the
set and filters on it. Writing is one function a verb, named ``can_<verb>``; a service calls it before it acts.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from marketplace.errors import NotAllowed
from marketplace.models import Achievement, Demand

PUBLIC = "public"
PROVINCE = "province"

OPEN_DEMANDS = ("open", "in_talks", "solved")
STAFF = ("province_curator", "admin")


class Permission(enum.StrEnum):
    ACHIEVEMENT_IMPORT = "achievement:import"
    ACHIEVEMENT_REVIEW = "achievement:review"
    ACHIEVEMENT_SUBMIT = "achievement:submit"
    DEMAND_IMPORT = "demand:import"
    DEMAND_POST = "demand:post"
    DEMAND_VERIFY = "demand:verify"
    MATCH_ANSWER = "match:answer"
    MATCH_RUN = "match:run"
    ORGANISATION_IMPORT = "organisation:import"


# What each role may do. A visitor may post a demand; it stays unseen by others until staff have verified it. A match
# is answered only for a record of one's own, see ``can_answer_for``.
_GRANTED: dict[str, frozenset[Permission]] = {
    "visitor": frozenset({Permission.DEMAND_POST, Permission.MATCH_ANSWER}),
    "worker": frozenset({Permission.ACHIEVEMENT_SUBMIT, Permission.DEMAND_POST, Permission.MATCH_ANSWER}),
    "enterprise": frozenset({Permission.ACHIEVEMENT_SUBMIT, Permission.DEMAND_POST, Permission.MATCH_ANSWER}),
    "province_curator": frozenset(Permission),
    "admin": frozenset(Permission),
}


@dataclass(frozen=True, slots=True)
class Actor:
    """Whoever acts. ``keys`` are the access keys of demands this visitor posted without an account."""

    name: str
    role: str
    organisation_id: int | None = None
    keys: frozenset[str] = field(default_factory=frozenset)

    @property
    def tokens(self) -> frozenset[str]:
        """The tokens this actor reads with."""
        held = {PUBLIC, *(f"key:{key}" for key in self.keys)}
        if self.role in STAFF:
            held.add(PROVINCE)
        if self.organisation_id is not None:
            held.add(f"organisation:{self.organisation_id}")
        return frozenset(held)


VISITOR = Actor("visitor", "visitor")
# Commands run by whoever operates the server act as the administrator, and the audit says that it was a command.
SYSTEM = Actor("command line", "admin")


def can(actor: Actor, permission: Permission) -> bool:
    """Say whether the actor's role holds a permission."""
    return permission in _GRANTED.get(actor.role, frozenset())


def require(actor: Actor, permission: Permission) -> None:
    """Raise NotAllowed unless the actor holds the permission."""
    if not can(actor, permission):
        noun, verb = permission.value.split(":")
        raise NotAllowed(verb, noun)


def readers_of(record: Achievement | Demand) -> frozenset[str]:
    """Return the tokens of those who may read a record."""
    if isinstance(record, Achievement):
        owners = {f"organisation:{unit.id}" for unit in record.units}
        is_public = record.published_state == "published"
    else:
        owners = {f"key:{record.access_key}"}
        if record.organisation_id is not None:
            owners.add(f"organisation:{record.organisation_id}")
        is_public = record.state in OPEN_DEMANDS
    return frozenset({PROVINCE, *owners, *([PUBLIC] if is_public else [])})


def can_read(actor: Actor, record: Achievement | Demand) -> bool:
    """Say whether the actor may read a record: its readers and the actor's tokens meet."""
    return not readers_of(record).isdisjoint(actor.tokens)


def can_edit_demand(actor: Actor, demand: Demand) -> bool:
    """Say whether the actor may change a demand: who posted it, while it is not yet closed, or the province."""
    owns = not readers_of(demand).difference({PUBLIC}).isdisjoint(actor.tokens)
    return owns and demand.state not in ("solved", "closed_unsolved", "expired")


def can_answer_for(actor: Actor, record: Achievement | Demand) -> bool:
    """Say whether the actor may answer a match for the side of a record: who owns it, or the province."""
    return not readers_of(record).difference({PUBLIC}).isdisjoint(actor.tokens)


def readable(model: type[Any], actor: Actor) -> sa.ColumnElement[bool]:
    """Return ``can_read`` as an SQL condition on Achievement or Demand."""
    if PROVINCE in actor.tokens:
        return sa.true()
    if model is Achievement:
        own = Achievement.units.any(id=actor.organisation_id) if actor.organisation_id is not None else sa.false()
        return sa.or_(Achievement.published_state == "published", own)
    own = Demand.organisation_id == actor.organisation_id if actor.organisation_id is not None else sa.false()
    return sa.or_(Demand.state.in_(OPEN_DEMANDS), Demand.access_key.in_(actor.keys), own)
