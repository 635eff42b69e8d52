"""What one follows, in a browser without scripts: notices, saved searches, one click to stop their mails."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree

import pytest
import sqlalchemy as sa
from flask import Flask

from marketplace.db import unit_of_work
from marketplace.models import Account, SavedSearch, Webhook
from marketplace.postbox import emit, post
from tests import factories
from tests.accounts import opened_account, signed_in
from tests.web.pages import opened, sent


@pytest.fixture
def people(app: Flask) -> Flask:
    for name in ("li", "wang"):
        opened_account(app, f"{name}@example.cn", "worker")
    return app


def within(app: Flask, act: Any) -> Any:
    with unit_of_work(app.extensions["marketplace"].sessions) as session:
        factories.use(session)
        return act(session)


def account(session: Any, name: str) -> Account:
    return session.scalars(sa.select(Account).filter_by(email=f"{name}@example.cn")).one()


def test_a_notice_is_counted_opened_and_read(people: Flask) -> None:
    within(people, lambda session: post(session, account(session, "li"), "due_soon", count="3", day="2026-12-01"))
    li, wang = signed_in(people, "li@example.cn"), signed_in(people, "wang@example.cn")
    assert "有 3 项待办即将到期" not in opened(wang, "/notices").text
    page = opened(li, "/notices")
    assert "有 3 项待办即将到期" in page.text and "条没有读过" in page.source
    link = page.link("有 3 项待办即将到期")
    assert wang.get(link).status_code == 404
    assert li.get(link).headers["Location"] == "/curation/queue"
    assert opened(li, "/notices?unread=1").text.count("项待办") == 0
    assert "Tasks that are due soon: 3" in opened(li, "/notices?lang=en").text


def test_one_page_says_how_one_is_told(people: Flask) -> None:
    li = signed_in(people, "li@example.cn")
    form = opened(li, "/notices/preferences").form("/notices/preferences", **{"records-mail": "weekly"})
    assert form["searches-in-product"] == "1"
    del form["searches-in-product"]
    page = sent(li, "/notices/preferences", form)
    again = page.form("/notices/preferences")
    assert again["records-mail"] == "weekly" and "searches-in-product" not in again


def test_a_search_is_saved_from_its_page_stopped_by_its_mail_and_resumed(people: Flask) -> None:
    li, wang = signed_in(people, "li@example.cn"), signed_in(people, "wang@example.cn")
    results = opened(li, "/achievements", query_string={"q": "薄壁件车削", "kind": "small_improvement"})
    link = results.link("有新的就告诉我")
    page = sent(li, "/saved-searches", opened(li, link).form("/saved-searches", frequency="weekly"))
    assert "薄壁件车削" in page.text and "小革新" in page.text
    saved = within(people, lambda session: session.scalars(sa.select(SavedSearch)).one())
    assert (saved.filters, saved.frequency) == ({"kind": ["small_improvement"]}, "weekly")
    assert wang.get(f"/saved-searches/{saved.id}").status_code == 404
    empty = opened(li, "/saved-searches/new?noun=demand").form("/saved-searches", name="什么都要")
    assert "至少选一个筛选条件" in sent(li, "/saved-searches", empty, 422).text
    # Looking at the address stops nothing; posting to it does, from a program that has seen no page.
    nobody, address = people.test_client(), f"/unsubscribe/{saved.unsubscribe_key}"
    assert "<button" in nobody.get(address).text
    assert within(people, lambda session: session.get(SavedSearch, saved.id)).paused_at is None
    assert nobody.post(address, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    assert within(people, lambda session: session.get(SavedSearch, saved.id)).paused_at is not None
    assert nobody.post("/unsubscribe/guessed").status_code == 404
    page = opened(li, f"/saved-searches/{saved.id}")
    sent(li, f"/saved-searches/{saved.id}/resume", page.form(f"/saved-searches/{saved.id}/resume"))
    sent(li, f"/saved-searches/{saved.id}/delete", page.form(f"/saved-searches/{saved.id}/delete"))
    assert within(people, lambda session: session.get(SavedSearch, saved.id)) is None


ATOM = {"a": "http://www.w3.org/2005/Atom"}


def test_a_record_is_marked_compared_cited_and_followed_by_a_feed(people: Flask) -> None:
    first, second, draft = within(
        people,
        lambda session: (
            factories.AchievementFactory(title="薄壁件 & 夹具", language="zh").id,
            factories.AchievementFactory(title="快换刀座").id,
            factories.DraftFactory(title="还在写的刀座").id,
        ),
    )
    assert people.test_cli_runner().invoke(args=["index", "sync"]).exit_code == 0
    li, nobody = signed_in(people, "li@example.cn"), people.test_client()
    place = f"/favourites/achievement/{first}"
    sent(li, place, opened(li, f"/achievements/{first}").form(place))
    page = opened(li, "/favourites")
    assert "薄壁件 & 夹具" in sent(li, f"{place}/note", page.form(f"{place}/note", note="问问价格")).text
    assert opened(li, "/favourites").form(f"{place}/note")["note"] == "问问价格"
    compared = opened(nobody, f"/compare?id={second}&id={first}&id={draft}").text
    assert "快换刀座" in compared and "还在写的刀座" not in compared
    shown = opened(nobody, f"/achievements/{first}")
    assert "薄壁件 & 夹具[DB/OL]. (" in shown.source.replace("&amp;", "&") and "<svg" in shown.source
    assert r"title = {{薄壁件 \& 夹具}}" in nobody.get(f"/achievements/{first}/cite.bib").text
    ris = nobody.get(f"/achievements/{first}/cite.ris")
    assert ris.text.startswith("TY  - DBASE\r\n") and ris.text.endswith("ER  - \r\n")
    assert nobody.get(f"/achievements/{draft}/cite.bib").status_code == 404

    (feed,) = [it["href"] for it in opened(nobody, "/achievements?q=夹具").all("link", type="application/atom+xml")]
    answer = nobody.get(feed)
    read = ElementTree.fromstring(answer.data)
    assert answer.mimetype == "application/atom+xml"
    for wanted in ("id", "title", "updated", "author/a:name"):
        assert read.find(f"a:{wanted}", ATOM).text
    titles = [it.text for it in read.findall("a:entry/a:title", ATOM)]
    assert "薄壁件 & 夹具" in titles and "还在写的刀座" not in titles
    assert nobody.get(feed, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    assert nobody.get(feed, headers={"If-Modified-Since": answer.headers["Last-Modified"]}).status_code == 304


def test_the_feed_of_a_saved_search_opens_by_its_secret_address_until_it_is_changed(people: Flask) -> None:
    within(people, lambda session: factories.AchievementFactory(title="薄壁件夹具"))
    assert people.test_cli_runner().invoke(args=["index", "sync"]).exit_code == 0
    li, nobody = signed_in(people, "li@example.cn"), people.test_client()
    sent(li, "/saved-searches", opened(li, "/saved-searches/new?q=薄壁件").form("/saved-searches"))
    saved = within(people, lambda session: session.scalars(sa.select(SavedSearch)).one())
    place = f"/feeds/saved/{saved.feed_key}.atom"
    answer = nobody.get(place)
    assert "薄壁件夹具" in answer.text and answer.cache_control.private
    page = opened(li, f"/saved-searches/{saved.id}")
    sent(li, f"/saved-searches/{saved.id}/renew", page.form(f"/saved-searches/{saved.id}/renew"))
    assert nobody.get(place).status_code == 404


def test_a_webhook_shows_its_secret_once_and_its_deliveries_to_its_owner(people: Flask) -> None:
    li, wang = signed_in(people, "li@example.cn"), signed_in(people, "wang@example.cn")
    form = opened(li, "/webhooks").form("/webhooks", address="https://10.0.0.1/hook", events="search.found")
    assert "内网" in sent(li, "/webhooks", form, 422).text
    form["address"] = "https://1.1.1.1/hook"
    made = sent(li, "/webhooks", form, 201).text
    assert "whsec_" in made and "whsec_" not in opened(li, "/webhooks").text
    assert "为谁推送" not in made
    hook = within(people, lambda session: session.scalars(sa.select(Webhook)).one())
    within(people, lambda session: emit(session, hook.account_id, "search.found", {}))
    page = opened(li, f"/webhooks/{hook.id}")
    assert "search.found" in page.text and "等待" in page.text
    assert wang.get(f"/webhooks/{hook.id}").status_code == 404
    sent(li, f"/webhooks/{hook.id}/test", page.form(f"/webhooks/{hook.id}/test"))
    assert "webhook.test" in opened(li, f"/webhooks/{hook.id}").text
    assert "whsec_" in sent(li, f"/webhooks/{hook.id}/rotate", page.form(f"/webhooks/{hook.id}/rotate"), 200).text
    assert "whsec_" not in opened(li, f"/webhooks/{hook.id}").text
    sent(li, f"/webhooks/{hook.id}/remove", page.form(f"/webhooks/{hook.id}/remove"))
    assert li.get(f"/webhooks/{hook.id}").status_code == 404
