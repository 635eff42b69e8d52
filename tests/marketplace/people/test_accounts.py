"""Accounts: secrets are kept as hashes, roles have a time and a scope, every change leaves an event."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace.db import now, today
from marketplace.errors import LinkSpent, NotFound
from marketplace.models import Account, ApiToken, Mail, OneTimeLink, SignIn
from marketplace.permissions import SYSTEM, Permission
from marketplace.schemas.account import GrantSchema, RegistrationSchema
from marketplace.services import demand as demands
from marketplace.services.account import people, registering, signing_in, tokens
from marketplace.services.account.credentials import find_link, issue_link
from tests.accounts import PASSWORD, invited

PATIENCE = signing_in.Patience(3, dt.timedelta(minutes=15))


def signed_in(session: Session, account: Account, *, has_second_factor: bool = False) -> SignIn:
    secret = signing_in.sign_in(session, account, has_second_factor=has_second_factor, address="", agent="")
    found = signing_in.find(session, secret)
    assert found is not None
    return found


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
    given = {"role": "worker", "email": "wang@example.cn", "name": "王师傅"}
    registering.register(session, RegistrationSchema().load(given), "zh_Hans")
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


def test_a_token_does_what_its_scopes_say(session: Session) -> None:
    account = invited(session, "curator@example.cn", "province_curator")
    people.grant(session, SYSTEM, account.id, GrantSchema().load({"role": "enterprise", "organisation": "示例新厂"}))
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
