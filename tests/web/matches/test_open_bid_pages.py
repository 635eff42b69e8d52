"""An enterprise lists its demand with a reward, two bid unseen, one is chosen and everybody reads why."""

from __future__ import annotations

import datetime as dt

from flask import Flask

from marketplace.db import today, unit_of_work
from marketplace.models import Demand, OpenCall, Organisation
from marketplace.services.organisation import name_key
from tests import factories
from tests.accounts import opened_account, signed_in
from tests.factories import DemandFactory
from tests.web.pages import opened, sent

BUYER = "绵阳示例铸造厂"


def test_a_demand_is_listed_bid_for_unseen_and_awarded_with_reasons(app: Flask) -> None:
    sessions = app.extensions["marketplace"].sessions
    with unit_of_work(sessions) as session:
        factories.use(session)
        unit = Organisation(name=BUYER, name_key=name_key(BUYER))
        session.add(unit)
        DemandFactory(organisation=unit)
    opened_account(app, "buyer@example.cn", "enterprise", organisation=BUYER)
    for who in ("one", "two"):
        opened_account(app, f"{who}@example.cn", "worker")
    buyer, one, two = (signed_in(app, f"{who}@example.cn") for who in ("buyer", "one", "two"))
    day = (today() + dt.timedelta(days=3)).isoformat()
    assert opened(one, "/open-bids/for/1", 403)
    form = opened(buyer, "/open-bids/for/1").form(reward="10", closes_on=day)
    assert "已张榜" in sent(buyer, "/open-bids/for/1", form).source
    assert "登录以后揭榜" in opened(app.test_client(), "/open-bids/1").source
    for client, price in ((one, "6"), (two, "5")):
        form = opened(client, "/open-bids/1").form(
            "/open-bids/1/bid", team=f"报价{price}万的组", plan="换夹具", price=price
        )
        assert "方案已提交" in sent(client, "/open-bids/1/bid", {**form, "days": "30"}).source
    for client in (buyer, two):
        assert "报价6万的组" not in opened(client, "/open-bids/1").source
    told = app.test_client().get("/api/v1/open-bids/1").json
    assert (told["reward"], told["bids"], told["chosen"], told["takes_bids"]) == (10_000_000, 2, None, True)
    with unit_of_work(sessions) as session:
        session.get_one(OpenCall, 1).closes_on = today() - dt.timedelta(days=1)
    form = opened(buyer, "/open-bids/1").form("/open-bids/1/award", **{"reason-1": "价格高", "reason-2": "方案可靠"})
    form = {**form, "chosen": "2", "title-0": "样机", "due-0": ""}
    refused = sent(buyer, "/open-bids/1/award", form, 422)
    assert "第 1 步：请填写日期" in refused.source
    unchosen = {name: said for name, said in form.items() if name != "chosen"}
    assert "请从揭榜的方案里选一份。" in sent(buyer, "/open-bids/1/award", unchosen, 422).source
    kept = refused.form("/open-bids/1/award")
    assert (kept["reason-1"], kept["title-0"], kept["chosen"]) == ("价格高", "样机", "2")
    form = {**form, "due-0": day}
    assert "已定标" in sent(buyer, "/open-bids/1/award", form).source
    assert "价格高" in opened(one, "/open-bids/1").source
    assert "方案可靠" in opened(app.test_client(), "/open-bids/1").source
    assert "价格高" not in opened(app.test_client(), "/open-bids/1").source
    step = opened(buyer, "/open-bids/1").form("/open-bids/1/milestones/1", note="试切合格")
    assert "试切合格" in sent(buyer, "/open-bids/1/milestones/1", step).source
    assert "已定标" in opened(one, "/open-bids").source
    with sessions() as session:
        assert session.get_one(Demand, 1).state == "in_talks"
