"""Two sides for tests: a plant in Mianyang needs what a plant in Deyang made, and a broker stands between them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from marketplace.db import now
from marketplace.models import Account, Achievement, Demand, Match
from marketplace.permissions import Actor, Grant
from marketplace.services import outcome as outcomes
from marketplace.services.match import meeting, nda
from search.matching.features import WEIGHTS
from tests.factories import AccountFactory, AchievementFactory, DemandFactory, OrganisationFactory

DEYANG, MIANYANG = "51/5106/510603", "51/5107/510703"
YES: dict[str, Any] = {"is_interested": True, "codes": [], "note": ""}
NO: dict[str, Any] = {"is_interested": False, "codes": ["price"], "note": ""}


@dataclass(frozen=True)
class Sides:
    """A match and everybody who may meet in it, and some who may not."""

    match: Match
    enterprise: Actor
    owner: Actor
    broker: Actor
    far_broker: Actor
    stranger: Actor

    @property
    def everybody(self) -> dict[str, Actor]:
        return {
            name: getattr(self, name) for name in ("enterprise", "owner", "broker", "far_broker", "stranger")
        }  # fmt: skip


def person(role: str, organisation_id: int | None = None, region: str = "") -> Actor:
    account = AccountFactory()
    return Actor(f"account:{account.id}", (Grant(role, region, "", organisation_id),), account_id=account.id)


def proposed(session: Session, **achievement: Any) -> Sides:
    """Return a match nobody has looked at, of an anonymous demand."""
    buyer = OrganisationFactory(region_path=MIANYANG, industry_path="C/36")
    maker = OrganisationFactory(region_path=DEYANG, industry_path="C/34")
    demand = DemandFactory(
        organisation=buyer, is_anonymous=True, contact_name="需方联系人", contact_phone="13900000002"
    )  # fmt: skip
    made = AchievementFactory(
        **{"units": [maker], "contact_name": "供方联系人", "contact_phone": "13900000003", **achievement}
    )
    return Sides(
        between(session, demand, made),
        enterprise=person("enterprise", buyer.id),
        owner=person("unit_union", maker.id),
        broker=person("broker", region="51/5107"),
        far_broker=person("broker", region="51/5108"),
        stranger=person("enterprise", OrganisationFactory(region_path=DEYANG).id),
    )


def between(session: Session, demand: Demand, achievement: Achievement) -> Match:
    match = Match(
        demand_id=demand.id, achievement_id=achievement.id, rank=1, score=0.5, features=dict.fromkeys(WEIGHTS, 0.0),
        fingerprint="some-model", demand_revision=1, achievement_revision=1, matched_at=now(),
    )  # fmt: skip
    session.add(match)
    session.flush()
    return match


def wanted(session: Session, **achievement: Any) -> Sides:
    """Return a match both sides want."""
    sides = proposed(session, **achievement)
    outcomes.answer(session, sides.enterprise, sides.match, "enterprise", YES)
    outcomes.answer(session, sides.owner, sides.match, "owner", YES)
    return sides


def introduced(session: Session, **achievement: Any) -> Sides:
    sides = wanted(session, **achievement)
    meeting.introduce(session, sides.broker, sides.match.id)
    return sides


def signed(session: Session, **achievement: Any) -> Sides:
    """Return a match whose sides have both signed the agreement on secrecy."""
    sides = introduced(session, **achievement)
    for actor in (sides.owner, sides.enterprise):
        sign(session, actor, sides.match)
    return sides


def sign(session: Session, actor: Actor, match: Match, **given: Any) -> None:
    data = {"name": "示例人员", "is_confirmed": True, "text_hash": nda.proposed(session, match).text_hash, **given}
    nda.sign(session, actor, match.id, data)


def account_of(session: Session, actor: Actor) -> Account:
    return session.get_one(Account, actor.account_id)
