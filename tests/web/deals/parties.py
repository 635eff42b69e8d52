"""Both parties of a deal at their browsers, introduced and about to negotiate."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask
from flask.testing import FlaskClient

from marketplace.db import now, unit_of_work
from marketplace.models import Contributor
from marketplace.services.organisation import name_key
from tests import factories
from tests.accounts import opened_account, signed_in
from tests.factories import AchievementFactory, DemandFactory, OrganisationFactory
from tests.marketplace.deals.tables import DEYANG, MIANYANG, introduced
from tests.web.pages import Page, opened, sent

BUYER, MAKER = "绵阳示例精工厂", "德阳示例壳体厂"


@dataclass(frozen=True)
class Parties:
    """The browsers of both sides, and the address of the match between them."""

    enterprise: FlaskClient
    owner: FlaskClient
    match: int


def met(app: Flask) -> Parties:
    """Let both parties sign in, and be introduced."""
    with unit_of_work(app.extensions["marketplace"].sessions) as session:
        factories.use(session)
        buyer = OrganisationFactory(name=BUYER, name_key=name_key(BUYER), region_path=MIANYANG, industry_path="C/36")
        maker = OrganisationFactory(name=MAKER, name_key=name_key(MAKER), region_path=DEYANG, industry_path="C/34")
        made = AchievementFactory(
            units=[maker], transfer_modes=["ordinary_licence"], is_duty=False, title="液性塑料夹具",
            contributors=[Contributor(name="赵师傅", share=100, confirmed_at=now())],
        )  # fmt: skip
        match_id = introduced(session, DemandFactory(organisation=buyer, title="薄壁壳体圆度超差"), made).id
    opened_account(app, "buyer@example.cn", "enterprise", organisation=BUYER)
    opened_account(app, "maker@example.cn", "unit_union", organisation=MAKER)
    return Parties(signed_in(app, "buyer@example.cn"), signed_in(app, "maker@example.cn"), match_id)


def began(parties: Parties) -> str:
    """Let the enterprise begin to negotiate, and return the address of the room."""
    form = {"csrf_token": token(parties.enterprise)}
    answer = parties.enterprise.post(f"/deals/from-match/{parties.match}", data=form)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["Location"])


def press(client: FlaskClient, address: str, action: str, **filled: str) -> Page:
    """Press the button of a form on a page, and return the page it leads to."""
    form = opened(client, address).form(action, **filled)
    return sent(client, action, form, 200)


def token(client: FlaskClient) -> str:
    return opened(client, "/deals/calendar").form("/deals/calendar")["csrf_token"]
