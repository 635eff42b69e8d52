"""A whole round: seven judges, one who stays away, one spread, one tie, one objection upheld."""

from __future__ import annotations

import datetime as dt
import io
from decimal import Decimal

import pytest
from pypdf import PdfReader
from sqlalchemy.orm import Session

from marketplace import audit
from marketplace.errors import Conflict, Invalid, NotAllowed
from marketplace.models import Account, BenefitReference, Mail, Proposal
from marketplace.permissions import VISITOR
from marketplace.services import objection, publicity
from marketplace.services.account.signing_in import actor_of
from marketplace.services.award import (
    certificate,
    deciding,
    granting,
    judging,
    panel,
    promotion,
    results,
    rounds,
    tallying,
)
from tests.awards import (
    begin_scoring,
    end_publicity,
    judge,
    lock_all,
    nominate,
    officer,
    plant,
    round_data,
    verified_proposal,
)

QUOTAS = [{"grade": "first", "count": 1}, {"grade": "second", "count": 1}]


def test_a_round_from_its_opening_to_the_certificates(session: Session) -> None:
    mill = plant()
    office = officer(session, "province_curator")
    award = rounds.open_round(session, office, round_data(session, quotas=QUOTAS))
    best, spread, tied, _weak = proposals = [verified_proposal(session, mill) for _ in range(4)]
    nominations = [nominate(session, office, award, proposal) for proposal in proposals]

    kin, *others = judges = [judge(session) for _ in range(7)]
    begin_scoring(session, office, award, judges)
    told = session.query(Mail).filter_by(kind="sheets_handed_out").all()
    assert [(it.recipient, it.values["count"]) for it in told] == [(it.email, "4") for it in judges]
    recused = next(
        it for it in judging.assigned(session, actor_of(kin, has_second_factor=True))
        if it.alias == nominations[0].alias
    )  # fmt: skip
    me = actor_of(kin, has_second_factor=True)
    judging.recuse(session, me, recused.sheet.id, "kin", "第一作者是表弟")

    lock_all(session, others, nominations[0], [90, 91, 92, 93, 94, 95])
    lock_all(session, judges, nominations[1], [40, 50, 80, 80, 80, 90, 95])
    lock_all(session, judges, nominations[2], [80, 80, 80, 80, 80, 80, 80])
    with pytest.raises(Conflict, match="7 张"):
        tallying.tally(session, office, award.id)
    lock_all(session, judges, nominations[3], [50, 50, 50, 50, 50, 50, 50])

    tallying.tally(session, office, award.id)
    assert award.state == "second_round"
    assert [it.alias for it in panel.in_scoring(award)] == [nominations[1].alias]
    lock_all(session, judges, nominations[1], [78, 79, 80, 80, 80, 81, 85])
    tallying.tally(session, office, award.id)
    assert [it.score for it in nominations] == [Decimal(it) for it in ("92.50", "80.00", "80.00", "50.00")]
    assert [it.rank for it in nominations] == [1, 2, 2, 4]
    assert {it.state for it in proposals} == {"scored"}

    (edge,) = deciding.allocation(award).edges
    assert (edge.equals, edge.places) == ((nominations[1].id, nominations[2].id), ("second", None))
    chosen = {nominations[1].id: "second", nominations[2].id: None}
    with pytest.raises(Invalid) as refused:
        deciding.decide(session, office, award.id, award.revision, chosen, " ")
    assert list(refused.value.fields) == ["reason"]
    with pytest.raises(Invalid):
        deciding.decide(session, office, award.id, award.revision, {}, "两项同分")
    deciding.decide(session, office, award.id, award.revision, chosen, "推广面更广")
    deciding.announce(session, office, award.id, "平台首页")
    assert [it.state for it in proposals] == ["publicity", "publicity", "benefit_verified", "benefit_verified"]

    objected = {"noun": "proposal", "object_id": spread.id, "name": "李群众", "contact": "", "text": "抄袭了兄弟厂"}
    raised = objection.object_to(session, VISITOR, award_publicity(session, best), objected)
    end_publicity(session, award)
    held_up = granting.grant(session, office, award.id)
    assert held_up[nominations[0].id] is None
    assert isinstance(held_up[nominations[1].id], Conflict)
    assert (best.state, award.state) == ("awarded", "publicity")

    objection.decide(session, office, raised.id, upheld=True, finding="核对图纸，属抄袭")
    granting.grant(session, office, award.id)
    assert (award.state, spread.state, nominations[1].outcome) == ("awarded", "benefit_verified", "struck")
    # Nobody moves up.
    assert (tied.state, nominations[2].outcome) == ("benefit_verified", "not_selected")
    assert audit.history(session, "award", award.id)[-1].verb == "end"

    found = granting.verify(session, str(nominations[0].certificate_number))
    assert found is not None
    assert found.is_valid
    assert found.nomination.stated is not None
    assert found.nomination.stated["grade"] == "first"
    assert [it.proposal_id for it in granting.golden_ideas(session, limit=10)] == [best.id]
    author_learns(session, tied, 80)
    becomes_an_achievement(session, best)


def award_publicity(session: Session, proposal: Proposal) -> int:
    running = publicity.running_for(session, proposal)
    assert running is not None
    return running.id


def author_learns(session: Session, proposal: Proposal, total: int) -> None:
    """The author of what was not chosen sees every sheet, and nobody's name on it."""
    author = session.get_one(Account, proposal.account_id)
    _, (result,) = results.of_proposal(session, actor_of(author, has_second_factor=False), proposal.id)
    assert result.score == total
    assert [sheet.total for sheet in result.sheets] == [total] * 7


def becomes_an_achievement(session: Session, proposal: Proposal) -> None:
    office = officer(session, "province_curator")
    achievement = promotion.promote(session, office, proposal.id)
    assert (achievement.state, proposal.achievement_id) == ("draft", achievement.id)
    assert [(it.name, it.share, it.account_id) for it in achievement.contributors] == [
        (it.name, it.share, it.account_id) for it in proposal.authors
    ]
    referred = session.query(BenefitReference).filter_by(noun="achievement", object_id=achievement.id).one()
    assert session.query(BenefitReference).filter_by(benefit_id=referred.benefit_id).count() == 2
    with pytest.raises(Conflict, match="已经转为成果"):
        promotion.promote(session, office, proposal.id)


def test_a_certificate_says_what_was_awarded_and_where_it_is_verified(session: Session) -> None:
    office = officer(session, "province_curator")
    award = rounds.open_round(session, office, round_data(session))
    proposal = verified_proposal(session, plant())
    nomination = nominate(session, office, award, proposal)
    nomination.outcome, nomination.grade, nomination.granted_on = "awarded", "first", dt.date(2026, 12, 1)
    nomination.certificate_number, nomination.stated = "GI2026-0001-001", deciding.as_shown(nomination)
    session.flush()
    address = "https://example.cn/verify/GI2026-0001-001"
    pages = PdfReader(io.BytesIO(certificate.pdf(session, office, "GI2026-0001-001", address))).pages
    (told,) = ("".join(page.extract_text().split()) for page in pages)
    for words in (proposal.title, proposal.authors[0].name, award.title, "一等奖", "GI2026-0001-001", "2026年12月1日"):
        assert "".join(words.split()) in told
    assert "本证书不是权属证明" in told
    with pytest.raises(NotAllowed):
        certificate.pdf(session, officer(session, "worker"), "GI2026-0001-001", address)
    granting.revoke(session, office, nomination.id, "经查抄袭")
    with pytest.raises(Conflict, match="撤销"):
        certificate.pdf(session, office, "GI2026-0001-001", address)
