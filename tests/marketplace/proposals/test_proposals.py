"""The way of a proposal: written by a worker, answered by the unit, merged and parted, supported, offered again."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import marshmallow as ma
import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from marketplace import audit, workflow
from marketplace.db import now, today
from marketplace.errors import Conflict, DomainError, Invalid, NotAllowed, NotFound, StaleRevision
from marketplace.models import Account, ApplicationBlock, Mail, Organisation, Proposal, SubmittedText
from marketplace.permissions import SYSTEM, Actor, can_read, can_see_authors
from marketplace.schemas.proposal import AuthorsSchema, ProposalSchema, disclosed
from marketplace.schemas.statistics import HeadcountSchema
from marketplace.services.proposal import answering, merging, rates, reading, reoffering, support, writing
from marketplace.services.statistics import headcounts
from marketplace.services.statistics.rate import NO_HEADCOUNT
from tests.factories import OrganisationFactory, ProposalFactory
from tests.marketplace.officers import acting

JINGYANG = "51/5106/510603"
WRITTEN = {
    "present_state": "每班换刀四次，每次停机二十分钟。",
    "measure": "改用快换刀座，刀具预先对好。换刀不再停机。",
    "expected_effect": "每班多出八十分钟。",
    "category": "效率",
    "crew": "机加二班",
}


@pytest.fixture
def plant(session: Session) -> Organisation:
    return OrganisationFactory(region="510603", region_path=JINGYANG, industry="34", industry_path="C/34")


def loaded(**fields: Any) -> dict[str, Any]:
    data: dict[str, Any] = ProposalSchema().load({**WRITTEN, **fields})
    return data


def submitted(session: Session, author: Actor, **fields: Any) -> Proposal:
    return writing.submit(session, author, writing.draft(session, author, loaded(**fields)).id)


def taken_up(session: Session, author: Actor, clerk: Actor, **fields: Any) -> Proposal:
    proposal = submitted(session, author, **fields)
    for action in ("screen", "take_up"):
        answering.act(session, clerk, proposal.id, action)
    return proposal


def name_of(session: Session, actor: Actor) -> str:
    return session.get_one(Account, actor.account_id).name


def test_a_worker_begins_with_a_few_words_and_the_proposal_is_called_by_them(
    session: Session, plant: Organisation
) -> None:
    author = acting("worker", plant)
    proposal = writing.draft(session, author, ProposalSchema().load({"measure": "改用快换刀座，刀具预先对好。"}))
    assert (proposal.title, proposal.state, proposal.organisation) == ("改用快换刀座", "draft", plant)
    assert [(it.name, it.account_id, it.share) for it in proposal.authors] == [
        (name_of(session, author), author.account_id, Decimal(100))
    ]


@pytest.mark.parametrize("role", ["unit_union", "province_curator", "worker"])
def test_a_draft_is_nobody_elses_business(session: Session, plant: Organisation, role: str) -> None:
    author = acting("worker", plant)
    draft = writing.draft(session, author, loaded())
    other = acting(role, None if role == "province_curator" else plant)
    assert not can_read(other, draft)
    with pytest.raises(NotFound):
        reading.get(session, other, draft.id)
    assert draft not in reading.listed(session, author, reading.Asked(), limit=9)
    assert reading.own(session, author) == [draft]


def test_what_is_saved_over_an_older_reading_is_refused(session: Session, plant: Organisation) -> None:
    author = acting("worker", plant)
    draft = writing.draft(session, author, loaded())
    read = draft.revision
    writing.save(session, author, draft.id, read, loaded(measure="改用液压刀座。"))
    with pytest.raises(StaleRevision):
        writing.save(session, author, draft.id, read, loaded(measure="改用气动刀座。"))
    assert draft.measure == "改用液压刀座。"


def test_what_bears_a_mark_of_secrecy_is_refused_and_not_kept(session: Session, plant: Organisation) -> None:
    author = acting("worker", unit=plant)
    with pytest.raises(Invalid) as refused:
        writing.draft(session, author, loaded(measure="按机密图纸改刀座"))
    assert list(refused.value.fields) == ["measure"]
    assert session.scalars(sa.select(Proposal)).all() == []


def test_submitting_names_every_field_that_is_missing(session: Session) -> None:
    author = acting("worker")
    draft = writing.draft(session, author, ProposalSchema().load({"measure": "加一条撇油带。"}))
    with pytest.raises(Invalid) as refused:
        writing.submit(session, author, draft.id)
    assert set(refused.value.fields) == {"present_state", "expected_effect", "organisation_id"}


def test_what_was_submitted_is_kept_and_waits_at_the_desk_of_the_unit(session: Session, plant: Organisation) -> None:
    acting("unit_union", plant)
    proposal = submitted(session, acting("worker", plant))
    task = workflow.open_task(session, proposal)
    assert task is not None
    assert (task.role, task.organisation_id) == ("unit_union", plant.id)
    kept = session.scalars(sa.select(SubmittedText)).one()
    assert "快换刀座" in kept.text
    assert proposal.submitted_at is not None


@pytest.mark.parametrize(
    ("shares", "sentence"),
    [(("60", "30"), "100%"), (("60", None), "都不填"), ((None, None), None), (("60", "40"), None)],
)
def test_shares_are_of_a_hundred_or_not_stated(
    app: Flask, shares: tuple[str | None, ...], sentence: str | None
) -> None:
    authors = [{"name": f"示例作者{number}", "share": share} for number, share in enumerate(shares)]
    with app.test_request_context():
        if sentence is None:
            assert len(AuthorsSchema().load({"authors": authors})["authors"]) == 2
            return
        with pytest.raises(ma.ValidationError, match=sentence):
            AuthorsSchema().load({"authors": authors})


def test_a_coauthor_is_found_by_mail_address_and_reads_the_draft(session: Session, plant: Organisation) -> None:
    author, helper = acting("worker", plant), acting("worker", plant)
    account = session.get_one(Account, helper.account_id)
    authors = [
        {"name": name_of(session, author), "share": "70"},
        {"name": account.name, "share": "30", "email": account.email.upper()},
    ]
    draft = writing.draft(session, author, loaded(authors=authors))
    assert can_read(helper, draft)
    # Written again without the address, the author stays who he is.
    for it in authors:
        it.pop("email", None)
    writing.save(session, author, draft.id, draft.revision, loaded(authors=authors))
    assert [it.account_id for it in draft.authors] == [author.account_id, helper.account_id]


def test_under_a_pseudonym_the_name_is_known_to_the_unit_and_the_author_alone(
    session: Session, plant: Organisation
) -> None:
    author = acting("worker", plant)
    proposal = submitted(session, author, is_pseudonymous=True)
    sees = {
        "author": author,
        "unit": acting("unit_union", plant),
    }
    blind = {
        "enterprise": acting("enterprise", plant),
        "city": acting("city", region_path="51/5106"),
        "province": acting("province_curator"),
        "command": SYSTEM,
    }
    assert all(can_see_authors(it, proposal) for it in sees.values())
    assert not any(can_see_authors(it, proposal) for it in blind.values())
    assert disclosed(proposal, sees_authors=False)["authors"] == []
    proposal.is_pseudonymous = False
    assert all(can_see_authors(it, proposal) for it in (*sees.values(), *blind.values()))


def test_colleagues_see_what_was_taken_in_but_not_who_made_it(session: Session, plant: Organisation) -> None:
    author, colleague, clerk = acting("worker", plant), acting("worker", plant), acting("unit_union", plant)
    proposal = submitted(session, author)
    assert not can_read(colleague, proposal)
    answering.act(session, clerk, proposal.id, "screen")
    assert can_read(colleague, proposal)
    assert reading.listed(session, colleague, reading.Asked(), limit=9) == [proposal]
    assert not can_see_authors(colleague, proposal)


def test_the_unit_answers_and_the_author_is_told_by_mail(session: Session, plant: Organisation) -> None:
    author, clerk = acting("worker", plant), acting("unit_union", plant)
    proposal = taken_up(session, author, clerk)
    with pytest.raises(Invalid):
        answering.act(session, clerk, proposal.id, "decline")
    answering.act(session, clerk, proposal.id, "decline", "刀座的精度达不到要求")
    assert (proposal.state, proposal.reply) == ("not_adopted", "刀座的精度达不到要求")
    to = session.get_one(Account, author.account_id).email
    assert session.scalars(sa.select(Mail.kind).where(Mail.recipient == to)).all()


def test_a_part_is_adopted_with_the_part_named_and_carried_out(session: Session, plant: Organisation) -> None:
    author, clerk = acting("worker", plant), acting("unit_union", plant)
    proposal = taken_up(session, author, clerk)
    with pytest.raises(Conflict):
        answering.act(session, clerk, proposal.id, "adopt_partly", "先试一台")
    answer = {"adopted_part": "先在两台车床上改", "reason": "其余设备明年更新"}
    answering.adopt_partly(session, clerk, proposal.id, answer)
    answering.act(session, clerk, proposal.id, "begin")
    assert (proposal.adopted_part, proposal.begun_on) == ("先在两台车床上改", today())
    report = {"implementation": "两台车床已改装", "first_used_on": today() + dt.timedelta(days=1)}
    with pytest.raises(Invalid):
        answering.complete(session, clerk, proposal.id, report)
    answering.complete(session, clerk, proposal.id, {**report, "first_used_on": today()})
    assert (proposal.state, proposal.first_used_on) == ("implemented", today())


def test_the_author_mends_what_was_returned_and_withdraws_what_he_gave_up(
    session: Session, plant: Organisation
) -> None:
    author, clerk = acting("worker", plant), acting("unit_union", plant)
    proposal = submitted(session, author)
    with pytest.raises(Conflict, match="撤回"):
        writing.save(session, author, proposal.id, proposal.revision, loaded())
    answering.act(session, clerk, proposal.id, "return", "请写明是哪几台车床")
    writing.save(session, author, proposal.id, proposal.revision, loaded(measure="在三号车床上改用快换刀座。"))
    writing.submit(session, author, proposal.id)
    with pytest.raises(NotAllowed):
        writing.withdraw(session, clerk, proposal.id)
    writing.withdraw(session, author, proposal.id)
    assert proposal.state == "withdrawn"


def test_whoever_is_blocked_for_false_data_submits_nothing(session: Session, plant: Organisation) -> None:
    author = acting("worker", plant)
    draft = writing.draft(session, author, loaded())
    until = today() + dt.timedelta(days=9)
    session.add(ApplicationBlock(
        organisation_id=plant.id, noun="benefit", object_id=1, reason="虚报产量",
        blocked_from=today(), blocked_until=until, set_by="tests",
    ))  # fmt: skip
    with pytest.raises(Conflict, match=f"单位在 {until} 以前不能申报"):
        writing.submit(session, author, draft.id)


def standing(proposal: Proposal) -> tuple[Any, ...]:
    authors = [(it.position, it.name, it.share, it.part, it.account_id, it.merged_from_id) for it in proposal.authors]
    merged = proposal.merged_into_id, proposal.merged_at, proposal.state_before_merge
    return proposal.state, authors, merged, proposal.submitted_at


def test_a_merge_keeps_authors_dates_and_votes_and_is_undone_exactly(session: Session, plant: Organisation) -> None:
    clerk, voter, both = acting("unit_union", plant), acting("worker", plant), acting("worker", plant)
    early, late = acting("worker", plant), acting("worker", plant)
    first, second = submitted(session, early), submitted(session, late, measure="刀具预先对好，换刀不停机。")
    first.submitted_at = now() - dt.timedelta(days=3)
    for proposal in (first, second):
        answering.act(session, clerk, proposal.id, "screen")
        support.support(session, both, proposal.id)
    support.support(session, voter, first.id)
    session.flush()
    before = {it.id: (standing(it), support.count(session, it)) for it in (first, second)}

    merging.merge(session, clerk, first.id, second.id, "说的是同一件事")
    assert (first.state, first.merged_into_id) == ("merged", second.id)
    # Whoever submitted earlier stands first, wherever his proposal went.
    assert [it.account_id for it in second.authors] == [early.account_id, late.account_id]
    assert support.count(session, second) == 2
    with pytest.raises(Conflict, match="并入"):
        support.support(session, clerk, first.id)
    assert workflow.open_task(session, first) is None

    session.expire_all()
    merging.undo(session, clerk, first.id, "细看是两件事")
    session.expire_all()
    assert {it.id: (standing(it), support.count(session, it)) for it in (first, second)} == before
    assert workflow.open_task(session, first) is not None
    assert [it.verb for it in audit.history(session, "proposal", second.id)][-2:] == ["merge_in", "split_off"]


def test_agreed_shares_that_no_longer_sum_are_agreed_on_anew(session: Session, plant: Organisation) -> None:
    clerk, early, late = acting("unit_union", plant), acting("worker", plant), acting("worker", plant)
    first, second = submitted(session, early), submitted(session, late)
    merging.merge(session, clerk, second.id, first.id, "同一件事")
    agreed = [
        {"name": name_of(session, late), "share": Decimal(60), "part": "对刀台"},
        {"name": name_of(session, early), "share": Decimal(40), "part": ""},
    ]
    with pytest.raises(Invalid):
        writing.agree_authors(session, early, first.id, first.revision, agreed[:1])
    writing.agree_authors(session, late, first.id, first.revision, agreed)
    assert [(it.account_id, it.share) for it in first.authors] == [
        (late.account_id, Decimal(60)), (early.account_id, Decimal(40)),
    ]  # fmt: skip
    merging.undo(session, clerk, second.id, "两件事")
    assert [(it.account_id, it.share, it.position) for it in first.authors] == [(early.account_id, None, 1)]


def test_a_proposal_that_went_into_one_that_went_into_another_counts_along(
    session: Session, plant: Organisation
) -> None:
    clerk, voter = acting("unit_union", plant), acting("worker", plant)
    one, two, three = (submitted(session, acting("worker", plant)) for _ in range(3))
    answering.act(session, clerk, one.id, "screen")
    support.support(session, voter, one.id)
    merging.merge(session, clerk, one.id, two.id, "同一件事")
    merging.merge(session, clerk, two.id, three.id, "同一件事")
    assert support.count(session, three) == 1
    assert [it.merged_from_id for it in three.authors] == [one.id, two.id, None]
    with pytest.raises(Conflict):
        merging.undo(session, clerk, one.id, "先拆上一层")
    merging.undo(session, clerk, two.id, "两件事")
    assert [it.merged_from_id for it in three.authors] == [None]
    assert [it.merged_from_id for it in two.authors] == [one.id, None]


def test_a_merge_is_not_undone_after_its_period(session: Session, plant: Organisation) -> None:
    clerk = acting("unit_union", plant)
    one, two = (submitted(session, acting("worker", plant)) for _ in range(2))
    merging.merge(session, clerk, one.id, two.id, "同一件事")
    one.merged_at = now() - dt.timedelta(days=91)
    session.flush()
    assert not merging.may_undo(session, one)
    with pytest.raises(Conflict, match="90 天"):
        merging.undo(session, clerk, one.id, "两件事")


def test_only_what_is_of_one_unit_becomes_one(session: Session, plant: Organisation) -> None:
    clerk, other = acting("unit_union", plant), OrganisationFactory()
    mine, theirs = submitted(session, acting("worker", plant)), submitted(session, acting("worker", other))
    province = SYSTEM
    with pytest.raises(Invalid):
        merging.merge(session, province, mine.id, theirs.id, "同一件事")
    with pytest.raises(Invalid):
        merging.merge(session, clerk, mine.id, mine.id, "同一件事")
    assert mine.state == "submitted"


def test_a_colleague_supports_once_and_an_author_never(session: Session, plant: Organisation) -> None:
    author, colleague, clerk = acting("worker", plant), acting("worker", plant), acting("unit_union", plant)
    proposal = taken_up(session, author, clerk)
    assert support.support(session, colleague, proposal.id) == 1
    assert support.support(session, colleague, proposal.id) == 1
    with pytest.raises(NotAllowed):
        support.support(session, author, proposal.id)
    with pytest.raises(DomainError):
        support.support(session, acting("worker", OrganisationFactory()), proposal.id)
    assert support.take_back(session, colleague, proposal.id) == 0


def test_what_was_shelved_is_offered_again_after_a_year(session: Session, plant: Organisation) -> None:
    author, clerk = acting("worker", plant), acting("unit_union", plant)
    proposal = taken_up(session, author, clerk)
    answering.act(session, clerk, proposal.id, "shelve", "等明年大修")
    assert reoffering.reoffer_due(session, SYSTEM) == 0
    proposal.decided_at = now() - dt.timedelta(days=365)
    session.flush()
    assert reading.listed(session, author, reading.Asked(text="快换刀座"), limit=9) == [proposal]
    assert reoffering.reoffer_due(session, SYSTEM) == 1
    task = workflow.open_task(session, proposal)
    assert task is not None
    assert (proposal.state, proposal.reoffered_on, task.role) == ("unit_review", today(), "unit_union")
    answering.act(session, clerk, proposal.id, "shelve", "再等一年")
    assert reoffering.reoffer_due(session, SYSTEM) == 0


def test_rates_tell_what_they_divide_and_count_what_was_merged_once(session: Session, plant: Organisation) -> None:
    author, clerk = acting("worker", plant), acting("unit_union", plant)
    adopted, declined, waiting, same = (submitted(session, author) for _ in range(4))
    early = submitted(session, author)
    early.submitted_at = now() - dt.timedelta(days=400)
    for proposal, answer in ((adopted, None), (declined, "decline")):
        for action in ("screen", "take_up", *([answer] if answer else [])):
            answering.act(session, clerk, proposal.id, action, "做不到")
    answering.adopt_partly(session, clerk, adopted.id, {"adopted_part": "两台", "reason": "其余明年"})
    merging.merge(session, clerk, same.id, waiting.id, "同一件事")
    found = rates.of_unit(session, clerk, plant, today() - dt.timedelta(days=30), today())
    assert [(it.part, it.whole) for it in (found.decision, found.adoption)] == [(2, 3), (1, 3)]
    assert (found.implementation.value, found.partly) == (0, 1)
    assert (found.per_head.part, found.per_head.value, found.per_head.whole_source) == (3, None, NO_HEADCOUNT)
    row = {"unit": plant.name, "day": today().isoformat(), "number": 6, "source": "统计年报"}
    headcounts.record(session, clerk, HeadcountSchema().load(row))
    assert rates.of_scope(session, clerk, today() - dt.timedelta(days=30), today()).per_head.text(str) == "0.50"
    nobody = rates.of_unit(session, acting("worker"), plant, today(), today())
    assert nobody.decision.value is None


def test_proposals_are_found_by_their_words(session: Session, plant: Organisation) -> None:
    clerk = acting("unit_union", plant)
    wanted = ProposalFactory(state="submitted", organisation=plant)
    ProposalFactory(
        state="submitted",
        organisation=plant,
        title="食堂错峰就餐",
        present_state="排队长",
        measure="分三批",
        expected_effect="不排队",
    )
    assert reading.listed(session, clerk, reading.Asked(text="切削液浮油"), limit=9) == [wanted]
    assert reading.listed(session, clerk, reading.Asked(state="adopted"), limit=9) == []


def test_a_question_goes_on_page_by_page_where_it_stopped(
    session: Session, plant: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    clerk = acting("unit_union", plant)
    made = [ProposalFactory(state="submitted", organisation=plant) for _ in range(5)]
    asked = reading.Asked(text="切削液浮油")
    # Looks at two records at a time, and has always looked long enough.
    monkeypatch.setattr(reading, "_AT_ONCE", 2)
    monkeypatch.setattr(reading, "_LONGEST", -1.0)
    found: list[Proposal] = []
    after = None
    for _page in range(9):
        page = reading.page(session, clerk, asked, limit=1, after=after)
        found, after = found + page.proposals, page.next_after
        if after is None:
            break
    assert found == made[::-1]
