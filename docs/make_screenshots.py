"""Make the pictures of the documentation from the real pages, holding the sample records: ``make screenshots``.

A picture is named after what it shows. Run it again after a page changed; nothing in the pictures is arranged by hand.
"""

from __future__ import annotations

import datetime as dt
import shutil
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Page
from sqlalchemy.orm import Session

from marketplace import vocabulary
from marketplace.app import create_app
from marketplace.config import Settings
from marketplace.db import today, unit_of_work
from marketplace.models import Account, Achievement, Contributor, Match
from marketplace.permissions import SYSTEM
from tests import factories
from tests.accounts import opened_account, signed_in
from tests.marketplace.participation.campaigning import opened, told
from tests.services import migrate
from tests.web.browser import Visit, chromium, load_sample, served
from tests.web.deals.parties import press, token
from tests.web.pages import opened as page_of
from tests.web.staff import at_the_province

IMAGES = Path(__file__).parent / "images"
NEED = (
    "我厂用三爪卡盘夹紧铝合金薄壁壳体车内孔，松开卡爪后孔变成三棱形，圆度 0.08–0.12 mm，报废约 18%。"
    "要求圆度 0.02 mm 以内，合格率 98% 以上，不换现有数控车床。预算 30 万元，年底前用上。"
)
WORKER, UNIT, TITLE = "li@example.cn", "德阳示例机械厂", "薄壁壳体车削用液性塑料夹具"
QUESTION = "/achievements?q=薄壁件松开卡爪后内孔变成三棱形"
BUYER, OFFERED = "绵阳示例精工厂", 4


def main() -> None:
    if shutil.which("chromium") is None:
        sys.exit("缺少 chromium：请先安装（例如 apt install chromium fonts-noto-cjk）。")
    IMAGES.mkdir(exist_ok=True)
    with TemporaryDirectory() as folder:
        settings = Settings.from_environment({"INSTANCE_PATH": folder, "LOG_LEVEL": "ERROR"})
        migrate(settings.database_url)
        app = create_app(settings)
        load_sample(app)
        office, worker, draft = at_the_province(app), *a_worker(app)
        buyer, owner, match = both_sides(app)
        with served(app) as home, chromium() as browser:
            with Visit.of(browser, home, "desktop", "zh_Hans") as desk:
                from_the_desk(desk)
            with Visit.of(browser, home, "desktop", "zh_Hans") as desk:
                desk.sign_in(office)
                from_the_office(desk)
            with Visit.of(browser, home, "desktop", "en") as desk:
                keep(desk.open(QUESTION), "results-en")
            with Visit.of(browser, home, "phone", "zh_Hans", device_scale_factor=2) as phone:
                keep(phone.open("/"), "home-phone")
                keep(phone.open(QUESTION), "results-phone")
                keep(at_the_matches(phone.open("/demands/1")), "matches-phone")
            with Visit.of(browser, home, "phone", "zh_Hans", device_scale_factor=2) as phone:
                phone.sign_in(worker)
                from_the_worker(phone, draft)
            with Visit.of(browser, home, "desktop", "zh_Hans") as desk:
                desk.sign_in(buyer)
                from_the_listing(desk, owner)
                from_the_match(desk, buyer, owner, match)
                from_the_room(desk, buyer, owner, office, match)
            with unit_of_work(app.extensions["marketplace"].sessions) as session:
                a_year_of_training(session)
            with Visit.of(browser, home, "desktop", "zh_Hans") as desk:
                desk.sign_in(office)
                keep(desk.open(f"/curation/statistics/skills?year={today().year - 1}"), "statistics")
            with Visit.of(browser, home, "phone", "zh_Hans", device_scale_factor=2) as phone:
                phone.sign_in(worker)
                keep(phone.open("/participation"), "six-ones-phone")


def a_worker(app: Flask) -> tuple[FlaskClient, int]:
    """Return the browser of a worker, and the draft he has written whole with a colleague."""
    opened_account(app, WORKER, "worker", organisation=UNIT, region="510603")
    opened_account(app, "union@example.cn", "unit_union", organisation=UNIT)
    with unit_of_work(app.extensions["marketplace"].sessions) as session:
        factories.use(session)
        account = session.scalars(sa.select(Account).filter_by(email=WORKER)).one()
        people = [
            Contributor(name="李师傅", share=60, part="提出方案", email=WORKER, account_id=account.id),
            Contributor(name="王师傅", share=40, part="制作样机", position=2, email="wang@example.cn"),
        ]
        units = [grant.organisation for grant in account.grants]
        draft = factories.DraftFactory(title=TITLE, account_id=account.id, contributors=people, units=units).id
    return signed_in(app, WORKER), draft


def both_sides(app: Flask) -> tuple[FlaskClient, FlaskClient, int]:
    """Return the browsers of an enterprise and of the unit of an achievement, and the match of what the first needs."""
    sessions = app.extensions["marketplace"].sessions
    with sessions() as session:
        unit = session.get_one(Achievement, OFFERED).units[0].name
    opened_account(app, "buyer@example.cn", "enterprise", organisation=BUYER, region="510703")
    opened_account(app, "owner@example.cn", "unit_union", organisation=unit)
    with unit_of_work(sessions) as session:
        for name, called in (("buyer", "钱师傅"), ("owner", "孙师傅")):
            session.scalars(sa.select(Account).filter_by(email=f"{name}@example.cn")).one().name = called
    buyer, owner = (signed_in(app, f"{name}@example.cn") for name in ("buyer", "owner"))
    brief = press(buyer, "/demands/new", "/demands/brief", text=NEED)
    posted = buyer.post("/demands", data=brief.form("/demands", contact_name="钱师傅", contact_phone="13900000002"))
    demand = str(posted.headers["Location"]).rsplit("/", 1)[-1]
    for step in ("verify", "open"):
        app.test_cli_runner().invoke(args=["review", "demand", demand, step])
    with sessions() as session:
        found = sa.select(Match.id).filter_by(demand_id=int(demand), achievement_id=OFFERED)
        return buyer, owner, session.scalars(found).one()


def a_year_of_training(session: Session) -> None:
    """Count training of last year in a unit of every city, more in some than in others, and open this year's six."""
    factories.use(session)
    year = today().year - 1
    skills = opened(session, "skills", opens_on=f"{year}-01-01", closes_on=f"{year}-12-31", title="技能提升年（示例）")
    opened(session)
    cities = [code for code in vocabulary.regions if len(code) == 4]
    for place, city in enumerate(cities):
        unit = factories.OrganisationFactory(region_path=f"51/{city}", industry_path="C/34")
        for month in range(1, 13):
            number = 900 + 7000 * ((place * 5) % 21) // 21 + 130 * month
            day = f"{year}-{month:02}-15"
            told(session, SYSTEM, skills, unit, "training", day=day, person_times=number, persons=number)


def from_the_worker(phone: Visit, draft: int) -> None:
    page = phone.open("/submissions")
    page.get_by_role("button", name="写一项新成果").click()
    page.get_by_label("名称").fill(TITLE)
    page.get_by_role("button", name="保存，下一步").click()
    page.get_by_label("解决的问题").fill(NEED.split("要求")[0])
    page.get_by_label("简介").fill("改用液性塑料夹具整周夹紧，松夹后圆度稳定在 0.008 mm，合格率升至 99%。")
    page.locator(".nearest").first.wait_for()
    keep(page, "submission-phone")
    page = phone.open(f"/submissions/{draft}/edit?step=finish")
    page.get_by_role("button", name="提交").click()
    page.locator(".way").wait_for()
    page.locator("#duty").evaluate("heading => heading.scrollIntoView({behavior: 'instant'})")
    keep(page, "progress-phone")


def from_the_listing(desk: Visit, owner: FlaskClient) -> None:
    new = f"/listings/new/{OFFERED}"
    terms = {"mode": "ordinary_licence", "price_form": "listed", "price": "80000", "term": "三年"}
    kept = owner.post(new, data=page_of(owner, new).form(**terms, note="含图纸、样件一套和两天现场培训。"))
    place = str(kept.headers["Location"])
    press(owner, place, f"{place}/let-out")
    keep(desk.open(place), "listing")


def from_the_match(desk: Visit, buyer: FlaskClient, owner: FlaskClient, match: int) -> None:
    place = f"/matches/{match}"
    press(buyer, place, f"{place}/messages", text="铝合金壳体壁厚 3 mm，装夹时会不会留下压痕？")
    press(owner, place, f"{place}/messages", text="薄壁套整圈贴合，试件上没有压痕；可以先寄一件来试。")
    keep(desk.open(place), "match")


def from_the_room(desk: Visit, buyer: FlaskClient, owner: FlaskClient, office: FlaskClient, match: int) -> None:
    place = f"/matches/{match}"
    for client in (buyer, owner):
        client.post(f"{place}/answer", data={"csrf_token": token(client), "interested": "true"})
    press(office, "/matches/introductions", f"{place}/introduction")
    begun = buyer.post(f"/deals/from-match/{match}", data={"csrf_token": token(buyer)})
    room = str(begun.headers["Location"])
    licence = {"contract_kind": "licence", "mode": "ordinary_licence", "term": "三年", "amount": "80000"}
    press(owner, f"{room}/terms/new", f"{room}/terms/new", **licence)
    press(buyer, f"{room}/terms/new", f"{room}/terms/new", amount="60000", note="首年先付一半。")
    due = (today() + dt.timedelta(days=7)).isoformat()
    press(owner, room, f"{room}/tasks", **{"task-title": "寄样件", "task-seat": "owner", "task-due_on": due})
    page = desk.open(room)
    page.get_by_text("与上一版相比").click()
    keep(page, "deal-room")


def from_the_desk(desk: Visit) -> None:
    keep(desk.open("/"), "home")
    keep(desk.open(QUESTION), "results")
    keep(desk.open("/achievements/4"), "achievement")
    keep(desk.open("/studios?q=薄壁件一夹就变形"), "studios")
    keep(desk.open("/studios/map"), "studio-map")
    page = desk.open("/demands/new")
    page.locator("textarea").fill(NEED)
    page.locator("main button").click()
    page.locator("[name=title]").wait_for()
    keep(page, "brief")
    page.locator("main button").click()
    keep(at_the_matches(page), "matches")


def from_the_office(desk: Visit) -> None:
    page = desk.open("/curation/thesaurus/en-0001/edit")
    page.locator("[name=alternatives]").fill("爆管\n炉管开花")
    page.locator("[name=sample]").fill("炉管开花，被迫停炉")
    page.locator("button[value=preview]").click()
    page.locator("#preview").wait_for()
    keep(page, "thesaurus")


def at_the_matches(page: Page) -> Page:
    page.locator("#matches").evaluate("section => section.scrollIntoView({behavior: 'instant'})")
    return page


def keep(page: Page, name: str) -> None:
    page.screenshot(path=IMAGES / f"{name}.png")


if __name__ == "__main__":
    main()
