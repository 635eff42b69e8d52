"""A list fares the same whether its lines come at once or one by one: same ledger, same tallies, same words."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from marketplace.db import today
from marketplace.errors import DomainError
from marketplace.models import ParticipationEntry, Person
from marketplace.permissions import SYSTEM
from marketplace.schemas.participation import ParticipationRosterSchema
from marketplace.services.participation import closing, importing
from marketplace.services.tally import figures, recounting
from marketplace.services.tally.slices import Slice
from tests.factories import OrganisationFactory
from tests.marketplace.participation.campaigning import opened

UNITS = ("示例一厂", "示例二厂")
WHO = ({"person": "张三"}, {"person": "李四"}, {"person_times": 9, "persons": 4}, {"person_times": 8})
# Few of each, so that lines repeat, contradict and exclude each other.
rows = st.lists(
    st.fixed_dictionaries(
        {
            "campaign": st.sampled_from(["技能提升年", "技能提升年", "技能提升年", "没有的活动"]),
            "unit": st.sampled_from([*UNITS, "没有的单位"]),
            "item": st.sampled_from(["drill", "技能培训", "没有的项目"]),
            "who": st.sampled_from(WHO),
            "days": st.sampled_from([0, 1, 40]),
            "evidence": st.sampled_from(["", "签到表"]),
            "reason": st.sampled_from(["", "补登"]),
        }
    ),
    max_size=18,
)


def lines(chosen: list[dict[str, Any]]) -> list[dict[str, Any]]:
    said = []
    for row in chosen:
        plain = {name: value for name, value in row.items() if name not in ("who", "days")}
        day = today() - dt.timedelta(row["days"])
        said.append(ParticipationRosterSchema().load(plain | row["who"] | {"day": day.isoformat()}))
    return said


def told(session: Session, said: list[dict[str, Any]], at_once: int) -> tuple[Any, ...]:
    """Bring a list in, so many lines at once, and return what became of each and what stands then; undo it."""
    undone = session.begin_nested()
    try:
        for name in UNITS:
            OrganisationFactory(name=name)
        campaign = opened(session, "skills", title="技能提升年")
        month = f"{today() - dt.timedelta(40):%Y-%m}"
        closing.close(session, SYSTEM, campaign.id, {"period": month, "organisation_name": UNITS[0]})
        outcomes: list[Any] = []
        for start in range(0, len(said), at_once):
            found = importing.import_records(session, SYSTEM, said[start : start + at_once])
            # The number of an entry differs between two runs.
            outcomes += [(type(it), it.message) if isinstance(it, DomainError) else it[1] for it in found]
        assert recounting.recount(session, campaign.id) == []
        of = ParticipationEntry
        names = sa.select(of.day, of.person_times, of.persons, of.evidence, of.subject, Person.name)
        entries = session.execute(names.join(Person, Person.id == of.person_id, isouter=True))
        return outcomes, sorted(map(str, entries)), figures.total(session, campaign.id, Slice())
    finally:
        undone.rollback()
        session.expunge_all()


@given(rows)
@settings(max_examples=3, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_list_fares_the_same_at_once_and_line_by_line(session: Session, chosen: list[dict[str, Any]]) -> None:
    said = lines(chosen)
    assert told(session, said, len(said) or 1) == told(session, said, 1)
