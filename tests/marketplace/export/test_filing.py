"""An office files what it has passed with the office above, in the layout of the form and with its makers named."""

from __future__ import annotations

import datetime as dt
import itertools
from typing import Any

import pytest
import sqlalchemy as sa
from openpyxl import load_workbook
from sqlalchemy.orm import Session

from marketplace import audit
from marketplace.db import today
from marketplace.errors import Conflict, Invalid, NotAllowed
from marketplace.models import Achievement, Contributor, Export, IntellectualProperty
from marketplace.permissions import VISITOR, Actor, Grant
from marketplace.services.export import filing
from tests.factories import OrganisationFactory
from tests.marketplace.export.test_exporting import AUDITOR, CITY, DEYANG, TELLING, submitted


def filed_today() -> filing.Filing:
    return filing.Filing("德阳市总工会", "李主任", "0838-2345678", today(), today())


def passed(session: Session, verb: str = "pass_first_review", **fields: Any) -> Achievement:
    achievement = submitted(**{"state": "first_review", **fields})
    audit.record(session, CITY, verb, "achievement", achievement.id)
    session.flush()
    return achievement


def cells(session: Session, actor: Actor, asked: filing.Filing | None = None, most: int = 100) -> list[list[Any]]:
    with filing.form(session, actor, asked or filed_today(), TELLING, most) as file:
        rows = load_workbook(file).active.iter_rows(values_only=True)
        return [list(itertools.dropwhile(lambda cell: cell is None, reversed(row)))[::-1] for row in rows]


def test_an_office_files_what_it_has_passed_in_the_official_layout(session: Session) -> None:
    unit = OrganisationFactory(name="示例机械厂", region="510603", region_path=f"{DEYANG}/510603")
    passed(
        session, title="薄壁件夹具", units=[unit], kind="small_improvement", industry="34", trl=7,
        contributors=[Contributor(name="张三", position=1), Contributor(name="李四", position=2)],
        rights=[IntellectualProperty(kind="utility_model", number="ZL2024")],
    )  # fmt: skip
    passed(session, title="=漏油治理", benefit_claimed=None)
    passed(session, title="退回的", state="returned")
    passed(session, title="别处的", region="510703", units=[])
    passed(session, "endorse", title="只由单位确认的", state="unit_endorsed")
    title, body, filed_on, _period, contact, phone, heading, first, second, total, _blank, *signatures = cells(
        session, CITY
    )
    assert title == ["职工创新成果报送汇总表"]
    assert (body[2], contact[2], phone[2]) == ("德阳市总工会", "李主任", "0838-2345678")
    assert filed_on[2].date() == today()
    assert heading[:5] == ["序号", "成果名称", "完成单位", "第一完成人", "其他完成人"]
    assert first[:5] == [1, "薄壁件夹具", "示例机械厂", "张三", "李四"]
    assert (first[5], first[8], first[11]) == ("小革新", 7, 12.3456)
    assert "ZL2024" in first[9]
    assert (second[:2], second[11]) == ([2, "=漏油治理"], None)
    assert (total[:2], total[11]) == (["合计", "共 2 项"], 12.3456)
    assert [line[0] for line in signatures] == ["单位负责人（签字）：", "填表人（签字）：", "单位（盖章）："]
    kept = session.scalars(sa.select(Export)).one()
    assert (kept.kind, kept.names_persons, kept.row_count) == ("filing", True, 2)


def test_each_office_files_what_its_own_step_passed_within_the_days_asked_for(session: Session) -> None:
    endorsed = passed(session, "endorse", state="unit_endorsed")
    county = Actor("account:907", (Grant("county", f"{DEYANG}/510603"),), account_id=907)
    assert [row[-1] for row in cells(session, county) if row[:1] == [1]] == [endorsed.id]
    yesterday = today() - dt.timedelta(days=1)
    earlier = filing.Filing("旌阳区总工会", "李主任", "0838", yesterday, yesterday)
    assert "共 0 项" in str(cells(session, county, earlier))


def test_a_form_without_its_heading_and_an_actor_without_an_office_are_refused(session: Session) -> None:
    with pytest.raises(Invalid) as refused:
        cells(session, CITY, filing.Filing("", " ", "1", today(), today() - dt.timedelta(days=1)))
    assert set(refused.value.fields) == {"body", "contact", "until"}
    for actor in (VISITOR, AUDITOR, Actor("account:905", (Grant("worker"),), account_id=905)):
        with pytest.raises(NotAllowed):
            cells(session, actor)
    passed(session)
    passed(session)
    with pytest.raises(Conflict):
        cells(session, CITY, most=1)
