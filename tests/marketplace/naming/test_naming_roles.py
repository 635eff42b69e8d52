"""Who may take which step of a batch in which state, and who reads an application, as tables."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from itertools import product
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace.db import now, today
from marketplace.errors import Conflict, DomainError, Invalid, NotAllowed, NotFound
from marketplace.models import NamingBatch, StudioApplication
from marketplace.models.studios.naming_batch import BATCH_STATES
from marketplace.models.studios.studio_application import APPLICATION_STATES
from marketplace.permissions import SYSTEM, VISITOR, Actor, Grant, can_read, readable
from marketplace.schemas.naming import RecommendationSchema
from marketplace.services.naming import applying, batches, panel, recommending, tallying
from marketplace.services.studio import dossier
from tests.marketplace.naming.batches import batch_data, judges, plant
from tests.marketplace.studios.studios import opened

SCOPES: dict[str, dict[str, Any]] = {
    "city": {"region_path": "51/5106"}, "county": {"region_path": "51/5106/510603"},
    "industry_union": {"industry_path": "C"},
}  # fmt: skip
WHO = (
    "visitor", "worker", "studio_leader", "unit_union", "unit_union elsewhere", "enterprise", "county",
    "county elsewhere", "city", "city elsewhere", "industry_union", "judge", "auditor", "broker", "finance_attestor",
    "province_curator", "admin",
)  # fmt: skip
PROVINCE = {"province_curator", "admin"}
# A batch of the city of Deyang is run by the city, and where it cannot be by the province.
RUNS = {"city"} | PROVINCE
FOLLOWS = RUNS | {"auditor"}
# The county recommends to the city; where it is vacant, the city itself or the province.
RECOMMENDS = RUNS | {"county"}
# An application is read by its unit and the offices of its place.
READS = RUNS | {"unit_union", "enterprise", "county", "industry_union", "auditor"}

Step = Callable[[Session, Actor, StudioApplication], object]
STEPS: dict[str, tuple[set[str], set[str], Step]] = {
    "revise": (RUNS, set(), lambda s, a, it: batches.revise(
        s, a, it.batch.id, it.batch.revision, batch_data(s, tier="city", region="5106"))),
    "call a judge": (RUNS, {"open", "scoring"}, lambda s, a, it: panel.add(s, a, it.batch.id, judges(s, 1)[0].id)),
    "cancel": (RUNS, {"open", "scoring", "scored", "meeting"}, lambda s, a, it: batches.cancel(s, a, it.batch.id, "x")),
    "set aside": (RUNS, {"open", "scoring"}, lambda s, a, it: batches.set_aside(s, a, it.id, "材料不实")),
    "begin scoring": (RUNS, set(), lambda s, a, it: panel.begin(s, a, it.batch.id)),
    "tally": (RUNS, {"scoring"}, lambda s, a, it: tallying.tally(s, a, it.batch.id)),
    "follow": (FOLLOWS, set(BATCH_STATES), lambda s, a, it: batches.followed(s, a, it.batch.id)),
    "recommend": (RECOMMENDS, {"open"}, lambda s, a, it: recommending.recommend(
        s, a, it.id, it.revision, RecommendationSchema().load({"opinion": "同意"}))),
    "return": (RECOMMENDS, {"open"}, lambda s, a, it: recommending.send_back(s, a, it.id, it.revision, "补充材料")),
    "decline": (RECOMMENDS, {"open"}, lambda s, a, it: recommending.decline(s, a, it.id, it.revision, "不符合")),
    "withdraw": ({"unit_union"}, {"open"}, lambda s, a, it: applying.withdraw(s, a, it.id)),
}  # fmt: skip


@pytest.fixture
def application(sqlite_session: Session) -> StudioApplication:
    """An application to a batch of the city of Deyang that waits to be recommended."""
    unit = plant()
    batch = batches.announce(sqlite_session, SYSTEM, batch_data(sqlite_session, tier="city", region="5106"))
    studio = opened(sqlite_session, unit, tier="county")
    frozen = dossier.freeze(sqlite_session, SYSTEM, studio.id, {"purpose": batch.title})
    made = StudioApplication(batch=batch, studio=studio, organisation=unit, dossier=frozen)
    sqlite_session.add(made)
    sqlite_session.flush()
    return made


@pytest.mark.parametrize("state", BATCH_STATES)
def test_a_step_is_taken_in_its_state_by_whose_it_is(
    sqlite_session: Session, application: StudioApplication, state: str
) -> None:
    stand(sqlite_session, application.batch, state)
    for who, (step, (allowed, states, take)) in product(WHO, STEPS.items()):
        expected = "refused" if who not in allowed else "done" if state in states else "conflict"
        with sqlite_session.begin_nested() as trial:
            assert tried(sqlite_session, take, actor_for(who, application), application) == expected, (who, step)
            trial.rollback()


def test_an_application_is_read_by_its_unit_and_the_offices_of_its_place_in_every_state(
    sqlite_session: Session, application: StudioApplication
) -> None:
    for who, state in product(WHO, APPLICATION_STATES):
        application.state = state
        assert can_read(actor_for(who, application), application) == (who in READS), (who, state)
    sqlite_session.refresh(application)
    for who in WHO:
        query = sa.select(StudioApplication.id).where(readable(StudioApplication, actor_for(who, application)))
        assert (sqlite_session.scalar(query) is not None) == (who in READS), who


def test_each_office_names_its_own_tier(sqlite_session: Session) -> None:
    own = {
        "county": {"county"}, "city": {"city"}, "industry_union": {"industry"}, "unit_union": set(), "judge": set(),
        "auditor": set(), "province_curator": {"county", "city", "industry", "province", "showcase"},
    }  # fmt: skip
    places = {"county": {"region": "510603"}, "city": {"region": "5106"}, "industry": {"industry": "34"}}
    for (who, tiers), tier in product(own.items(), own["province_curator"]):
        with sqlite_session.begin_nested() as trial:
            data = batch_data(sqlite_session, tier=tier, **places.get(tier, {}))
            scope = {"industry_path": "C/34"} if who == "industry_union" else SCOPES.get(who, {})
            actor = Actor(who, (Grant(who, **scope),), 1)
            try:
                batches.announce(sqlite_session, actor, data)
                named = True
            except NotAllowed:
                named = False
            trial.rollback()
        assert named == (tier in tiers), (who, tier)


def tried(session: Session, take: Step, actor: Actor, it: StudioApplication) -> str:
    try:
        take(session, actor, it)
    except (NotAllowed, NotFound):
        return "refused"
    except (Conflict, Invalid):
        return "conflict"
    except DomainError as error:
        return repr(error)
    return "done"


def actor_for(who: str, it: StudioApplication) -> Actor:
    if who == "visitor":
        return VISITOR
    role, _, elsewhere = who.partition(" ")
    place = {"county": "51/5107/510703", "city": "51/5107"}.get(role)
    scope = {"region_path": place} if elsewhere and place else SCOPES.get(role, {})
    belongs = role in ("unit_union", "enterprise", "studio_leader", "worker")
    unit = (4711 if elsewhere else it.organisation_id) if belongs else None
    return Actor(who, (Grant(role, organisation_id=unit, **scope),), 1)


def stand(session: Session, batch: NamingBatch, state: str) -> None:
    batch.state = state
    batch.named_on = now().date() if state == "named" else None
    if state != "open":
        batch.opens_on = batch.closes_on = batch.recommend_by = today() - dt.timedelta(days=1)
    session.flush()
