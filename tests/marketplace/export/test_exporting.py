"""A list that is taken away holds what its reader may see, and persons are masked until an office says what for."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from openpyxl import load_workbook
from sqlalchemy.orm import Session

from marketplace import audit
from marketplace.db import now
from marketplace.errors import Conflict, Invalid, NotAllowed
from marketplace.models import Achievement, Contributor, Demand, Export, Proposal, ProposalAuthor
from marketplace.permissions import SYSTEM, VISITOR, Actor, Grant, can_read
from marketplace.services.export import exporting
from marketplace.services.export.columns import Telling
from marketplace.services.export.headings import COLUMNS
from marketplace.services.export.kinds import plain_of
from marketplace.services.export.log import Wish
from tests.factories import AchievementFactory, DemandFactory, OrganisationFactory, ProposalFactory

TELLING = Telling(str, "zh_Hans")
DEYANG = "51/5106"
CITY = Actor("account:900", (Grant("city", DEYANG),), account_id=900)
ELSEWHERE = Actor("account:901", (Grant("city", "51/5107"),), account_id=901)
AUDITOR = Actor("account:902", (Grant("auditor"),), account_id=902)
PURPOSE = "向市总工会报送季度汇总"


def taken(
    session: Session, actor: Actor, kind: str, found: list[Any], most: int = 100, **wish: Any
) -> list[dict[str, Any]]:
    """Take a list away as a workbook and return its lines by their headings."""
    with exporting.export(session, actor, kind, found, Wish("xlsx", **wish), TELLING, most) as file:
        rows = list(load_workbook(file).active.iter_rows(values_only=True))
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


def submitted(**fields: Any) -> Achievement:
    """An achievement under review, with a person in every place where one may stand."""
    made: Achievement = AchievementFactory(
        **{
            "state": "submitted", "published_state": "unpublished", "published_at": None, "region": "510603",
            "contact_name": "联系人甲", "contact_phone": "13912345678", "principle": "原理乙",
            "contributors": [Contributor(name="完成人丙", share=100)], "benefit_claimed": 12_345_600,
            **fields,
        }
    )  # fmt: skip
    return made


def test_persons_are_masked_until_an_office_states_what_for(session: Session) -> None:
    found = [submitted()]
    (masked,) = taken(session, CITY, "achievement", found)
    assert (masked["完成人"], masked["联系人"], masked["联系电话"]) == ("完***", "联***", "139******78")
    assert masked["年直接经济效益（元）"] == 123_456
    (named,) = taken(session, CITY, "achievement", found, names_persons=True, purpose=PURPOSE)
    assert (named["完成人"], named["联系人"], named["联系电话"]) == ("完成人丙", "联系人甲", "13912345678")


@pytest.mark.parametrize("purpose", ["", "  ", "工作"])
def test_without_a_purpose_nobody_is_named(session: Session, purpose: str) -> None:
    with pytest.raises(Invalid) as refused:
        taken(session, CITY, "achievement", [submitted()], names_persons=True, purpose=purpose)
    assert "purpose" in refused.value.fields


def test_whoever_has_no_office_cannot_ask_for_names(session: Session) -> None:
    enterprise = Actor("account:903", (Grant("enterprise", organisation_id=1),), account_id=903)
    for actor in (VISITOR, enterprise):
        with pytest.raises(NotAllowed):
            taken(session, actor, "achievement", [], names_persons=True, purpose=PURPOSE)


def test_an_office_names_those_of_its_own_scope_alone(session: Session) -> None:
    published = submitted(state="published", published_state="published", published_at=now())
    (line,) = taken(session, ELSEWHERE, "achievement", [published], names_persons=True, purpose=PURPOSE)
    assert line["完成人"] == "完***"
    assert (line["联系电话"], line["技术原理"]) == (None, None)


def test_what_was_taken_away_is_on_record_with_its_filters_and_its_purpose(session: Session) -> None:
    taken(session, CITY, "achievement", [submitted()], filters={"region": "5106"}, names_persons=True, purpose=PURPOSE)
    kept = session.scalars(sa.select(Export)).one()
    assert (kept.actor, kept.role, kept.kind, kept.form) == ("account:900", "city", "achievement", "xlsx")
    assert (kept.filters, kept.purpose, kept.names_persons, kept.row_count) == ({"region": "5106"}, PURPOSE, True, 1)
    (event,) = audit.history(session, "export", kept.id)
    assert (event.verb, event.reason) == ("export", PURPOSE)
    assert list(audit.faults(session)) == []


def test_a_look_at_the_contact_of_a_demand_is_an_event_of_the_demand(session: Session) -> None:
    demand = DemandFactory(state="submitted", region="510603", contact_name="王经理", contact_phone="13812345678")
    (line,) = taken(session, CITY, "demand", [demand])
    assert (line["联系人"], line["联系电话"]) == ("王**", "138******78")
    assert audit.history(session, "demand", demand.id) == []
    (line,) = taken(session, CITY, "demand", [demand], names_persons=True, purpose=PURPOSE)
    assert (line["联系人"], line["联系电话"]) == ("王经理", "13812345678")
    (event,) = audit.history(session, "demand", demand.id)
    assert (event.verb, event.reason) == ("see_contact", PURPOSE)


def test_who_made_a_proposal_under_a_pseudonym_is_named_to_nobody_above(session: Session) -> None:
    unit = OrganisationFactory(region="510603", region_path=f"{DEYANG}/510603")
    proposal = ProposalFactory(
        state="submitted", is_pseudonymous=True, organisation=unit, authors=[ProposalAuthor(name="作者丁")]
    )
    (line,) = taken(session, CITY, "proposal", [proposal], names_persons=True, purpose=PURPOSE)
    assert (line["作者"], line["单位"]) == (None, unit.name)
    union = Actor("account:904", (Grant("unit_union", organisation_id=unit.id),), account_id=904)
    (line,) = taken(session, union, "proposal", [proposal], names_persons=True, purpose=PURPOSE)
    assert line["作者"] == "作者丁"


def test_more_rows_than_allowed_are_refused_with_what_to_do_and_nothing_is_recorded(session: Session) -> None:
    found = [submitted() for _ in range(3)]
    with pytest.raises(Conflict, match="超过 2 行"):
        taken(session, CITY, "achievement", found, most=2)
    assert session.scalars(sa.select(Export)).all() == []
    assert len(taken(session, CITY, "achievement", found, most=3)) == 3


def everything() -> Iterator[Achievement | Demand | Proposal]:
    """A record of each kind in each state that decides who reads it, in one place, each with its secrets."""
    unit = OrganisationFactory(region="510603", region_path=f"{DEYANG}/510603")
    for state in ("draft", "submitted", "published"):
        is_published = state == "published"
        yield submitted(
            state=state, published_state="published" if is_published else "unpublished",
            published_at=now() if is_published else None, units=[unit],
        )  # fmt: skip
    for state in ("draft", "submitted", "open"):
        yield DemandFactory(state=state, region="510603", contact_name="联系人甲", contact_phone="13912345678")
    for state in ("draft", "submitted", "awarded"):
        yield ProposalFactory(state=state, region="510603", organisation=unit, authors=[ProposalAuthor(name="作者丁")])


def readers() -> dict[str, Actor]:
    roles = (
        ("visitor", VISITOR), ("city here", CITY), ("city elsewhere", ELSEWHERE), ("auditor", AUDITOR),
        ("province", SYSTEM), ("worker", Actor("account:905", (Grant("worker"),), account_id=905)),
        ("enterprise", Actor("account:906", (Grant("enterprise", organisation_id=999_999),), account_id=906)),
        ("program", Actor("account:900", (Grant("city", DEYANG),), account_id=900, limits=frozenset(), reads=False)),
    )  # fmt: skip
    return dict(roles)


@pytest.mark.parametrize("reader", readers())
def test_an_export_never_shows_a_record_or_a_field_its_reader_may_not_see(session: Session, reader: str) -> None:
    """Even where a list hands over too much, as a mistaken query would."""
    actor, all_of_them = readers()[reader], list(everything())
    named = {"names_persons": True, "purpose": PURPOSE} if reader in ("city here", "province") else {}
    for model, kind in ((Achievement, "achievement"), (Demand, "demand"), (Proposal, "proposal")):
        found = [record for record in all_of_them if isinstance(record, model)]
        lines = taken(session, actor, kind, found, **named)
        assert {line["平台编号"] for line in lines} == {it.id for it in found if can_read(actor, it)}
        for line, record in zip(lines, [it for it in found if can_read(actor, it)], strict=True):
            plain = plain_of(actor, record)
            for column in COLUMNS[kind]:
                assert line[column.heading] is None or plain[column.field]
        told = json.dumps(lines, ensure_ascii=False, default=str)
        if not named:
            assert not [secret for secret in ("联系人甲", "13912345678", "完成人丙", "作者丁") if secret in told]
        if reader in ("visitor", "city elsewhere", "worker", "program"):
            assert "原理乙" not in told


def test_every_field_a_list_shows_is_one_the_record_gives(session: Session) -> None:
    records = {type(it): it for it in everything()}
    for model, kind in ((Achievement, "achievement"), (Demand, "demand"), (Proposal, "proposal")):
        given_fields = set(plain_of(SYSTEM, records[model]))
        assert {column.field for column in COLUMNS[kind]} <= given_fields


def test_a_long_list_is_read_in_pages(session: Session) -> None:
    pages = [[1, 2], [3], []]
    asked: list[Any] = []

    def fetch(_limit: int, after: Any) -> list[int]:
        asked.append(after)
        return pages[len(asked) - 1]

    assert list(exporting.paged(fetch, after=lambda last: last)) == [1, 2, 3]
    assert asked == [None, 2, 3]
