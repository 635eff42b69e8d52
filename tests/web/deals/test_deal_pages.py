"""The pages of a deal, from the first message to the story, as both parties, the offices and strangers meet them."""

from __future__ import annotations

import datetime as dt
import io

import icalendar
from flask import Flask

from marketplace.db import today, unit_of_work
from marketplace.models import Deal, OwnerShare
from marketplace.services.organisation import name_key
from tests import factories
from tests.accounts import opened_account, signed_in
from tests.factories import OrganisationFactory
from tests.files import PROGRAM, photo
from tests.web.deals.parties import began, met, press, token
from tests.web.pages import opened, sent
from tests.web.staff import at_the_province

PARTNER = "广汉示例机床厂"


def test_two_sides_talk_agree_sign_and_an_office_registers(app: Flask) -> None:
    parties = met(app)
    room = began(parties)
    said: dict[str, object] = {"csrf_token": token(parties.enterprise), "text": "能否先试用一个月？"}
    said["file"] = (io.BytesIO(photo()), "现场.jpg")
    assert parties.enterprise.post(f"{room}/messages", data=said).status_code == 303
    assert "1 条未读" in opened(parties.owner, "/deals").text
    secret = {"csrf_token": token(parties.enterprise), "text": "附件属于机密。"}
    refused = parties.enterprise.post(f"{room}/messages", data=secret)
    assert (refused.status_code, "附件属于机密。" in refused.text, "涉密标志" in refused.text) == (422, True, True)
    brought = (photo(colour="blue"), "好.jpg"), (PROGRAM, "程序.exe"), (b"", "空.pdf")
    bad = {"csrf_token": token(parties.enterprise), "text": "见附件"}
    bad["file"] = [(io.BytesIO(content), name) for content, name in brought]
    refused = parties.enterprise.post(f"{room}/messages", data=bad)
    assert (refused.status_code, "见附件" in refused.text, "好.jpg" in refused.text) == (422, True, False)
    assert "“程序.exe”" in refused.text and "“空.pdf”" in refused.text and "附件请重新选择" in refused.text
    page = opened(parties.owner, room)
    assert "能否先试用一个月？" in page.text and "见附件" not in page.text
    assert "未读" in page.text
    with parties.owner.get(page.link("现场.jpg")) as picture:
        assert picture.status_code == 200
    assert "条未读" not in opened(parties.owner, "/deals").text

    proposed = {"contract_kind": "licence", "amount": "120000", "payment": "一次付清"}
    press(parties.enterprise, f"{room}/terms/new", f"{room}/terms/new", **proposed)
    again = press(parties.owner, f"{room}/terms/new", f"{room}/terms/new", amount="100000", payment="")
    assert "等待需求方答复" in again.text
    told = opened(parties.enterprise, f"{room}/terms").text
    assert "12 万元 10 万元" in told
    assert "一次付清 不写" in told
    press(parties.enterprise, room, f"{room}/terms/2/accept")
    press(parties.enterprise, room, f"{room}/terms/2/sign")
    signed = press(parties.owner, room, f"{room}/terms/2/sign")
    assert "已签约" in signed.text
    assert "签约一年回访" in signed.text
    unreadable = press(parties.owner, room, f"{room}/tasks/1/done", note="已寄\x00出")
    assert "含有不可见或残缺的字符" in unreadable.text
    assert parties.owner.get(f"{room}/contract.pdf").data.startswith(b"%PDF")
    events = icalendar.Calendar.from_ical(parties.owner.get(f"{room}/calendar.ics").data).walk("VEVENT")
    assert str(events[0]["summary"]).startswith("交付：")
    archive = parties.owner.post(f"{room}/archive", data={"csrf_token": token(parties.owner)})
    assert archive.data.startswith(b"PK")

    province = at_the_province(app)
    contract = room.replace("/deals/", "/curation/contracts/")
    assert opened(province, "/curation/contracts?unregistered=1").link("薄壁壳体圆度超差") == contract
    filled = {"registration_no": "2026510700001234", "registration_office": "绵阳市技术合同登记处"}
    registered = press(province, contract, f"{contract}/register", **filled)
    assert "2026510700001234" in registered.text
    assert province.get(room).status_code == 404
    figures = opened(province, "/curation/market-statistics").text
    assert "技术许可 1 10 万元" in figures
    assert "引荐率（已引荐 / 系统推荐） 100.0%" in figures
    end = f"{contract}/terminate"
    form = opened(province, contract).form(end, reason="双方书面同意解除。")
    assert "合同已记为终止。" in sent(province, end, form).text
    assert "交易已终止" in sent(province, end, form).text


def test_what_follows_is_entered_attested_verified_and_shared(app: Flask) -> None:
    parties = met(app)
    room = began(parties)
    press(
        parties.enterprise,
        f"{room}/terms/new",
        f"{room}/terms/new",
        contract_kind="licence",
        mode="use_first",
        amount="1000",
    )
    press(parties.owner, room, f"{room}/terms/1/accept")
    for client in (parties.owner, parties.enterprise):
        press(client, room, f"{room}/terms/1/sign")
    begun = today() - dt.timedelta(days=200)
    with unit_of_work(app.extensions["marketplace"].sessions) as session:
        session.query(Deal).one().signed_on = begun
    press(parties.enterprise, room, f"{room}/in-use", first_used_on=begun.isoformat())
    figures = {
        "claim-metric": "加工成本", "claim-baseline": "每件12元", "claim-method": "财务月报",
        "claim-unit_cost_before": "12", "claim-unit_cost_after": "7", "claim-yearly_output": "10000",
        "claim-implementation_cost": "1000",
    }  # fmt: skip
    assert "4.9 万元" in press(parties.enterprise, f"{room}/benefit", f"{room}/benefit/claim", **figures).text
    province = at_the_province(app)
    assert "液性塑料夹具" in opened(province, "/deals").text
    checked = press(province, f"{room}/benefit", f"{room}/benefit/verify", **{"verify-note": "核对了账。"})
    assert "效益已核验" in checked.text
    told = press(parties.owner, room, f"{room}/story", own_words="工人说好用。")
    assert "49,000.00 元" in told.text
    for client in (parties.owner, parties.enterprise):
        press(client, room, f"{room}/story/agree")
    assert "液性塑料夹具" in opened(app.test_client(), "/stories").text

    paid = press(parties.owner, f"{room}/income", f"{room}/income", paid_on=today().isoformat(), amount="800")
    assert "赵师傅 100.00% 800 元" in paid.text
    action = f"{room}/income/1/reward#reward-1"
    given = opened(parties.owner, f"{room}/income").form(action, **{"reward-1-reward_paid_on": today().isoformat()})
    lacking = parties.owner.post(action, data=given)
    assert lacking.status_code == 422 and "请附上发放的凭证" in lacking.text
    slip = {"reward-1-file": (io.BytesIO(photo(kind="PNG")), "工资单.png")}
    assert parties.owner.post(action, data={**given, **slip}).status_code == 303
    assert "工资单.png" in opened(parties.owner, f"{room}/income").text
    assert parties.owner.get(paid.link("分配单")).data.startswith(b"%PDF")
    assert parties.enterprise.get(f"{room}/income").status_code == 404
    assert "由试用转来" in press(parties.enterprise, room, f"{room}/follow-up").text


def test_a_unit_that_owns_it_too_reads_the_room_and_consents_to_its_share(app: Flask) -> None:
    parties = met(app)
    room = began(parties)
    assert parties.owner.get(f"{room}/owners").status_code == 404
    with unit_of_work(app.extensions["marketplace"].sessions) as session:
        factories.use(session)
        partner, deal = OrganisationFactory(name=PARTNER, name_key=name_key(PARTNER)), session.query(Deal).one()
        both = [it for it in (deal.owner_organisation_id, partner.id) if it is not None]
        deal.owners = [OwnerShare(organisation_id=it) for it in both]
    opened_account(app, "partner@example.cn", "unit_union", organisation=PARTNER)
    partner_client = signed_in(app, "partner@example.cn")
    press(parties.enterprise, f"{room}/terms/new", f"{room}/terms/new", contract_kind="licence", amount="1000")
    waiting = press(parties.owner, room, f"{room}/terms/1/accept").text
    assert "先由牵头单位写明各单位的收益份额" in waiting
    first, second = (f"share_{it}" for it in both)
    form = opened(parties.owner, f"{room}/owners").form(f"{room}/owners", **{first: "七成", second: "30"})
    wrong = parties.owner.post(f"{room}/owners", data=form)
    assert wrong.status_code == 422 and "七成" in wrong.text and "份额请填写百分数" in wrong.text
    sum_wrong = parties.owner.post(f"{room}/owners", data={**form, first: "60"})
    assert sum_wrong.status_code == 422 and "合计为 100" in sum_wrong.text
    press(parties.owner, f"{room}/owners", f"{room}/owners", **{first: "70", second: "30"})
    answer = f"{room}/owners/{both[1]}/answer"
    said = opened(partner_client, f"{room}/owners").form(answer, answer="refuse")
    assert partner_client.post(answer, data=said).status_code == 303
    assert "请写明理由" in opened(partner_client, room).text
    press(partner_client, f"{room}/owners", answer, answer="consent")
    assert "同意第 1 版" in opened(parties.enterprise, room).text


def test_a_room_is_not_there_for_anybody_else_and_a_feed_opens_for_nobody_who_guesses(app: Flask) -> None:
    parties = met(app)
    room = began(parties)
    opened_account(app, "other@example.cn", "broker", region="5106")
    stranger = signed_in(app, "other@example.cn")
    form = {"csrf_token": token(stranger), "text": "x", "reason": "x", "broker": "1"}
    for part in ("", "/terms", "/terms/new", "/benefit", "/income", "/contract.pdf", "/calendar.ics"):
        assert stranger.get(room + part).status_code == 404, part
        assert app.test_client().get(room + part).status_code == 303
    posts = (
        "messages", "tasks/1/done", "broker", "terminate", "follow-up", "archive", "terms/1/accept", "terms/1/sign",
        "story", "story/agree", "benefit/attest", "in-use", "income/1/reward",
    )  # fmt: skip
    for part in posts:
        data = form | {"attest-note": "x", "first_used_on": "2026-01-01", "reward-1-reward_paid_on": "2026-01-01"}
        assert stranger.post(f"{room}/{part}", data=data).status_code == 404, part
    assert stranger.post(f"/deals/from-match/{parties.match}", data=form).status_code == 404
    assert stranger.get("/deals/income/1/statement.pdf").status_code == 404
    assert app.test_client().get("/deals/calendar/guess.ics").status_code == 404
    shown = press(parties.owner, "/deals/calendar", "/deals/calendar")
    address = shown.one("code").text.split("localhost", 1)[1]
    assert app.test_client().get(address).data.startswith(b"BEGIN:VCALENDAR")
