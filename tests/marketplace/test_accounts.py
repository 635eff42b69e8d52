"""Accounts: secrets are kept as hashes, roles have a time and a scope, every change leaves an event."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from marketplace import audit
from marketplace.db import now, today, unit_of_work
from marketplace.errors import Invalid, LinkSpent, NotAllowed, NotFound
from marketplace.models import Account, ApiToken, Mail, OneTimeLink, Organisation, OutboxEntry, SignIn
from marketplace.permissions import SYSTEM, VISITOR, Actor, Grant, Permission
from marketplace.schemas.account import GrantSchema, InvitationSchema, RegistrationSchema
from marketplace.services import demand as demands
from marketplace.services import organisation as organisations
from marketplace.services.account import people, registering, signing_in, tokens
from marketplace.services.account.credentials import find_link, issue_link
from tests.accounts import PASSWORD, invited
from tests.factories import DemandFactory, OrganisationFactory

PATIENCE = signing_in.Patience(3, dt.timedelta(minutes=15))
DEYANG = "51/5106"
CITY = Actor("account:900", (Grant("city", DEYANG),), account_id=900)


@pytest.fixture(autouse=True)
def _words(request: pytest.FixtureRequest) -> Iterator[None]:
    """Let schemas word their refusals; a command has an application of its own."""
    if "app_on_each" in request.fixturenames:
        yield
        return
    with Flask("words").app_context():
        yield


def registration(session: Session, email: str, role: str = "enterprise", **fields: str) -> Account:
    given = {"role": role, "email": email, "name": "王经理", "organisation": "示例新厂", "region": "510603", **fields}
    registering.register(session, RegistrationSchema().load(given), "zh_Hans")
    return session.scalars(sa.select(Account).filter_by(email=email)).one()


def signed_in(session: Session, account: Account, *, has_second_factor: bool = False) -> SignIn:
    secret = signing_in.sign_in(session, account, has_second_factor=has_second_factor, address="", agent="")
    found = signing_in.find(session, secret)
    assert found is not None
    return found


def role(**fields: Any) -> dict[str, Any]:
    data: dict[str, Any] = GrantSchema().load(fields)
    return data


def verbs(session: Session, account: Account) -> list[str]:
    return [event.verb for event in audit.history(session, "account", account.id)]


def test_no_secret_is_kept_as_it_is(session: Session) -> None:
    account = invited(session, "li@example.cn", "worker")
    actor = signing_in.actor_of(account, has_second_factor=False)
    secrets = [
        issue_link(session, account, "reset"),
        signing_in.sign_in(session, account, has_second_factor=False, address="", agent=""),
        tokens.create(session, actor, {"name": "同步", "scopes": ["read"], "days": 1})[1],
        PASSWORD,
    ]
    kept = [str(row) for table in (Account, ApiToken, OneTimeLink, SignIn) for row in columns(session, table)]
    assert not [secret for secret in secrets if any(secret in row for row in kept)]
    assert account.password_hash is not None
    assert account.password_hash.startswith("$argon2id$")


def columns(session: Session, table: type[Any]) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in session.execute(sa.select(*table.__table__.columns))]


def test_a_newer_link_takes_the_place_of_the_older(session: Session) -> None:
    account = invited(session, "li@example.cn", "worker")
    older, newer = issue_link(session, account, "reset"), issue_link(session, account, "reset")
    with pytest.raises(LinkSpent):
        find_link(session, older)
    assert find_link(session, newer).account is account


def test_a_link_is_good_for_its_time_only(session: Session) -> None:
    account = invited(session, "li@example.cn", "worker")
    secret = issue_link(session, account, "reset")
    find_link(session, secret).expires_at = now()
    session.flush()
    with pytest.raises(LinkSpent):
        registering.set_password(session, secret, PASSWORD)


def test_a_password_opens_its_account_whatever_the_case_of_the_address(session: Session) -> None:
    account = invited(session, "li@example.cn", "worker")
    assert signing_in.check_password(session, " Li@Example.cn ", PASSWORD, PATIENCE) is account
    assert signing_in.check_password(session, "li@example.cn", PASSWORD + " ", PATIENCE) is None
    assert signing_in.check_password(session, "nobody@example.cn", PASSWORD, PATIENCE) is None


def test_an_account_without_a_password_cannot_be_signed_in_to(session: Session) -> None:
    registration(session, "wang@example.cn")
    assert signing_in.check_password(session, "wang@example.cn", "", PATIENCE) is None


def test_failures_lock_and_a_success_counts_anew(session: Session) -> None:
    account = invited(session, "li@example.cn", "worker")
    for _ in range(2):
        signing_in.check_password(session, account.email, "wrong", PATIENCE)
    signed_in(session, account)
    assert account.failed_sign_ins == 0
    for _ in range(3):
        signing_in.check_password(session, account.email, "wrong", PATIENCE)
    assert signing_in.is_locked(account)
    assert signing_in.check_password(session, account.email, PASSWORD, PATIENCE) is None
    assert session.scalars(sa.select(Mail.kind).where(Mail.kind == "locked")).all() == ["locked"]


def test_a_browser_unused_for_long_is_signed_out(session: Session) -> None:
    account = invited(session, "li@example.cn", "worker")
    found = signed_in(session, account)
    found.seen_at = now() - signing_in.IDLE
    session.flush()
    actor = signing_in.actor_of(account, has_second_factor=False)
    assert signing_in.listed(session, actor) == []


def test_a_role_is_in_force_from_its_beginning_to_its_end(session: Session) -> None:
    account = invited(
        session, "city@example.cn", "city", region="5106", until=(today() + dt.timedelta(days=1)).isoformat()
    )
    (held,) = account.grants
    assert signing_in.actor_of(account, has_second_factor=False).role == "city"
    held.valid_from, held.valid_until = now() - dt.timedelta(days=2), now() - dt.timedelta(days=1)
    assert signing_in.actor_of(account, has_second_factor=False).role == "visitor"
    held.valid_from, held.valid_until = now() + dt.timedelta(days=1), None
    assert signing_in.actor_of(account, has_second_factor=False).role == "visitor"


@pytest.mark.parametrize(("name", "needs"), [("admin", True), ("province_curator", True), ("auditor", False)])
def test_province_staff_act_only_with_a_second_factor(session: Session, name: str, needs: bool) -> None:
    account = invited(session, "staff@example.cn", name)
    assert signing_in.needs_second_factor(account) is needs
    assert (signing_in.actor_of(account, has_second_factor=False).role == "visitor") is needs
    assert signing_in.actor_of(account, has_second_factor=True).role == name


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


def test_a_token_does_what_its_scopes_say(session: Session) -> None:
    account = invited(session, "curator@example.cn", "province_curator")
    people.grant(session, SYSTEM, account.id, role(role="enterprise", organisation="示例新厂"))
    actor = signing_in.actor_of(account, has_second_factor=True)
    _token, secret = tokens.create(session, actor, {"name": "同步", "scopes": ["read", "demands"], "days": 30})
    found = tokens.find(session, secret)
    assert found is not None
    program = tokens.actor_by(found)
    # A program gives no second factor, so the role of the province is not in force.
    assert program.role == "enterprise"
    assert program.limits == {Permission.DEMAND_POST, Permission.DEMAND_EDIT}
    assert program.reads


@pytest.mark.parametrize("ending", ["revoked", "too old", "closed", "never made"])
def test_a_token_that_has_ended_opens_nothing(session: Session, ending: str) -> None:
    account = invited(session, "li@example.cn", "worker")
    actor = signing_in.actor_of(account, has_second_factor=False)
    token, secret = tokens.create(session, actor, {"name": "同步", "scopes": ["read"], "days": 30})
    if ending == "revoked":
        tokens.revoke(session, actor, token.id)
    elif ending == "too old":
        token.expires_at = now()
    elif ending == "closed":
        people.close(session, SYSTEM, account.email, "离职")
    else:
        secret += "x"
    session.flush()
    assert tokens.find(session, secret) is None


def test_nobody_revokes_the_token_of_another(session: Session) -> None:
    one, other = (invited(session, f"{name}@example.cn", "worker") for name in ("one", "other"))
    owner, stranger = (signing_in.actor_of(it, has_second_factor=False) for it in (one, other))
    token, _secret = tokens.create(session, owner, {"name": "同步", "scopes": ["read"], "days": 30})
    with pytest.raises(NotFound):
        tokens.revoke(session, stranger, token.id)


def test_a_demand_of_an_account_belongs_to_it_and_to_its_unit(session: Session) -> None:
    account = invited(session, "wang@example.cn", "enterprise", organisation="示例新厂")
    actor = signing_in.actor_of(account, has_second_factor=False)
    # Whatever name is typed, the unit is the one the account acts for.
    demand = demands.post(session, actor, demand_data(organisation_name="别的厂"))
    assert demand.account_id == account.id
    assert demand.organisation_id in actor.organisation_ids
    assert demands.own(session, actor) == [demand]
    colleague = invited(session, "zhao@example.cn", "enterprise", organisation="示例新厂")
    assert demands.own(session, signing_in.actor_of(colleague, has_second_factor=False)) == [demand]


def demand_data(**fields: Any) -> dict[str, Any]:
    from marketplace.schemas.demand import DemandSchema
    from tests.factories import demand_row

    return {**DemandSchema().load(demand_row()), **fields}


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
