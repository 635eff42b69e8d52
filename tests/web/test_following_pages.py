"""What one follows, in a browser without scripts: notices, saved searches, one click to stop their mails."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from marketplace.db import unit_of_work
from marketplace.models import Account, SavedSearch
from marketplace.postbox import post
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
    results = opened(li, "/achievements", query_string={"q": "薄壁件车削", "industry": "34"})
    link = results.link("有新的就告诉我")
    page = sent(li, "/saved-searches", opened(li, link).form("/saved-searches", frequency="weekly"))
    assert "薄壁件车削" in page.text and "通用设备制造业" in page.text
    saved = within(people, lambda session: session.scalars(sa.select(SavedSearch)).one())
    assert (saved.filters, saved.frequency) == ({"industry": ["34"]}, "weekly")
    assert wang.get(f"/saved-searches/{saved.id}").status_code == 404
    empty = opened(li, "/saved-searches/new?kind=demand").form("/saved-searches", name="什么都要")
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
