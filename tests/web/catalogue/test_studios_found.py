"""Studios are found by words and meaning, with what they achieved; nothing that is not everybody's gets through."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import unquote

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from marketplace.db import SessionFactory, today, unit_of_work
from marketplace.models import Achievement, Person
from marketplace.permissions import SYSTEM
from marketplace.schemas.studio import ResultSchema
from marketplace.services.honour import persons
from marketplace.services.studio import keeping, records
from tests import factories
from tests.factories import AchievementFactory, OrganisationFactory
from tests.marketplace.studios.studios import led, manned
from tests.marketplace.studios.studios import opened as opened_studio
from tests.web.pages import opened

LONE = "卜梓宸"
# What is on record of the studios and nobody's business, each a word that stands nowhere else.
KEPT = (LONE, "欧阳鹤翎", "隐秘路", "离子渗氮炉", "保密守则", "涡轮叶片喷丸", "撤并铸锻所")


@contextmanager
def writing(sessions: SessionFactory) -> Iterator[Session]:
    with unit_of_work(sessions) as session:
        factories.use(session)
        yield session


@pytest.fixture
def stocked(app: Flask, sessions: SessionFactory) -> Flask:
    """A studio of three people with four public achievements and a draft, and one that was closed, indexed."""
    with app.app_context(), writing(sessions) as session:
        plant = OrganisationFactory(
            name="示例重机厂", region="510603", region_path="51/5106/510603", industry="34", industry_path="C/34"
        )
        studio = opened_studio(
            session, plant, field="薄壁件车削", story="专攻薄壁壳体松夹变形。", address="隐秘路 9 号",
            equipment="离子渗氮炉一台", rules="保密守则十条",
        )  # fmt: skip
        led(session, studio, LONE)
        manned(session, studio, "欧阳鹤翎")
        titles = ("液性塑料夹具", "薄壁件真空夹具", "车削振动抑制", "软爪快换")
        made = [AchievementFactory(title=it, units=[plant]) for it in titles]
        made.append(
            AchievementFactory(
                title="涡轮叶片喷丸", state="draft", published_state="unpublished", published_at=None, units=[plant]
            )
        )
        for record in made:
            row = {"kind": "achievement", "object_id": record.id, "made_on": today().isoformat()}
            keeping.bring_about(session, SYSTEM, studio.id, ResultSchema().load(row))
        closed = opened_studio(session, plant, name="撤并铸锻所")
        records.close(session, SYSTEM, closed.id, {"on": today(), "reason": "单位撤并"})
        AchievementFactory(title="薄壁套筒镗孔夹具", units=[plant])
    assert app.test_cli_runner().invoke(args=["index", "sync"]).exit_code == 0
    return app


@pytest.fixture
def visitor(stocked: Flask) -> FlaskClient:
    return stocked.test_client()


def test_a_question_for_achievements_names_the_studios_that_work_on_it(visitor: FlaskClient) -> None:
    page = opened(visitor, "/achievements?q=薄壁件车削夹具&region=5106&kind=small_invention")
    assert unquote(page.link("创新工作室 1")) == "/studios?q=薄壁件车削夹具&region=5106"
    page = opened(visitor, "/achievements?q=薄壁件车削夹具")
    assert "做这方面的工作室" in page.text
    assert page.link("王示例创新工作室") == "/studios/1"
    named = [it for it in page.all("li") if "王示例创新工作室" in it.text and "液性塑料夹具" in it.text]
    others = [it for it in page.all("li") if "薄壁套筒镗孔夹具" in it.text]
    hits = visitor.get("/api/v1/achievements", query_string={"q": "液性塑料夹具"}).json["hits"]
    assert [it["studios"] for it in hits if it["title"] == "液性塑料夹具"] == [[{"id": 1, "name": "王示例创新工作室"}]]
    assert named and "王示例创新工作室" not in others[0].text


def test_a_studio_is_found_with_at_most_three_of_its_public_achievements(visitor: FlaskClient) -> None:
    page = opened(visitor, "/studios?q=薄壁壳体怎么不变形")
    (shown,) = page.all("ul", class_="achievements")
    assert len([it for it in page.all("a") if it["href"].startswith("/achievements/")]) == 3
    assert "共 4 项公开的成果" in shown.text
    assert unquote(page.link("单位级 1")) == "/studios?q=薄壁壳体怎么不变形&tier=unit"
    assert page.link("成果 ").startswith("/achievements?q=")
    told = visitor.get("/api/v1/studios", query_string={"q": "薄壁壳体", "tier": "unit"}).json
    assert told["count"] == 1
    assert len(told["studios"][0]["achievements"]) == 3
    assert told["facets"]["tier"] == [{"value": "unit", "count": 1}]
    assert visitor.get("/api/v1/studios", query_string={"q": "薄壁壳体", "tier": "province"}).json["count"] == 0


@pytest.mark.parametrize("place", ["/studios", "/achievements", "/api/v1/studios", "/api/v1/achievements"])
def test_what_is_not_public_is_neither_found_nor_told(visitor: FlaskClient, place: str) -> None:
    for word in KEPT:
        told = visitor.get(place, query_string={"q": word}).text
        # The question itself stands in the page that answers it.
        assert not [secret for secret in KEPT if secret in told and secret != word], word
        assert "命中词" not in told, word
    whole = visitor.get(place).text
    assert not [secret for secret in KEPT if secret in whole]
    for word in (LONE, "隐秘路", "离子渗氮炉"):
        found = visitor.get("/api/v1/studios", query_string={"q": word}).json
        assert (found["count"], found["facets"]["tier"]) == (0, []), word


def test_what_nobody_may_see_any_more_is_gone_before_the_index_hears_of_it(
    visitor: FlaskClient, sessions: SessionFactory, stocked: Flask
) -> None:
    def agree(*, shown: bool) -> None:
        with writing(sessions) as session:
            person = session.scalars(sa.select(Person).filter_by(name=LONE)).one()
            persons.agree(session, SYSTEM, person.id, {"shows_name": shown, "shows_unit": shown})

    def found() -> int:
        return len(visitor.get("/api/v1/studios", query_string={"q": LONE}).json["studios"])

    agree(shown=True)
    stocked.test_cli_runner().invoke(args=["index", "sync"])
    assert found() == 1
    agree(shown=False)
    assert found() == 0
    with writing(sessions) as session:
        record = session.scalars(sa.select(Achievement).filter_by(title="软爪快换")).one()
        record.state, record.published_state = "revoked", "revoked"
    for place in ("/studios", "/studios/1", "/api/v1/studios", "/api/v1/studios/1"):
        assert "软爪快换" not in visitor.get(place).text, place
