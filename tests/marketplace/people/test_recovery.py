"""A lost phone locks nobody out: recovery codes, staff above, and what signing in leaves behind is forgotten."""

from __future__ import annotations

import datetime as dt

import pyotp
import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace import audit
from marketplace.db import now
from marketplace.errors import NotAllowed, NotFound
from marketplace.models import Account, ApiToken, Mail, OneTimeLink, RecoveryCode, SignIn
from marketplace.permissions import SYSTEM, Actor, Grant
from marketplace.services.account import people, recovery, second_factor, signing_in, traces
from marketplace.services.account.credentials import hash_of, issue_link
from marketplace.services.mail import queue
from tests.accounts import invited

PATIENCE = signing_in.Patience(failures=10, lock=dt.timedelta(minutes=15))
DEYANG = "51/5106"
ADMIN = Actor("account:900", (Grant("admin"),), account_id=900)
PROVINCE = Actor("account:901", (Grant("province_curator"),), account_id=901)
CITY = Actor("account:902", (Grant("city", DEYANG),), account_id=902)
COUNTY = Actor("account:903", (Grant("county", f"{DEYANG}/510603"),), account_id=903)


def protected(session: Session, email: str = "li@example.cn", role: str = "worker", **scope: str) -> list[str]:
    """Open an account with a second factor and return its recovery codes."""
    account = invited(session, email, role, **scope)
    second_factor.begin(account)
    assert account.totp_secret is not None
    return second_factor.confirm(session, SYSTEM, account, pyotp.TOTP(account.totp_secret).now())


def of(session: Session, email: str = "li@example.cn") -> Account:
    return session.scalars(sa.select(Account).filter_by(email=email)).one()


def test_ten_codes_are_given_out_once_and_kept_as_hashes(session: Session) -> None:
    codes = protected(session)
    kept = set(session.scalars(sa.select(RecoveryCode.secret_hash)))
    assert len(set(codes)) == len(kept) == 10
    assert kept == {hash_of(code.replace("-", "")) for code in codes}


@pytest.mark.parametrize("written", [str, str.upper, lambda code: f" {code.replace('-', ' ')} "])
def test_a_code_opens_once_however_it_is_written(session: Session, written: object) -> None:
    codes, account = protected(session), of(session)
    given = written(codes[3])  # type: ignore[operator]
    assert signing_in.check_code(session, account, given, PATIENCE)
    assert not signing_in.check_code(session, account, given, PATIENCE)
    assert recovery.left(session, account) == 9
    assert [it.verb for it in audit.history(session, "account", account.id)][-2:] == [
        "use_recovery_code",
        "fail_to_sign_in",
    ]
    mail = session.scalars(sa.select(Mail).order_by(Mail.id.desc())).all()[0]
    assert (mail.kind, mail.values) == ("recovery_code_used", {"left": "9"})


def test_letters_that_look_like_digits_are_taken_for_them(session: Session) -> None:
    account = invited(session, "li@example.cn", "worker")
    session.add(RecoveryCode(account=account, secret_hash=hash_of("0011000000000000")))
    session.flush()
    assert recovery.use(session, account, "OOil-oooo-oooo-oooo")


def test_the_codes_of_somebody_else_open_nothing(session: Session) -> None:
    codes = protected(session, "wang@example.cn")
    protected(session)
    assert not signing_in.check_code(session, of(session), codes[0], PATIENCE)


def test_new_codes_make_the_old_ones_useless_and_none_outlives_the_second_factor(session: Session) -> None:
    (old, *_), account = protected(session), of(session)
    new = recovery.make(session, SYSTEM, account)
    assert not recovery.use(session, account, old)
    second_factor.remove(session, SYSTEM, account)
    assert not signing_in.check_code(session, account, new[0], PATIENCE)
    assert recovery.left(session, account) == 0


# Who may take the second factor off an account with these roles; nobody else may.
MAY = [
    (("worker", {}), {ADMIN, PROVINCE}),
    (("county", {"region": "510603"}), {ADMIN, PROVINCE, CITY}),
    (("unit_union", {"organisation": "示例新厂", "region": "510603"}), {ADMIN, PROVINCE, CITY, COUNTY}),
    (("city", {"region": "5106"}), {ADMIN, PROVINCE}),
    (("county", {"region": "510703"}), {ADMIN, PROVINCE}),
    (("province_curator", {}), {ADMIN}),
    (("admin", {}), {ADMIN}),
]


@pytest.mark.parametrize(("held", "those"), MAY, ids=lambda value: value[0] if isinstance(value, tuple) else "")
def test_only_whoever_may_give_all_the_roles_takes_the_second_factor_off(
    sqlite_session: Session, held: tuple[str, dict[str, str]], those: set[Actor]
) -> None:
    protected(sqlite_session, "li@example.cn", held[0], **held[1])
    account = of(sqlite_session)
    for actor in (ADMIN, PROVINCE, CITY, COUNTY):
        if actor in those:
            assert people.may_remove_second_factor(actor, account)
        else:
            with pytest.raises((NotAllowed, NotFound)):
                people.remove_second_factor(sqlite_session, actor, account.id, "手机丢失")


def test_a_second_role_above_protects_the_account_from_those_below(session: Session) -> None:
    protected(session, "li@example.cn", "county", region="510603")
    account = of(session)
    people.grant(session, SYSTEM, account.id, {"role": "admin", "region": None, "industry": None,
                                               "organisation_name": None, "until": None})  # fmt: skip
    assert people.get(session, CITY, account.id) is account
    with pytest.raises(NotAllowed):
        people.remove_second_factor(session, CITY, account.id, "手机丢失")


def test_whoever_takes_it_off_says_why_and_the_owner_is_told_and_signed_out(session: Session) -> None:
    protected(session, "county@example.cn", "county", region="510603")
    account = of(session, "county@example.cn")
    secret = signing_in.sign_in(session, account, has_second_factor=True, address="", agent="")
    people.remove_second_factor(session, CITY, account.id, "手机丢失，已当面核对")
    assert not second_factor.is_on(account)
    assert signing_in.find(session, secret) is None
    event = audit.history(session, "account", account.id)[-1]
    assert (event.verb, event.actor, event.reason) == ("remove_second_factor", "account:902", "手机丢失，已当面核对")
    assert session.scalars(sa.select(Mail.kind).order_by(Mail.id.desc())).all()[0] == "second_factor_removed"


def test_nobody_takes_off_his_own_this_way(session: Session) -> None:
    protected(session, "city@example.cn", "city", region="5106")
    account = of(session, "city@example.cn")
    oneself = signing_in.actor_of(account, has_second_factor=True)
    with pytest.raises(NotAllowed):
        people.remove_second_factor(session, oneself, account.id, "自己")


def test_what_ended_long_ago_is_forgotten_and_nothing_else(session: Session) -> None:
    account = invited(session, "li@example.cn", "worker")
    for model in (Mail, OneTimeLink):
        session.execute(sa.delete(model))
    moment, day = now(), dt.timedelta(days=1)
    old, new = moment - 91 * day, moment - 89 * day
    for at, name in ((old, "old"), (new, "new")):
        link = {"purpose": "reset", "expires_at": moment + day}
        session.add_all(
            [
                OneTimeLink(account=account, secret_hash=f"used {name}", used_at=at, **link),
                OneTimeLink(account=account, secret_hash=f"expired {name}", **{**link, "expires_at": at}),
                SignIn(account=account, secret_hash=f"ended {name}", ended_at=at),
                SignIn(account=account, secret_hash=f"idle {name}", seen_at=at - signing_in.IDLE),
                ApiToken(account=account, name=f"revoked {name}", secret_hash=f"r{name}", scopes=[],
                         expires_at=moment + day, revoked_at=at),
                ApiToken(account=account, name=f"expired {name}", secret_hash=f"e{name}", scopes=[], expires_at=at),
                Mail(recipient=f"sent {name}", language="en", kind="reset", sent_at=at, due_at=sa.null()),
                Mail(recipient=f"failed {name}", language="en", kind="reset", failed_at=at, due_at=sa.null()),
            ]
        )  # fmt: skip
    issue_link(session, account, "confirm")
    queue.post(session, account, "granted")
    assert traces.forget(session, 90) == 8
    columns = (OneTimeLink.secret_hash, SignIn.secret_hash, ApiToken.name, Mail.recipient)
    left = [name for column in columns for name in session.scalars(sa.select(column))]
    assert not [name for name in left if name.endswith("old")]
    assert len(left) == 10
