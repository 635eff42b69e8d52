"""Which proposals may say the same: found when told anew, in the unit and beyond, and none one may not read."""

from __future__ import annotations

from sqlalchemy.orm import Session

from marketplace.indexing.alike import alike
from search.embedding import Embedder
from search.matching.novelty import Verdict
from tests.factories import OrganisationFactory, ProposalFactory
from tests.marketplace.officers import acting

FIXTURE = (
    "铝合金薄壁壳体用三爪卡盘夹紧车内孔，松开后孔变成三棱形。改用液性塑料夹具从外面均匀抱紧，压力控制在1.2MPa，"
    "圆度由0.1mm降到0.015mm，合格率由71%提高到98.6%。"
)
TOLD_ANEW = (
    "薄壁壳体一夹内孔就车成三棱。做一个从外面抱紧的夹具，里面灌液性塑料，夹紧力控制在1.2MPa以内，圆度稳在0.015mm，"
    "合格率从71%提高到98.6%。"
)


def test_the_same_told_anew_is_found_and_nothing_else(session: Session, embedder: Embedder) -> None:
    plant, other = OrganisationFactory(region_path="51/5106"), OrganisationFactory(region_path="51/5106")
    clerk, city = acting("unit_union", plant), acting("city", region_path="51/5106")
    known, elsewhere = (
        ProposalFactory(title="薄壁件夹具", measure=FIXTURE, state="screened", organisation=unit)
        for unit in (plant, other)
    )
    ProposalFactory(state="screened", organisation=plant)
    ProposalFactory(title="薄壁件夹具", measure=FIXTURE, state="withdrawn", organisation=plant)
    new = ProposalFactory(
        title="外抱夹紧工装",
        present_state="",
        measure=TOLD_ANEW,
        expected_effect="",
        state="submitted",
        organisation=plant,
    )
    found = alike(session, embedder, clerk, new)
    assert [(it.proposal, it.is_of_unit) for it in found] == [(known, True)]
    assert found[0].verdict in (Verdict.SAME, Verdict.IMPROVEMENT)
    assert {it.proposal for it in alike(session, embedder, city, new)} == {known, elsewhere}
