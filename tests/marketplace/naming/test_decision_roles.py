"""Who decides a batch, who sees why, and who reads a score sheet: every role against every verb."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from marketplace.errors import NotAllowed, NotFound
from marketplace.models import StudioApplication
from marketplace.permissions import Actor
from marketplace.schemas.objection import ObjectionSchema
from marketplace.services import objection as objections
from marketplace.services.selection import announcing, notices, outcomes, proof, revoking, what_if
from tests.factories import OrganisationFactory
from tests.marketplace.naming.decided import a_batch, a_scored, announced, end_publicity, issue, meet
from tests.marketplace.officers import acting

JINGYANG, DEYANG, MIANYANG = "51/5106/510603", "51/5106", "51/5107"
WHO: dict[str, Callable[[StudioApplication], Actor]] = {
    "province": lambda _it: acting("province_curator"),
    "administrator": lambda _it: acting("admin"),
    "auditor": lambda _it: acting("auditor"),
    "its city": lambda _it: acting("city", region_path=DEYANG),
    "another city": lambda _it: acting("city", region_path=MIANYANG),
    "its county": lambda _it: acting("county", region_path=JINGYANG),
    "its industry": lambda _it: acting("industry_union", industry_path="C/34"),
    "its unit": lambda it: acting("unit_union", it.organisation),
    "another unit": lambda _it: acting("unit_union", OrganisationFactory(name="别的厂")),
    "judge": lambda _it: acting("judge"),
    "worker": lambda _it: acting("worker"),
}
VERBS: dict[str, Callable[[Session, Actor, StudioApplication], object]] = {
    "meet": lambda session, actor, it: meet(session, actor, it.batch),
    "announce": lambda session, actor, it: announcing.announce(session, actor, it.batch.id, ""),
    "strike": lambda session, actor, it: announcing.strike(session, actor, it.id, "不再参加"),
    "draft": lambda session, actor, it: notices.draft(session, actor, it.batch.id),
    "end": lambda session, actor, it: notices.finish(session, actor, it.batch.id),
    "revoke": lambda session, actor, it: revoking.revoke(session, actor, it.id, "不实"),
    "try": lambda session, actor, it: what_if.compare(session, actor, it.batch.id, {}),
    "prove": lambda session, actor, it: proof.of(session, actor, it.id),
    "sheet": lambda session, actor, it: outcomes.sheet_of(session, actor, it.id),
}
RUNS, FOLLOWS, READS = frozenset(VERBS), frozenset({"try", "prove", "sheet"}), frozenset({"sheet"})
# What each may do in a batch of the province, and in one of the city the unit lies in.
MAY = {
    "province": (RUNS, RUNS),
    "administrator": (RUNS, RUNS),
    "auditor": (FOLLOWS, FOLLOWS),
    "its city": (READS, RUNS),
    "another city": (frozenset(), frozenset()),
    "its county": (READS, READS),
    "its industry": (READS, READS),
    "its unit": (READS, READS),
    "another unit": (frozenset(), frozenset()),
    "judge": (frozenset(), frozenset()),
    "worker": (frozenset(), frozenset()),
}


def is_refused(act: Callable[[], object]) -> bool:
    """Say whether somebody may not, whatever else would be in the way."""
    try:
        act()
    except (NotAllowed, NotFound):
        return True
    except Exception:
        return False
    return False


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize("tier", ["showcase", "city"])
def test_each_role_does_what_is_its_own_and_no_more(session: Session, who: str, tier: str) -> None:
    place = {"tier": "city", "region_path": DEYANG} if tier == "city" else {}
    application = a_scored(session, a_batch(session, **place), 90)
    actor = WHO[who](application)
    allowed = set()
    for verb, act in VERBS.items():
        with session.begin_nested() as tried:
            if not is_refused(lambda act=act: act(session, actor, application)):  # type: ignore[misc]
                allowed.add(verb)
            tried.rollback()
        session.expire_all()
    assert allowed == MAY[who][tier == "city"]


def test_whoever_belongs_to_the_unit_does_not_decide_an_objection_to_it(session: Session) -> None:

    office = acting("province_curator")
    batch = a_batch(session)
    application = a_scored(session, batch, 90)
    listed = announced(session, office, batch)
    data = {"noun": "studio_application", "object_id": application.id, "text": "不实", "evidence": "台账"}
    raised = objections.object_to(session, acting("worker"), listed.id, ObjectionSchema().load(data))
    partial = Actor(office.name, office.grants, office.account_id, unit_ids=frozenset({application.organisation_id}))
    with pytest.raises(NotFound):
        objections.decide(session, partial, raised.id, upheld=False, finding="不成立")
    objections.decide(session, office, raised.id, upheld=False, finding="不成立")
    end_publicity(session, batch)
    assert issue(session, office, batch).named[0]["plaque"] == "SF-2026-001"
