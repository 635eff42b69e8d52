"""Every record through every door as every role: what one may not read shows nowhere, and what one may shows alike."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from marketplace import workflow
from marketplace.db import now, today, unit_of_work
from marketplace.models import Account, Achievement, Demand, Listing, Match, Organisation, Proposal
from marketplace.permissions import SYSTEM
from marketplace.schemas.account import GrantSchema, InvitationSchema
from marketplace.services.account import people, signing_in, tokens
from marketplace.services.organisation import name_key
from search.embedding import Embedder
from tests.opening import build_app
from tests.web.pages import opened

# Words that stand in one record each, so that a page that holds them shows that record.
SECRETS = {
    "draft achievement": "初稿标记甲", "submitted achievement": "送审标记乙", "published achievement": "公布标记丙",
    "draft demand": "草拟标记丁", "submitted demand": "待核标记戊", "open demand": "公开标记己",
    "draft proposal": "起草标记庚", "submitted proposal": "递交标记辛", "screened proposal": "受理标记壬",
    "awarded proposal": "得奖标记癸",
}  # fmt: skip
PUBLIC = {"published achievement", "open demand", "awarded proposal"}
SUBMITTED = {"submitted achievement", "submitted demand", "submitted proposal", "screened proposal"}
# The draft of a proposal is its author's alone, and colleagues read one once it was taken in.
ALL = set(SECRETS) - {"draft proposal"}
COLLEAGUE = PUBLIC | {"screened proposal"}
# What a person still writes is none of the business of the unit he names.
DRAFTED = {"draft achievement"}
UNIT = {"organisation": "旌阳示例机械厂"}

# Every role with a scope that holds the records and, where it has one, with a scope that does not.
ROLES: dict[str, tuple[dict[str, Any] | None, set[str]]] = {
    "visitor": (None, PUBLIC),
    "worker": ({"role": "worker", **UNIT}, COLLEAGUE),
    "author": ({"role": "worker"}, set(SECRETS)),
    "studio leader": ({"role": "studio_leader", **UNIT}, COLLEAGUE),
    "unit union": ({"role": "unit_union", **UNIT}, ALL - DRAFTED),
    "other unit union": ({"role": "unit_union", "organisation": "绵阳示例电子厂"}, PUBLIC),
    "enterprise": ({"role": "enterprise", **UNIT}, ALL - DRAFTED),
    "other enterprise": ({"role": "enterprise", "organisation": "绵阳示例电子厂"}, PUBLIC),
    "county": ({"role": "county", "region": "510603"}, PUBLIC | SUBMITTED),
    "other county": ({"role": "county", "region": "510623"}, PUBLIC),
    "city": ({"role": "city", "region": "5106"}, PUBLIC | SUBMITTED),
    "other city": ({"role": "city", "region": "5107"}, PUBLIC),
    "industry union": ({"role": "industry_union", "industry": "34"}, PUBLIC | SUBMITTED),
    "other industry union": ({"role": "industry_union", "industry": "39"}, PUBLIC),
    "province curator": ({"role": "province_curator"}, ALL),
    "admin": ({"role": "admin"}, ALL),
    "auditor": ({"role": "auditor"}, ALL),
    "auditor of a city": ({"role": "auditor", "region": "5106"}, PUBLIC | SUBMITTED),
    "judge": ({"role": "judge"}, PUBLIC),
    "broker": ({"role": "broker", "region": "5106"}, PUBLIC),
    "finance attestor": ({"role": "finance_attestor", "region": "5106"}, PUBLIC),
}


@dataclass
class Stock:
    """An application with a record of each kind, and a browser and a program for each role."""

    app: Flask
    ids: dict[str, int]
    unit: int
    browsers: dict[str, FlaskClient] = field(default_factory=dict)
    programs: dict[str, dict[str, str]] = field(default_factory=dict)


@pytest.fixture(scope="module")
def stock(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Iterator[Stock]:
    folder = tmp_path_factory.mktemp("doors")
    (folder / "marketplace.db").write_bytes(migrated_sqlite.read_bytes())
    app = build_app(f"sqlite:///{folder / 'marketplace.db'}", folder, embedder)
    sessions = app.extensions["marketplace"].sessions
    with app.app_context(), unit_of_work(sessions) as session:
        units = [placed("旌阳示例机械厂", "51/5106/510603", "C/34"), placed("绵阳示例电子厂", "51/5107", "C/39")]
        session.add_all(units)
        session.flush()
        accounts = {who: account(session, who, role) for who, (role, _reads) in ROLES.items() if role}
        records = {name: made(name, units[0], accounts["author"]) for name in SECRETS}
        session.add_all(records.values())
        session.flush()
        for it in accounts.values():
            # An office is held by whoever has taken the account up; what was submitted lies on its desk.
            it.confirmed_at = now()
        for record in (it for name, it in records.items() if name.split()[0] in ("submitted", "screened")):
            if not isinstance(record, Demand):
                workflow.move(session, SYSTEM, record)
        secrets = {who: credentials(session, it) for who, it in accounts.items()}
        held = Stock(app, {name: record.id for name, record in records.items()}, units[0].id)
    synced = app.test_cli_runner().invoke(args=["index", "sync"])
    assert synced.exit_code == 0, synced.output
    with unit_of_work(sessions) as session:
        # After the worker, which keeps only what it proposes itself.
        session.query(Match).delete()
        session.add_all(matched(held.ids))
        # As if each had been public, and offered, once.
        session.add_all(offered(number) for name, number in held.ids.items() if name.endswith("achievement"))
    for who in ROLES:
        held.browsers[who] = app.test_client()
        if who in secrets:
            browser, program = secrets[who]
            held.programs[who] = {"Authorization": f"Bearer {program}"}
            with held.browsers[who].session_transaction() as cookie:
                cookie["sign_in"] = browser
    yield held
    app.extensions["marketplace"].catalogue.close()
    app.extensions["marketplace"].engine.dispose()


def placed(name: str, region_path: str, industry_path: str) -> Organisation:
    return Organisation(name=name, name_key=name_key(name), region_path=region_path, industry_path=industry_path)


def account(session: Any, who: str, role: dict[str, Any]) -> Account:
    invitation = InvitationSchema().load({"email": f"{who.replace(' ', '.')}@example.cn", "name": who})
    return people.invite(session, SYSTEM, invitation, GrantSchema().load(role))[0]


def credentials(session: Any, account: Account) -> tuple[str, str]:
    """Return what a browser keeps that gave a second factor, and the token of a program."""
    browser = signing_in.sign_in(session, account, has_second_factor=True, address="", agent="")
    actor = signing_in.actor_of(account, has_second_factor=True)
    return browser, tokens.create(session, actor, {"name": "t", "scopes": ["read", "demands", "matches"], "days": 1})[1]


def made(name: str, unit: Organisation, author: Account) -> Achievement | Demand | Proposal:
    mark, (state, noun) = SECRETS[name], name.split()
    if noun == "demand":
        text = f"{mark}：三爪卡盘夹紧车内孔，松开卡爪后孔变成三棱形，要求圆度0.02mm以内。"
        return Demand(
            title=mark, text=text, state=state, access_key=mark, organisation=unit, account_id=author.id,
            region="510603", industry="34",
        )  # fmt: skip
    if noun == "proposal":
        return Proposal(
            title=mark, measure=f"{mark}：改用快换刀座。", state=state, organisation=unit, account_id=author.id,
            region="510603", industry="34", submitted_at=None if state == "draft" else now(),
        )  # fmt: skip
    published = state == "published"
    return Achievement(
        title=mark, summary=f"{mark}：液性塑料夹具，松夹后圆度稳定在0.015mm。", state=state,
        published_state="published" if published else "unpublished", published_at=now() if published else None,
        units=[unit], account_id=author.id, region="510603", industry="34",
    )  # fmt: skip


def offered(achievement_id: int) -> Listing:
    return Listing(
        achievement_id=achievement_id, state="listed", mode="ordinary_licence", price_form="agreed", listed_at=now(),
        valid_until=today() + dt.timedelta(30),
    )  # fmt: skip


def matched(ids: dict[str, int]) -> list[Match]:
    """Match every demand with every achievement, as if each had been public once."""
    return [
        Match(
            demand_id=ids[demand], achievement_id=ids[achievement], rank=rank, score=0.5, features={}, reasons=[],
            fingerprint="m", demand_revision=1, achievement_revision=1, matched_at=now(),
        )
        for demand in ids if demand.endswith("demand")
        for rank, achievement in enumerate((name for name in ids if name.endswith("achievement")), 1)
    ]  # fmt: skip


def shown(text: str) -> set[str]:
    """Return which records a page or an answer shows."""
    return {name for name, mark in SECRETS.items() if mark in text}


@pytest.mark.parametrize("who", ROLES)
@pytest.mark.parametrize("name", SECRETS)
def test_a_record_opens_for_those_who_may_read_it(stock: Stock, who: str, name: str) -> None:
    place = f"/{name.split()[1]}s/{stock.ids[name]}"
    expected = 200 if name in ROLES[who][1] else 404
    page = stock.browsers[who].get(place)
    assert page.status_code == expected
    # What else the page shows, such as matches and what is alike, may be read too.
    assert shown(page.text) <= ROLES[who][1]
    assert (name in shown(page.text)) is (expected == 200)


PARTS = {"achievement": ("/demands", "/similar"), "demand": ("/matches",), "proposal": ("/benefits",)}


@pytest.mark.parametrize("who", [who for who in ROLES if who not in ("province curator", "admin")])
@pytest.mark.parametrize("name", SECRETS)
def test_a_program_reads_what_its_account_reads(stock: Stock, who: str, name: str) -> None:
    place = f"/api/v1/{name.split()[1]}s/{stock.ids[name]}"
    headers = stock.programs.get(who, {})
    client = stock.app.test_client()
    assert client.get(place, headers=headers).status_code == (200 if name in ROLES[who][1] else 404)
    for part in PARTS[name.split()[1]]:
        answer = client.get(place + part, headers=headers)
        assert answer.status_code == (200 if name in ROLES[who][1] else 404)
        assert shown(answer.text) <= ROLES[who][1]


@pytest.mark.parametrize("who", ["province curator", "admin"])
def test_a_program_of_the_province_reads_what_is_public_alone(stock: Stock, who: str) -> None:
    client = stock.app.test_client()
    for name in SECRETS:
        place = f"/api/v1/{name.split()[1]}s/{stock.ids[name]}"
        answer = client.get(place, headers=stock.programs[who])
        assert answer.status_code == (200 if name in PUBLIC else 404)


LISTS = [
    "/", "/achievements", "/achievements?q=夹具", "/achievements?q=标记", "/demands", "/curation", "/curation/people",
    "/curation/demands", "/curation/achievements", "/curation/queue", "/api/v1/tasks",
    "/api/v1/achievements", "/api/v1/achievements?q=标记", "/api/v1/demands", "/account", "/organisations/{unit}",
    "/api/v1/organisations/{unit}", "/proposals", "/proposals?q=标记", "/curation/proposals",
    "/curation/proposals?q=标记", "/api/v1/proposals", "/api/v1/proposals?q=标记", "/benefits",
    "/submissions", "/api/v1/submissions", "/api/v1/benefits", "/api/v1/parts",
    "/matches?group=new", "/matches?group=new&side=owner", "/api/v1/matches?group=new&side=owner",
    "/listings", "/listings/mine", "/curation/listings", "/api/v1/listings",
]  # fmt: skip


@pytest.mark.parametrize("who", ROLES)
@pytest.mark.parametrize("place", LISTS)
def test_a_list_holds_nothing_one_may_not_read(stock: Stock, who: str, place: str) -> None:
    address = place.format(unit=stock.unit)
    headers = stock.programs.get(who, {}) if address.startswith("/api") else {}
    client = stock.app.test_client() if headers else stock.browsers[who]
    assert shown(client.get(address, headers=headers).text) <= ROLES[who][1]


@pytest.mark.parametrize("who", ROLES)
@pytest.mark.parametrize("name", [name for name in SECRETS if not name.endswith("proposal")])
def test_the_page_of_a_unit_lists_what_its_reader_may_read(stock: Stock, who: str, name: str) -> None:
    page = stock.browsers[who].get(f"/organisations/{stock.unit}")
    assert (name in shown(page.text)) is (name in ROLES[who][1])


# A match is opened by who owns a side of it and reads the other; nobody has answered any of these.
SIDES_OF_MATCHES = {
    "author": {it for it in SECRETS if not it.endswith("proposal")},
    "unit union": {it for it in ALL - DRAFTED if not it.endswith("proposal")},
    "enterprise": {it for it in ALL - DRAFTED if not it.endswith("proposal")},
}


@pytest.mark.parametrize("who", ROLES)
def test_a_match_opens_to_its_sides_alone(stock: Stock, who: str) -> None:
    known = SIDES_OF_MATCHES.get(who, set())
    with stock.app.extensions["marketplace"].sessions() as session:
        told = {match.id: (match.demand.title, match.achievement.title) for match in session.query(Match)}
    for number, titles in told.items():
        page = stock.browsers[who].get(f"/matches/{number}")
        may = all(name in known for title in titles for name, mark in SECRETS.items() if mark == title)
        assert page.status_code == (200 if may else 303 if who == "visitor" else 404), titles
        assert shown(page.text) <= ROLES[who][1]


OFFICES = {
    "unit union", "county", "city", "industry union", "province curator", "admin", "auditor", "auditor of a city",
}  # fmt: skip


@pytest.mark.parametrize("who", sorted(OFFICES))
def test_an_office_finds_what_waits_in_its_territory(stock: Stock, who: str) -> None:
    browser = stock.browsers[who]
    assert shown(browser.get("/curation/demands").text) == {"submitted demand"}
    waiting = {"draft achievement", "submitted achievement"} & ROLES[who][1]
    assert shown(browser.get("/curation/achievements").text) == waiting


# Whose turn it is: what was submitted waits for its unit, and for nobody else.
QUEUES = {"unit union": {name for name in SUBMITTED if not name.endswith("demand")}}


@pytest.mark.parametrize("who", sorted(OFFICES))
def test_a_queue_holds_what_waits_for_that_office_alone(stock: Stock, who: str) -> None:
    assert shown(stock.browsers[who].get("/curation/queue").text) == QUEUES.get(who, set())


@pytest.mark.parametrize("who", ROLES)
@pytest.mark.parametrize("name", [name for name in SECRETS if name.endswith("achievement")])
def test_an_achievement_is_reviewed_where_an_office_may_read_it(stock: Stock, who: str, name: str) -> None:
    page = stock.browsers[who].get(f"/curation/review/achievements/{stock.ids[name]}")
    assert (page.status_code == 200) is (who in OFFICES and name in ROLES[who][1])
    assert shown(page.text) <= ROLES[who][1]
    # A button stands on the page of whoever may press it.
    may_act = name == "submitted achievement" and who in ("unit union", "admin")
    assert ('value="endorse"' in page.text) is may_act


@pytest.mark.parametrize("who", [who for who in ROLES if who not in ("unit union", "admin")])
@pytest.mark.parametrize("action", ["endorse", "reject", "stay away"])
def test_nobody_else_decides_what_waits_for_an_office(stock: Stock, who: str, action: str) -> None:
    browser, place = stock.browsers[who], f"/curation/review/achievement/{stock.ids['submitted achievement']}"
    sent = {"csrf_token": token(browser), "action": action, "reason": "不该由我办理", "revision": "1"}
    status = browser.post(place + ("/away" if action == "stay away" else ""), data=sent).status_code
    assert status in (303, 403, 404)
    if status == 303:
        # A visitor is led to sign in.
        assert who == "visitor"
    assert 'value="endorse"' in stock.browsers["unit union"].get(place.replace("achievement/", "achievements/")).text


@pytest.mark.parametrize("who", ROLES)
@pytest.mark.parametrize("name", SECRETS)
def test_searching_finds_and_counts_what_is_published(stock: Stock, who: str, name: str) -> None:
    headers = stock.programs.get(who, {})
    found = stock.app.test_client().get("/api/v1/achievements", query_string={"q": SECRETS[name]}, headers=headers).json
    assert shown(str(found)) <= ROLES[who][1] & {"published achievement"}
    assert found["total"] == len(found["hits"])
    every = stock.app.test_client().get("/api/v1/achievements", headers=headers).json
    assert every["total"] == 1
    assert {count["count"] for counts in every["facets"].values() for count in counts} == {1}


@pytest.mark.parametrize("who", ROLES)
def test_nothing_is_suggested_or_called_alike_that_one_may_not_read(stock: Stock, who: str) -> None:
    headers = stock.programs.get(who, {})
    client = stock.app.test_client()
    unknown = client.get("/api/v1/achievements", query_string={"q": "送审标记乙 孔变三棱"}, headers=headers)
    assert shown(str(unknown.json["suggestions"])) <= ROLES[who][1]
    text = {"title": "夹具", "text": "液性塑料夹具，松夹后圆度稳定在0.015mm。"}
    assert shown(client.post("/api/v1/novelty", json=text, headers=headers).text) <= ROLES[who][1]


OWNERS = {"author", "unit union", "enterprise", "province curator", "admin"}


@pytest.mark.parametrize("who", ROLES)
@pytest.mark.parametrize(
    "place", ["/demands/{demand}/matches/{achievement}", "/achievements/{achievement}/matches/{demand}"]
)
def test_a_match_is_answered_by_its_sides_alone(stock: Stock, who: str, place: str) -> None:
    browser = stock.browsers[who]
    ids = {"demand": stock.ids["open demand"], "achievement": stock.ids["published achievement"]}
    answer = {"interested": "true", "csrf_token": token(browser)}
    status = browser.post(place.format(**ids) + "/answer", data=answer).status_code
    # An owner may find that another has answered already.
    assert status in ((303, 409) if who in OWNERS else (403,))


@pytest.mark.parametrize("who", ROLES)
def test_a_match_one_may_not_read_is_not_there(stock: Stock, who: str) -> None:
    demand, achievement = stock.ids["submitted demand"], stock.ids["published achievement"]
    answer = {"interested": "true", "csrf_token": token(stock.browsers[who])}
    status = stock.browsers[who].post(f"/achievements/{achievement}/matches/{demand}/answer", data=answer).status_code
    may_read = "submitted demand" in ROLES[who][1]
    assert status in ((303, 409) if who in OWNERS else (403,) if may_read else (404,))


def token(client: FlaskClient) -> str:
    """Return what a form of this browser proves with that a page of ours has sent it."""
    return opened(client, "/account/register").form("/account/register")["csrf_token"]
