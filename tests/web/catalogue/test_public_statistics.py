"""The public statistics as anybody opens them: numbers with their source, small cells hidden, the same for programs."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from marketplace.db import SessionFactory, today, unit_of_work
from marketplace.permissions import SYSTEM
from marketplace.services.participation import closing
from tests import factories
from tests.factories import OrganisationFactory
from tests.marketplace.participation.campaigning import JINGYANG, MIANYANG, opened, told
from tests.web.pages import opened as page_of

YEAR = today().year - 1


@pytest.fixture
def closed(sessions: SessionFactory) -> None:
    """A closed year of two cities, of which one had three people in February."""
    with unit_of_work(sessions) as session:
        factories.use(session)
        skills = opened(session, "skills", opens_on=f"{YEAR}-01-01", closes_on=f"{YEAR}-12-31")
        for place, numbers in ((JINGYANG, (4120, 3)), (MIANYANG, (700, 60))):
            unit = OrganisationFactory(region_path=place, industry_path="C/34")
            for month, number in enumerate(numbers, start=1):
                day = f"{YEAR}-{month:02}-10"
                told(session, SYSTEM, skills, unit, "training", day=day, person_times=number, persons=number)
        closing.close(session, SYSTEM, skills.id, {"period": str(YEAR), "organisation_name": ""})


def test_a_visitor_reads_the_figures_of_a_closed_year(client: FlaskClient, closed: None) -> None:
    page = page_of(client, "/statistics")
    assert page_of(client, "/").link("统计") == "/statistics"
    cut_off, source = f"{YEAR}年12月31日", "平台上已确认的参与记录"
    for text in ("4,883", "0.2%", "2,000,000", cut_off, source, "少于 5 个人的格子不公布"):
        assert text in page.text
    assert page.text.count("＊") > 8 and "4,120" not in page.text
    answer = client.get("/statistics")
    assert answer.headers["Cache-Control"] == "public, max-age=600" and "Set-Cookie" not in answer.headers
    earlier = page_of(client, "/statistics?until=1").text
    assert all(it in earlier for it in ("4,820", f"{YEAR}年1月31日", "只按最近的截止日公布")), earlier
    for wrong in ("until=x", "until=13", f"year={YEAR - 9}", "year=去年", "measure=none", "measure=proposals"):
        page_of(client, f"/statistics?{wrong}", 404)
    assert "Trained" in page_of(client, "/statistics?lang=en").text

    told_api = client.get("/api/v1/public-statistics").json
    (trained,) = [it for it in told_api["measures"] if it["measure"] == "trained"]
    cells = {(it["place"], it["month"]): it for it in trained["cells"]}
    assert cells["5106", f"{YEAR}-02"]["is_hidden"] and cells["5106", f"{YEAR}-02"]["person_times"] is None
    assert cells[None, None]["person_times"] == 4883 and trained["target"]["denominator"] == 2_000_000
    assert (told_api["year"], told_api["years"], told_api["fewest_persons"]) == (YEAR, [YEAR], 5)


def test_before_anything_is_closed_the_page_says_so(client: FlaskClient) -> None:
    assert "还没有公布的参与数字" in page_of(client, "/statistics").text
    assert client.get("/api/v1/public-statistics").json["cut_off"] is None
