"""People and their roles: invited within a scope, given and taken back, their units confirmed; every step an event."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from marketplace import audit
from marketplace.db import unit_of_work
from marketplace.errors import Invalid, NotAllowed, NotFound
from marketplace.models import Account, Organisation, OutboxEntry
from marketplace.models.people.account import ROLES
from marketplace.permissions import SYSTEM, VISITOR, Actor, Grant
from marketplace.schemas.account import GrantSchema, InvitationSchema, RegistrationSchema
from marketplace.services import organisation as organisations
from marketplace.services.account import people, registering, signing_in
from tests.accounts import PASSWORD, invited
from tests.factories import DemandFactory, OrganisationFactory

DEYANG = "51/5106"
CITY = Actor("account:900", (Grant("city", DEYANG),), account_id=900)


def registration(session: Session, email: str, role: str = "enterprise", **fields: str) -> Account:
    given = {"role": role, "email": email, "name": "王经理", "organisation": "示例新厂", "region": "510603", **fields}
    registering.register(session, RegistrationSchema().load(given), "zh_Hans")
    return session.scalars(sa.select(Account).filter_by(email=email)).one()


def role(**fields: Any) -> dict[str, Any]:
    data: dict[str, Any] = GrantSchema().load(fields)
    return data


def verbs(session: Session, account: Account) -> list[str]:
    return [event.verb for event in audit.history(session, "account", account.id)]


def test_a_person_may_hold_several_roles(session: Session) -> None:
    account = invited(session, "li@example.cn", "worker")
    people.grant(session, SYSTEM, account.id, role(role="county", region="510603"))
    actor = signing_in.actor_of(account, has_second_factor=False)
    assert {grant.role for grant in actor.grants} == {"worker", "county"}
    assert actor.role == "county"


def test_staff_invite_within_their_own_scope_only(session: Session) -> None:
    invitation = InvitationSchema().load({"email": "county@example.cn", "name": "县"})
    account, secret = people.invite(session, CITY, invitation, role(role="county", region="510603"))
    assert secret is not None
    assert people.listed(session, CITY) == [account]
    assert verbs(session, account) == ["invite", "grant_role"]
    for elsewhere in ({"role": "county", "region": "510703"}, {"role": "city", "region": "5106"}, {"role": "admin"}):
        with pytest.raises(NotAllowed):
            people.grant(session, CITY, account.id, role(**elsewhere))


def test_whoever_has_an_account_is_not_sent_a_second_link(session: Session) -> None:
    known = invited(session, "li@example.cn", "worker")
    invitation = InvitationSchema().load({"email": "LI@example.cn", "name": "李"})
    account, secret = people.invite(session, CITY, invitation, role(role="county", region="510603"))
    assert (account.id, secret) == (known.id, None)


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"role": "city"}, "region"),
        ({"role": "city", "region": "510603"}, "region"),
        ({"role": "county", "region": "5106"}, "region"),
        ({"role": "industry_union", "region": "5106"}, "industry"),
        ({"role": "unit_union"}, "organisation"),
        ({"role": "province_curator", "region": "51"}, "region"),
        ({"role": "judge", "organisation": "示例新厂"}, "organisation"),
    ],
)
def test_a_role_without_its_scope_is_refused_by_the_field(session: Session, fields: dict[str, str], wrong: str) -> None:
    account = invited(session, "li@example.cn", "worker")
    with pytest.raises(Invalid) as refused:
        people.grant(session, SYSTEM, account.id, role(**fields))
    assert wrong in refused.value.fields


def test_people_elsewhere_are_not_there(session: Session) -> None:
    elsewhere = invited(session, "far@example.cn", "county", region="510703")
    with pytest.raises(NotFound):
        people.get(session, CITY, elsewhere.id)
    with pytest.raises(NotAllowed):
        people.listed(session, VISITOR)
    assert [account.email for account in people.listed(session, SYSTEM, text="FAR@")] in (["far@example.cn"], [])


def test_a_role_is_taken_back_with_a_reason_and_stays_on_record(session: Session) -> None:
    account = invited(session, "county@example.cn", "county", region="510603")
    (held,) = account.grants
    people.revoke(session, CITY, account.id, held.id, "调离")
    assert (held.revoked_by, held.reason) == ("account:900", "调离")
    assert signing_in.actor_of(account, has_second_factor=False).role == "visitor"
    assert audit.history(session, "account", account.id)[-1].reason == "调离"
    with pytest.raises(NotFound):
        people.revoke(session, SYSTEM, account.id, held.id, "再来一次")


def test_nobody_takes_back_or_gives_his_own_role(session: Session) -> None:
    account = invited(session, "city@example.cn", "city", region="5106")
    actor = signing_in.actor_of(account, has_second_factor=False)
    with pytest.raises(NotAllowed):
        people.revoke(session, actor, account.id, account.grants[0].id, "自己")
    with pytest.raises(NotAllowed):
        people.grant(session, actor, account.id, role(role="county", region="510603"))


def test_a_unit_one_says_to_belong_to_opens_nothing_before_it_is_confirmed(session: Session) -> None:
    unit = OrganisationFactory(name="示例新厂", region="510603", region_path=f"{DEYANG}/510603")
    account = registration(session, "wang@example.cn")
    assert account.claimed_organisation is unit
    assert signing_in.actor_of(account, has_second_factor=False).organisation_ids == frozenset()
    assert people.listed(session, CITY) == [account]
    people.settle_claim(session, CITY, account.id, is_confirmed=True)
    assert signing_in.actor_of(account, has_second_factor=False).organisation_ids == {unit.id}
    assert account.claimed_organisation is None


def test_a_claim_may_be_declined(session: Session) -> None:
    account = registration(session, "wang@example.cn")
    people.settle_claim(session, CITY, account.id, is_confirmed=False)
    assert signing_in.actor_of(account, has_second_factor=False).organisation_ids == frozenset()
    with pytest.raises(NotFound):
        people.settle_claim(session, SYSTEM, account.id, is_confirmed=True)


def test_registering_places_a_unit_nobody_knows_and_moves_none_that_is_known(session: Session) -> None:
    registration(session, "wang@example.cn")
    made = session.scalars(sa.select(Organisation).filter_by(name="示例新厂")).one()
    assert made.region_path == f"{DEYANG}/510603"
    registration(session, "other@example.cn", region="5107")
    assert made.region_path == f"{DEYANG}/510603"


# Whether (region of city, region of county, industry, organisation) alone is a scope for a role, and none at all.
FITS = {
    "admin": "n", "province_curator": "n", "auditor": "n123", "city": "1", "county": "2", "industry_union": "3",
    "unit_union": "4", "enterprise": "4", "broker": "n123", "judge": "n123", "finance_attestor": "n124",
    "studio_leader": "n4", "worker": "n4",
}  # fmt: skip


@pytest.mark.parametrize("role", ROLES)
def test_a_role_needs_the_scope_it_is_for(role: str) -> None:
    scopes = {
        "n": ("", "", None), "1": (DEYANG, "", None), "2": (f"{DEYANG}/510603", "", None),
        "3": ("", "C/34", None), "4": ("", "", Organisation()),
    }  # fmt: skip
    assert "".join(name for name, scope in scopes.items() if not list(people.misfits(role, *scope))) == FITS[role]


def test_a_unit_that_moves_takes_its_waiting_demands_to_other_readers(session: Session) -> None:
    unit = OrganisationFactory(name="搬家厂")
    demand = DemandFactory(state="submitted", organisation_id=unit.id)
    session.execute(sa.delete(OutboxEntry))
    row = {"name": "搬家厂", "region": "510603", "source": "register", "source_id": "1"}
    organisations.import_records(session, SYSTEM, [row])
    noted = session.scalars(sa.select(OutboxEntry.object_id).filter_by(kind="demand")).all()
    assert noted == [demand.id]


def test_the_first_administrator_is_made_from_a_terminal(app_on_each: Flask) -> None:
    run = app_on_each.test_cli_runner().invoke
    made = run(args=["account", "create", "boss@example.cn", "--role", "admin", "--name", "管理员"])
    assert made.exit_code == 0, made.output
    address = made.output.splitlines()[-1]
    assert address.startswith("http://127.0.0.1:8000/account/link?key=")
    with unit_of_work(app_on_each.extensions["marketplace"].sessions) as session:
        registering.set_password(session, address.partition("key=")[2], PASSWORD)
    assert "admin" in run(args=["account", "list"]).output
    assert "已有账号" in run(args=["account", "create", "boss@example.cn", "--role", "auditor"]).output
    wrong = run(args=["account", "create", "city@example.cn", "--role", "city"])
    assert (wrong.exit_code, "region" in wrong.output) == (2, True)
    assert run(args=["account", "remove-second-factor", "boss@example.cn"]).exit_code == 0
    assert run(args=["account", "close", "nobody@example.cn", "--reason", "无"]).exit_code == 1
