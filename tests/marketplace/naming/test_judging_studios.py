"""Judges of a batch: who must stay away, what each sees, and the score once every sheet is locked."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from marketplace.errors import Conflict, Invalid, NotAllowed, NotFound
from marketplace.models import NamingSheet, RoleGrant, StudioApplication
from marketplace.permissions import Actor
from marketplace.services.account.signing_in import actor_of
from marketplace.services.naming import batches, judging, panel, tallying
from tests.factories import AccountFactory
from tests.marketplace.naming.batches import (
    DEYANG,
    announced,
    apply,
    begin_scoring,
    judges,
    lock,
    plant,
    ready,
    recommend,
)
from tests.marketplace.naming.decided import a_batch, a_scored
from tests.marketplace.officers import acting


@pytest.fixture
def recommended(session: Session) -> tuple[Actor, StudioApplication]:
    """Who runs a batch of the province, and an application in it that the city recommended."""
    office, batch = announced(session)
    unit = plant()
    application = apply(session, acting("unit_union", unit), batch, ready(session, unit))
    return office, recommend(session, acting("city", region_path=DEYANG), application)


Recommended = tuple[Actor, StudioApplication]


def test_the_highest_and_the_lowest_sheet_do_not_count(session: Session, recommended: Recommended) -> None:
    office, application = recommended
    batch, called = application.batch, judges(session)
    begin_scoring(session, office, batch, called)
    for account, total in zip(called[:4], (90, 80, 61, 70), strict=True):
        lock(session, account, application, total)
    assert tallying.progress(session, batch) == {application.id: tallying.Progress(4, 5)}
    assert application.score is None
    with pytest.raises(Conflict, match="还有 1 张"):
        tallying.tally(session, office, batch.id)
    lock(session, called[4], application, 100)
    tallying.tally(session, office, batch.id)
    assert (batch.state, application.score, application.rank) == ("scored", Decimal("80.00"), 1)
    assert tallying.spread(application) == 20


def test_whoever_is_of_the_unit_or_called_like_somebody_of_the_studio_stays_away(
    session: Session, recommended: Recommended
) -> None:
    office, application = recommended
    insider, namesake = (
        AccountFactory(claimed_organisation_id=application.organisation_id),
        AccountFactory(name="王示例"),
    )
    for account in (insider, namesake):
        account.grants.append(RoleGrant(role="judge", granted_by="tests"))
    session.flush()
    with pytest.raises(Conflict, match="回避后只有 4 位"):
        begin_scoring(session, office, application.batch, [insider, namesake, *judges(session, 4)])
    (more,) = judges(session, 1)
    begin_scoring(session, office, application.batch, [more])
    away = {seat.judge.id: seat.away for seat in panel.seats(session, application.batch) if seat.away}
    assert away == {insider.id: ((application.id, panel.SAME_UNIT),), namesake.id: ((application.id, panel.OF_STUDIO),)}
    mine = judging.assigned(session, actor_of(namesake, has_second_factor=True))
    assert judging.sheet(session, actor_of(namesake, has_second_factor=True), mine[0].sheet.id).dossier is None


def test_a_judge_reads_the_frozen_dossier_fills_in_his_own_sheet_and_no_other(
    session: Session, recommended: Recommended
) -> None:
    office, application = recommended
    called = judges(session)
    begin_scoring(session, office, application.batch, called)
    first, second = (actor_of(it, has_second_factor=True) for it in called[:2])
    (mine,) = judging.assigned(session, first)
    shown = judging.sheet(session, first, mine.sheet.id)
    assert shown.dossier is not None
    assert shown.dossier["studio"]["name"] == application.studio.name
    with pytest.raises(NotFound):
        judging.sheet(session, second, mine.sheet.id)
    with pytest.raises(NotAllowed):
        judging.sheet(session, office, mine.sheet.id)
    for points, is_locked in ((26, False), (20, True)):
        with pytest.raises(Invalid):
            judging.save(session, first, mine.sheet.id, {"scores": {"quality": points}}, lock=is_locked)
    judging.save(session, first, mine.sheet.id, {"scores": {"quality": 20}}, lock=False)
    judging.recuse(session, first, mine.sheet.id, "kin", "领衔人是我的表弟")
    assert judging.count_open(session, first) == 0
    with pytest.raises(Conflict):
        judging.save(session, first, mine.sheet.id, {"scores": {"quality": 20}}, lock=False)
    # Fewer are left than the batch needs: another judge is called and has his sheet at once.
    for account in called[1:]:
        lock(session, account, application, 80)
    with pytest.raises(Conflict, match="请增加专家"):
        tallying.tally(session, office, application.batch.id)
    (more,) = judges(session, 1)
    panel.add(session, office, application.batch.id, more.id)
    lock(session, more, application, 80)
    assert tallying.tally(session, office, application.batch.id).state == "scored"


def test_a_judge_reads_his_sheets_page_by_page_the_open_first(session: Session) -> None:
    batch, (judge,) = a_batch(session, state="scoring"), judges(session, 1)
    applications = [a_scored(session, batch, 80) for _ in range(5)]
    for application in applications:
        application.sheets.append(NamingSheet(account=judge))
    session.flush()
    me = actor_of(judge, has_second_factor=True)
    lock(session, judge, applications[0], 80)
    lock(session, judge, applications[2], 80)
    found, after = [], None
    while page := judging.assigned(session, me, limit=2, after=after):
        found += [it.application for it in page]
        after = judging.place_of(page[-1])
    assert found == [applications[place] for place in (1, 3, 4, 0, 2)]
    assert judging.count_open(session, me) == 3
    with pytest.raises(NotAllowed):
        judging.count_open(session, acting("province_curator"))


def test_whoever_holds_an_office_does_not_judge(session: Session) -> None:
    office, batch = announced(session)
    official = AccountFactory(grants=[RoleGrant(role=it, granted_by="tests") for it in ("judge", "city")])
    session.flush()
    assert official not in panel.may_be_added(session, office, batch.id)
    with pytest.raises(NotAllowed):
        panel.add(session, office, batch.id, official.id)
    with pytest.raises(NotAllowed):
        batches.followed(session, actor_of(official, has_second_factor=True), batch.id)
