"""A list that is taken away holds what its reader may see, persons masked, and no cell that a program would run."""

from __future__ import annotations

import csv
import datetime as dt
import io
import itertools
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook
from sqlalchemy.orm import Session

from ingest.readers.delimited import comma_tables
from marketplace import audit
from marketplace.db import now, today
from marketplace.errors import Conflict, Invalid, NotAllowed
from marketplace.models import (
    Achievement,
    Contributor,
    Demand,
    Export,
    IntellectualProperty,
    Proposal,
    ProposalAuthor,
)
from marketplace.permissions import SYSTEM, VISITOR, Actor, Grant, can_read
from marketplace.services.export import exporting, filing, masking
from marketplace.services.export.cells import harmless, restored
from marketplace.services.export.columns import Telling
from marketplace.services.export.headings import COLUMNS
from marketplace.services.export.kinds import plain_of
from marketplace.services.export.log import Wish
from marketplace.services.export.sheets import LONGEST, write
from tests.factories import AchievementFactory, DemandFactory, OrganisationFactory, ProposalFactory

TELLING = Telling(str, "zh_Hans")
DEYANG = "51/5106"
CITY = Actor("account:900", (Grant("city", DEYANG),), account_id=900)
ELSEWHERE = Actor("account:901", (Grant("city", "51/5107"),), account_id=901)
AUDITOR = Actor("account:902", (Grant("auditor"),), account_id=902)
PURPOSE = "向市总工会报送季度汇总"
DANGEROUS = ("=1+1", "+86", "-1+2", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+1", "＋1", "－1", "＠a")


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


@pytest.mark.parametrize("text", DANGEROUS)
def test_a_text_that_looks_like_a_formula_stays_text_in_a_workbook_and_is_not_changed(text: str) -> None:
    with write("xlsx", [["heading"], [text]]) as file:
        cell = load_workbook(file).active["A2"]
    # A workbook knows one kind of line break.
    assert (cell.value, cell.data_type, cell.quotePrefix) == (text.replace("\r", "\n"), "s", True)


@pytest.mark.parametrize("text", DANGEROUS)
def test_a_text_that_looks_like_a_formula_is_held_by_an_apostrophe_in_a_csv_file(text: str) -> None:
    with write("csv", [[text, -5, None]]) as file:
        content = file.read()
    assert content.startswith(b"\xef\xbb\xbf")
    (row,) = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))
    # A number is no text, and stays one.
    assert row == [f"'{text}", "-5", ""]


@given(st.text(max_size=20) | st.text("='+-@\t\r＝a", max_size=6))
def test_whatever_was_exported_is_restored_without_loss(text: str) -> None:
    assert restored(harmless(text)) == text


@given(st.lists(st.text("='+-@\"、,a1张", max_size=8), min_size=2, max_size=4))
def test_the_import_reads_an_exported_csv_file_as_it_was(
    tmp_path_factory: pytest.TempPathFactory, row: list[str]
) -> None:
    file = tmp_path_factory.mktemp("export") / "list.csv"
    heading = ["甲", "乙", "丙", "丁"][: len(row)]
    with write("csv", [heading, row]) as written:
        file.write_bytes(written.read())
    (table,) = comma_tables(file, 1000)
    assert [list(it.cells) for it in table.rows][1] == row


def test_a_text_too_long_for_a_cell_says_that_it_goes_on_and_what_no_workbook_holds_is_left_out() -> None:
    with write("xlsx", [["heading"], ["字" * (LONGEST + 5), "a\x01b"]]) as file:
        long, short = next(load_workbook(file).active.iter_rows(min_row=2, values_only=True))
    assert len(long) == LONGEST
    assert long.endswith("全文见平台）")
    assert short == "ab"


@pytest.mark.parametrize(
    ("shown", "mask", "text"),
    [
        ("张**", masking.name, "张三丰"), ("*", masking.name, "张"), ("", masking.name, ""),
        ("139******78", masking.phone, "13912345678"), ("028-*****21", masking.phone, "028-8765421"),
        ("*****", masking.phone, "12345"), ("028-******* *12", masking.phone, "028-8765432 转12"),
    ],
)  # fmt: skip
def test_a_mask_leaves_what_those_who_know_them_recognise(shown: str, mask: Callable[[str], str], text: str) -> None:
    assert mask(text) == shown


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
