"""Whoever recommends or judges is reminded before the last day, and whoever runs a batch when its list was shown."""

from __future__ import annotations

import datetime as dt
from collections import Counter

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace import working_days
from marketplace.db import today
from marketplace.models import Account, Mail, NamingSheet, RoleGrant
from marketplace.services.account.signing_in import actor_of
from marketplace.services.naming import batches, recommending, reminding
from marketplace.services.selection import announcing
from tests.factories import AccountFactory
from tests.marketplace.naming.batches import DEYANG, announced, apply, judges, lock, plant, ready, recommend
from tests.marketplace.naming.decided import DAY, a_batch, a_scored, end_publicity
from tests.marketplace.naming.decided import announced as shown
from tests.marketplace.officers import acting


def holding(role: str, **fields: object) -> Account:
    place = {name: fields.pop(name) for name in ("region_path", "industry_path") if name in fields}
    account: Account = AccountFactory(grants=[RoleGrant(role=role, granted_by="tests", **place)], **fields)
    return account


def reminded(session: Session) -> Counter[tuple[str, str, str]]:
    """Remind twice and return to whom a mail of which kind went, with how many things it tells of."""
    last = session.scalar(sa.select(sa.func.max(Mail.id))) or 0
    reminding.remind(session)
    assert reminding.remind(session) == 0
    return Counter(
        (it.recipient, it.kind, it.values["count"]) for it in session.scalars(sa.select(Mail).where(Mail.id > last))
    )


def soon() -> dt.date:
    return working_days.after(today(), 2)


def test_the_offices_that_may_recommend_are_reminded_once_before_the_last_day(session: Session) -> None:
    _office, batch = announced(session, recommend_by=(soon() + DAY).isoformat(), score_by=(soon() + DAY).isoformat())
    units = [plant(name) for name in ("示例一厂", "示例二厂", "示例三厂")]
    applications = [apply(session, acting("unit_union", it), batch, ready(session, it)) for it in units]
    city = holding("city", region_path=DEYANG)
    # He comes from the first unit, and stays away from it.
    industry = holding("industry_union", industry_path="C/34", claimed_organisation=units[0])
    holding("city", region_path="51/5107")
    holding("county", region_path=units[0].region_path)
    session.flush()
    recommend(session, actor_of(city, has_second_factor=True), applications[2])
    session.expire_all()
    assert reminded(session) == Counter()
    batch.recommend_by = soon()
    session.flush()
    assert reminded(session) == Counter(
        [(city.email, "recommending_due", "2"), (industry.email, "recommending_due", "1")]
    )


def test_where_no_office_may_recommend_the_province_is_reminded(session: Session) -> None:
    office, batch = announced(session, recommend_by=soon().isoformat(), score_by=soon().isoformat())
    unit = plant()
    application = apply(session, acting("unit_union", unit), batch, ready(session, unit))
    session.expire_all()
    province = session.get_one(Account, office.account_id)
    assert reminded(session) == Counter([(province.email, "recommending_due", "1")])
    recommending.decline(session, office, application.id, application.revision, "名额已满")
    batches.to_state(session, office, batch, "scoring", "begin_scoring")
    assert batch.reminded_on is None


def test_a_judge_is_reminded_of_the_sheets_he_has_not_locked(session: Session) -> None:
    batch = a_batch(session, state="scoring", score_by=soon())
    slow, quick = judges(session, 2)
    applications = [a_scored(session, batch, 80) for _ in range(3)]
    for application in applications:
        application.sheets += [NamingSheet(account=it) for it in (slow, quick)]
    session.flush()
    lock(session, slow, applications[0], 80)
    for application in applications:
        lock(session, quick, application, 80)
    assert reminded(session) == Counter([(slow.email, "judging_due", "2")])


def test_whoever_runs_a_batch_is_told_when_each_list_of_it_has_been_shown(session: Session) -> None:
    city = acting("city", region_path=DEYANG)
    acting("province_curator")
    batch = a_batch(session, tier="city", region_path=DEYANG)
    first, _second = (a_scored(session, batch, score, tier="county") for score in (90, 80))
    shown(session, city, batch)
    assert reminded(session) == Counter()
    end_publicity(session, batch)
    told = Counter([(session.get_one(Account, city.account_id).email, "list_over", "1")])
    assert reminded(session) == told
    # What is left begins its period anew, and ends another day.
    announcing.strike(session, city, first.id, "工作室已经撤销")
    assert reminded(session) == Counter()
    end_publicity(session, batch)
    batch.reminded_on = today() - 2 * DAY
    session.flush()
    assert reminded(session) == told
