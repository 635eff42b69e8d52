"""The ledger of a studio: where its money goes, what it brought about, with whom it is allied."""

from __future__ import annotations

import datetime as dt

import marshmallow as ma
import pytest
from sqlalchemy.orm import Session

from marketplace.db import today
from marketplace.errors import Conflict, Invalid
from marketplace.models import Studio
from marketplace.permissions import SYSTEM
from marketplace.schemas.studio import GrantSchema, GrantUseSchema, ResultSchema
from marketplace.services.studio import keeping, public
from tests.factories import AchievementFactory, ProposalFactory
from tests.marketplace.officers import acting
from tests.marketplace.studios.studios import TWO_YEARS_AGO, led, opened, sentences

DAY, YESTERDAY = today(), today() - dt.timedelta(1)


def test_a_grant_is_spent_by_voucher_and_what_is_left_after_a_year_is_told(session: Session, studio: Studio) -> None:
    led(session, studio)
    row = {"payer": "四川省总工会", "amount": 10_000_000, "received_on": (DAY - dt.timedelta(400)).isoformat()}
    grant = keeping.receive(session, SYSTEM, studio.id, GrantSchema().load(row))
    use = {"grant_id": grant.id, "category": "equipment", "amount": 4_000_000, "used_on": YESTERDAY.isoformat(),
           "receipt": "凭证 12 号"}  # fmt: skip
    keeping.spend(session, SYSTEM, studio.id, GrantUseSchema().load(use))
    assert grant.left == 6_000_000
    with pytest.raises(Invalid):
        keeping.spend(session, SYSTEM, studio.id, GrantUseSchema().load(use | {"amount": 6_000_001}))
    with pytest.raises(Invalid):
        keeping.spend(session, SYSTEM, studio.id, GrantUseSchema().load(use | {"used_on": TWO_YEARS_AGO.isoformat()}))
    assert len(sentences(session, studio)) == 1
    assert "还没有用完" in sentences(session, studio)[0]
    keeping.spend(session, SYSTEM, studio.id, GrantUseSchema().load(use | {"amount": 6_000_000}))
    assert sentences(session, studio) == []


def test_a_result_is_the_real_record_and_shown_once_that_is_public(session: Session, studio: Studio) -> None:
    shown = AchievementFactory(units=[studio.organisation])
    hidden = ProposalFactory(state="submitted", organisation=studio.organisation)
    day = DAY.isoformat()
    for kind, identity in (("achievement", shown.id), ("proposal", hidden.id)):
        data = ResultSchema().load({"kind": kind, "object_id": identity, "made_on": day})
        assert keeping.bring_about(session, SYSTEM, studio.id, data).title
        with pytest.raises(Conflict):
            keeping.bring_about(session, SYSTEM, studio.id, data)
    standard = {"kind": "standard", "title": "薄壁件装夹作业规范", "number": "Q/XX 12—2026", "made_on": day}
    keeping.bring_about(session, SYSTEM, studio.id, ResultSchema().load(standard))
    assert {it.kind for it in public.show(session, studio.id).results} == {"achievement", "standard"}
    assert keeping.studios_with(session, "achievement", [shown.id]) == {shown.id: [studio]}
    of_others = ResultSchema().load({"kind": "achievement", "object_id": AchievementFactory().id, "made_on": day})
    with pytest.raises(Invalid) as refused:
        keeping.bring_about(session, SYSTEM, studio.id, of_others)
    assert "object_id" in refused.value.fields
    foreign = ProposalFactory(state="draft")
    with pytest.raises(Invalid):
        keeping.bring_about(
            session, acting("unit_union", studio.organisation), studio.id,
            ResultSchema().load({"kind": "proposal", "object_id": foreign.id, "made_on": day}),
        )  # fmt: skip
    for row in ({"kind": "paper", "made_on": day}, {"kind": "achievement", "title": "自己写的", "made_on": day}):
        with pytest.raises(ma.ValidationError):
            ResultSchema().load(row)


def test_studios_ally_and_part(session: Session, studio: Studio) -> None:
    alliance = opened(session, studio.organisation, name="示例联盟", kind="alliance")
    with pytest.raises(Invalid):
        keeping.ally(session, SYSTEM, alliance.id, {"alliance_id": studio.id, "since": DAY})
    joined = keeping.ally(session, SYSTEM, studio.id, {"alliance_id": alliance.id, "since": YESTERDAY})
    assert public.show(session, alliance.id).alliances == [studio]
    assert public.show(session, studio.id).alliances == [alliance]
    keeping.part(session, SYSTEM, studio.id, joined.id, {"ended_on": DAY, "result": ""})
    assert public.show(session, studio.id).alliances == []
