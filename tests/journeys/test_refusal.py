"""Enterprises refuse an achievement with a reason, and its owner learns what to mend, not who said so."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from marketplace.db import unit_of_work
from marketplace.models import Organisation
from tests import factories
from tests.factories import AchievementFactory, DemandFactory
from tests.journeys.people import UNIT, Province
from tests.marketplace.matches.sides import between
from tests.web.browser import press

pytestmark = [pytest.mark.journey, pytest.mark.browser]

BUYERS = ("绵阳示例精工厂", "广元示例阀门厂", "内江示例曲轴厂")
TITLE = "薄壁壳体液性塑料夹具"
REASON, FIELD = "比现有做法好在哪里不清楚", "与现有做法的区别"


@pytest.fixture
def readers(province: Province) -> list[Page]:
    """Three enterprises on phones, each with a demand that the achievement of another unit was proposed for."""
    names = [f"buyer{number}" for number in range(len(BUYERS))]
    pages = [
        province.comes(name, "enterprise", "phone", organisation=unit) for name, unit in zip(names, BUYERS, strict=True)
    ]
    province.comes("owner", "unit_union", organisation=UNIT)
    with province.app.app_context(), unit_of_work(province.app.extensions["marketplace"].sessions) as session:
        factories.use(session)
        units = {unit.name: unit for unit in session.scalars(sa.select(Organisation))}
        made = AchievementFactory(title=TITLE, units=[units[UNIT]])
        for number, name in enumerate(BUYERS):
            demand = DemandFactory(title=f"薄壁件车削变形（{number}）", organisation=units[name], is_anonymous=True)
            between(session, demand, made)
    return pages


def main(page: Page) -> Page:
    return page.get_by_role("main")  # type: ignore[return-value]


def test_what_three_enterprises_say_tells_the_owner_which_field_to_mend(
    province: Province, readers: list[Page]
) -> None:
    owner = province.visits["owner"].page
    for number, reader in enumerate(readers, start=1):
        province.open("owner", "/matches/readers/1")
        expect(main(owner)).to_contain_text("至少 3 家")
        expect(main(owner)).not_to_contain_text(FIELD)
        province.open(f"buyer{number - 1}", f"/matches/{number}")
        form = reader.locator("form[action$='/answer']", has_text=REASON).first
        main(reader).locator(".answer summary").click()
        form.get_by_label(REASON).check()
        press(form.locator("button").last)
        expect(main(reader)).to_contain_text("您已答复")
        assert province.visits[f"buyer{number - 1}"].width() <= 390

    province.open("owner", "/matches/1")
    expect(main(owner)).not_to_contain_text(BUYERS[0])
    province.open("owner", "/matches/readers/1")
    expect(main(owner)).to_contain_text(REASON)
    expect(main(owner)).to_contain_text(FIELD)
    for name in BUYERS:
        expect(main(owner)).not_to_contain_text(name)
    press(main(owner).get_by_role("link", name="修改这项成果"))
    expect(main(owner)).to_contain_text(TITLE)
    assert not province.complaints
